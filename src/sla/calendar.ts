/**
 * Working time. A calendar is the set of instants at which the local clock and date show a time inside the hours:
 * an hour that the clock skips is not there to be open, an hour that it shows twice is open twice, a date that the zone
 * skipped (Apia, 2011-12-30) has no hours. So a 25-hour day has 25 hours, and every answer can be read off the wall clock.
 *
 * A holiday closes its local date whole: nothing starts on it (neither does the part of a night that would run into the day
 * after), and a night that began the day before ends at its midnight.
 *
 * Questions are answered from merged intervals with prefix sums, built year by year as they are asked for.
 */
import type { CalendarSpec, LocalInterval } from './calendar-spec.js'
import { checkCalendarSpec, dayNumber, minutesOf } from './calendar-spec.js'
import type { Flat } from './intervals.js'
import { append, intersection, union } from './intervals.js'
import type { Ms } from './zone.js'
import { FIRST_YEAR, LAST_YEAR, yearStart, zoneYear } from './zone.js'

export type Interval = { readonly from: Ms; readonly to: Ms }

/** A built calendar. Make it once per calendar version and keep it: it remembers the years that it has been asked about. */
export type Calendar = {
  /** The open intervals of one UTC year. */
  readonly openYear: (year: number) => Flat
  /** Grows with the questions; read it through the functions below. */
  index: OpenIndex
}

type OpenIndex = {
  readonly fromYear: number
  readonly toYear: number
  readonly from: Ms
  readonly to: Ms
  readonly starts: Float64Array
  readonly ends: Float64Array
  /** before[i]: open time before interval i; one entry more than intervals, the last is the total. */
  readonly before: Float64Array
}

export const MINUTE_MS = 60_000
const DAY_MS = 86_400_000
const NOTHING = new Float64Array(1)
// Covers no instant, so the first question builds.
const EMPTY: OpenIndex = {
  fromYear: LAST_YEAR, toYear: FIRST_YEAR, from: Infinity, to: -Infinity,
  starts: NOTHING.subarray(1), ends: NOTHING.subarray(1), before: NOTHING,
}

const calendarOf = (openYear: (year: number) => Flat): Calendar => ({ openYear, index: EMPTY })

/** Calendar time: open around the clock. */
export const ALWAYS: Calendar = calendarOf(year => [yearStart(year), yearStart(year + 1)])

/** Builds a calendar. Throws RangeError on a spec that `checkCalendarSpec` finds fault with. */
export function buildCalendar(spec: CalendarSpec): Calendar {
  const [problem] = checkCalendarSpec(spec)
  if (problem) throw new RangeError(`calendar ${problem.path}: ${problem.message}`)
  const listOf = localLists(spec)
  const holidays = new Set(spec.holidays.map(({ date }) => dayNumber(date)!))
  return calendarOf(year => {
    const stretches = zoneYear(spec.timeZone, year)
    const offsets = stretches.map(({ offsetMs }) => offsetMs)
    const firstDay = Math.floor((yearStart(year) + Math.min(...offsets)) / DAY_MS) - 1
    const lastDay = Math.floor((yearStart(year + 1) + Math.max(...offsets)) / DAY_MS)
    const local = localOpening(listOf, holidays, firstDay, lastDay)
    const open: number[] = []
    for (const { from, to, offsetMs } of stretches) {
      const shown = intersection(local, [from + offsetMs, to + offsetMs])
      for (let i = 0; i < shown.length; i += 2) append(open, shown[i]! - offsetMs, shown[i + 1]! - offsetMs)
    }
    return open
  })
}

/** Open whenever one of them is: support that follows the sun. Without any it never opens. */
export function joinCalendars(calendars: readonly Calendar[]): Calendar {
  return calendarOf(year => union(calendars.map(({ openYear }) => openYear(year))))
}

/** Open while all of them are. Without any it is always open. */
export function intersectCalendars(calendars: readonly Calendar[]): Calendar {
  return calendarOf(year => calendars.reduce((open, { openYear }) => intersection(open, openYear(year)), ALWAYS.openYear(year)))
}

/** The earliest instant t ≥ start with betweenMs(start, t) ≥ lengthMs; null when it is not open that long before LAST_YEAR. */
export function addMs(calendar: Calendar, start: Ms, lengthMs: number): Ms | null {
  if (!(lengthMs >= 0)) throw new RangeError(`cannot add ${lengthMs} ms of working time`)
  let index = covering(calendar, start, start)
  if (lengthMs === 0) return start
  const target = openBefore(index, start) + lengthMs
  while (index.before[index.starts.length]! < target) {
    if (index.toYear >= LAST_YEAR) return null
    index = growForward(calendar)
  }
  // The last interval with less open time before it than the target.
  const { before } = index
  let low = 0
  let high = index.starts.length - 1
  while (low < high) {
    const middle = (low + high + 1) >> 1
    if (before[middle]! < target) low = middle
    else high = middle - 1
  }
  return index.starts[low]! + target - before[low]!
}

/** Open time in [from, to), in milliseconds; 0 for a reversed range. */
export function betweenMs(calendar: Calendar, from: Ms, to: Ms): number {
  if (to <= from) return 0
  const index = covering(calendar, from, to)
  return openBefore(index, to) - openBefore(index, from)
}

/** The earliest instant by which `minutes` (to the millisecond) of working time have passed; null when that never comes. */
export const addWorking = (calendar: Calendar, start: Ms, minutes: number): Ms | null =>
  addMs(calendar, start, Math.round(minutes * MINUTE_MS))

