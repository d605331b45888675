import fc from 'fast-check'
import { Temporal } from 'temporal-polyfill'
import { describe, expect, it } from 'vitest'
import type { Calendar } from '../../src/sla/calendar.js'
import {
  addMs, betweenMs, buildCalendar, intersectCalendars, isOpen, joinCalendars, nextOpening, openIntervals, workingMinutesBetween,
} from '../../src/sla/calendar.js'
import type { CalendarSpec, LocalInterval, Weekday } from '../../src/sla/calendar-spec.js'
import { checkCalendarSpec } from '../../src/sla/calendar-spec.js'

const MINUTE = 60_000
const DAY = 1440 * MINUTE
const utc = (text: string) => Date.parse(`${text}Z`)

/** The wall clock of every minute of a window, asked from Temporal minute by minute. */
type Wall = { readonly dates: string[]; readonly minutes: Int32Array }
const WINDOW = 12 * 1440
const CASES = [
  { zone: 'Europe/Oslo', start: '2026-03-24T00:00' }, { zone: 'Europe/Oslo', start: '2026-10-20T00:00' },
  { zone: 'America/St_Johns', start: '2010-11-02T00:00' }, { zone: 'Pacific/Apia', start: '2011-12-26T00:00' },
  { zone: 'Africa/Casablanca', start: '2025-02-18T00:00' }, { zone: 'Australia/Lord_Howe', start: '2026-04-01T00:00' },
  { zone: 'Asia/Kathmandu', start: '2026-12-28T00:00' },
] as const
const walls = new Map<string, Wall>()
function wallOf(timeZone: string, start: number): Wall {
  const key = `${timeZone} ${start}`
  const wall = walls.get(key) ?? { dates: [], minutes: new Int32Array(WINDOW) }
  for (let i = wall.dates.length; i < WINDOW; i++) {
    const local = Temporal.Instant.fromEpochMilliseconds(start + i * MINUTE).toZonedDateTimeISO(timeZone)
    wall.dates.push(local.toPlainDate().toString())
    wall.minutes[i] = local.hour * 60 + local.minute
  }
  walls.set(key, wall)
  return wall
}

/** Open or not, for each minute, by reading the rules off the wall clock. */
function openMinutes(given: CalendarSpec, start: number): Uint8Array {
  const wall = wallOf(given.timeZone, start)
  const clock = (text: string) => Number(text.slice(0, 2)) * 60 + Number(text.slice(3))
  const hours = new Map<string, { from: number; to: number }[]>()
  const hoursOf = (date: string) => {
    let list = hours.get(date)
    if (list) return list
    const day = Temporal.PlainDate.from(date).dayOfWeek
    const override = given.overrides.find(entry => entry.date === date)
    const written: readonly LocalInterval[] = override?.intervals ?? given.weekly.filter(entry => entry.day === day)
    const holiday = given.holidays.some(entry => entry.date === date)
    list = holiday ? [] : written.map(({ from, to }) => ({ from: clock(from), to: clock(to) }))
    hours.set(date, list)
    return list
  }
  let [date, before] = ['', '']
  let closed = false
  return Uint8Array.from({ length: WINDOW }, (_, i) => {
    if (wall.dates[i] !== date) {
      date = wall.dates[i]!
      before = Temporal.PlainDate.from(date).subtract({ days: 1 }).toString()
      closed = given.holidays.some(holiday => holiday.date === date)
    }
    if (closed) return 0
    const minute = wall.minutes[i]!
    const today = hoursOf(date).some(({ from, to }) => minute >= from && (to <= from || minute < to))
    return today || hoursOf(before).some(({ from, to }) => to <= from && minute < to) ? 1 : 0
  })
}

const time = fc.tuple(fc.integer({ min: 0, max: 23 }), fc.constantFrom(0, 1, 15, 30, 59))
  .map(([hour, minute]) => `${String(hour).padStart(2, '0')}:${String(minute).padStart(2, '0')}`)
const endTime = fc.oneof({ weight: 4, arbitrary: time }, { weight: 1, arbitrary: fc.constant('24:00') })
const interval = fc.record({ from: time, to: endTime })
const dateIn = (start: number) => fc.nat(12).map(day => new Date(start + day * DAY).toISOString().slice(0, 10))
const specFor = (timeZone: string, start: number): fc.Arbitrary<CalendarSpec> => fc.record({
  timeZone: fc.constant(timeZone),
  weekly: fc
    .uniqueArray(fc.tuple(fc.integer({ min: 1, max: 7 }), interval), { minLength: 1, maxLength: 7, selector: ([day]) => day })
    .map(list => list.map(([day, hours]) => ({ day: day as Weekday, ...hours }))),
  overrides: fc.uniqueArray(
    fc.record({ date: dateIn(start), intervals: fc.array(interval, { maxLength: 1 }) }),
    { maxLength: 3, selector: ({ date }) => date },
  ),
  holidays: fc.uniqueArray(
    fc.record({ date: dateIn(start), name: fc.constant('Holiday') }), { maxLength: 2, selector: ({ date }) => date },
  ),
}).filter(given => checkCalendarSpec(given).length === 0)
const world = fc.constantFrom(...CASES).chain(({ zone, start }) => {
  const at = utc(start)
  return fc.record({
    start: fc.constant(at), given: specFor(zone, at), length: fc.nat(3000 * MINUTE),
    a: fc.nat(WINDOW * MINUTE), b: fc.nat(WINDOW * MINUTE),
  })
})

