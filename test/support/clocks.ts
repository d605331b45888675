import { and, asc, eq } from 'drizzle-orm'
import { inside, openWorld, type World } from './world.js'
import type { Act, Read } from '../../src/kernel/act.js'
import { change } from '../../src/kernel/command.js'
import type { EventRow } from '../../src/kernel/event.js'
import { event } from '../../src/kernel/event.table.js'
import { type Id, newId } from '../../src/kernel/ids.js'
import { ask } from '../../src/kernel/query.js'
import { minutes } from '../../src/kernel/time.js'
import * as clocks from '../../src/sla/clocks.js'
import { type Metric, metrics } from '../../src/sla/metric.js'
import { clocksOf, promisesOfDuty } from '../../src/sla/sla.reads.js'
import type { ClockRow, PromiseRow } from '../../src/sla/sla.types.js'

/** One clock under test, on a part and a ticket that exist by their ids only. */
export interface Running { partId: Id<'prt'>; streamId: Id<'tkt'>; started: ClockRow }

/** A minute count, a calendar and a kind under a name, promised alike for every metric. */
export type Promised = 'hour' | 'half' | 'day' | 'office' | 'late'

export interface ClockWorld {
  readonly world: World
  readonly token: string
  readonly vendorId: Id<'vnd'>
  /** Open every day from 8 to 16 UTC. */
  readonly officeId: string
  readonly promised: Record<Promised, PromiseRow[]>
  act<T>(work: (act: Act) => Promise<T>): Promise<T>
  read<T>(question: (read: Read) => Promise<T>): Promise<T>
  now(): Date
  inMinutes(n: number): Date
  start(set: Promised, metric?: Metric, onto?: Pick<Running, 'partId' | 'streamId'>): Promise<Running>
  row(running: Running): Promise<ClockRow>
  eventsIn(running: Running): Promise<EventRow[]>
  /** What the ticket's history says of clocks: `started`, `warned`, … */
  told(running: Running): Promise<string[]>
}

export const everyDay = [1, 2, 3, 4, 5, 6, 7].map((day) => ({ day, from: '08:00', to: '16:00' }))

/** A world with promises to start clocks by. */
export async function openClockWorld(): Promise<ClockWorld> {
  const world = await openWorld()
  const { vendorId, token } = await world.signUp()
  const act = <T>(work: (act: Act) => Promise<T>): Promise<T> => change(inside(world, vendorId), work)
  const read = <T>(question: (read: Read) => Promise<T>): Promise<T> => ask(inside(world, vendorId), question)
  const now = (): Date => world.clock.now()
  const calendar = async (name: string, weekly: object[]) =>
    (await world.done('createCalendar', { name, timeZone: 'UTC', weekly }, 'id', token)).id as string
  const officeId = await calendar('Office', everyDay)
  const lateId = await calendar('Late', [{ day: 1, from: '12:00', to: '20:00' }])
  const product = await world.done('createProduct', { code: 'tide', name: 'Tide', description: 'Tide tables.' }, 'id', token)
  const promises = async (code: Promised, minutes: number, calendarId: string | null, kind: string): Promise<PromiseRow[]> => {
    const duty = await world.done('createDuty', { productId: product.id, code, kind: 'DEFECT', statement: 'Mended.' }, 'id', token)
    await world.done('setPromises', { dutyId: duty.id, promises: metrics.map((metric) => ({ metric, minutes, calendarId, kind })) }, 'id', token)
    return await read((r) => promisesOfDuty(r, duty.id, 'NORMAL'))
  }
  const promised = {
    hour: await promises('hour', 60, null, 'COMMITMENT'), half: await promises('half', 30, null, 'TARGET'),
    day: await promises('day', 480, null, 'TARGET'), office: await promises('office', 120, officeId, 'COMMITMENT'),
    late: await promises('late', 60, lateId, 'TARGET'),
  }
  const eventsIn = ({ streamId }: Running) => read((r) => r.db.select().from(event)
    .where(and(eq(event.vendorId, r.vendorId), eq(event.streamId, streamId))).orderBy(asc(event.number)))
  return {
    world, token, vendorId, officeId, promised, act, read, now, eventsIn,
    inMinutes: (n) => new Date(now().getTime() + minutes(n)),
    start: async (set, metric = 'FIRST_RESPONSE', onto = { partId: newId('prt'), streamId: newId('tkt') }) => {
      const promise = promised[set].find((p) => p.metric === metric)!
      const { partId, streamId } = onto
      return { partId, streamId, started: await act((a) => clocks.startClock(a, { subjectId: partId, streamId, promise, startAt: a.now })) }
    },
    row: async ({ partId, started }) => (await read((r) => clocksOf(r, partId))).find(({ id }) => id === started.id)!,
    told: async (running) => (await eventsIn(running)).map(({ type }) => type.replace('clock.', '')),
  }
}
