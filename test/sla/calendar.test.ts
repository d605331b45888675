import { Temporal } from 'temporal-polyfill'
import { describe, expect, it } from 'vitest'
import type { Calendar } from '../../src/sla/calendar.js'
import {
  addMs, addWorking, ALWAYS, betweenMs, buildCalendar, intersectCalendars, isOpen, joinCalendars, nextOpening, openIntervals,
  workingMinutesBetween,
} from '../../src/sla/calendar.js'
import type { CalendarSpec, Weekday } from '../../src/sla/calendar-spec.js'
import { checkCalendarSpec } from '../../src/sla/calendar-spec.js'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const utc = (text: string) => Date.parse(`${text}Z`)
const show = (at: number | null) => at === null ? null : new Date(at).toISOString().slice(0, 16)
const days = (list: readonly number[], from: string, to: string) => list.map(day => ({ day: day as Weekday, from, to }))
const spec = (part: Partial<CalendarSpec>): CalendarSpec =>
  ({ timeZone: 'UTC', weekly: days([1, 2, 3, 4, 5], '09:00', '17:00'), overrides: [], holidays: [], ...part })
const calendar = (part: Partial<CalendarSpec> = {}) => buildCalendar(spec(part))
const daily = [1, 2, 3, 4, 5, 6, 7]
const open = (built: Calendar, from: string, to: string) =>
  openIntervals(built, utc(from), utc(to)).map(interval => `${show(interval.from)} ${show(interval.to)}`)

describe('adding and measuring', () => {
  const office = calendar()

  it('S4 work that ends exactly at closing is due at closing', () => {
    expect(show(addWorking(office, utc('2026-03-02T09:00'), 480))).toBe('2026-03-02T17:00')
    expect(show(addWorking(office, utc('2026-03-02T09:00'), 481))).toBe('2026-03-03T09:01')
    expect(show(addWorking(office, utc('2026-03-06T16:59'), 2))).toBe('2026-03-09T09:01')
  })

  it('S4 zero minutes returns the start, also while closed', () => {
    expect(show(addWorking(office, utc('2026-03-07T03:00'), 0))).toBe('2026-03-07T03:00')
  })

  it('S4 a reversed range is 0, and a negative length is refused', () => {
    expect(workingMinutesBetween(office, utc('2026-03-03T12:00'), utc('2026-03-02T12:00'))).toBe(0)
    expect(() => addWorking(office, utc('2026-03-02T09:00'), -1)).toThrow(RangeError)
    expect(() => addWorking(office, utc('2026-03-02T09:00'), Number.NaN)).toThrow(RangeError)
  })

  it('S4 seconds and milliseconds are not lost', () => {
    expect(workingMinutesBetween(office, utc('2026-03-02T16:59:30'), utc('2026-03-03T09:00:15'))).toBe(0.75)
    expect(addMs(office, utc('2026-03-02T16:59:59.999'), 2)).toBe(utc('2026-03-03T09:00:00.001'))
  })

  it('S2 intervals are half-open', () => {
    expect(isOpen(office, utc('2026-03-02T09:00'))).toBe(true)
    expect(isOpen(office, utc('2026-03-02T17:00'))).toBe(false)
    expect(isOpen(office, utc('2026-03-02T16:59:59.999'))).toBe(true)
  })

  it('S4 the next opening is now while open, else the next start', () => {
    expect(show(nextOpening(office, utc('2026-03-02T10:00')))).toBe('2026-03-02T10:00')
    expect(show(nextOpening(office, utc('2026-03-06T17:00')))).toBe('2026-03-09T09:00')
  })

  it('S4 a calendar that never opens again answers null, not a date', () => {
    const never = intersectCalendars([calendar(), calendar({ weekly: days([6], '09:00', '17:00') })])
    expect(addWorking(never, utc('2026-03-02T09:00'), 1)).toBeNull()
    expect(nextOpening(never, utc('2026-03-02T09:00'))).toBeNull()
    expect(addWorking(joinCalendars([]), utc('2026-03-02T09:00'), 1)).toBeNull()
    expect(addWorking(office, utc('2026-03-02T09:00'), 1e9)).toBeNull()
  })

  it('S2 instants outside the known years are a fault, not a guess', () => {
    expect(() => betweenMs(office, utc('1969-12-31T00:00'), utc('1970-01-02T00:00'))).toThrow(RangeError)
    expect(() => addWorking(office, Number.NaN, 1)).toThrow(RangeError)
  })

  it('S1 calendar time is open around the clock, over the turn of the year too', () => {
    expect(show(addWorking(ALWAYS, utc('2026-12-31T23:59'), 2))).toBe('2027-01-01T00:01')
    expect(isOpen(ALWAYS, utc('2027-01-01T00:00'))).toBe(true)
    expect(openIntervals(ALWAYS, utc('2025-06-01T00:00'), utc('2028-06-01T00:00'))).toHaveLength(1)
    expect(workingMinutesBetween(ALWAYS, utc('2024-01-01T00:00'), utc('2025-01-01T00:00'))).toBe(366 * 1440)
  })

  it('S2 hours that began in the old year are open at the first instant of the new one', () => {
    const round = calendar({ weekly: days(daily, '00:00', '24:00') })
    expect(isOpen(round, utc('2026-06-01T00:00'))).toBe(true)
    expect(isOpen(round, utc('2027-01-01T00:00'))).toBe(true)
    expect(show(nextOpening(round, utc('2028-01-01T00:00')))).toBe('2028-01-01T00:00')
  })

  it('S6 answers do not depend on the order of the questions', () => {
    const ask = (built: Calendar, year: number) => betweenMs(built, utc(`${year}-06-30T12:00`), utc(`${year + 1}-02-01T10:00`))
    const [forward, backward] = [calendar({ timeZone: 'Europe/Oslo' }), calendar({ timeZone: 'Europe/Oslo' })]
    const years = [1999, 2005, 2006, 2026, 2031]
    const asked = years.map(year => ask(forward, year))
    expect(years.toReversed().map(year => ask(backward, year)).reverse()).toEqual(asked)
    const all = (built: Calendar) => betweenMs(built, utc('1999-01-01T00:00'), utc('2032-01-01T00:00'))
    expect(all(backward)).toBe(all(forward))
  })
})

