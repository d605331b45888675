import { and, asc, eq } from 'drizzle-orm'
import fc from 'fast-check'
import postgres from 'postgres'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { inside, openWorld, type Tenant, type World } from '../support/world.js'
import { type Act } from '../../src/kernel/act.js'
import { change } from '../../src/kernel/command.js'
import { event } from '../../src/kernel/event.table.js'
import { type Id, newId } from '../../src/kernel/ids.js'
import { openLog } from '../../src/kernel/log.js'
import { ask } from '../../src/kernel/query.js'
import { minutes, seconds } from '../../src/kernel/time.js'
import { openRelay } from '../../src/relay.js'
import { builtCalendars } from '../../src/sla/built-calendars.js'
import { clockState } from '../../src/sla/clock.js'
import { clockNow, explainDeadline } from '../../src/sla/clock-explanation.js'
import { calendarsOf, type ClockColumns, columnsOf, countedEvents, specOf } from '../../src/sla/clock-row.js'
import * as clocks from '../../src/sla/clocks.js'
import { type Metric, metrics } from '../../src/sla/metric.js'
import { clocksOf, eventsOf, promisesOfDuty } from '../../src/sla/sla.reads.js'
import type { ClockRow, PromiseRow } from '../../src/sla/sla.types.js'

let world: World
let tenant: Tenant
let office: string
let promised: Record<string, PromiseRow[]>

beforeAll(async () => {
  world = await openWorld()
  tenant = await world.signUp()
  const hours = { timeZone: 'UTC', weekly: [1, 2, 3, 4, 5, 6, 7].map((day) => ({ day, from: '08:00', to: '16:00' })) }
  office = (await world.done('createCalendar', { name: 'Office', ...hours }, 'id', tenant.token)).id
  const late = (await world.done('createCalendar', { name: 'Late', ...hours, weekly: [{ day: 1, from: '12:00', to: '20:00' }] }, 'id', tenant.token)).id
  const all = (minutes: number, calendarId: string | null, kind: string) => metrics.map((metric) => ({ metric, minutes, calendarId, kind }))
  promised = {
    hour: await promises(all(60, null, 'COMMITMENT')), half: await promises(all(30, null, 'TARGET')), day: await promises(all(480, null, 'TARGET')),
    office: await promises(all(120, office, 'COMMITMENT')), late: await promises(all(60, late, 'TARGET')),
  }
})
afterAll(() => world.close())

let made = 0
async function promises(list: object[]): Promise<PromiseRow[]> {
  const product = await world.done('createProduct', { code: `p${made += 1}`, name: 'P', description: 'P.' }, 'id', tenant.token)
  const duty = await world.done('createDuty', { productId: product.id, code: 'DEFECT', kind: 'DEFECT', statement: 'Mended.' }, 'id', tenant.token)
  await world.done('setPromises', { dutyId: duty.id, promises: list }, 'id', tenant.token)
  return await ask(inside(world, tenant.vendorId), (read) => promisesOfDuty(read, duty.id, 'NORMAL'))
}

const act = <T>(work: (act: Act) => Promise<T>): Promise<T> => change(inside(world, tenant.vendorId), work)
const read = <T>(question: Parameters<typeof ask<T>>[1]): Promise<T> => ask(inside(world, tenant.vendorId), question)
const now = (): Date => world.clock.now()
const inMinutes = (n: number): Date => new Date(now().getTime() + minutes(n))

interface Running { partId: Id<'prt'>; streamId: Id<'tkt'>; started: ClockRow }

async function start(set: keyof typeof promised, metric: Metric = 'FIRST_RESPONSE', onto?: Running): Promise<Running> {
  const { partId, streamId } = onto ?? { partId: newId('prt'), streamId: newId('tkt') }
  const promise = promised[set]!.find((p) => p.metric === metric)!
  const started = await act((a) => clocks.startClock(a, { subjectId: partId, streamId, promise, startAt: a.now }))
  return { partId, streamId, started }
}

