import { and, asc, count, desc, eq, getTableColumns, inArray, isNull, lte, sql } from 'drizzle-orm'
import { dutyById, planVersionById } from '../catalog/catalog.reads.js'
import { type Severity, severities } from '../catalog/words.js'
import type { Read } from '../kernel/act.js'
import type { Id } from '../kernel/ids.js'
import { type Page, type PageArgs, pageOf } from '../kernel/page.js'
import { builtVersion } from './built-calendars.js'
import { addWorking, ALWAYS } from './calendar.js'
import type { StoredEvent } from './clock-row.js'
import { metrics } from './metric.js'
import { calendar, calendarVersion, clock, clockEvent, promise } from './sla.table.js'
import type { CalendarRow, ClockRow, PreviewedDeadline, PromiseRow } from './sla.types.js'

/** A calendar's name and newest version, without its hours. */
export interface CalendarHead { readonly id: Id<'cal'>; readonly name: string; readonly versionId: Id<'cav'> }

const itsVersion = and(
  eq(calendarVersion.vendorId, calendar.vendorId), eq(calendarVersion.calendarId, calendar.id), eq(calendarVersion.number, calendar.number))
const head = { id: calendar.id, name: calendar.name, versionId: calendarVersion.id }
const whole = { ...getTableColumns(calendar), versionId: calendarVersion.id, spec: calendarVersion.spec }

const byKey = <K extends string, R>(rows: R[], keyOf: (row: R) => K): Map<K, R[]> => Map.groupBy(rows, keyOf)

/** Calendars are no secret: whoever may ask about the vendor may know when it is open. */
export const calendarById = (read: Read, id: Id<'cal'>): Promise<CalendarRow | null> => read.loader<Id<'cal'>, CalendarRow>('calendar', async (ids) => {
  const rows = await read.db.select(whole).from(calendar).innerJoin(calendarVersion, itsVersion)
    .where(and(eq(calendar.vendorId, read.vendorId), inArray(calendar.id, [...ids])))
  return new Map(rows.map((row) => [row.id, row]))
}).load(id)

/** The calendar version that holds for what starts now; null when there is no such calendar. */
export const calendarHead = (read: Read, id: Id<'cal'>): Promise<CalendarHead | null> => read.loader<Id<'cal'>, CalendarHead>('calendarHead', async (ids) => {
  const rows = await read.db.select(head).from(calendar).innerJoin(calendarVersion, itsVersion)
    .where(and(eq(calendar.vendorId, read.vendorId), inArray(calendar.id, [...ids])))
  return new Map(rows.map((row) => [row.id, row]))
}).load(id)

/** A page of calendars, the oldest first. */
export async function calendars(read: Read, args: PageArgs): Promise<Page<CalendarRow>> {
  const all = eq(calendar.vendorId, read.vendorId)
  return pageOf<CalendarRow>(args, { by: calendar.createdAt, id: calendar.id }, {
    rows: (past, order, limit) => read.db.select(whole).from(calendar).innerJoin(calendarVersion, itsVersion)
      .where(and(all, past)).orderBy(...order).limit(limit),
    count: async () => (await read.db.select({ n: count() }).from(calendar).where(all))[0]!.n,
    at: (row) => row.createdAt,
  })
}

const inOrder = (a: PromiseRow, b: PromiseRow): number =>
  metrics.indexOf(a.metric) - metrics.indexOf(b.metric) || rank(a.severity) - rank(b.severity)
const rank = (severity: Severity | null): number => (severity === null ? severities.length : severities.indexOf(severity))

/** Every promise of a duty that is in force, by metric and severity. */
export async function allPromisesOfDuty(read: Read, dutyId: Id<'dty'>): Promise<PromiseRow[]> {
  return (await read.loader<Id<'dty'>, PromiseRow[]>('promisesOfDuty', async (ids) => {
    const rows = await read.db.select().from(promise)
      .where(and(eq(promise.vendorId, read.vendorId), inArray(promise.dutyId, [...ids]), isNull(promise.replacedAt)))
    return byKey(rows.sort(inOrder), (row) => row.dutyId!)
  }).load(dutyId)) ?? []
}

/** Every promise of a plan version, by metric and severity. */
export async function allPromisesOfPlan(read: Read, planVersionId: Id<'plv'>): Promise<PromiseRow[]> {
  return (await read.loader<Id<'plv'>, PromiseRow[]>('promisesOfPlan', async (ids) => {
    const rows = await read.db.select().from(promise)
      .where(and(eq(promise.vendorId, read.vendorId), inArray(promise.planVersionId, [...ids]), isNull(promise.replacedAt)))
    return byKey(rows.sort(inOrder), (row) => row.planVersionId!)
  }).load(planVersionId)) ?? []
}

