import { pgTable, primaryKey, text } from 'drizzle-orm/pg-core'
import { anyId, id, instant } from './columns.js'

/** One row per answered command (T4): which input it was and which thing came of it; never an answer or a secret. */
export const idempotency = pgTable('idempotency', {
  vendorId: id('vnd', 'vendor_id').notNull(),
  actor: text('actor').notNull(),
  key: text('key').notNull(),
  inputHash: text('input_hash').notNull(),
  resultId: anyId('result_id'),
  createdAt: instant('created_at').notNull(),
}, (t) => [primaryKey({ columns: [t.vendorId, t.actor, t.key] })])

/** The same for what happens before a vendor is known: signing up. */
export const platformIdempotency = pgTable('platform_idempotency', {
  scope: text('scope').notNull(),
  key: text('key').notNull(),
  inputHash: text('input_hash').notNull(),
  vendorId: id('vnd', 'vendor_id').notNull(),
  createdAt: instant('created_at').notNull(),
}, (t) => [primaryKey({ columns: [t.scope, t.key] })])