const row = async ({ partId, started }: Running): Promise<ClockRow> => (await read((r) => clocksOf(r, partId))).find(({ id }) => id === started.id)!
const eventsIn = ({ streamId }: Running) => read((r) => r.db.select().from(event)
  .where(and(eq(event.vendorId, r.vendorId), eq(event.streamId, streamId))).orderBy(asc(event.number)))
const told = async (running: Running): Promise<string[]> => (await eventsIn(running)).map(({ type }) => type.replace('clock.', ''))

describe('starting and firing', () => {
  it('S7 warns at three quarters and breaches one millisecond after the deadline, each once, and says for whom', async () => {
    const running = await start('hour')
    expect(running.started).toMatchObject({ state: 'RUNNING', kind: 'COMMITMENT', minutes: 60, dueAt: inMinutes(60), toldDueAt: inMinutes(60), warnAt: inMinutes(45) })
    const [startedAt, dueAt] = [now(), inMinutes(60)]
    await world.advance(minutes(45) - 1)
    expect(await told(running)).toEqual(['started'])
    await world.advance(1)
    expect(await told(running)).toEqual(['started', 'warned'])
    expect((await row(running)).warnedAt).toEqual(now())
    await world.advance(minutes(15))
    expect(await told(running)).toEqual(['started', 'warned'])
    await world.advance(1)
    await world.settle()
    await world.advance(minutes(600))
    const events = await eventsIn(running)
    expect(events.map(({ type, visibility, number }) => [type, visibility, number])).toEqual([
      ['clock.started', 'PUBLIC', 1], ['clock.warned', 'INTERNAL', 2], ['clock.breached', 'PUBLIC', 3],
    ])
    expect(events[2]!.data).toEqual({
      clockId: running.started.id, subjectId: running.partId, metric: 'FIRST_RESPONSE', kind: 'COMMITMENT', dueAt: dueAt.toISOString(), lateMs: 1,
    })
    expect(await row(running)).toMatchObject({ state: 'RUNNING', startedAt, breachedAt: dueAt, dueAt })
  })

  it('S7 a timer that fires long after still warns and breaches once, in this order', async () => {
    const running = await start('hour')
    await world.advance(minutes(900))
    expect(await told(running)).toEqual(['started', 'warned', 'breached'])
  })

  it('S7 two relays and forty clocks: every one warned once and breached once', async () => {
    const log = openLog('error', world.clock.now)
    const relays = [1, 2].map(() => openRelay({ jobsUrl: world.db.jobsUrl, database: world.app.database, clock: world.clock, log, tasks: {} }))
    const all = await Promise.all(Array.from({ length: 40 }, () => start('half')))
    world.clock.advance(minutes(25))
    await Promise.all(relays.map((relay) => relay.settle()))
    world.clock.advance(minutes(25))
    await Promise.all(relays.map((relay) => relay.settle()))
    for (const running of all) expect(await told(running)).toEqual(['started', 'warned', 'breached'])
    await Promise.all(relays.map((relay) => relay.stop()))
  })

  it('S7 an answer that races with the breach: every clock is stopped, those that were late breached, nothing twice', async () => {
    const all = await Promise.all(Array.from({ length: 12 }, () => start('half')))
    world.clock.advance(minutes(30) + 1)
    await Promise.all([world.settle(), ...all.map(({ partId }) => act((a) => clocks.stopClock(a, partId, 'FIRST_RESPONSE', 'Answered.')))])
    await world.settle()
    for (const running of all) {
      expect((await told(running)).filter((type) => type !== 'warned').sort()).toEqual(['breached', 'started', 'stopped'])
      expect((await row(running)).state).toBe('STOPPED')
    }
  })

  it('S5 a second message does not start a second clock, nor restart the first, even at the same moment', async () => {
    const running = await start('hour')
    await world.advance(minutes(10))
    const again = await Promise.all([start('hour', 'FIRST_RESPONSE', running), start('half', 'FIRST_RESPONSE', running)])
    for (const { started } of again) expect(started).toMatchObject({ id: running.started.id, dueAt: running.started.dueAt })
    const fresh = { partId: newId('prt'), streamId: newId('tkt') } as Running
    const raced = await Promise.all([1, 2, 3, 4].map(() => start('hour', 'NEXT_RESPONSE', fresh)))
    expect(new Set(raced.map(({ started }) => started.id)).size).toBe(1)
    expect(await told(fresh)).toEqual(['started'])
  })

  it('S4 counts the open minutes of its calendar, and keeps the version it started with when the calendar is edited', async () => {
    const running = await start('office')
    const before = await row(running)
    await world.done('updateCalendar', { calendarId: office, weekly: [{ day: 3, from: '10:00', to: '11:00' }] }, 'number', tenant.token)
    await act((a) => clocks.pauseClocks(a, running.partId, ['FIRST_RESPONSE'], 'Asked.'))
    await act((a) => clocks.resumeClocks(a, running.partId, ['FIRST_RESPONSE'], 'Answered.'))
    expect(await row(running)).toMatchObject({ dueAt: before.dueAt, calendarVersionId: before.calendarVersionId })
    const later = await start('office')
    expect(later.started.calendarVersionId).not.toBe(before.calendarVersionId)
    await world.done('updateCalendar', { calendarId: office, weekly: [1, 2, 3, 4, 5, 6, 7].map((day) => ({ day, from: '08:00', to: '16:00' })) }, 'number', tenant.token)
  })

  it('few statements: seven start a clock whose calendar is known, eight stop one, the event of the ticket included', async () => {
    const running = await start('office')
    const [starting, stopping] = [inside(world, tenant.vendorId), inside(world, tenant.vendorId)]
    const promise = promised.office!.find(({ metric }) => metric === 'UPDATE')!
    await change(starting, (a) => clocks.startClock(a, { subjectId: running.partId, streamId: running.streamId, promise, startAt: a.now }))
    await change(stopping, (a) => clocks.stopClock(a, running.partId, 'UPDATE', 'Said.'))
    expect([starting.statements, stopping.statements]).toEqual([7, 8])
  })
})

