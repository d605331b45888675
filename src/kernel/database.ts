import { drizzle, type PostgresJsDatabase } from 'drizzle-orm/postgres-js'
import postgres from 'postgres'
import { type Connection, type Connections, openConnections } from './connections.js'
import { type Id, uuidOf } from './ids.js'

export type Db = PostgresJsDatabase<Record<string, unknown>>

/** The server's door to PostgreSQL: transactions inside one vendor, and the tables that exist before a vendor is known. */
export interface Database {
  /** Opens a transaction in which row-level security shows one vendor's rows. */
  begin(vendorId: Id<'vnd'>, actor: string, mode: 'WRITE' | 'READ'): Promise<Transaction>
  /** The platform_ tables, outside any vendor. Every vendor's table looks empty through it. */
  readonly platform: Db
  /** Called after each commit of a change; the relay hangs on it, so that work starts without waiting for a poll. */
  onCommit: () => void
  close(): Promise<void>
}

export interface Transaction {
  readonly db: Db
  /** How many statements were sent so far, the two that open the transaction not counted. */
  readonly statements: () => number
  commit(): Promise<void>
  rollback(): Promise<void>
}

const begins = { WRITE: 'begin', READ: 'begin isolation level repeatable read read only' }

/** drizzle over something that sends statements; every one is prepared, which saves a round trip and the planner's work. */
const drizzleOver = (options: postgres.Sql['options'], send: (text: string, parameters: unknown[]) => unknown): Db =>
  drizzle({ client: { options, unsafe: (text: string, parameters: unknown[] = []) => send(text, parameters) } as never })

/** No statement runs longer, and no transaction waits longer for its next one: what hangs lets go of its locks by itself. */
const LONGEST_MS = 30_000

export function openDatabase(url: string, { poolSize = 10 } = {}): Database {
  const options = {
    onnotice: () => undefined,
    // drizzle knows the columns' types. postgres.js would ask for them on each new connection, and end the process if that failed.
    fetch_types: false,
    connection: { application_name: 'demarc', statement_timeout: LONGEST_MS, idle_in_transaction_session_timeout: LONGEST_MS },
  }
  const tenants = openConnections(url, poolSize, options)
  const platformPool = postgres(url, { ...options, max: 4, idle_timeout: 0 })
  const database: Database = {
    platform: drizzleOver(platformPool.options, (text, parameters) => platformPool.unsafe(text, parameters as never[], { prepare: true })),
    onCommit: () => undefined,
    begin: (vendorId, actor, mode) => openTransaction(tenants, vendorId, actor, mode, () => database.onCommit()),
    close: async () => {
      await Promise.all([tenants.end(), platformPool.end({ timeout: 5 })])
    },
  }
  return database
}

async function openTransaction(
  connections: Connections, vendorId: Id<'vnd'>, actor: string, mode: 'WRITE' | 'READ', committed: () => void,
): Promise<Transaction> {
  const transaction = await openPlain(connections, begins[mode],
    (send) => send("select set_config('app.vendor_id', $1, true), set_config('app.actor', $2, true)", [uuidOf(vendorId), actor]))
  return {
    ...transaction,
    commit: async () => {
      await transaction.commit()
      if (mode === 'WRITE') committed()
    },
  }
}

/** A transaction of one login on connections that carry nothing else; `first` may send what must come before all others. */
async function openPlain(
  connections: Connections, begin: string, first: (send: Connection['send']) => PromiseLike<unknown> = async () => undefined,
): Promise<Transaction> {
  const connection = await connections.take()
  let statements = 0
  let over = false
  // Not awaited here: BEGIN and what comes first travel in one packet with the first real statement, in this order.
  const opened = Promise.all([connection.send(begin), first(connection.send)])
  opened.catch(() => undefined)
  const end = async (statement: 'commit' | 'rollback') => {
    if (over) return
    over = true
    try {
      const answer = await connection.send(statement)
      await opened
      // PostgreSQL answers COMMIT of a failed transaction with ROLLBACK and no error.
      if (statement === 'commit' && answer.command === 'ROLLBACK') throw new Error('The transaction had failed and was rolled back.')
    } finally {
      connection.release()
    }
  }
  return {
    db: drizzleOver(connections.options, (text, parameters) => {
      if (over) throw new Error('The transaction is over; this statement came after its end and was not sent.')
      statements += 1
      return connection.send(text, parameters)
    }),
    statements: () => statements,
    commit: () => end('commit'),
    rollback: () => end('rollback').catch(() => undefined),
  }
}

/** All or nothing, as the login of those connections and outside any vendor: for the relay. */
export async function together<T>(connections: Connections, work: (db: Db) => Promise<T>): Promise<T> {
  const transaction = await openPlain(connections, 'begin')
  try {
    const result = await work(transaction.db)
    await transaction.commit()
    return result
  } catch (error) {
    await transaction.rollback()
    throw error
  }
}

/** The SQLSTATE of a database error, also through drizzle's wrapper; null for any other error. */
export function sqlState(error: unknown): string | null {
  for (let e = error; e instanceof Error; e = e.cause) {
    if ('severity' in e && 'code' in e) return String(e.code)
  }
  return null
}

/** The name of the constraint that a database error names, or null. */
export function constraintOf(error: unknown): string | null {
  for (let e = error; e instanceof Error; e = e.cause) {
    if ('constraint_name' in e) return String(e.constraint_name)
  }
  return null
}
