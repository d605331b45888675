import { drizzle, type PostgresJsDatabase } from 'drizzle-orm/postgres-js'
import postgres from 'postgres'
import { type Id, uuidOf } from './ids.js'

export type Db = PostgresJsDatabase<Record<string, unknown>>

/**
 * The server's door to PostgreSQL. `tenant` runs on a pool of its own that carries nothing but transactions
 * (postgres.js can otherwise slip other queries into one); `platform` reaches the tables that exist before a vendor is known.
 */
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

/** drizzle over one client; every statement is prepared, which saves a round trip and the planner's work. */
function prepared(client: postgres.Sql, options: postgres.Sql['options'], sent: () => void): Db {
  const unsafe = (query: string, parameters?: never[]) => {
    sent()
    return client.unsafe(query, parameters, { prepare: true })
  }
  return drizzle({ client: { options, unsafe } as never })
}

export function openDatabase(url: string, { poolSize = 10 } = {}): Database {
  const options = { onnotice: () => undefined, connection: { application_name: 'demarc' }, idle_timeout: 0 }
  const tenantPool = postgres(url, { ...options, max: poolSize })
  const platformPool = postgres(url, { ...options, max: 4 })
  const database: Database = {
    platform: prepared(platformPool, platformPool.options, () => undefined),
    onCommit: () => undefined,
    begin: (vendorId, actor, mode) => openTransaction(tenantPool, vendorId, actor, mode, () => database.onCommit()),
    close: async () => {
      await Promise.all([tenantPool.end({ timeout: 5 }), platformPool.end({ timeout: 5 })])
    },
  }
  return database
}

async function openTransaction(
  pool: postgres.Sql, vendorId: Id<'vnd'>, actor: string, mode: 'WRITE' | 'READ', committed: () => void,
): Promise<Transaction> {
  const connection = await pool.reserve()
  let statements = 0
  // Not awaited here: BEGIN and the vendor travel in one packet with the first real statement, in this order.
  const opened = Promise.all([
    connection.unsafe(begins[mode]),
    connection.unsafe("select set_config('app.vendor_id', $1, true), set_config('app.actor', $2, true)", [uuidOf(vendorId), actor], {
      prepare: true,
    }),
  ])
  opened.catch(() => undefined)
  let over = false
  const end = async (statement: 'commit' | 'rollback') => {
    if (over) return
    over = true
    try {
      if (statement === 'commit') await opened
      const [answer] = await Promise.all([connection.unsafe(statement)])
      // PostgreSQL answers COMMIT of a failed transaction with ROLLBACK and no error.
      if (statement === 'commit' && answer.command === 'ROLLBACK') throw new Error('The transaction had failed and was rolled back.')
    } finally {
      connection.release()
    }
  }
  return {
    db: prepared(connection, pool.options, () => void (statements += 1)),
    statements: () => statements,
    commit: async () => {
      await end('commit')
      if (mode === 'WRITE') committed()
    },
    rollback: () => end('rollback').catch(() => undefined),
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