describe('nights, holidays and overrides', () => {
  const nights = days(daily, '22:00', '06:00')

  it('S2 24:00 is the next local midnight, and touching intervals are one', () => {
    const round = calendar({ weekly: days(daily, '00:00', '24:00') })
    expect(open(round, '2026-03-02T12:00', '2026-03-04T12:00')).toEqual(['2026-03-02T12:00 2026-03-04T12:00'])
    const monday = (from: string, to: string) =>
      open(calendar({ weekly: days([1], from, to) }), '2026-03-02T00:00', '2026-03-04T00:00')
    expect(monday('22:00', '24:00')).toEqual(['2026-03-02T22:00 2026-03-03T00:00'])
    expect(monday('09:00', '09:00')).toEqual(['2026-03-02T09:00 2026-03-03T09:00'])
  })

  it('S2 an end before the start runs past midnight and belongs to the day it starts on', () => {
    const friday = calendar({ weekly: days([5], '22:00', '06:00') })
    expect(open(friday, '2026-03-02T00:00', '2026-03-09T00:00')).toEqual(['2026-03-06T22:00 2026-03-07T06:00'])
  })

  it('S3 a holiday closes its whole date: the night before ends at midnight, and no night starts on it', () => {
    const built = calendar({ weekly: nights, holidays: [{ date: '2026-12-25', name: 'Christmas Day' }] })
    expect(open(built, '2026-12-24T12:00', '2026-12-27T12:00')).toEqual([
      '2026-12-24T22:00 2026-12-25T00:00', '2026-12-26T22:00 2026-12-27T06:00',
    ])
  })

  it('S3 a holiday beats an override, and an override replaces the list of its date only', () => {
    const built = calendar({
      weekly: nights,
      overrides: [
        { date: '2026-12-24', intervals: [{ from: '08:00', to: '12:00' }] },
        { date: '2026-12-25', intervals: [{ from: '10:00', to: '11:00' }] },
      ],
      holidays: [{ date: '2026-12-25', name: 'Christmas Day' }],
    })
    expect(open(built, '2026-12-23T12:00', '2026-12-26T12:00')).toEqual([
      '2026-12-23T22:00 2026-12-24T06:00', '2026-12-24T08:00 2026-12-24T12:00',
    ])
  })

  it('S3 a holiday is a local date', () => {
    const holidays = [{ date: '2026-05-01', name: 'Labour Day' }]
    const built = calendar({ timeZone: 'Asia/Kathmandu', weekly: days(daily, '00:00', '24:00'), holidays })
    expect(open(built, '2026-04-30T00:00', '2026-05-02T00:00')).toEqual([
      '2026-04-30T00:00 2026-04-30T18:15', '2026-05-01T18:15 2026-05-02T00:00',
    ])
  })

  it('S3 joined calendars follow the sun, intersected ones need all', () => {
    const oslo = calendar({ timeZone: 'Europe/Oslo' })
    const york = calendar({ timeZone: 'America/New_York' })
    const monday = (built: Calendar) => open(built, '2026-03-02T00:00', '2026-03-03T00:00')
    expect(monday(joinCalendars([oslo, york]))).toEqual(['2026-03-02T08:00 2026-03-02T22:00'])
    expect(monday(intersectCalendars([oslo, york]))).toEqual(['2026-03-02T14:00 2026-03-02T16:00'])
    expect(monday(intersectCalendars([oslo, ALWAYS]))).toEqual(monday(oslo))
  })
})

