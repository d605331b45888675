import { sql } from 'drizzle-orm'
import { bigint, check, index, integer, jsonb, pgTable, primaryKey, text, uniqueIndex } from 'drizzle-orm/pg-core'
import { duty, planVersion } from '../catalog/catalog.table.js'
import { severities } from '../catalog/words.js'
import { anyId, id, instant, key, owned, refers } from '../kernel/columns.js'
import type { CalendarSpec } from './calendar-spec.js'
import { CLOCK_ROW_STATES, type StoredBody, STORED_EVENT_KINDS } from './clock-row.js'
import { metrics, promiseKinds } from './metric.js'

/** Opening hours under a name. What they are stands in its versions; `number` is the one that holds for new clocks. */
export const calendar = pgTable('calendar', {
  ...owned('cal'),
  name: text('name').notNull(),
  number: integer('number').notNull(),
  createdAt: instant('created_at').notNull(),
}, (t) => [key(t), uniqueIndex('calendar_name').on(t.vendorId, t.name), index('calendar_listed').on(t.vendorId, t.createdAt, t.id)])

/** Opening hours as they once were. Written once and never changed: clocks count by the version they started with. */
export const calendarVersion = pgTable('calendar_version', {
  ...owned('cav'),
  calendarId: id('cal', 'calendar_id').notNull(),
  number: integer('number').notNull(),
  spec: jsonb('spec').$type<CalendarSpec>().notNull(),
  createdAt: instant('created_at').notNull(),
}, (t) => [key(t), refers(t.vendorId, t.calendarId, calendar), uniqueIndex('calendar_version_number').on(t.vendorId, t.calendarId, t.number)])

/** How soon something is promised, by a duty or by a plan version. A row never changes; `replaced_at` takes it out of force. */
export const promise = pgTable('promise', {
  ...owned('prm'),
  dutyId: id('dty', 'duty_id'),
  planVersionId: id('plv', 'plan_version_id'),
  /** Null: every severity that has no promise of its own. */
  severity: text('severity', { enum: severities }),
  metric: text('metric', { enum: metrics }).notNull(),
  minutes: integer('minutes').notNull(),
  /** Null: calendar time, around the clock. */
  calendarId: id('cal', 'calendar_id'),
  kind: text('kind', { enum: promiseKinds }).notNull(),
  createdAt: instant('created_at').notNull(),
  replacedAt: instant('replaced_at'),
}, (t) => [
  key(t), refers(t.vendorId, t.dutyId, duty), refers(t.vendorId, t.planVersionId, planVersion), refers(t.vendorId, t.calendarId, calendar),
  uniqueIndex('promise_of_duty').on(t.vendorId, t.dutyId, t.metric, sql`coalesce(${t.severity}, '')`)
    .where(sql`${t.dutyId} is not null and ${t.replacedAt} is null`),
  uniqueIndex('promise_of_plan_version').on(t.vendorId, t.planVersionId, t.metric, sql`coalesce(${t.severity}, '')`)
    .where(sql`${t.planVersionId} is not null and ${t.replacedAt} is null`),
  index('promise_by_calendar').on(t.vendorId, t.calendarId).where(sql`${t.replacedAt} is null`),
  check('promise_owner', sql`num_nonnulls(${t.dutyId}, ${t.planVersionId}) = 1`),
  check('promise_minutes', sql`${t.minutes} between 1 and 525600`),
])

/** One promise running. Everything but whose it is follows from its events (S6) and stands here to be found and shown. */
export const clock = pgTable('clock', {
  ...owned('clk'),
  /** The part (or ticket) that it runs on, and the ticket whose history its events are recorded in. */
  subjectId: anyId('subject_id').notNull(),
  streamId: anyId('stream_id').notNull(),
  metric: text('metric', { enum: metrics }).notNull(),
  kind: text('kind', { enum: promiseKinds }).notNull(),
  /** What is promised by the deadline that holds. */
  minutes: integer('minutes').notNull(),
  /** The version of the promise made last; null is calendar time. */
  calendarVersionId: id('cav', 'calendar_version_id'),
  promiseId: id('prm', 'promise_id'),
  state: text('state', { enum: CLOCK_ROW_STATES }).notNull(),
  startedAt: instant('started_at').notNull(),
  /** The deadline that holds; null in a pause. */
  dueAt: instant('due_at'),
  /** What the customer was told before the vendor's own edits: never earlier than `due_at` (R48). Stays through a pause. */
  toldDueAt: instant('told_due_at'),
  warnAt: instant('warn_at'),
  warnedAt: instant('warned_at'),
  /** The deadline that was missed. */
  breachedAt: instant('breached_at'),
  stoppedAt: instant('stopped_at'),
  /** Counted up to the last event. */
  spentMs: bigint('spent_ms', { mode: 'number' }).notNull(),
  /** Number of the last event. */
  lastNumber: integer('last_number').notNull(),
}, (t) => [
  key(t), refers(t.vendorId, t.calendarVersionId, calendarVersion), refers(t.vendorId, t.promiseId, promise),
  index('clock_of_subject').on(t.vendorId, t.subjectId, t.startedAt, t.id),
  // S5: a second message does not start a second clock.
  uniqueIndex('clock_one_open').on(t.vendorId, t.subjectId, t.metric).where(sql`${t.state} in ('RUNNING', 'PAUSED')`),
  check('clock_stopped', sql`(${t.state} in ('STOPPED', 'CANCELLED')) = (${t.stoppedAt} is not null)`),
  check('clock_told', sql`${t.dueAt} <= ${t.toldDueAt}`),
  check('clock_spent', sql`${t.spentMs} >= 0`),
])

/** What happened to a clock, in order. Append-only: with the calendar versions it is all that a deadline depends on (S6). */
export const clockEvent = pgTable('clock_event', {
  vendorId: id('vnd', 'vendor_id').notNull(),
  clockId: id('clk', 'clock_id').notNull(),
  number: integer('number').notNull(),
  kind: text('kind', { enum: STORED_EVENT_KINDS }).notNull(),
  at: instant('at').notNull(),
  body: jsonb('body').$type<StoredBody>().notNull(),
}, (t) => [primaryKey({ columns: [t.vendorId, t.clockId, t.number] }), refers(t.vendorId, t.clockId, clock)])
