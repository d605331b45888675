import type { CalendarSpec } from '../sla/calendar-spec.js'
import { addWorking, buildCalendar, openIntervals } from '../sla/calendar.js'
import { norwegianHolidays } from './holidays.js'

/**
 * When things happen, told from the instant of loading: in office time, so that what was answered in time or late is so on
 * every weekday on which somebody loads it. Pure.
 */

/** So many office days back at a local time, or so much office time ago. */
export type Start = { readonly day: number; readonly at: string } | { readonly ago: string }

/** Office time (a day has 8 hours), as in `1d 2h 30m`; `40m 24×7` counts around the clock. */
export type Wait = string

const MINUTE = 60_000
const HOUR = 3_600_000
const AROUND_THE_CLOCK = ' 24×7'

/** Hours as the calendars have them: the office, and the office with the nights in which payroll runs. */
export function calendarsAt(load: Date): Record<'OFFICE' | 'NIGHTS', CalendarSpec & { readonly name: string }> {
  const year = load.getUTCFullYear()
  const holidays = [year - 1, year, year + 1].flatMap(norwegianHolidays)
  const office = ([1, 2, 3, 4, 5] as const).map((day) => ({ day, from: '08:00', to: '16:00' }))
  const nights = ([1, 2, 3, 4, 5, 6, 7] as const).map((day) => ({ day, from: '22:00', to: '06:00' }))
  const common = { timeZone: 'Europe/Oslo', overrides: [] }
  return {
    OFFICE: { ...common, name: 'Office hours', weekly: office, holidays },
    NIGHTS: { ...common, name: 'Office hours and payroll nights', weekly: [...office, ...nights], holidays: [] },
  }
}

function minutesOf(text: string): number {
  const parts = text.split(' ').map((part) => /^(\d+)([dhm])$/.exec(part))
  if (parts.some((part) => part === null)) throw new Error(`"${text}" is no stretch of time, such as 1d 2h 30m.`)
  return parts.reduce((sum, part) => sum + Number(part![1]) * { d: 480, h: 60, m: 1 }[part![2] as 'd' | 'h' | 'm'], 0)
}

export interface Calendarium {
  /** The instant of a start. */
  at(start: Start): Date
  /** The instant so long after another. */
  after(from: Date, wait: Wait): Date
}

/** Reckons from the instant of loading. */
export function calendariumAt(load: Date): Calendarium {
  const office = buildCalendar(calendarsAt(load).OFFICE)
  const opened = openIntervals(office, load.getTime() - 80 * 24 * HOUR, load.getTime())
  /** Each office day before the local day of loading, the last one first. An office day begins at 08:00 and today's began less than 16 hours ago. */
  const days = opened.filter((day) => day.from <= load.getTime() - 16 * HOUR).reverse()
  return {
    at: (start) => ('ago' in start ? new Date(back(opened, minutesOf(start.ago))) : new Date(days[start.day - 1]!.from + sinceOpening(start.at))),
    after: (from, wait) => {
      if (wait.endsWith(AROUND_THE_CLOCK)) return new Date(from.getTime() + minutesOf(wait.slice(0, -AROUND_THE_CLOCK.length)) * MINUTE)
      return new Date(addWorking(office, from.getTime(), minutesOf(wait))!)
    },
  }
}

/** `opened` lies in order and ends where reckoning begins. */
function back(opened: readonly { readonly from: number; readonly to: number }[], minutes: number): number {
  let left = minutes * MINUTE
  for (const { from, to } of opened.toReversed()) {
    if (to - from >= left) return to - left
    left -= to - from
  }
  throw new Error(`${minutes} office minutes ago is too long ago.`)
}

const sinceOpening = (local: string): number => {
  const [hour, minute] = local.split(':').map(Number)
  return (hour! - 8) * HOUR + minute! * MINUTE
}
