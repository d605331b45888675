/** Time zones as stretches of constant offset, one UTC year at a time. Instants in the pure files are epoch milliseconds. */
import { Temporal } from 'temporal-polyfill'

/** Epoch milliseconds (UTC), or a length in milliseconds where the name says so. */
export type Ms = number

/** From `from` until before `to`, local time is UTC plus `offsetMs`. */
export type ZoneStretch = { readonly from: Ms; readonly to: Ms; readonly offsetMs: number }

/** Calendars are known from the start of FIRST_YEAR to the start of LAST_YEAR (UTC); outside is a fault, not a guess. */
export const FIRST_YEAR = 1970
export const LAST_YEAR = 2100

export const yearStart = (year: number): Ms => Date.UTC(year, 0, 1)

const known = new Map<string, Map<number, readonly ZoneStretch[]>>()

/** The stretches of `timeZone` that fill the UTC year, in order and without a hole. Cached: a zone's first costs milliseconds. */
export function zoneYear(timeZone: string, year: number): readonly ZoneStretch[] {
  let years = known.get(timeZone)
  if (!years) known.set(timeZone, years = new Map())
  let stretches = years.get(year)
  if (!stretches) years.set(year, stretches = findStretches(timeZone, year))
  return stretches
}

function findStretches(timeZone: string, year: number): ZoneStretch[] {
  const end = yearStart(year + 1)
  const stretches: ZoneStretch[] = []
  let at = Temporal.Instant.fromEpochMilliseconds(yearStart(year)).toZonedDateTimeISO(timeZone)
  for (;;) {
    const next = at.getTimeZoneTransition('next')
    const to = next && next.epochMilliseconds < end ? next.epochMilliseconds : end
    stretches.push({ from: at.epochMilliseconds, to, offsetMs: at.offsetNanoseconds / 1e6 })
    if (!next || to === end) return stretches
    at = next
  }
}

/** Whether the name is a zone of the IANA database. Bare offsets such as '+02:00' are none: they know no summer. */
export function isTimeZone(name: string): boolean {
  if (!/^[A-Za-z]/.test(name)) return false
  try {
    new Intl.DateTimeFormat('en', { timeZone: name })
    return true
  } catch {
    return false
  }
}