describe('stopping, pausing, reopening', () => {
  it('S5 an answer at the very deadline is in time, and a stopped clock never breaches', async () => {
    const running = await start('hour')
    world.clock.advance(minutes(60))
    expect(await act((a) => clocks.stopClock(a, running.partId, 'FIRST_RESPONSE', 'Answered.'))).toBe(true)
    await world.advance(minutes(600))
    expect(await told(running)).toEqual(['started', 'stopped'])
    expect(await row(running)).toMatchObject({ state: 'STOPPED', breachedAt: null, spentMs: minutes(60) })
    expect(await act((a) => clocks.stopClock(a, running.partId, 'FIRST_RESPONSE', 'Again.'))).toBe(false)
  })

  it('S7 an answer one millisecond late breaches at once, before any timer', async () => {
    const running = await start('hour')
    world.clock.advance(minutes(60) + 1)
    await act((a) => clocks.stopClock(a, running.partId, 'FIRST_RESPONSE', 'Answered.'))
    expect(await told(running)).toEqual(['started', 'breached', 'stopped'])
    await world.advance(minutes(600))
    expect(await told(running)).toEqual(['started', 'breached', 'stopped'])
  })

  it('S5 R46 a pause stops the time and keeps what was spent; the told deadline stays readable', async () => {
    const running = await start('hour')
    const first = await row(running)
    await world.advance(minutes(20))
    await act((a) => clocks.pauseClocks(a, running.partId, ['FIRST_RESPONSE', 'RESOLUTION'], 'Which version?'))
    expect(await row(running)).toMatchObject({ state: 'PAUSED', dueAt: null, warnAt: null, toldDueAt: first.dueAt, spentMs: minutes(20) })
    await world.advance(minutes(500))
    await act((a) => clocks.pauseClocks(a, running.partId, ['FIRST_RESPONSE'], 'Asked again.'))
    await act((a) => clocks.resumeClocks(a, running.partId, ['FIRST_RESPONSE'], 'Answered.'))
    await act((a) => clocks.resumeClocks(a, running.partId, ['FIRST_RESPONSE'], 'Answered twice.'))
    expect(await row(running)).toMatchObject({ state: 'RUNNING', dueAt: inMinutes(40), toldDueAt: inMinutes(40), warnAt: inMinutes(25) })
    await world.advance(minutes(40) + 1)
    expect(await told(running)).toEqual(['started', 'paused', 'resumed', 'warned', 'breached'])
  })

  it('R47 a clock that waits for two goes on when both have come, and the update clock never waits for a third party', async () => {
    const running = await start('hour', 'RESOLUTION')
    const [pause, resume] = [clocks.pauseClocks, clocks.resumeClocks]
    await act((a) => pause(a, running.partId, ['RESOLUTION'], 'Asked.'))
    await act((a) => pause(a, running.partId, ['RESOLUTION'], 'The bank is down.', 'DEPENDENCY'))
    await act((a) => resume(a, running.partId, ['RESOLUTION'], 'Answered.'))
    expect((await row(running)).state).toBe('PAUSED')
    await act((a) => resume(a, running.partId, ['RESOLUTION'], 'The bank is up.', 'DEPENDENCY'))
    expect((await row(running)).state).toBe('RUNNING')
    expect(await told(running)).toEqual(['started', 'paused', 'resumed'])
    await expect(act((a) => pause(a, running.partId, ['UPDATE'], 'The bank.', 'DEPENDENCY'))).rejects.toThrow(/S5/)
  })

  it('R46 a pause that is struck counts after all, and a deadline that passed in it is told as missed', async () => {
    const running = await start('hour')
    const dueAt = inMinutes(60)
    await world.advance(minutes(20))
    const pausedAt = now()
    await act((a) => clocks.pauseClocks(a, running.partId, ['FIRST_RESPONSE'], 'A question that was none.'))
    await world.advance(minutes(90))
    for (const _ of [1, 2]) await act((a) => clocks.strikePause(a, running.partId, ['FIRST_RESPONSE'], pausedAt, 'Upheld.'))
    expect(await row(running)).toMatchObject({ state: 'RUNNING', breachedAt: dueAt, spentMs: minutes(110) })
    expect(await told(running)).toEqual(['started', 'paused', 'breached', 'pause_struck'])
  })

  it('S5 "this was no answer" goes on from where it was, unless another clock is open or another answer is meant', async () => {
    const running = await start('hour')
    await world.advance(minutes(20))
    const answeredAt = now()
    await act((a) => clocks.stopClock(a, running.partId, 'FIRST_RESPONSE', 'A template.'))
    await world.advance(minutes(30))
    const reopen = (stoppedAt?: Date) => act((a) => clocks.reopenClock(a, running.partId, 'FIRST_RESPONSE', 'No answer.', stoppedAt && { stoppedAt }))
    expect(await reopen(now())).toBe(false)
    expect(await reopen(answeredAt)).toBe(true)
    expect(await row(running)).toMatchObject({ state: 'RUNNING', stoppedAt: null, dueAt: inMinutes(40), toldDueAt: inMinutes(40) })
    expect(await reopen()).toBe(false)
    await world.advance(minutes(40) + 1)
    expect(await told(running)).toEqual(['started', 'stopped', 'reopened', 'warned', 'breached'])
  })

  it('a cancelled clock tells nothing more and is not reopened', async () => {
    const running = await start('hour')
    await start('hour', 'UPDATE', running)
    await act((a) => clocks.cancelClocks(a, running.partId, 'Merged.'))
    await world.advance(minutes(600))
    expect(await told(running)).toEqual(['started', 'started', 'cancelled', 'cancelled'])
    expect(await row(running)).toMatchObject({ state: 'CANCELLED', breachedAt: null })
    expect(await act((a) => clocks.reopenClock(a, running.partId, 'FIRST_RESPONSE', 'No.'))).toBe(false)
  })
})

