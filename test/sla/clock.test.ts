import { describe, expect, it } from 'vitest'
import { buildCalendar } from '../../src/sla/calendar.js'
import type { CalendarSpec, Weekday } from '../../src/sla/calendar-spec.js'
import type { ClockEvent, ClockSpec, WaitingOn } from '../../src/sla/clock.js'
import { clockState, nextTimer } from '../../src/sla/clock.js'
import { deadlineSentence, explainDeadline } from '../../src/sla/explain-deadline.js'

const MINUTE = 60_000
const utc = (text: string) => Date.parse(`${text}Z`)
const show = (at: number | null) => at === null ? null : new Date(at).toISOString().slice(0, 16)
const hours = (from: string, to: string, list = [1, 2, 3, 4, 5]): CalendarSpec =>
  ({ timeZone: 'UTC', weekly: list.map(day => ({ day: day as Weekday, from, to })), overrides: [], holidays: [] })
const calendars = new Map([
  ['office', buildCalendar(hours('09:00', '17:00'))],
  ['short', buildCalendar(hours('09:00', '12:00'))],
  ['long', buildCalendar(hours('07:00', '22:00', [1, 2, 3, 4, 5, 6, 7]))],
])
const FOUR_HOURS: ClockSpec = { minutes: 240, calendarId: 'office' }

type Rest<T> = T extends { at: number } ? Omit<T, 'at'> : never
const at = (time: string, event: Rest<ClockEvent>) => ({ at: utc(time), ...event }) as ClockEvent
/** Monday 2 March 2026, 10:00. */
const started = at('2026-03-02T10:00', { kind: 'STARTED' })
const paused = (time: string, waitingOn: WaitingOn = 'CUSTOMER') =>
  at(time, { kind: 'PAUSED', waitingOn, reason: 'Which version?' })
const resumed = (time: string) => at(time, { kind: 'RESUMED' })
const stopped = (time: string) => at(time, { kind: 'STOPPED' })
const state = (events: readonly ClockEvent[], asOf: string, spec = FOUR_HOURS) => clockState(spec, events, calendars, utc(asOf))
const due = (events: readonly ClockEvent[], asOf: string, spec = FOUR_HOURS) => show(state(events, asOf, spec).dueAt)

