/** What a vendor writes down as opening hours, and everything that can be wrong with it. */
import { FIRST_YEAR, isTimeZone, LAST_YEAR } from './zone.js'

/** Local 'HH:MM', half-open. `to` may be '24:00'; `to` ≤ `from` runs past midnight and belongs to the day it starts on. */
export type LocalInterval = { readonly from: string; readonly to: string }

/** ISO weekday, Monday = 1. */
export type Weekday = 1 | 2 | 3 | 4 | 5 | 6 | 7

export type CalendarSpec = {
  readonly timeZone: string
  readonly weekly: readonly ({ readonly day: Weekday } & LocalInterval)[]
  /** Replaces the weekly list of that date; an empty list closes it. */
  readonly overrides: readonly { readonly date: string; readonly intervals: readonly LocalInterval[] }[]
  /** Closes the whole local date, whatever the lists say. */
  readonly holidays: readonly { readonly date: string; readonly name: string }[]
}

export type CalendarProblem = { readonly path: string; readonly message: string }

export const DAY_MINUTES = 1440
const MOST_PER_LIST = 2000

/** Minutes after midnight of 'HH:MM' ('24:00' is 1440), or null when it is no time. */
export function minuteOfDay(text: string): number | null {
  const found = /^(\d\d):(\d\d)$/.exec(text)
  if (!found) return null
  const minute = Number(found[1]) * 60 + Number(found[2])
  return Number(found[2]) < 60 && minute <= DAY_MINUTES ? minute : null
}

/** Days since 1970-01-01 of 'YYYY-MM-DD', or null when there is no such date. */
export function dayNumber(date: string): number | null {
  if (!/^\d{4}-\d\d-\d\d$/.test(date)) return null
  const at = Date.parse(`${date}T00:00:00Z`)
  return !Number.isNaN(at) && new Date(at).toISOString().startsWith(date) ? at / 86_400_000 : null
}

/** From and to in minutes after the midnight the interval starts on; `to` exceeds 1440 past midnight. Null: a wrong time. */
export function minutesOf({ from, to }: LocalInterval): { from: number; to: number } | null {
  const start = minuteOfDay(from)
  const end = minuteOfDay(to)
  if (start === null || end === null || start === DAY_MINUTES) return null
  return { from: start, to: end <= start ? end + DAY_MINUTES : end }
}

/** Every problem of the spec, each with the path of the value at fault ('weekly.0.from'). None: it can be built. */
export function checkCalendarSpec(spec: CalendarSpec): CalendarProblem[] {
  const problems: CalendarProblem[] = []
  const say: Say = (path, message) => void problems.push({ path, message })
  if (!isTimeZone(spec.timeZone)) say('timeZone', `'${spec.timeZone}' is no time zone of the IANA database, such as Europe/Oslo`)
  for (const list of ['weekly', 'overrides', 'holidays'] as const) {
    if (spec[list].length > MOST_PER_LIST) say(list, `At most ${MOST_PER_LIST} entries`)
  }
  if (problems.some(({ path }) => path !== 'timeZone')) return problems
  checkWeekly(spec, say)
  checkDates('overrides', spec.overrides, say)
  spec.overrides.forEach(({ intervals }, at) => {
    if (intervals.length > MOST_PER_LIST) say(`overrides.${at}.intervals`, `At most ${MOST_PER_LIST} entries`)
    else checkList(intervals.map((interval, i) => ({ interval, day: 0, path: `overrides.${at}.intervals.${i}` })), say)
  })
  checkDates('holidays', spec.holidays, say)
  spec.holidays.forEach(({ name }, at) => {
    if (name.trim() === '') say(`holidays.${at}.name`, 'A holiday needs a name, so that a deadline can explain itself')
  })
  return problems
}

type Say = (path: string, message: string) => void

function checkWeekly({ weekly }: CalendarSpec, say: Say): void {
  if (weekly.length === 0) say('weekly', 'A week without hours never opens again: a deadline could not be told')
  weekly.forEach(({ day }, at) => {
    if (!Number.isInteger(day) || day < 1 || day > 7) say(`weekly.${at}.day`, 'A weekday is 1 (Monday) to 7 (Sunday)')
  })
  checkList(weekly.map((interval, at) => ({ interval, day: interval.day - 1, path: `weekly.${at}` })), say, 7)
}

/** Times of one list, and overlaps inside it; with `days` the list repeats, so Sunday's night can run into Monday. */
function checkList(entries: { interval: LocalInterval; day: number; path: string }[], say: Say, days = 0): void {
  const spans: { from: number; to: number; path: string }[] = []
  for (const { interval, day, path } of entries) {
    checkTime(`${path}.from`, interval.from, DAY_MINUTES - 1, say)
    checkTime(`${path}.to`, interval.to, DAY_MINUTES, say)
    const minutes = minutesOf(interval)
    if (!minutes || !(day >= 0 && day < 7)) continue
    spans.push({ from: day * DAY_MINUTES + minutes.from, to: day * DAY_MINUTES + minutes.to, path })
  }
  spans.sort((a, b) => a.from - b.from)
  spans.forEach((span, i) => {
    const before = spans[i - 1]
    if (before && before.to > span.from) say(span.path, `Overlaps ${before.path}`)
  })
  const [first, last] = [spans[0], spans.at(-1)]
  if (days > 0 && first && last && last.to - days * DAY_MINUTES > first.from) say(first.path, `Overlaps ${last.path}`)
}

function checkTime(path: string, text: string, most: number, say: Say): void {
  const minute = minuteOfDay(text)
  if (minute !== null && minute <= most) return
  say(path, `'${text}' is not a time from 00:00 to ${most === DAY_MINUTES ? '24:00' : '23:59'}`)
}

function checkDates(list: string, dated: readonly { readonly date: string }[], say: Say): void {
  const first = new Map<string, number>()
  dated.forEach(({ date }, at) => {
    const path = `${list}.${at}.date`
    const year = Number(date.slice(0, 4))
    if (dayNumber(date) === null) say(path, `'${date}' is not a date, written YYYY-MM-DD`)
    else if (year < FIRST_YEAR || year >= LAST_YEAR) say(path, `A date lies between ${FIRST_YEAR} and ${LAST_YEAR - 1}`)
    else if (first.has(date)) say(path, `${date} stands already in ${list}.${first.get(date)}`)
    else first.set(date, at)
  })
}
