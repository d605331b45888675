import { bigint, index, integer, jsonb, pgTable, primaryKey, text, uniqueIndex } from 'drizzle-orm/pg-core'
import { anyId, id, instant, key, owned } from './columns.js'

/** What happened, written in the transaction that did it; numbered without gaps per stream (T8). Append-only. */
export const event = pgTable('event', {
  ...owned('evt'),
  streamId: anyId('stream_id').notNull(),
  number: integer('number').notNull(),
  type: text('type').notNull(),
  visibility: text('visibility', { enum: ['PUBLIC', 'INTERNAL'] }).notNull(),
  data: jsonb('data').$type<Record<string, unknown>>().notNull(),
  actorKind: text('actor_kind').notNull(),
  actorId: anyId('actor_id'),
  requestId: text('request_id').notNull(),
  at: instant('at').notNull(),
}, (t) => [key(t), uniqueIndex('event_number').on(t.vendorId, t.streamId, t.number)])

/** The last number given out in a stream; its row lock is what makes the numbers gapless. */
export const eventStream = pgTable('event_stream', {
  vendorId: id('vnd', 'vendor_id').notNull(),
  streamId: anyId('stream_id').notNull(),
  lastNumber: integer('last_number').notNull(),
}, (t) => [primaryKey({ columns: [t.vendorId, t.streamId] })])

/** What still has to be told to the queue: written with the change, taken away by the relay. No content (T3). */
export const platformOutbox = pgTable('platform_outbox', {
  id: bigint('id', { mode: 'bigint' }).generatedAlwaysAsIdentity().primaryKey(),
  task: text('task').notNull(),
  vendorId: id('vnd', 'vendor_id'),
  /** What happened: an event's type, or the type of a Stripe event. */
  type: text('type').notNull(),
  /** The event's id, or the inbox row's. */
  subjectId: text('subject_id').notNull(),
  /** Jobs of one queue run one at a time, in order. */
  queue: text('queue'),
}, (t) => [index('platform_outbox_order').on(t.id)])
