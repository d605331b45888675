import { and, eq, inArray } from 'drizzle-orm'
import type { Read } from '../kernel/act.js'
import type { Id } from '../kernel/ids.js'
import { buildCalendar, type Calendar } from './calendar.js'
import type { CalendarSpec } from './calendar-spec.js'
import type { Calendars } from './clock.js'
import { calendarVersion } from './sla.table.js'

/** A calendar version, ready to be asked. */
export interface BuiltVersion {
  readonly calendarId: Id<'cal'>
  readonly timeZone: string
  readonly calendar: Calendar
}

const MOST = 500
/** A version never changes, so one that was built stays right as long as the process lives; the one asked for last goes last. */
const built = new Map<Id<'cav'>, BuiltVersion>()

function keep(id: Id<'cav'>, version: BuiltVersion): BuiltVersion {
  built.delete(id)
  built.set(id, version)
  for (const oldest of built.keys()) {
    if (built.size <= MOST) break
    built.delete(oldest)
  }
  return version
}

/** The version, built from its spec unless it is known. For specs that were just read or written. */
export function builtFrom(id: Id<'cav'>, calendarId: Id<'cal'>, spec: CalendarSpec): BuiltVersion {
  return keep(id, built.get(id) ?? { calendarId, timeZone: spec.timeZone, calendar: buildCalendar(spec) })
}

/** A calendar version of this vendor; a database read only when it is not known yet. Throws on one that does not exist. */
export async function builtVersion(read: Read, id: Id<'cav'>): Promise<BuiltVersion> {
  const known = built.get(id)
  if (known) return keep(id, known)
  const row = await read.loader<Id<'cav'>, typeof calendarVersion.$inferSelect>('calendarVersion', async (ids) => {
    const rows = await read.db.select().from(calendarVersion)
      .where(and(eq(calendarVersion.vendorId, read.vendorId), inArray(calendarVersion.id, [...ids])))
    return new Map(rows.map((version) => [version.id, version]))
  }).load(id)
  if (!row) throw new Error(`There is no calendar version ${id}.`)
  return builtFrom(row.id, row.calendarId, row.spec)
}

/** Calendars by version id, as the pure files want them. */
export async function builtCalendars(read: Read, ids: readonly Id<'cav'>[]): Promise<Calendars> {
  return new Map(await Promise.all(ids.map(async (id) => [id as string, (await builtVersion(read, id)).calendar] as const)))
}