describe('clock changes', () => {
  const allDay = (timeZone: string) => calendar({ timeZone, weekly: days(daily, '00:00', '24:00') })
  const dayLength = (timeZone: string, date: string) => {
    const day = Temporal.PlainDate.from(date)
    const elsewhere = days([(day.dayOfWeek + 2) % 7 + 1], '00:00', '01:00')
    const only = calendar({ timeZone, weekly: elsewhere, overrides: [{ date, intervals: [{ from: '00:00', to: '24:00' }] }] })
    const noon = day.toZonedDateTime({ timeZone, plainTime: '12:00' }).epochMilliseconds
    return betweenMs(only, noon - 20 * HOUR, noon + 20 * HOUR) / HOUR
  }

  it('S2 elapsed time counts: a 25-hour day has 25 hours, a 23-hour day 23', () => {
    expect(dayLength('Europe/Oslo', '2026-10-25')).toBe(25)
    expect(dayLength('Europe/Oslo', '2026-03-29')).toBe(23)
    expect(dayLength('Australia/Lord_Howe', '2026-04-05')).toBe(24.5)
    expect(dayLength('Australia/Lord_Howe', '2026-10-04')).toBe(23.5)
    expect(dayLength('Africa/Casablanca', '2025-02-23')).toBe(25)
    expect(dayLength('Africa/Casablanca', '2025-04-06')).toBe(23)
    expect(dayLength('Asia/Kathmandu', '2026-03-29')).toBe(24)
  })

  it('S2 a night over the clock change has the hours that pass', () => {
    const oslo = calendar({ timeZone: 'Europe/Oslo', weekly: days(daily, '22:00', '06:00') })
    expect(workingMinutesBetween(oslo, utc('2026-03-28T12:00'), utc('2026-03-29T12:00'))).toBe(7 * 60)
    expect(workingMinutesBetween(oslo, utc('2026-10-24T12:00'), utc('2026-10-25T12:00'))).toBe(9 * 60)
  })

  it('S2 an opening inside the skipped hour opens when the clock has jumped', () => {
    const oslo = calendar({ timeZone: 'Europe/Oslo', weekly: days(daily, '02:30', '04:00') })
    expect(open(oslo, '2026-03-29T00:00', '2026-03-30T00:00')).toEqual(['2026-03-29T01:00 2026-03-29T02:00'])
    const skipped = calendar({ timeZone: 'Europe/Oslo', weekly: days(daily, '02:15', '02:45') })
    expect(open(skipped, '2026-03-29T00:00', '2026-03-30T00:00')).toEqual([])
  })

  it('S2 an hour shown twice is open twice, as the wall clock says', () => {
    const oslo = calendar({ timeZone: 'Europe/Oslo', weekly: days(daily, '02:15', '02:45') })
    expect(open(oslo, '2026-10-25T00:00', '2026-10-26T00:00')).toEqual([
      '2026-10-25T00:15 2026-10-25T00:45', '2026-10-25T01:15 2026-10-25T01:45',
    ])
  })

  it("S2 St John's fell back at 00:01 in 2010, so Saturday's last hour came again after Sunday's first minute", () => {
    const saturday = calendar({ timeZone: 'America/St_Johns', weekly: days([6], '00:00', '24:00') })
    expect(open(saturday, '2010-11-06T12:00', '2010-11-07T12:00')).toEqual([
      '2010-11-06T12:00 2010-11-07T02:30', '2010-11-07T02:31 2010-11-07T03:30',
    ])
    expect(open(allDay('America/St_Johns'), '2010-11-06T12:00', '2010-11-07T12:00')).toHaveLength(1)
  })

  it('S2 Apia skipped 2011-12-30: that date has no hours, and Thursday runs into Saturday', () => {
    const apia = (list: readonly number[]) => calendar({ timeZone: 'Pacific/Apia', weekly: days(list, '09:00', '17:00') })
    expect(open(apia([5]), '2011-12-25T00:00', '2012-01-05T00:00')).toEqual([])
    expect(open(apia([4, 6]), '2011-12-28T12:00', '2012-01-01T12:00')).toEqual([
      '2011-12-29T19:00 2011-12-30T03:00', '2011-12-30T19:00 2011-12-31T03:00',
    ])
    expect(open(allDay('Pacific/Apia'), '2011-12-29T00:00', '2012-01-02T00:00')).toHaveLength(1)
  })
})

