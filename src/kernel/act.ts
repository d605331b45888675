import DataLoader from 'dataloader'
import type { Actor } from './actor.js'
import type { Database, Db, Transaction } from './database.js'
import type { Id } from './ids.js'
import type { Clock } from './time.js'

/** What a question may use: one vendor's rows, as seen by one actor, at one instant. Reads take it as their first parameter. */
export interface Read {
  readonly db: Db
  readonly vendorId: Id<'vnd'>
  readonly actor: Actor
  readonly now: Date
  /** The batching loader of that name, made at first use; it lives as long as the transaction. */
  loader<K extends string, V>(name: string, batch: (keys: readonly K[]) => Promise<Map<K, V>>): DataLoader<K, V | null>
}

/** What a verb may use: everything a question may, and the right to change. Verbs are functions of (act, input). */
export interface Act extends Read {
  readonly requestId: string
  readonly changing: true
}

/** One request: who calls, and the doors to the database and the time. */
export interface Context {
  actor: Actor
  readonly database: Database
  readonly clock: Clock
  readonly requestId: string
  /** The request's open read transaction; only query.ts and command.ts touch it. */
  reading: Promise<{ read: Read; transaction: Transaction }> | null
  /** True once the answer is being sent: a field that is still being worked must not open another transaction. */
  answered: boolean
  /** Statements sent by this request so far, the opening of transactions not counted; tests assert it. */
  statements: number
}

/** A context for a caller that is already known: a request, a job, a test. */
export const contextFor = (database: Database, clock: Clock, actor: Actor, requestId: string): Context => ({
  actor, database, clock, requestId, reading: null, answered: false, statements: 0,
})

/** `remembers`: a question sees one snapshot, so its loaders keep what they read; a verb changes rows, so its loaders only batch. */
export function readIn(transaction: Transaction, vendorId: Id<'vnd'>, actor: Actor, now: Date, remembers: boolean): Read {
  const loaders = new Map<string, DataLoader<string, unknown>>()
  return {
    db: transaction.db, vendorId, actor, now,
    loader: <K extends string, V>(name: string, batch: (keys: readonly K[]) => Promise<Map<K, V>>) => {
      const known = loaders.get(name)
      if (known) return known as unknown as DataLoader<K, V | null>
      const made = new DataLoader<K, V | null>(async (keys) => {
        const found = await batch(keys)
        return keys.map((k) => found.get(k) ?? null)
      }, { cache: remembers })
      loaders.set(name, made as unknown as DataLoader<string, unknown>)
      return made
    },
  }
}