describe('running, pausing, stopping', () => {
  it('S4 a clock is due after its minutes of opening hours and warns at three quarters', () => {
    const running = state([started], '2026-03-02T11:00')
    expect(running).toMatchObject({ state: 'RUNNING', dueAt: utc('2026-03-02T14:00'), spentMs: 60 * MINUTE })
    expect(show(running.warnAt)).toBe('2026-03-02T13:00')
    expect(show(state([started], '2026-03-02T11:00', { ...FOUR_HOURS, warnShare: 0.5 }).warnAt)).toBe('2026-03-02T12:00')
    expect(due([started], '2026-03-02T11:00', { minutes: 1440, calendarId: null })).toBe('2026-03-03T10:00')
  })

  it('S5 a clock that has not started owes nothing', () => {
    const nothing = { state: 'NOT_STARTED', dueAt: null, warnAt: null, breachedAt: null, spentMs: 0 }
    expect(state([], '2026-03-02T11:00')).toMatchObject(nothing)
    expect(state([started], '2026-03-02T09:59').state).toBe('NOT_STARTED')
  })

  it('S5 a second customer message does not restart a response clock', () => {
    expect(due([started, at('2026-03-02T11:00', { kind: 'STARTED' })], '2026-03-02T12:00')).toBe('2026-03-02T14:00')
  })

  it('S5 a pause has no deadline, keeps the time spent and moves the deadline by its working time', () => {
    const events = [started, paused('2026-03-02T11:00'), resumed('2026-03-03T12:00')]
    expect(state(events, '2026-03-02T20:00')).toMatchObject({ state: 'PAUSED', dueAt: null, warnAt: null, spentMs: 60 * MINUTE })
    expect(due(events, '2026-03-03T12:00')).toBe('2026-03-03T15:00')
  })

  it('S5 waiting on two parties ends when neither is waited for', () => {
    const events = [
      started, paused('2026-03-02T11:00'), paused('2026-03-02T11:30', 'DEPENDENCY'),
      at('2026-03-02T12:00', { kind: 'RESUMED', waitingOn: 'CUSTOMER' }),
    ]
    expect(state(events, '2026-03-02T12:30').state).toBe('PAUSED')
    const answered = at('2026-03-02T13:00', { kind: 'RESUMED', waitingOn: 'DEPENDENCY' })
    expect(due([...events, answered], '2026-03-02T13:00')).toBe('2026-03-02T16:00')
  })

  it('S5 "you need nothing from me" resumes at once and, if upheld, counts the pause as if it never was', () => {
    const contested = [started, paused('2026-03-02T11:00'), resumed('2026-03-02T12:00')]
    expect(due(contested, '2026-03-02T12:00')).toBe('2026-03-02T15:00')
    const upheld = at('2026-03-02T12:30', { kind: 'RESUMED_RETROACTIVELY', pausedAt: utc('2026-03-02T11:00') })
    expect(due([...contested, upheld], '2026-03-02T12:30')).toBe('2026-03-02T14:00')
    const open = state([started, paused('2026-03-02T11:00'), upheld], '2026-03-02T12:30')
    expect([open.state, show(open.dueAt), show(open.pauses[0]!.to)]).toEqual(['RUNNING', '2026-03-02T14:00', '2026-03-02T12:30'])
    expect(state([started, paused('2026-03-02T11:00'), upheld], '2026-03-02T12:29').state).toBe('PAUSED')
  })

  it('S5 a pause that was none can turn out to be a breach', () => {
    const events = [started, paused('2026-03-02T11:00'), resumed('2026-03-03T10:00'), stopped('2026-03-03T11:00')]
    expect(state(events, '2026-03-03T12:00').breachedAt).toBeNull()
    const upheld = at('2026-03-04T10:00', { kind: 'RESUMED_RETROACTIVELY', pausedAt: utc('2026-03-02T11:00') })
    expect(show(state([...events, upheld], '2026-03-04T10:00').breachedAt)).toBe('2026-03-02T14:00')
  })

  it('S5 an answer that was none continues from where it was, or from where it is told to', () => {
    const events = [started, stopped('2026-03-02T12:00')]
    expect(state(events, '2026-03-09T12:00')).toMatchObject({ state: 'STOPPED', breachedAt: null, spentMs: 120 * MINUTE })
    expect(due(events, '2026-03-09T12:00')).toBe('2026-03-02T14:00')
    expect(due([...events, at('2026-03-02T16:00', { kind: 'REOPENED' })], '2026-03-02T16:00')).toBe('2026-03-03T10:00')
    const counting = at('2026-03-02T13:00', { kind: 'REOPENED', countsFrom: utc('2026-03-02T12:00') })
    expect(due([...events, counting], '2026-03-02T13:00')).toBe('2026-03-02T14:00')
  })

  it('S5 a stop ends the waiting, so a reopened clock runs', () => {
    const reopened = at('2026-03-02T13:00', { kind: 'REOPENED' })
    const events = [started, paused('2026-03-02T11:00'), stopped('2026-03-02T12:00'), reopened]
    expect(state(events, '2026-03-02T13:00')).toMatchObject({ state: 'RUNNING', spentMs: 60 * MINUTE })
  })

  it('S4 an answer or a question at the very deadline is in time, one millisecond later is a breach', () => {
    expect(state([started], '2026-03-02T14:00').breachedAt).toBeNull()
    expect(state([started, stopped('2026-03-02T14:00')], '2026-03-05T14:00').breachedAt).toBeNull()
    expect(state([started, paused('2026-03-02T14:00')], '2026-03-05T14:00')).toMatchObject({ breachedAt: null, dueAt: null })
    expect(show(state([started], '2026-03-02T14:00:00.001').breachedAt)).toBe('2026-03-02T14:00')
    const late = state([started, paused('2026-03-02T14:01')], '2026-03-05T14:00')
    expect(late).toMatchObject({ state: 'PAUSED', dueAt: utc('2026-03-02T14:00'), breachedAt: utc('2026-03-02T14:00') })
  })

  it('S7 one timer at a time: the warning, then the breach just after the deadline, then none', () => {
    const running = state([started], '2026-03-02T11:00')
    expect(nextTimer(running, { warned: false, breached: false })).toEqual({ kind: 'WARNING', at: utc('2026-03-02T13:00') })
    const breach = nextTimer(running, { warned: true, breached: false })
    expect(breach).toEqual({ kind: 'BREACH', at: utc('2026-03-02T14:00') + 1 })
    expect(clockState(FOUR_HOURS, [started], calendars, breach!.at).breachedAt).toBe(utc('2026-03-02T14:00'))
    expect(nextTimer(running, { warned: true, breached: true })).toBeNull()
    const answered = state([started, stopped('2026-03-02T12:00')], '2026-03-02T12:00')
    expect(nextTimer(answered, { warned: false, breached: false })).toBeNull()
  })
})