/** Working minutes in [from, to), with fractions; 0 for a reversed range. */
export const workingMinutesBetween = (calendar: Calendar, from: Ms, to: Ms): number => betweenMs(calendar, from, to) / MINUTE_MS

export function isOpen(calendar: Calendar, at: Ms): boolean {
  const index = covering(calendar, at, at + 1)
  const i = startedBy(index, at)
  return i >= 0 && at < index.ends[i]!
}

/** The earliest open instant ≥ `at` (itself when open), or null when it never opens again. */
export function nextOpening(calendar: Calendar, at: Ms): Ms | null {
  let index = covering(calendar, at, at + 1)
  for (;;) {
    const i = startedBy(index, at)
    if (i >= 0 && at < index.ends[i]!) return at
    const next = index.starts[i + 1]
    if (next !== undefined) return next
    if (index.toYear >= LAST_YEAR) return null
    index = growForward(calendar)
  }
}

/** The open intervals inside [from, to), cut to it. */
export function openIntervals(calendar: Calendar, from: Ms, to: Ms): Interval[] {
  if (to <= from) return []
  const index = covering(calendar, from, to)
  const found: Interval[] = []
  for (let i = Math.max(0, startedBy(index, from)); i < index.starts.length && index.starts[i]! < to; i++) {
    const interval = { from: Math.max(from, index.starts[i]!), to: Math.min(to, index.ends[i]!) }
    if (interval.from < interval.to) found.push(interval)
  }
  return found
}

/** Minutes of each local day's list, by day number; the override of a date before the list of its weekday. */
function localLists(spec: CalendarSpec): (day: number) => readonly { from: number; to: number }[] {
  const sorted = (list: readonly LocalInterval[]) => list.map(interval => minutesOf(interval)!).sort((a, b) => a.from - b.from)
  const weekly = [1, 2, 3, 4, 5, 6, 7].map(day => sorted(spec.weekly.filter(interval => interval.day === day)))
  const overrides = new Map(spec.overrides.map(({ date, intervals }) => [dayNumber(date)!, sorted(intervals)]))
  // Day 0, 1970-01-01, was a Thursday.
  return day => overrides.get(day) ?? weekly[(((day + 3) % 7) + 7) % 7]!
}

/** Open local time (as if it were UTC) of the days from `firstDay` to `lastDay`, nights of the last running over its end. */
function localOpening(
  listOf: (day: number) => readonly { from: number; to: number }[], holidays: ReadonlySet<number>,
  firstDay: number, lastDay: number,
): number[] {
  const local: number[] = []
  for (let day = firstDay; day <= lastDay; day++) {
    const midnight = day * DAY_MS
    if (holidays.has(day)) {
      const last = local.length - 1
      if (last > 0 && local[last]! > midnight) local[last] = midnight
      continue
    }
    for (const { from, to } of listOf(day)) append(local, midnight + from * MINUTE_MS, midnight + to * MINUTE_MS)
  }
  return local
}

function covering(calendar: Calendar, from: Ms, to: Ms): OpenIndex {
  const { index } = calendar
  return from >= index.from && to <= index.to ? index : cover(calendar, from, to)
}

function cover(calendar: Calendar, from: Ms, to: Ms): OpenIndex {
  if (!(from >= yearStart(FIRST_YEAR) && to <= yearStart(LAST_YEAR))) {
    throw new RangeError(`working time is known from ${FIRST_YEAR} to ${LAST_YEAR} only, asked for ${from} to ${to}`)
  }
  const yearOf = (at: Ms) => new Date(at).getUTCFullYear()
  const { fromYear, toYear } = calendar.index
  return grow(calendar, Math.min(fromYear, yearOf(from)), Math.min(LAST_YEAR, Math.max(toYear, yearOf(to) + 1)))
}

/** Doubles the span, so that even a promise of decades is found in few steps. */
function growForward(calendar: Calendar): OpenIndex {
  const { fromYear, toYear } = calendar.index
  return grow(calendar, fromYear, Math.min(LAST_YEAR, 2 * toYear - fromYear))
}

function grow(calendar: Calendar, fromYear: number, toYear: number): OpenIndex {
  const old = calendar.index
  const flat: number[] = []
  const take = (list: Flat) => {
    for (let i = 0; i < list.length; i += 2) append(flat, list[i]!, list[i + 1]!)
  }
  for (let year = fromYear; year < toYear; year++) {
    if (year < old.fromYear || year >= old.toYear) take(calendar.openYear(year))
    else if (year === old.fromYear) old.starts.forEach((start, i) => append(flat, start, old.ends[i]!))
  }
  const count = flat.length / 2
  const [starts, ends, before] = [new Float64Array(count), new Float64Array(count), new Float64Array(count + 1)]
  for (let i = 0; i < count; i++) {
    starts[i] = flat[2 * i]!
    ends[i] = flat[2 * i + 1]!
    before[i + 1] = before[i]! + ends[i]! - starts[i]!
  }
  return calendar.index = { fromYear, toYear, from: yearStart(fromYear), to: yearStart(toYear), starts, ends, before }
}

/** The last interval that has started by `at`, or -1. */
function startedBy({ starts }: OpenIndex, at: Ms): number {
  let low = -1
  let high = starts.length - 1
  while (low < high) {
    const middle = (low + high + 1) >> 1
    if (starts[middle]! <= at) low = middle
    else high = middle - 1
  }
  return low
}

function openBefore(index: OpenIndex, at: Ms): number {
  const i = startedBy(index, at)
  return i < 0 ? 0 : index.before[i]! + Math.min(at, index.ends[i]!) - index.starts[i]!
}
