import { sql } from 'drizzle-orm'
import postgres from 'postgres'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { openConnections } from '../../src/kernel/connections.js'
import { type Database, openDatabase, together, type Transaction } from '../../src/kernel/database.js'
import { newId } from '../../src/kernel/ids.js'
import { createDatabase, type TestDatabase } from '../support/postgres.js'

let db: TestDatabase
let database: Database
let admin: postgres.Sql
beforeAll(async () => {
  db = await createDatabase('database')
  database = openDatabase(db.appUrl, { poolSize: 2 })
  admin = postgres(db.superuserUrl, { max: 2, onnotice: () => undefined })
  await admin`create table note (text text)`
  await admin`grant all on note to public`
})
afterAll(async () => {
  await database.close()
  await admin.end()
  await db.drop()
})

const begin = (mode: 'READ' | 'WRITE' = 'WRITE') => database.begin(newId('vnd'), 'test', mode)
const one = async <T>(transaction: Transaction, statement: ReturnType<typeof sql>) =>
  Object.values((await transaction.db.execute(statement))[0] as Record<string, T>)[0] as T
const pidOf = (transaction: Transaction) => one<number>(transaction, sql`select pg_backend_pid()`)
const notes = async () => (await admin<{ text: string }[]>`select text from note order by text`).map((row) => row.text)
const gone = async (pid: number) => {
  for (let left = 1; left > 0;) [{ left }] = await admin<[{ left: number }]>`select count(*)::int as left from pg_stat_activity where pid = ${pid}`
}
const openTransactions = async () => (await admin`select from pg_stat_activity
  where datname = current_database() and application_name = 'demarc' and state like 'idle in transaction%'`).length

it('T2 a transaction knows its vendor and actor, and the next one on the same connection knows nothing of them', async () => {
  const vendorId = newId('vnd')
  const first = await database.begin(vendorId, 'mem_1', 'READ')
  expect(await one(first, sql`select current_setting('app.actor')`)).toBe('mem_1')
  const pid = await pidOf(first)
  await first.commit()
  const second = await database.begin(newId('vnd'), 'mem_2', 'READ')
  expect(await pidOf(second)).toBe(pid)
  expect(await one(second, sql`select current_setting('app.actor')`)).toBe('mem_2')
  await second.rollback()
})

it('a statement that comes after its transaction has ended is not sent, so it can never run in the next one', async () => {
  const ended = await begin()
  const ending = ended.rollback()
  await expect(ended.db.execute(sql`insert into note values ('late')`)).rejects.toMatchObject({ cause: { message: expect.stringMatching(/came after its end/) } })
  await ending
  const next = await begin()
  await expect(ended.db.execute(sql`insert into note values ('late')`)).rejects.toMatchObject({ cause: { message: expect.stringMatching(/came after its end/) } })
  await next.commit()
  expect(await notes()).not.toContain('late')
})

it('a transaction whose connection is closed by the server fails, and the process and the pool go on', async () => {
  // Often, since what is sent between the socket's error and its end has an unlucky moment of its own.
  for (let i = 0; i < 20; i += 1) {
    const idle = await begin()
    await idle.db.execute(sql`insert into note values ('undone')`)
    const pid = await pidOf(idle)
    await admin`select pg_terminate_backend(${pid})`
    await gone(pid)
    await expect(idle.db.execute(sql`select 1`)).rejects.toThrow()
    await expect(idle.commit()).rejects.toThrow()
  }
  const after = await begin()
  expect(await one(after, sql`select 1`)).toBe(1)
  await after.commit()
  expect(await notes()).not.toContain('undone')
})

it('statements that wait behind one whose connection is closed fail too, and none runs on the connection made next', async () => {
  const doomed = await begin()
  const pid = await pidOf(doomed)
  // Never seen before, so each waits for the answer of the one in front before it is sent.
  const queued = ['a', 'b', 'c'].map((text, i) => doomed.db.execute(
    i === 0 ? sql`select pg_sleep(${60})` : sql`insert into note select ${text} where ${i} = ${i}`))
  const settled = Promise.allSettled(queued)
  for (let busy = 0; busy === 0;) {
    [{ busy }] = await admin<[{ busy: number }]>`select count(*)::int as busy from pg_stat_activity where pid = ${pid} and query like '%pg_sleep%' and state = 'active'`
  }
  await admin`select pg_terminate_backend(${pid})`
  expect((await settled).map((s) => s.status)).toEqual(['rejected', 'rejected', 'rejected'])
  await doomed.rollback()
  await Promise.all([begin(), begin()].map(async (t) => (await t).commit()))
  expect((await notes()).filter((text) => ['b', 'c'].includes(text))).toEqual([])
})

it('a failed statement leaves nothing behind: commit says so, and the connection is clean for the next', async () => {
  const failed = await begin()
  await failed.db.execute(sql`insert into note values ('half')`)
  await expect(failed.db.execute(sql`select 1 / 0`)).rejects.toThrow()
  await expect(failed.commit()).rejects.toThrow(/rolled back/)
  expect(await notes()).not.toContain('half')
  expect(await openTransactions()).toBe(0)
})

it('more transactions than connections wait their turn, in order', async () => {
  const order: number[] = []
  await Promise.all(Array.from({ length: 20 }, async (_, i) => {
    const transaction = await begin()
    order.push(i)
    await transaction.db.execute(sql`select 1`)
    await transaction.commit()
  }))
  expect(order).toEqual([...order].sort((a, b) => a - b))
  expect(await openTransactions()).toBe(0)
})

it('T2 a READ transaction cannot write', async () => {
  const reading = await begin('READ')
  await expect(reading.db.execute(sql`insert into note values ('read')`)).rejects.toThrow()
  await reading.rollback()
})

it('work done together is all or nothing, also when its connection is closed under it', async () => {
  const connections = openConnections(db.appUrl, 1)
  const doomed = together(connections, async (tx) => {
    await tx.execute(sql`insert into note values ('one')`)
    await tx.execute(sql`select pg_terminate_backend(pg_backend_pid())`)
    await tx.execute(sql`insert into note values ('two')`)
  })
  await expect(doomed).rejects.toThrow()
  await together(connections, async (tx) => void (await tx.execute(sql`insert into note values ('three')`)))
  expect((await notes()).filter((text) => ['one', 'two', 'three'].includes(text))).toEqual(['three'])
  await connections.end()
})
