import 'reflect-metadata'
import { drizzle } from 'drizzle-orm/postgres-js'
import postgres from 'postgres'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { Act } from '../../src/kernel/act.js'
import { change } from '../../src/kernel/command.js'
import { record } from '../../src/kernel/event.js'
import { type Id, newId } from '../../src/kernel/ids.js'
import { openLog } from '../../src/kernel/log.js'
import { after, hours, minutes, seconds } from '../../src/kernel/time.js'
import { clearTimer, leaseTimers, setTimer, takeTimer, type Timer } from '../../src/kernel/timer.js'
import { type Reaction, reactions, timerHandlers } from '../../src/reactions.js'
import { openRelay, type Relay } from '../../src/relay.js'
import { inside, openWorld, type Tenant, type World } from '../support/world.js'

let world: World
let tenant: Tenant
let jobs: postgres.Sql
const known = reactions.length
beforeAll(async () => {
  world = await openWorld()
  tenant = await world.signUp()
  jobs = postgres(world.db.jobsUrl, { max: 4, onnotice: () => undefined })
})
afterEach(() => {
  (reactions as Reaction[]).splice(known)
  for (const kind of Object.keys(timerHandlers)) if (kind.startsWith('test.')) delete timerHandlers[kind]
})
afterAll(async () => {
  await jobs.end()
  await world.close()
})

const act = <T>(work: (act: Act) => Promise<T>) => change(inside(world, tenant.vendorId), work)
const lease = (limit?: number) => leaseTimers(drizzle(jobs), world.clock.now(), limit)
const set = (subjectId: Id, ms: number, kind = 'test.timer') => act((a) => setTimer(a, kind, subjectId, after(a.now, ms)))
const take = (timer: Timer) => act((a) => takeTimer(a, timer))
const anotherRelay = (): Relay => openRelay({
  jobsUrl: world.db.jobsUrl, database: world.app.database, clock: world.clock, log: openLog('silent', world.clock.now), tasks: {},
})
const subjects = (n: number) => Array.from({ length: n }, () => newId('tkt'))
const timersLeft = async () => (await jobs`select subject_id from platform_timer where kind like 'test.%'`).length

describe('T7 timers', () => {
  it('T7 fire when they are due, not a millisecond before, and once', async () => {
    const fired: string[] = []
    timerHandlers['test.timer'] = async (_act, timer) => void fired.push(timer.subjectId)
    const id = newId('tkt')
    await set(id, hours(1))
    await world.advance(hours(1) - 1)
    expect(fired).toEqual([])
    await world.advance(1)
    await world.advance(hours(5))
    expect(fired).toEqual([id])
  })

  it('T7 one that was moved fires at its new time only, one that was cleared never', async () => {
    const fired: string[] = []
    timerHandlers['test.timer'] = async (_act, timer) => void fired.push(`${timer.subjectId} ${timer.fireAt.toISOString()}`)
    const [moved, cleared] = subjects(2) as [Id, Id]
    await set(moved, minutes(10))
    await set(cleared, minutes(10))
    await set(moved, minutes(30))
    await act((a) => clearTimer(a, 'test.timer', cleared))
    await world.advance(minutes(20))
    expect(fired).toEqual([])
    await world.advance(minutes(10))
    expect(fired).toEqual([`${moved} ${world.clock.now().toISOString()}`])
  })

  it('T7 a firing that is under way finds nothing when the timer was moved, cleared, or cleared and set anew', async () => {
    const [moved, cleared, anew, same] = subjects(4) as [Id, Id, Id, Id]
    for (const id of [moved, cleared, anew, same]) await set(id, 0)
    const leased = new Map((await lease()).map((timer) => [timer.subjectId, timer]))
    await set(moved, hours(1))
    await act((a) => clearTimer(a, 'test.timer', cleared))
    await act((a) => clearTimer(a, 'test.timer', anew))
    await set(anew, hours(1))
    const taken = await Promise.all([moved, cleared, anew, same].map((id) => take(leased.get(id)!)))
    expect(taken).toEqual([false, false, false, true])
    expect(await take(leased.get(same)!)).toBe(false)
    for (const id of [moved, anew]) await act((a) => clearTimer(a, 'test.timer', id))
  })

  it('T7 leases are never more than asked for, never given twice, the earliest first, and end by themselves', async () => {
    const ids = subjects(60)
    for (const [i, id] of ids.entries()) await set(id, -i)
    const leased = await Promise.all([lease(15), lease(15), lease(15), lease(15)])
    expect(leased.every((some) => some.length <= 15)).toBe(true)
    const all = leased.flat().map((timer) => timer.subjectId)
    expect(new Set(all).size).toBe(all.length)
    for (const some of leased) expect(some.map((t) => t.fireAt.getTime())).toEqual(some.map((t) => t.fireAt.getTime()).sort((a, b) => a - b))
    while ((await lease()).length > 0);
    expect(await lease()).toEqual([])
    world.clock.advance(seconds(30))
    expect(await lease()).toHaveLength(60)
    await act((a) => Promise.all(ids.map((id) => clearTimer(a, 'test.timer', id))))
  })

  it('T7 three relays on one database fire every timer once', async () => {
    const fired: string[] = []
    timerHandlers['test.timer'] = async (_act, timer) => void fired.push(timer.subjectId)
    const ids = subjects(250)
    await act(async (a) => { for (const id of ids) await setTimer(a, 'test.timer', id, a.now) })
    const others = [anotherRelay(), anotherRelay()]
    await Promise.all([world.app.relay, ...others].map((relay) => relay.settle()))
    expect([...fired].sort()).toEqual([...ids].sort())
    await Promise.all(others.map((relay) => relay.stop()))
  })

  it('T7 a handler that fails changes nothing, holds nobody up, and is tried again when its lease ends', async () => {
    const fired: string[] = []
    let isBroken = true
    timerHandlers['test.broken'] = async (a, timer) => {
      await record(a, { type: 'test.half', streamId: timer.subjectId })
      if (isBroken) throw new Error('not yet')
      fired.push(timer.subjectId)
    }
    timerHandlers['test.timer'] = async (_act, timer) => void fired.push(timer.subjectId)
    const [broken, fine] = subjects(2) as [Id, Id]
    await set(broken, 0, 'test.broken')
    await set(fine, 1)
    await quietly(() => world.advance(1))
    expect(fired).toEqual([fine])
    isBroken = false
    await world.advance(seconds(30))
    expect(fired).toEqual([fine, broken])
    const halves = await act((a) => a.db.execute(`select number from event where stream_id = '${broken}'`))
    expect(halves).toHaveLength(1)
    expect(await timersLeft()).toBe(0)
  })
})

