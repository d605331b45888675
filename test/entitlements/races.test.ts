import 'reflect-metadata'
import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { reservationOf } from '../../src/entitlements/entitlements.reads.js'
import { expireLot } from '../../src/entitlements/expiry.js'
import { capture, giveBack, release, reserve } from '../../src/entitlements/reservations.js'
import { type Act, contextFor } from '../../src/kernel/act.js'
import { automation } from '../../src/kernel/actor.js'
import { change } from '../../src/kernel/command.js'
import { type Database, openDatabase } from '../../src/kernel/database.js'
import { type Id, newId } from '../../src/kernel/ids.js'
import { days } from '../../src/kernel/time.js'
import { type Books, codeOf, expectSoundBooks, openBooks, topUp, whereabouts } from './books.js'

const CLIENTS = 50

let books: Books
let database: Database
let five: Id<'plv'>
let tenDays: Id<'plv'>
beforeAll(async () => {
  books = await openBooks()
  database = openDatabase(books.world.db.appUrl, { poolSize: CLIENTS })
  five = await books.plan()
  tenDays = await books.plan({ termDays: 10, units: 3 })
})
afterAll(async () => {
  await expectSoundBooks(books)
  await database.close()
  await books.world.close()
})

/** One of many clients, each with a connection of its own; answers 'done' or the refusal's code. */
const client = (work: (act: Act) => Promise<unknown>): Promise<unknown> =>
  codeOf(change(contextFor(database, books.world.clock, automation(books.tenant.vendorId), randomUUID()), async (act) => {
    await work(act)
    return 'done'
  }))

const reserving = (agreementId: Id<'agr'>, units = 1, subjectId: Id = newId('prt')) =>
  client((act) => reserve(act, { agreementId, subjectId, streamId: newId('tkt'), unit: 'INCIDENT', units }))
const tally = (answers: readonly unknown[]) => Object.fromEntries([...Map.groupBy(answers, (a) => String(a))].map(([k, v]) => [k, v.length]))
const times = <T>(n: number, make: (i: number) => Promise<T>) => Promise.all(Array.from({ length: n }, (_, i) => make(i)))

describe('many clients at once', () => {
  it('E2 fifty reservations of one unit on five units grant exactly five', async () => {
    const { id } = await books.bought(five)
    expect(tally(await times(CLIENTS, () => reserving(id)))).toEqual({ done: 5, UNITS_EXHAUSTED: 45 })
    expect(await whereabouts(books, id)).toEqual({ available: 0, reserved: 5, used: 0, expired: 0 })
  })

  it('E2 fifty reservations over three agreements, of one to three units, never take more than there is', async () => {
    const ids = (await times(3, () => books.bought(five))).map((a) => a.id)
    const wanted = Array.from({ length: CLIENTS }, (_, i) => ({ id: ids[i % 3]!, units: 1 + (i % 2) + (i % 3 === 0 ? 1 : 0) }))
    const answers = await Promise.all(wanted.map(({ id, units }) => reserving(id, units)))
    expect(new Set(answers)).toEqual(new Set(['done', 'UNITS_EXHAUSTED']))
    for (const id of ids) {
      const taken = wanted.filter((w, i) => w.id === id && answers[i] === 'done').reduce((sum, w) => sum + w.units, 0)
      expect(await whereabouts(books, id)).toEqual({ available: 5 - taken, reserved: taken, used: 0, expired: 0 })
    }
  })

  it('E2 fifty reservations of three units over eight lots of one agreement take each unit once, while others release', async () => {
    const { id } = await books.bought(five)
    for (let i = 1; i < 8; i += 1) await topUp(books, id, 5)
    const early = await times(4, () => books.held(id, 2))
    const answers = await Promise.all([
      ...Array.from({ length: CLIENTS }, () => reserving(id, 3)), ...early.map((subjectId) => client((act) => release(act, subjectId, 'Not needed.'))),
    ])
    const taken = 3 * (tally(answers.slice(0, CLIENTS)).done ?? 0)
    expect(taken).toBeGreaterThanOrEqual(30)
    expect(tally(answers.slice(CLIENTS))).toEqual({ done: 4 })
    expect(await whereabouts(books, id)).toEqual({ available: 40 - taken, reserved: taken, used: 0, expired: 0 })
  })

  it('E3 twenty reservations for one part hold once', async () => {
    const { id } = await books.bought(five)
    const subjectId = newId('prt')
    expect(tally(await times(20, () => reserving(id, 1, subjectId)))).toEqual({ done: 1, CONFLICT: 19 })
    expect(await whereabouts(books, id)).toMatchObject({ available: 4, reserved: 1 })
  })

  it('E3 capture, release and expiry race for one hold fifty times: one winner each time, and no unit lost', async () => {
    const runs = await times(50, async () => {
      const { id } = await books.bought(tenDays)
      const lotId = (await books.lots(id))[0]!.id
      return { id, lotId, subjectId: await books.held(id, 2) }
    })
    books.world.clock.advance(days(10))
    const seen = new Set<string>()
    for (const { id, lotId, subjectId } of runs) {
      const racers = [
        () => client((act) => capture(act, subjectId, 1, 'Solved.')), () => client((act) => release(act, subjectId, 'Not needed.')),
        () => client((act) => release(act, subjectId, 'A defect.', { extend: true })), () => client((act) => expireLot(act, { subjectId: lotId })),
      ].map((run, i) => ({ run, i })).sort(() => Math.random() - 0.5)
      const answers = new Map(await Promise.all(racers.map(async ({ run, i }) => [i, await run()] as const)))
      expect(answers.get(3)).toBe('done')
      expect([0, 1, 2].filter((i) => answers.get(i) === 'done')).toHaveLength(1)
      expect([0, 1, 2].filter((i) => answers.get(i) === 'CONFLICT')).toHaveLength(2)
      const state = (await books.ask((read) => reservationOf(read, subjectId)))!.state
      expect(state).toBe(answers.get(0) === 'done' ? 'CAPTURED' : 'RELEASED')
      const left = answers.get(2) === 'done' ? { available: 2, used: 0, expired: 1 } : { available: 0, used: state === 'CAPTURED' ? 1 : 0 }
      expect(await whereabouts(books, id)).toMatchObject({ reserved: 0, ...left })
      seen.add(state)
    }
    expect(seen.size).toBe(2)
  })

  it('E1 ten corrections of one capture give back once', async () => {
    const { id } = await books.bought(five)
    const subjectId = await books.held(id, 2)
    await books.change((act) => capture(act, subjectId, 2, 'Solved.'))
    expect(tally(await times(10, () => client((act) => giveBack(act, subjectId, 'A defect.'))))).toEqual({ done: 1, CONFLICT: 9 })
    expect(await whereabouts(books, id)).toEqual({ available: 5, reserved: 0, used: 0, expired: 0 })
  })
})
