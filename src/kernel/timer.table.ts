import { index, integer, pgTable, primaryKey, text } from 'drizzle-orm/pg-core'
import { anyId, id, instant } from './columns.js'

/** One row per deadline of any kind (T7). Written with the change that sets it; carries no content. */
export const platformTimer = pgTable('platform_timer', {
  vendorId: id('vnd', 'vendor_id').notNull(),
  kind: text('kind').notNull(),
  subjectId: anyId('subject_id').notNull(),
  fireAt: instant('fire_at').notNull(),
  /** Grows with every change of the deadline, so that a firing of an older one finds nothing. */
  generation: integer('generation').notNull().default(1),
  leasedUntil: instant('leased_until'),
}, (t) => [primaryKey({ columns: [t.vendorId, t.kind, t.subjectId] }), index('platform_timer_due').on(t.fireAt)])