describe('checking', () => {
  const paths = (part: Partial<CalendarSpec>) => checkCalendarSpec(spec(part)).map(({ path }) => path)

  it('S2 a sound calendar has no problem', () => {
    expect(paths({ overrides: [{ date: '2028-02-29', intervals: [] }] })).toEqual([])
    expect(paths({ holidays: [{ date: '2026-05-17', name: '17. mai' }] })).toEqual([])
    expect(paths({ weekly: [...days([7], '22:00', '06:00'), ...days([1], '06:00', '24:00')] })).toEqual([])
  })

  it('S2 every problem is named with its path', () => {
    expect(paths({ timeZone: 'Europe/Bergen' })).toEqual(['timeZone'])
    expect(paths({ timeZone: '+02:00' })).toEqual(['timeZone'])
    expect(paths({ weekly: [] })).toEqual(['weekly'])
    expect(paths({ weekly: [...days([1], '9:00', '25:00'), ...days([8], '24:00', '09:60')] }))
      .toEqual(['weekly.1.day', 'weekly.0.from', 'weekly.0.to', 'weekly.1.from', 'weekly.1.to'])
    expect(paths({ weekly: [...days([1], '09:00', '12:00'), ...days([1], '11:59', '13:00')] })).toEqual(['weekly.1'])
    expect(paths({ weekly: [...days([7], '22:00', '06:00'), ...days([1], '05:00', '08:00')] })).toEqual(['weekly.1'])
    expect(paths({ overrides: [{ date: '2026-02-29', intervals: [] }, { date: '1969-01-01', intervals: [] }] }))
      .toEqual(['overrides.0.date', 'overrides.1.date'])
    const crossed = [{ from: '09:00', to: '12:00' }, { from: '08:00', to: '10:00' }]
    expect(paths({ overrides: [{ date: '2026-05-01', intervals: crossed }] }))
      .toEqual(['overrides.0.intervals.0'])
    expect(paths({ holidays: [{ date: '2026-05-01', name: ' ' }, { date: '2026-05-01', name: 'Again' }] }))
      .toEqual(['holidays.1.date', 'holidays.0.name'])
  })

  it('S2 a calendar with problems is not built', () => {
    expect(() => calendar({ timeZone: 'Mars/Olympus' })).toThrow(/timeZone/)
  })
})