/** At most one promise for each metric: the severity's own before the one for all. Relies on their order. */
function forSeverity(promises: readonly PromiseRow[], severity: Severity): PromiseRow[] {
  const meant = promises.filter((p) => p.severity === null || p.severity === severity)
  return meant.filter((p, i) => meant.findIndex(({ metric }) => metric === p.metric) === i)
}

/** What a duty promises at a severity, one promise for each metric at most (S1). */
export const promisesOfDuty = async (read: Read, dutyId: Id<'dty'>, severity: Severity): Promise<PromiseRow[]> =>
  forSeverity(await allPromisesOfDuty(read, dutyId), severity)

/** What a plan version promises at a severity, one promise for each metric at most (S1). */
export const promisesOfPlan = async (read: Read, planVersionId: Id<'plv'>, severity: Severity): Promise<PromiseRow[]> =>
  forSeverity(await allPromisesOfPlan(read, planVersionId), severity)

/** A promise, to whoever sees the duty or plan version that makes it. */
export async function promiseById(read: Read, id: Id<'prm'>): Promise<PromiseRow | null> {
  const [row] = await read.db.select().from(promise).where(and(eq(promise.vendorId, read.vendorId), eq(promise.id, id)))
  if (!row) return null
  const owner = row.dutyId ? await dutyById(read, row.dutyId) : await planVersionById(read, row.planVersionId!)
  return owner && row
}

const MOST_CLOCKS = 100

/** The clocks of a part or ticket, the oldest first; of very many the newest 100. Who may see them is the subject's to say. */
export async function clocksOf(read: Read, subjectId: Id): Promise<ClockRow[]> {
  return (await read.loader<Id, ClockRow[]>('clocksOf', async (ids) => {
    const newest = sql<number>`row_number() over (partition by ${clock.subjectId} order by ${clock.startedAt} desc, ${clock.id} desc)`.as('newest')
    const ranked = read.db.select({ ...getTableColumns(clock), newest }).from(clock)
      .where(and(eq(clock.vendorId, read.vendorId), inArray(clock.subjectId, [...ids]))).as('ranked')
    const rows = await read.db.select().from(ranked).where(lte(ranked.newest, MOST_CLOCKS)).orderBy(desc(ranked.newest))
    return byKey(rows.map(({ newest: _, ...row }) => row), (row) => row.subjectId)
  }).load(subjectId)) ?? []
}

/** A clock by its id. Who may see it is the subject's to say. */
export const clockById = (read: Read, id: Id<'clk'>): Promise<ClockRow | null> => read.loader<Id<'clk'>, ClockRow>('clock', async (ids) => {
  const rows = await read.db.select().from(clock).where(and(eq(clock.vendorId, read.vendorId), inArray(clock.id, [...ids])))
  return new Map(rows.map((row) => [row.id, row]))
}).load(id)

/** The history of a clock, from its start. */
export async function eventsOf(read: Read, clockId: Id<'clk'>): Promise<StoredEvent[]> {
  return (await read.loader<Id<'clk'>, StoredEvent[]>('clockEvents', async (ids) => {
    const rows = await read.db.select().from(clockEvent)
      .where(and(eq(clockEvent.vendorId, read.vendorId), inArray(clockEvent.clockId, [...ids]))).orderBy(asc(clockEvent.clockId), asc(clockEvent.number))
    return byKey(rows, (row) => row.clockId)
  }).load(clockId)) ?? []
}

/** What promises would mean if they began at `at`: the deadlines that are shown before anybody commits. */
export const previewDeadlines = (
  read: Read, promises: readonly Pick<PromiseRow, 'metric' | 'kind' | 'minutes' | 'calendarId'>[], at: Date,
): Promise<PreviewedDeadline[]> => Promise.all(promises.map(async ({ metric, kind, minutes, calendarId }) => {
  const named = calendarId ? await calendarHead(read, calendarId) : null
  const counts = named ? (await builtVersion(read, named.versionId)).calendar : ALWAYS
  const due = addWorking(counts, at.getTime(), minutes)
  return { metric, kind, minutes, dueAt: due === null ? null : new Date(due), calendarName: named?.name ?? null }
}))

/** The longest promise in force that counts by a calendar, in minutes; 0 for none. */
export async function longestPromiseBy(read: Read, calendarId: Id<'cal'>): Promise<number> {
  const [row] = await read.db.select({ minutes: sql<number | null>`max(${promise.minutes})` }).from(promise)
    .where(and(eq(promise.vendorId, read.vendorId), eq(promise.calendarId, calendarId), isNull(promise.replacedAt)))
  return row?.minutes ?? 0
}

