import { and, eq } from 'drizzle-orm'
import type { Act } from '../kernel/act.js'
import { record } from '../kernel/event.js'
import { type Id, newId } from '../kernel/ids.js'
import { invalid, naming, notFound } from '../kernel/refusal.js'
import { builtFrom } from './built-calendars.js'
import { addWorking, buildCalendar, nextOpening } from './calendar.js'
import { type CalendarSpec, checkCalendarSpec } from './calendar-spec.js'
import type { CreateCalendarInput, UpdateCalendarInput } from './sla.inputs.js'
import { longestPromiseBy } from './sla.reads.js'
import { calendar, calendarVersion } from './sla.table.js'
import type { CalendarRow } from './sla.types.js'

const taken = { calendar_name: { path: 'name', message: 'must be unused; another calendar has it.' } }

type Hours = Partial<CalendarSpec>

/** Only what belongs to a spec, in a fixed order, so that the same hours are the same text. */
function specOf({ timeZone, weekly, overrides, holidays }: Hours, before?: CalendarSpec): CalendarSpec {
  const hours = ({ from, to }: { from: string; to: string }) => ({ from, to })
  return {
    timeZone: timeZone ?? before!.timeZone,
    weekly: (weekly ?? before!.weekly).map(({ day, ...rest }) => ({ day, ...hours(rest) })),
    overrides: (overrides ?? before?.overrides ?? []).map(({ date, intervals }) => ({ date, intervals: intervals.map(hours) })),
    holidays: (holidays ?? before?.holidays ?? []).map(({ date, name }) => ({ date, name })),
  }
}

/** Refuses a spec with problems, each by its path, and one that never opens again or not as long as it has been promised. */
function checkSpec(spec: CalendarSpec, now: Date, promisedMinutes: number): void {
  const problems = checkCalendarSpec(spec)
  if (problems.length > 0) throw invalid(...problems)
  const built = buildCalendar(spec)
  if (nextOpening(built, now.getTime()) === null) throw invalid({ path: 'weekly', message: 'must open again: with these hours, overrides and holidays it never does.' })
  if (addWorking(built, now.getTime(), promisedMinutes) === null) {
    throw invalid({ path: 'weekly', message: `must open for the ${promisedMinutes} minutes that a promise counts by it; it never does.` })
  }
}

/** Adds a calendar with its first version. Refuses hours that cannot be (InvalidInput, every problem by its path). */
export async function createCalendar(act: Act, input: CreateCalendarInput): Promise<CalendarRow> {
  const spec = specOf(input)
  checkSpec(spec, act.now, 0)
  const [row] = await naming(taken, act.db.insert(calendar).values({
    vendorId: act.vendorId, id: newId('cal'), name: input.name, number: 1, createdAt: act.now,
  }).returning())
  const versionId = await addVersion(act, row!.id, 1, spec)
  await record(act, { type: 'calendar.created', streamId: row!.id, visibility: 'INTERNAL' })
  return { ...row!, versionId, spec }
}

/**
 * Changes a calendar. Other hours make a new version, for clocks that start from now on: a running clock keeps the version
 * that it started with, so that nothing told ever moves (R48). Refuses what `createCalendar` does.
 */
export async function updateCalendar(act: Act, input: UpdateCalendarInput): Promise<CalendarRow> {
  const before = await holdCalendar(act, input.calendarId, 'update')
  if (!before) throw notFound('calendarId', 'calendar')
  const spec = specOf(input, before.spec)
  const otherHours = JSON.stringify(spec) !== JSON.stringify(specOf(before.spec))
  const name = input.name ?? before.name
  if (!otherHours && name === before.name) return before
  if (otherHours) checkSpec(spec, act.now, await longestPromiseBy(act, before.id))
  const number = otherHours ? before.number + 1 : before.number
  const [row] = await naming(taken, act.db.update(calendar).set({ name, number })
    .where(and(eq(calendar.vendorId, act.vendorId), eq(calendar.id, before.id))).returning())
  const versionId = otherHours ? await addVersion(act, before.id, number, spec) : before.versionId
  await record(act, { type: 'calendar.updated', streamId: before.id, data: { number, from: before.number }, visibility: 'INTERNAL' })
  return { ...row!, versionId, spec }
}

async function addVersion(act: Act, calendarId: Id<'cal'>, number: number, spec: CalendarSpec): Promise<Id<'cav'>> {
  const id = newId('cav')
  await act.db.insert(calendarVersion).values({ vendorId: act.vendorId, id, calendarId, number, spec, createdAt: act.now })
  return id
}

/**
 * The calendar, held to the end of the transaction: who promises by it shares it, who changes it has it alone, so that no
 * promise is made by hours that never open. Null when there is none.
 */
export async function holdCalendar(act: Act, id: Id<'cal'>, how: 'share' | 'update'): Promise<CalendarRow | null> {
  const [row] = await act.db.select().from(calendar).where(and(eq(calendar.vendorId, act.vendorId), eq(calendar.id, id))).for(how)
  if (!row) return null
  const [version] = await act.db.select({ id: calendarVersion.id, spec: calendarVersion.spec }).from(calendarVersion)
    .where(and(eq(calendarVersion.vendorId, act.vendorId), eq(calendarVersion.calendarId, id), eq(calendarVersion.number, row.number)))
  builtFrom(version!.id, id, version!.spec)
  return { ...row, versionId: version!.id, spec: version!.spec }
}