describe('T8 the outbox', () => {
  const happened = (n: number) => act(async (a) => { for (let i = 0; i < n; i++) await record(a, { type: 'test.happened', streamId: newId('tkt') }) })
  const react = (name: string, run: Reaction['run']) => (reactions as Reaction[]).push({ name, on: 'test.happened', run })

  it('T8 an event is told to each of its reactions once, to others not at all', async () => {
    const told: string[] = []
    react('test.one', async (_act, event) => void told.push(`one ${event.id}`))
    react('test.two', async (_act, event) => void told.push(`two ${event.id}`))
    ;(reactions as Reaction[]).push({ name: 'test.other', on: 'test.never', run: async () => void told.push('never') })
    await happened(3)
    await world.settle()
    await world.settle()
    expect(told.filter((t) => t.startsWith('one'))).toHaveLength(3)
    expect(new Set(told).size).toBe(6)
  })

  it('T8 nothing is lost or told twice when relays are stopped in the middle of it', async () => {
    const told: string[] = []
    let moreThan: { count: number; reached: () => void } | null = null
    react('test.many', async (a, event) => {
      await record(a, { type: 'test.told', streamId: event.streamId })
      told.push(event.id)
      if (moreThan && told.length > moreThan.count) moreThan.reached()
    })
    const writing = Promise.all(Array.from({ length: 10 }, () => happened(12)))
    for (let round = 0; round < 3 && told.length < 100; round++) {
      const relay = anotherRelay()
      const reached = new Promise<void>((resolve) => { moreThan = { count: told.length, reached: resolve } })
      await relay.start()
      await reached
      await relay.stop()
      expect(await jobs`select id from graphile_worker.jobs where locked_at is not null`).toHaveLength(0)
    }
    await writing
    await world.settle()
    expect(await jobs`select 1 from platform_outbox`).toHaveLength(0)
    expect(new Set(told).size).toBe(120)
    const twice = await act((a) => a.db.execute(`select stream_id from event where type = 'test.told' group by 1 having count(*) > 1`))
    expect(twice).toHaveLength(0)
  })

  it('T8 a job that was worked, but whose end was not noted, changes nothing the second time', async () => {
    let runs = 0
    react('test.again', async (a, event) => {
      runs += 1
      await record(a, { type: 'test.again', streamId: event.streamId })
    })
    await happened(1)
    await world.settle()
    const [event] = await act((a) => a.db.execute(`select id, stream_id from event where type = 'test.again'`)) as unknown as [{ stream_id: string }]
    const [cause] = await act((a) => a.db.execute(`select id from event where type = 'test.happened' and stream_id = '${event.stream_id}'`)) as unknown as [{ id: string }]
    const { idOf } = await import('../../src/kernel/ids.js')
    const payload = { reaction: 'test.again', vendorId: tenant.vendorId, eventId: idOf('evt', cause.id) }
    for (let i = 0; i < 3; i++) await jobs`select graphile_worker.add_job('reaction', ${JSON.stringify(payload)}::json)`
    await world.settle()
    expect(runs).toBe(1)
  })

  it('T8 what a reaction changes is undone when it fails, and the event is told again', async () => {
    let isBroken = true
    react('test.broken', async (a, event) => {
      await record(a, { type: 'test.partly', streamId: event.streamId })
      if (isBroken) throw new Error('not yet')
    })
    await happened(1)
    await quietly(() => world.settle())
    const partly = () => act((a) => a.db.execute(`select id from event where type = 'test.partly'`))
    expect(await partly()).toHaveLength(0)
    isBroken = false
    const failed = await jobs`select id from graphile_worker.jobs where last_error is not null`
    expect(failed).toHaveLength(1)
    await jobs`select graphile_worker.reschedule_jobs(array[${failed[0]!.id}::bigint], run_at => now())`
    await world.settle()
    expect(await partly()).toHaveLength(1)
  })
})

/** Lets the product say what it has to say about a fault that the test wants, to nobody. */
async function quietly(work: () => Promise<void>): Promise<void> {
  const { write } = process.stderr
  process.stderr.write = () => true
  try {
    await work()
  } finally {
    process.stderr.write = write
  }
}
