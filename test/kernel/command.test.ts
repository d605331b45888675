import 'reflect-metadata'
import { and, eq, sql } from 'drizzle-orm'
import postgres from 'postgres'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Act } from '../../src/kernel/act.js'
import { change, changeOnce, command } from '../../src/kernel/command.js'
import { record } from '../../src/kernel/event.js'
import { hashOf } from '../../src/kernel/idempotency.js'
import { newId } from '../../src/kernel/ids.js'
import { ask } from '../../src/kernel/query.js'
import { answer, conflict } from '../../src/kernel/refusal.js'
import { setTimer } from '../../src/kernel/timer.js'
import { after, hours } from '../../src/kernel/time.js'
import { currentVendor } from '../../src/vendors/vendor.reads.js'
import { vendor } from '../../src/vendors/vendor.table.js'
import { Vendor } from '../../src/vendors/vendor.types.js'
import { inside, openWorld, type Tenant, type World } from '../support/world.js'

let world: World
let tenant: Tenant
let catalogue: postgres.Sql
beforeAll(async () => {
  world = await openWorld()
  tenant = await world.signUp()
  catalogue = postgres(world.db.superuserUrl, { max: 1, onnotice: () => undefined })
})
afterAll(async () => {
  await catalogue.end()
  await world.close()
})

const ctx = () => inside(world, tenant.vendorId)
const rename = (act: Act, name: string) => act.db.update(vendor).set({ name }).where(and(eq(vendor.vendorId, act.vendorId), eq(vendor.id, act.vendorId)))
const nameNow = () => ask(ctx(), async (read) => (await currentVendor(read)).name)
const count = async (table: string) => (await catalogue`select count(*)::int as n from ${catalogue(table)}`)[0]!.n as number
const test = answer('testOfCommand', Vendor, [], currentVendor)

describe('T4 idempotency', () => {
  it('T4 the hash ignores the order of keys and what was not said, and nothing else', () => {
    const hash = hashOf('a', { x: 1, y: { b: [1, 2], c: null } })
    expect(hashOf('a', { y: { c: null, b: [1, 2] }, x: 1, z: undefined })).toBe(hash)
    const others: [string, object][] = [
      ['b', { x: 1, y: { b: [1, 2], c: null } }], ['a', { x: 1, y: { b: [2, 1], c: null } }], ['a', { x: '1', y: { b: [1, 2], c: null } }],
      ['a', { x: 1, y: { b: [1, 2] } }], ['a', { x: 1, y: { b: [1, 2], c: 0 } }],
    ]
    for (const [name, input] of others) expect(hashOf(name, input)).not.toBe(hash)
    expect(hashOf('a', { at: new Date(5) })).not.toBe(hashOf('a', { at: new Date(6) }))
  })

  it('T4 a refusal is not stored: the same key works when the reason is gone', async () => {
    const before = await count('idempotency')
    const refused = await command(ctx(), test, { idempotencyKey: 'again' }, () => Promise.reject(conflict('Not now.', 'Later.')))
    expect(refused).toMatchObject({ __typename: 'Conflict' })
    expect(await count('idempotency')).toBe(before)
    const done = await command(ctx(), test, { idempotencyKey: 'again' }, async (act) => {
      await rename(act, 'again')
      return currentVendor(act)
    })
    expect(done).toMatchObject({ name: 'again' })
  })

  it('T4 a fault is not stored either, and its change is undone', async () => {
    const before = await count('idempotency')
    await expect(command(ctx(), test, { idempotencyKey: 'fault' }, async (act) => {
      await rename(act, 'fault')
      throw new Error('a fault')
    })).rejects.toThrow('a fault')
    expect([await count('idempotency'), await nameNow()]).toEqual([before, 'again'])
  })

  it('T4 a key in flight waits for the first, and gets its result without doing the work again', async () => {
    let runs = 0
    const reached = signal()
    const go = signal()
    const slow = command(ctx(), test, { idempotencyKey: 'flight' }, async (act) => {
      runs += 1
      reached.give()
      await go.given
      await rename(act, 'flight')
      return currentVendor(act)
    })
    await reached.given
    const second = command(ctx(), test, { idempotencyKey: 'flight' }, (act) => { runs += 1; return currentVendor(act) })
    await lockWaited()
    go.give()
    expect(await second).toEqual(await slow)
    expect(await second).toMatchObject({ name: 'flight' })
    expect(runs).toBe(1)
  })

  it('T4 a key in flight whose first call fails is free for the second', async () => {
    const reached = signal()
    const go = signal()
    const first = command(ctx(), test, { idempotencyKey: 'flight2' }, async () => {
      reached.give()
      await go.given
      throw new Error('it failed')
    })
    await reached.given
    const second = command(ctx(), test, { idempotencyKey: 'flight2' }, (act) => currentVendor(act))
    await lockWaited()
    go.give()
    await expect(first).rejects.toThrow('it failed')
    expect(await second).toMatchObject({ id: tenant.vendorId })
  })

  it('T4 the same key of another caller is another key', async () => {
    const member = await world.ask('{ viewer { ... on Member { id } } }', {}, tenant.token)
    const other = { kind: 'MEMBER', vendorId: tenant.vendorId, id: member.data.viewer.id, roles: ['ADMIN'] } as const
    let runs = 0
    const run = (actor?: typeof other) => command(inside(world, tenant.vendorId, actor), test, { idempotencyKey: 'mine' }, (act) => { runs += 1; return currentVendor(act) })
    await run()
    await run(other)
    await run()
    expect(runs).toBe(2)
  })

  it('a change made once is made once, however many try at the same time', async () => {
    let runs = 0
    await Promise.all(Array.from({ length: 15 }, () => changeOnce(ctx(), 'once', async () => void (runs += 1))))
    expect(runs).toBe(1)
  })
})