describe('what the vendor edits', () => {
  const minutes = (time: string, value: number, accepted = false) =>
    at(time, { kind: 'MINUTES_CHANGED', minutes: value, accepted })
  const hoursOf = (time: string, calendarId: string, accepted = false) =>
    at(time, { kind: 'CALENDAR_CHANGED', calendarId, accepted })

  it('S5 time spent is kept through a severity change, and less than was spent is due at once', () => {
    expect(due([started, minutes('2026-03-02T11:00', 120)], '2026-03-02T11:00')).toBe('2026-03-02T12:00')
    expect(due([started, minutes('2026-03-02T13:00', 120)], '2026-03-02T13:00')).toBe('2026-03-02T13:00')
    expect(due([started, minutes('2026-03-02T11:00', 300, true)], '2026-03-02T11:00')).toBe('2026-03-02T15:00')
  })

  it('S6 a told deadline moves earlier by an edit but never later, and both dates are kept', () => {
    const later = state([started, hoursOf('2026-03-02T11:00', 'short')], '2026-03-02T11:00')
    expect([show(later.dueAt), show(later.computedDueAt)]).toEqual(['2026-03-02T14:00', '2026-03-03T11:00'])
    const weekend: ClockSpec = { minutes: 960, calendarId: 'office' }
    expect(due([started], '2026-03-02T11:00', weekend)).toBe('2026-03-04T10:00')
    expect(due([started, hoursOf('2026-03-02T11:00', 'long')], '2026-03-02T11:00', weekend)).toBe('2026-03-03T11:00')
  })

  it('S6 in a pause, too, the promise is the one that was told', () => {
    const waiting = state([started, minutes('2026-03-02T10:30', 480), paused('2026-03-02T11:00')], '2026-03-02T12:00')
    expect(waiting).toMatchObject({ state: 'PAUSED', dueAt: null, promisedMs: 240 * MINUTE })
  })

  it('S6 a pause moves a told deadline by the hours it was told in', () => {
    const events = [started, hoursOf('2026-03-02T11:00', 'short'), paused('2026-03-02T13:00'), resumed('2026-03-03T13:00')]
    expect(due(events, '2026-03-03T13:00')).toBe('2026-03-03T14:00')
  })

  it('S6 what the customer accepts may move it later, a breach before that stays', () => {
    expect(due([started, hoursOf('2026-03-02T11:00', 'short', true)], '2026-03-02T11:00')).toBe('2026-03-03T11:00')
    const late = state([started, minutes('2026-03-02T16:00', 480, true)], '2026-03-02T16:00')
    expect([show(late.dueAt), show(late.breachedAt)]).toEqual(['2026-03-03T10:00', '2026-03-02T14:00'])
  })

  it('S6 an accepted longer time undoes an edit that was not accepted', () => {
    const events = [started, minutes('2026-03-02T11:00', 180), minutes('2026-03-02T11:30', 300)]
    expect(due(events, '2026-03-02T11:30')).toBe('2026-03-02T13:00')
    expect(due([...events, minutes('2026-03-02T12:00', 300, true)], '2026-03-02T12:00')).toBe('2026-03-02T15:00')
  })

  it('S6 a deadline told under other time-zone data holds, even where the hours are closed now', () => {
    const toldFor = (time: string) => at('2026-03-02T10:00', { kind: 'TOLD', dueAt: utc(time) })
    const told = toldFor('2026-03-02T13:30')
    const running = state([started, told], '2026-03-02T11:00')
    expect([show(running.dueAt), show(running.computedDueAt)]).toEqual(['2026-03-02T13:30', '2026-03-02T14:00'])
    const waited = [started, told, paused('2026-03-02T12:00'), resumed('2026-03-02T13:00')]
    expect(due(waited, '2026-03-02T13:00')).toBe('2026-03-02T14:30')
    const closed = toldFor('2026-03-03T08:30')
    const twoDays: ClockSpec = { minutes: 480, calendarId: 'office' }
    expect(due([started, closed], '2026-03-02T11:00', twoDays)).toBe('2026-03-03T08:30')
    expect(show(state([started, closed], '2026-03-02T11:00', twoDays).warnAt)).toBe('2026-03-02T15:15')
    expect(due([started, toldFor('2026-03-05T10:00')], '2026-03-02T11:00')).toBe('2026-03-02T14:00')
  })

  it('S6 maintenance counts only when announced beforehand', () => {
    const window = { kind: 'EXCLUDED', from: utc('2026-03-02T11:00'), to: utc('2026-03-02T12:00'), reason: 'clause 7' } as const
    expect(due([at('2026-02-27T10:00', window), started], '2026-03-02T10:00')).toBe('2026-03-02T15:00')
    const tooLate = at('2026-02-27T10:00', { ...window, noticeMinutes: 7 * 1440 })
    expect(due([tooLate, started], '2026-03-02T10:00')).toBe('2026-03-02T14:00')
    expect(due([started, at('2026-03-02T10:30', window)], '2026-03-02T10:30')).toBe('2026-03-02T14:00')
    expect(due([started, at('2026-03-02T10:30', { ...window, accepted: true })], '2026-03-02T10:30')).toBe('2026-03-02T15:00')
    expect(due([started, at('2026-03-02T11:30', { ...window, accepted: true })], '2026-03-02T11:30')).toBe('2026-03-02T14:00')
  })

  it('S6 with nothing left the deadline is where the clock goes on, closed or excluded as it may be then', () => {
    const window = { kind: 'EXCLUDED', from: utc('2026-03-03T08:00'), to: utc('2026-03-03T12:00') } as const
    const events = [at('2026-02-27T10:00', window), started, paused('2026-03-02T14:00')]
    expect(due([...events, resumed('2026-03-02T20:00')], '2026-03-02T20:00')).toBe('2026-03-02T20:00')
    expect(due([...events, resumed('2026-03-03T10:00')], '2026-03-03T10:00')).toBe('2026-03-03T10:00')
  })

  it('S6 a calendar version that is not given is a fault', () => {
    expect(() => state([started], '2026-03-02T10:00', { minutes: 1, calendarId: 'lost' })).toThrow(/lost/)
  })
})