describe('against a clock read minute by minute', () => {
  const spentUntil = (minutes: Uint8Array, ms: number) => {
    const whole = Math.floor(ms / MINUTE)
    let sum = 0
    for (let i = 0; i < whole; i++) sum += minutes[i]!
    return sum * MINUTE + (minutes[whole] ? ms - whole * MINUTE : 0)
  }

  it('S2 S3 S4 measures and opens as the wall clock does, in zones that jump (seed 11)', () => {
    fc.assert(fc.property(world, ({ start, given, a, b }) => {
      const built = buildCalendar(given)
      const minutes = openMinutes(given, start)
      const [from, to] = [Math.min(a, b), Math.max(a, b)]
      expect(betweenMs(built, start + from, start + to)).toBe(spentUntil(minutes, to) - spentUntil(minutes, from))
      const i = Math.min(WINDOW - 1, Math.floor(a / MINUTE))
      expect(isOpen(built, start + i * MINUTE)).toBe(minutes[i] === 1)
      const next = minutes.indexOf(1, i)
      if (next >= 0) expect(nextOpening(built, start + i * MINUTE)).toBe(start + next * MINUTE)
      else expect(nextOpening(built, start + i * MINUTE) ?? Infinity).toBeGreaterThanOrEqual(start + WINDOW * MINUTE)
      const sum = openIntervals(built, start + from, start + to).reduce((total, part) => total + part.to - part.from, 0)
      expect(sum).toBe(betweenMs(built, start + from, start + to))
    }), { seed: 11, numRuns: 400 })
  })

  it('S4 adding is the earliest instant that between agrees with (seed 12)', () => {
    fc.assert(fc.property(world, ({ start, given, a, length }) => {
      const built = buildCalendar(given)
      const from = start + a
      const due = addMs(built, from, length)!
      expect(betweenMs(built, from, due)).toBe(length)
      if (length > 0) expect(betweenMs(built, from, due - 1)).toBe(length - 1)
      else expect(due).toBe(from)
      const minutes = openMinutes(given, start)
      if (due <= start + WINDOW * MINUTE) expect(spentUntil(minutes, due - start) - spentUntil(minutes, a)).toBe(length)
    }), { seed: 12, numRuns: 300 })
  })

  it('S4 additions add up, and a later start or a longer promise is never due earlier (seed 13)', () => {
    fc.assert(fc.property(world, fc.integer({ min: 0, max: 5000 * MINUTE }), ({ start, given, a, b, length }, more) => {
      const built = buildCalendar(given)
      const [first, second] = [start + Math.min(a, b), start + Math.max(a, b)]
      const middle = addMs(built, first, length)!
      expect(addMs(built, middle, more)).toBe(more === 0 ? middle : addMs(built, first, length + more))
      // Null: a calendar of a minute a week does not open that long in this century.
      expect(addMs(built, second, length) ?? Infinity).toBeGreaterThanOrEqual(middle)
      expect(addMs(built, first, length + more) ?? Infinity).toBeGreaterThanOrEqual(middle)
      const far = second + 40 * DAY
      expect(betweenMs(built, first, second) + betweenMs(built, second, far)).toBe(betweenMs(built, first, far))
    }), { seed: 13, numRuns: 300 })
  })

  it('S3 a union has every minute of its parts, an intersection only the common ones (seed 14)', () => {
    const start = utc('2026-03-24T00:00')
    const two = fc.tuple(specFor('Europe/Oslo', start), specFor('Australia/Lord_Howe', start))
    fc.assert(fc.property(two, fc.nat(WINDOW), fc.nat(WINDOW), ([first, second], a, b) => {
      const parts = [first, second].map(given => ({ built: buildCalendar(given), minutes: openMinutes(given, start) }))
      const [from, to] = [Math.min(a, b), Math.max(a, b)]
      const span = (built: Calendar) => workingMinutesBetween(built, start + from * MINUTE, start + to * MINUTE)
      const count = (need: number) => {
        let sum = 0
        for (let i = from; i < to; i++) if (parts[0]!.minutes[i]! + parts[1]!.minutes[i]! >= need) sum++
        return sum
      }
      const both = parts.map(({ built }) => built)
      expect(span(joinCalendars(both))).toBe(count(1))
      expect(span(intersectCalendars(both))).toBe(count(2))
      expect(span(joinCalendars(both)) + span(intersectCalendars(both))).toBe(span(both[0]!) + span(both[1]!))
    }), { seed: 14, numRuns: 150 })
  })
})