describe('changes', () => {
  it('a deadlock runs the loser again, and both changes stand', async () => {
    const [one, two] = [newId('tkt'), newId('tkt')]
    const met = [signal(), signal()]
    let runs = 0
    const both = (mine: number, first: typeof one, second: typeof one) => change(ctx(), async (act) => {
      runs += 1
      await record(act, { type: 'test.first', streamId: first })
      met[mine]!.give()
      await met[1 - mine]!.given
      await record(act, { type: 'test.second', streamId: second })
    })
    await Promise.all([both(0, one, two), both(1, two, one)])
    expect(runs).toBeGreaterThan(2)
    for (const stream of [one, two]) expect(await numbersOf(stream)).toEqual([1, 2])
  })

  it('a serialization failure is run again; one that never ends is told after six tries', async () => {
    let runs = 0
    const failing = (times: number) => change(ctx(), async (act) => {
      runs += 1
      if (runs <= times) await act.db.execute(sql`do $$ begin raise exception using errcode = '40001'; end $$`)
      return runs
    })
    expect(await failing(2)).toBe(3)
    runs = 0
    await expect(failing(100)).rejects.toThrow()
    expect(runs).toBe(6)
  })

  it('any other failure is not run again', async () => {
    let runs = 0
    await expect(change(ctx(), async (act) => { runs += 1; await act.db.execute(sql`select 1 / 0`) })).rejects.toThrow()
    expect(runs).toBe(1)
  })

  it('T8 a change that is rolled back leaves no event, no timer, no note and no number', async () => {
    const before = await Promise.all(['event', 'event_stream', 'platform_timer', 'platform_outbox', 'idempotency'].map(count))
    const streamId = newId('tkt')
    await expect(change(ctx(), async (act) => {
      await record(act, { type: 'test.undone', streamId })
      await setTimer(act, 'test', streamId, after(act.now, hours(1)))
      throw new Error('undone')
    })).rejects.toThrow('undone')
    expect(await Promise.all(['event', 'event_stream', 'platform_timer', 'platform_outbox', 'idempotency'].map(count))).toEqual(before)
  })

  it('T8 numbers have no gap under twenty writers at once, some of whom give up', async () => {
    const streamId = newId('tkt')
    const writers = Array.from({ length: 20 }, (_, i) => change(ctx(), async (act) => {
      await record(act, { type: 'test.written', streamId })
      if (i % 4 === 0) throw new Error('gave up')
      await record(act, { type: 'test.written', streamId })
    }).catch(() => undefined))
    await Promise.all(writers)
    expect(await numbersOf(streamId)).toEqual(Array.from({ length: 30 }, (_, i) => i + 1))
  })

  it('a verb that fails while another part of it is still at work changes nothing afterwards', async () => {
    const before = await Promise.all(['event', 'platform_outbox'].map(count))
    const streams = Array.from({ length: 5 }, () => newId('tkt'))
    await expect(change(ctx(), (act) => Promise.all([
      ...streams.map((streamId) => record(act, { type: 'test.late', streamId })),
      Promise.reject(new Error('at once')),
    ]))).rejects.toThrow('at once')
    await change(ctx(), (act) => currentVendor(act))
    expect(await Promise.all(['event', 'platform_outbox'].map(count))).toEqual(before)
  })
})

const numbersOf = async (streamId: string): Promise<number[]> =>
  (await catalogue`select number from event where stream_id = ${streamId} order by number`).map((row) => row.number as number)

function signal(): { give: () => void; given: Promise<void> } {
  let give: () => void = () => undefined
  const given = new Promise<void>((resolve) => { give = resolve })
  return { give: () => give(), given }
}

/** Returns when some transaction of this database waits for a lock. */
async function lockWaited(): Promise<void> {
  for (let waiting = 0; waiting === 0;) {
    [{ waiting }] = await catalogue<[{ waiting: number }]>`select count(*)::int as waiting from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`
  }
}