describe('explaining', () => {
  it('S6 the minutes of intervals and pauses say how the promise was counted', () => {
    const window = { from: utc('2026-03-02T10:30'), to: utc('2026-03-02T11:00') }
    const events = [
      at('2026-02-27T10:00', { kind: 'EXCLUDED', ...window, reason: 'clause 7' }),
      started, paused('2026-03-02T12:00'), resumed('2026-03-02T16:00'),
    ]
    const explained = explainDeadline(FOUR_HOURS, events, calendars, utc('2026-03-02T16:00'))
    expect(explained.counted.map(({ from, to, minutes }) => [show(from), show(to), minutes])).toEqual([
      ['2026-03-02T10:00', '2026-03-02T10:30', 30], ['2026-03-02T11:00', '2026-03-02T12:00', 60],
      ['2026-03-02T16:00', '2026-03-02T17:00', 60], ['2026-03-03T09:00', '2026-03-03T10:30', 90],
    ])
    expect(explained).toMatchObject({ promisedMinutes: 240, countedMinutes: 240, remainingMinutes: 0, heldAsTold: false })
    expect(explained.pauses).toMatchObject([{ waitingOn: 'CUSTOMER', reason: 'Which version?', minutes: 240 }])
    expect(explained.excluded).toMatchObject([{ reason: 'clause 7', minutes: 30 }])
    expect(deadlineSentence(explained, 'Europe/Oslo')).toBe(
      'Due Tue 3 Mar 2026 at 11:30 (Europe/Oslo): 240 minutes of opening hours, ' +
      'counted since Mon 2 Mar 2026 at 11:00 in 4 stretches, leaving out 240 minutes of waiting, ' +
      'leaving out 30 minutes excluded as announced.')
  })

  it('S6 the versions say which of them the deadline follows', () => {
    const events = [started, at('2026-03-02T11:00', { kind: 'CALENDAR_CHANGED', calendarId: 'short', reason: 'Winter hours' })]
    const explained = explainDeadline(FOUR_HOURS, events, calendars, utc('2026-03-02T11:00'))
    expect(explained.versions).toMatchObject([
      { kind: 'STARTED', minutes: 240, calendarId: 'office', applied: true },
      { kind: 'CALENDAR_CHANGED', calendarId: 'short', applied: false, reason: 'Winter hours' },
    ])
    expect(deadlineSentence(explained, 'UTC')).toMatch(/held as it was told before a later change\.$/)
  })

  it('S6 paused, stopped and not yet started clocks have a sentence too', () => {
    const say = (events: readonly ClockEvent[], asOf: string) =>
      deadlineSentence(explainDeadline(FOUR_HOURS, events, calendars, utc(asOf)), 'UTC')
    expect(say([], '2026-03-02T10:00')).toBe('The clock has not started: 240 minutes will count from its start.')
    expect(say([started, paused('2026-03-02T10:01')], '2026-03-02T11:00')).toBe(
      'Paused: 1 minute of the promised 240 minutes of opening hours have counted since Mon 2 Mar 2026 at 10:00 (UTC), ' +
      'leaving out 59 minutes of waiting.')
    expect(say([started, stopped('2026-03-02T12:00')], '2026-03-05T11:00')).toBe(
      'Stopped Mon 2 Mar 2026 at 12:00 (UTC): 120 minutes of the promised 240 minutes of opening hours had counted ' +
      'since Mon 2 Mar 2026 at 10:00.')
  })
})