describe('other promises', () => {
  const changeTo = (running: Running, set: keyof typeof promised, accepted = false) =>
    act((a) => clocks.changeClocks(a, running.partId, promised[set]!, { accepted, reason: 'Severity.' }))

  it('R48 the vendor moves a deadline earlier, never later, and makes no target of a commitment', async () => {
    const running = await start('hour')
    const told = inMinutes(60)
    await world.advance(minutes(10))
    await changeTo(running, 'day')
    expect(await row(running)).toMatchObject({ dueAt: told, toldDueAt: told, minutes: 60, kind: 'COMMITMENT' })
    const { computedDueAt, heldAsTold, sentence } = await read(async (r) => explainDeadline(r, await row(running)))
    expect({ computedDueAt, heldAsTold }).toEqual({ computedDueAt: inMinutes(470), heldAsTold: true })
    expect(sentence).toContain('held as it was told')
    await changeTo(running, 'half')
    expect(await row(running)).toMatchObject({ dueAt: inMinutes(20), toldDueAt: told, minutes: 30, kind: 'COMMITMENT', spentMs: minutes(10) })
    await world.advance(minutes(20) + 1)
    expect((await row(running)).breachedAt).toEqual(new Date(now().getTime() - 1))
  })

  it('R48 what the customer accepts may come later, and the time spent is kept', async () => {
    const running = await start('half')
    await world.advance(minutes(20))
    await changeTo(running, 'hour', true)
    expect(await row(running)).toMatchObject({ dueAt: inMinutes(40), toldDueAt: inMinutes(40), kind: 'COMMITMENT', spentMs: minutes(20) })
  })

  it('R48 minutes and calendar that change together are one change: no state between them is told', async () => {
    // Around the clock 480 minutes; then 60 minutes of a calendar that opens on Mondays from 12:00. "60 minutes around the clock" was never said.
    const running = await start('day')
    const before = (await row(running)).dueAt!
    await changeTo(running, 'late')
    const after = await row(running)
    expect(after.dueAt!.getTime()).toBeLessThanOrEqual(before.getTime())
    expect(after.dueAt).not.toEqual(inMinutes(60))
    const back = await start('late')
    const first = (await row(back)).dueAt!
    await changeTo(back, 'day')
    const [least] = [first, inMinutes(480)].sort((a, b) => a.getTime() - b.getTime())
    expect((await row(back)).dueAt).toEqual(least)
  })

  it('S6 a deadline that computes later under other time-zone data stays as it was told', async () => {
    const running = await start('hour')
    const earlier = inMinutes(50)
    // As if the row had been written when the data said ten minutes earlier.
    const admin = postgres(world.db.superuserUrl, { max: 1 })
    await admin`update clock set due_at = ${earlier.toISOString()}, told_due_at = ${earlier.toISOString()} where subject_id = ${running.partId}`
    await admin.end()
    await act((a) => clocks.pauseClocks(a, running.partId, ['FIRST_RESPONSE'], 'Asked.'))
    await act((a) => clocks.resumeClocks(a, running.partId, ['FIRST_RESPONSE'], 'Answered.'))
    expect((await row(running)).dueAt).toEqual(earlier)
  })

  it('R53 the explanation sums to the promise, in data and in a sentence in the reader\'s zone', async () => {
    const running = await start('hour')
    await world.advance(minutes(10))
    await act((a) => clocks.pauseClocks(a, running.partId, ['FIRST_RESPONSE'], 'Which version?'))
    await world.advance(minutes(5))
    await act((a) => clocks.resumeClocks(a, running.partId, ['FIRST_RESPONSE'], 'This one.'))
    await world.advance(minutes(1))
    const found = await read(async (r) => explainDeadline(r, await row(running), 'Asia/Kathmandu'))
    expect(found.counted.reduce((sum, part) => sum + part.minutes, 0)).toBe(60)
    expect(found).toMatchObject({ countedMinutes: 60, remainingMinutes: 0, promisedMinutes: 60, leftOut: [{ why: 'CUSTOMER', reason: 'Which version?', minutes: 5 }] })
    expect(found.sentence).toMatch(/^Due .* \(Asia\/Kathmandu\): 60 minutes of calendar time.*leaving out 5 minutes of waiting\.$/)
    expect(await read(async (r) => (await clockNow(r, await row(running))).spentMs)).toBe(minutes(11))
  })
})

