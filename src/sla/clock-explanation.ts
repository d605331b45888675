import type { Read } from '../kernel/act.js'
import { builtCalendars, builtVersion } from './built-calendars.js'
import { type ClockState, clockState } from './clock.js'
import { calendarsOf, countedEvents, specOf } from './clock-row.js'
import { deadlineSentence, type DeadlineExplanation as Explained, explainDeadline as explain } from './explain-deadline.js'
import { eventsOf } from './sla.reads.js'
import type { ClockRow, DeadlineExplanation, DeadlineVersion, LeftOutTime } from './sla.types.js'

/** The clock as it is at the instant of the question; the row is as of its last event. */
export async function clockNow(read: Read, row: ClockRow): Promise<ClockState> {
  const events = await eventsOf(read, row.id)
  return clockState(specOf(events), countedEvents(events), await builtCalendars(read, calendarsOf(events)), read.now.getTime())
}

/**
 * Why the deadline is when it is (R53): intervals, pauses and versions as data, and one sentence. Its times are in `timeZone`,
 * else in the zone of the calendar that the clock counts by, else in UTC.
 */
export async function explainDeadline(read: Read, row: ClockRow, timeZone?: string): Promise<DeadlineExplanation> {
  const events = await eventsOf(read, row.id)
  const found = explain(specOf(events), countedEvents(events), await builtCalendars(read, calendarsOf(events)), read.now.getTime())
  const zone = timeZone ?? (row.calendarVersionId ? (await builtVersion(read, row.calendarVersionId)).timeZone : 'UTC')
  return {
    sentence: deadlineSentence(found, zone),
    dueAt: dateOf(found.dueAt), computedDueAt: dateOf(found.computedDueAt), heldAsTold: found.heldAsTold,
    promisedMinutes: found.promisedMinutes, countedMinutes: found.countedMinutes, remainingMinutes: found.remainingMinutes,
    counted: found.counted.map(({ from, to, minutes, calendarId }) => ({ from: new Date(from), to: new Date(to), minutes, calendarVersionId: calendarId })),
    leftOut: leftOut(found),
    versions: found.versions.map(({ calendarId, at, ...version }): DeadlineVersion => ({ ...version, at: dateOf(at), calendarVersionId: calendarId })),
  }
}

const dateOf = (at: number | null): Date | null => (at === null ? null : new Date(at))

/** Pauses, answers that were none and maintenance, in order of time. */
function leftOut({ pauses, stops, excluded }: Explained): LeftOutTime[] {
  const none = { reason: null, struck: false }
  return [
    ...pauses.map(({ from, to, waitingOn, reason, struckAt, minutes }) => ({ from, to, why: waitingOn, reason, struck: struckAt !== null, minutes })),
    ...stops.map(({ from, to, minutes }) => ({ ...none, from, to, why: 'ANSWERED' as const, minutes })),
    ...excluded.map(({ from, to, minutes, reason }) => ({ ...none, from, to, why: 'EXCLUDED' as const, reason, minutes })),
  ].sort((a, b) => a.from - b.from).map((part) => ({ ...part, from: new Date(part.from), to: dateOf(part.to) }))
}