describe('random histories', () => {
  type Step = { wait: number; op: string; arg: number }
  const steps = fc.array(fc.record({
    wait: fc.integer({ min: 0, max: 40 }), arg: fc.nat(4),
    op: fc.constantFrom('stop', 'pause', 'pauseDependency', 'resume', 'resumeDependency', 'reopen', 'change', 'accept', 'strike', 'cancel', 'nothing', 'nothing'),
  }), { minLength: 8, maxLength: 8 })

  async function take(running: Running, pausedAt: Map<string, Date>, { op, arg }: Step): Promise<void> {
    const [id, metric] = [running.partId, ['FIRST_RESPONSE'] as const]
    const set = Object.values(promised)[arg]!
    if (op === 'pause' || op === 'pauseDependency') pausedAt.set(id, now())
    await act(async (a) => {
      if (op === 'stop') await clocks.stopClock(a, id, metric[0], 'x')
      if (op === 'pause') await clocks.pauseClocks(a, id, metric, 'x')
      if (op === 'pauseDependency') await clocks.pauseClocks(a, id, metric, 'x', 'DEPENDENCY')
      if (op === 'resume') await clocks.resumeClocks(a, id, metric, 'x')
      if (op === 'resumeDependency') await clocks.resumeClocks(a, id, metric, 'x', 'DEPENDENCY')
      if (op === 'reopen') await clocks.reopenClock(a, id, metric[0], 'x')
      if (op === 'change' || op === 'accept') await clocks.changeClocks(a, id, set, { accepted: op === 'accept' })
      if (op === 'strike' && pausedAt.has(id)) await clocks.strikePause(a, id, metric, pausedAt.get(id)!, 'x')
      if (op === 'cancel' && arg === 0) await clocks.cancelClocks(a, id, 'x')
    })
  }

  it('S6 S7 the stored row is what the stored events compute, and nothing is told twice (25 histories, seed 46)', async () => {
    const histories = fc.sample(steps, { seed: 46, numRuns: 25 })
    const all = await Promise.all(histories.map((_, i) => start(Object.keys(promised)[i % 5]!)))
    const pausedAt = new Map<string, Date>()
    for (let i = 0; i < 8; i += 1) {
      await world.advance(minutes(histories[0]![i]!.wait) + seconds(i))
      await Promise.all(all.map((running, h) => take(running, pausedAt, histories[h]![i]!)))
    }
    await world.advance(minutes(2000))
    const states = new Set<string>()
    for (const running of all) {
      const [stored, types] = [await row(running), await told(running)]
      const { events, calendars } = await read(async (r) => {
        const found = await eventsOf(r, stored.id)
        return { events: found, calendars: await builtCalendars(r, calendarsOf(found)) }
      })
      const computed: ClockColumns = columnsOf(events, calendars)
      expect(stored).toMatchObject(computed)
      const pure = clockState(specOf(events), countedEvents(events), calendars, events.at(-1)!.at.getTime())
      expect([stored.dueAt, stored.warnAt, stored.stoppedAt, stored.spentMs].map(Number)).toEqual([pure.dueAt, pure.warnAt, pure.stoppedAt, pure.spentMs].map(Number))
      expect(types.filter((type) => type === 'breached')).toHaveLength(stored.breachedAt ? 1 : 0)
      expect(types.filter((type) => type === 'warned')).toHaveLength(stored.warnedAt ? 1 : 0)
      if (stored.state === 'RUNNING') expect(stored.breachedAt).not.toBeNull()
      states.add(`${stored.state}${stored.breachedAt ? ' breached' : ''}`)
    }
    expect(states.size).toBeGreaterThanOrEqual(5)
  })
})
