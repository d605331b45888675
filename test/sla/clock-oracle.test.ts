import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { buildCalendar, isOpen, workingMinutesBetween } from '../../src/sla/calendar.js'
import type { CalendarSpec, Weekday } from '../../src/sla/calendar-spec.js'
import type { ClockEvent, ClockSpec, WaitingOn } from '../../src/sla/clock.js'
import { clockState } from '../../src/sla/clock.js'
import { explainDeadline } from '../../src/sla/explain-deadline.js'

const MINUTE = 60_000
const utc = (text: string) => Date.parse(`${text}Z`)
const hours = (from: string, to: string, list = [1, 2, 3, 4, 5]): CalendarSpec =>
  ({ timeZone: 'UTC', weekly: list.map(day => ({ day: day as Weekday, from, to })), overrides: [], holidays: [] })
const calendars = new Map([
  ['office', buildCalendar(hours('09:00', '17:00'))],
  ['short', buildCalendar(hours('09:00', '12:00'))],
  ['long', buildCalendar(hours('07:00', '22:00', [1, 2, 3, 4, 5, 6, 7]))],
])
const ORIGIN = utc('2026-03-02T08:00')
const HORIZON = 14 * 1440
const isEdit = (event: ClockEvent) => ['MINUTES_CHANGED', 'CALENDAR_CHANGED', 'EXCLUDED'].includes(event.kind)
const isAccepted = (event: ClockEvent) => 'accepted' in event && event.accepted === true

/** One promise, no told dates: counts minute by minute. */
function naive(spec: ClockSpec, events: readonly ClockEvent[], asOf: number): { dueAt: number | null; spentAtAsOf: number } {
  const struck = new Set(events.flatMap(event => event.kind === 'RESUMED_RETROACTIVELY' ? [event.pausedAt] : []))
  const byMinute = new Map(events.map(event => [event.at, event]))
  const waiting = new Set<string>()
  const windows: { from: number; to: number }[] = []
  let [going, limit, since, id, spent, spentAtAsOf] = [false, spec.minutes, -Infinity, spec.calendarId, 0, 0]
  let dueAt: number | null = null
  for (let t = ORIGIN; t < ORIGIN + HORIZON * MINUTE; t += MINUTE) {
    const event = byMinute.get(t)
    if (event?.kind === 'STARTED') going = true
    if (event?.kind === 'PAUSED' && !struck.has(t) && going) waiting.add(event.waitingOn)
    if (event?.kind === 'RESUMED' && event.waitingOn) waiting.delete(event.waitingOn)
    else if (event?.kind === 'RESUMED') waiting.clear()
    if (event?.kind === 'STOPPED') [going] = [false, waiting.clear()]
    if (event?.kind === 'REOPENED') going = true
    if (event?.kind === 'MINUTES_CHANGED') [limit, since, dueAt] = [event.minutes, t, null]
    if (event?.kind === 'CALENDAR_CHANGED') id = event.calendarId
    if (event?.kind === 'EXCLUDED' && event.from >= t) windows.push(event)
    if (t === asOf) spentAtAsOf = spent
    if (dueAt !== null && t >= asOf) break
    if (!going || waiting.size > 0) continue
    if (spent >= limit && t >= since) dueAt ??= t
    const excluded = windows.some(({ from, to }) => from <= t && t < to)
    if (!excluded && (id === null || isOpen(calendars.get(id)!, t))) spent++
  }
  return { dueAt, spentAtAsOf }
}

/** What was told is the earliest of the worlds in which the vendor had stopped editing after its first, second, … edit. */
function worlds(events: readonly ClockEvent[]): ClockEvent[][] {
  const edits = events.filter(event => isEdit(event) && !isAccepted(event))
  return [...edits.keys(), edits.length].map(kept => events.filter(event => edits.indexOf(event) < kept))
}

const calendarId = fc.constantFrom('office', 'short', 'long', null)
const waitingOn = fc.constantFrom<WaitingOn>('CUSTOMER', 'DEPENDENCY')
const accepted = fc.boolean()
const limits = fc.integer({ min: 1, max: 900 })
const body: fc.Arbitrary<(at: number, earlier: readonly ClockEvent[]) => ClockEvent> = fc.oneof(
  { weight: 4, arbitrary: waitingOn.map(party => (at: number): ClockEvent => ({ kind: 'PAUSED', at, waitingOn: party })) },
  { weight: 4, arbitrary: fc.option(waitingOn, { nil: undefined }).map(party => (at: number): ClockEvent =>
    ({ kind: 'RESUMED', at, waitingOn: party })) },
  fc.constant((at: number, earlier: readonly ClockEvent[]): ClockEvent => {
    const pause = earlier.findLast(({ kind }) => kind === 'PAUSED')
    return pause ? { kind: 'RESUMED_RETROACTIVELY', at, pausedAt: pause.at } : { kind: 'RESUMED', at }
  }),
  fc.constant((at: number): ClockEvent => ({ kind: 'STOPPED', at })),
  { weight: 2, arbitrary: fc.constant((at: number): ClockEvent => ({ kind: 'REOPENED', at })) },
  fc.tuple(limits, accepted).map(([minutes, yes]) => (at: number): ClockEvent =>
    ({ kind: 'MINUTES_CHANGED', at, minutes, accepted: yes })),
  fc.tuple(calendarId, accepted).map(([id, yes]) => (at: number): ClockEvent =>
    ({ kind: 'CALENDAR_CHANGED', at, calendarId: id, accepted: yes })),
  fc.tuple(fc.nat(600), fc.integer({ min: 1, max: 300 }), accepted).map(([wait, length, yes]) => (at: number): ClockEvent =>
    ({ kind: 'EXCLUDED', at, from: at + wait * MINUTE, to: at + (wait + length) * MINUTE, accepted: yes })),
)
const times = fc.uniqueArray(fc.integer({ min: 1, max: 4000 }), { minLength: 9, maxLength: 9 })
const history = fc.tuple(fc.array(body, { maxLength: 9 }), times)
  .map(([bodies, minutes]) => {
    const instants = minutes.toSorted((a, b) => a - b).map(minute => ORIGIN + minute * MINUTE)
    const events: ClockEvent[] = [{ kind: 'STARTED', at: ORIGIN }]
    bodies.forEach((make, i) => events.push(make(instants[i]!, events)))
    return events
  })
const run = fc.record({ spec: fc.record({ minutes: limits, calendarId }), events: history })
const last = (events: readonly ClockEvent[]) => events.at(-1)!.at

describe('against a clock counted minute by minute', () => {
  it('S5 S6 the deadline is the earliest that any state of the versions told (seed 21)', () => {
    fc.assert(fc.property(run, ({ spec, events }) => {
      const found = clockState(spec, events, calendars, last(events))
      fc.pre(found.state !== 'STOPPED')
      const counted = worlds(events).map(world => naive(spec, world, last(events)))
      const dues = counted.map(({ dueAt }) => dueAt ?? Infinity)
      expect(found.dueAt ?? Infinity).toBe(Math.min(...dues))
      expect(found.computedDueAt ?? Infinity).toBe(dues.at(-1))
      const passed = found.dueAt !== null && found.dueAt < last(events) ? found.dueAt : null
      if (!events.some(isAccepted)) expect(found.breachedAt).toBe(passed)
      if (found.dueAt === null) return
      const holds = dues.at(-1) === found.dueAt ? dues.length - 1 : dues.indexOf(found.dueAt)
      expect(found.spentMs).toBe(counted[holds]!.spentAtAsOf * MINUTE)
    }), { seed: 21, numRuns: 300 })
  })

  it('S6 an edit by the vendor never moves the told deadline later, whatever follows (seed 22)', () => {
    fc.assert(fc.property(run, ({ spec, events }) => {
      const without = events.filter(event => !isEdit(event) || isAccepted(event))
      const [edited, plain] = [events, without].map(list => clockState(spec, list, calendars, last(events)))
      expect(edited!.dueAt ?? Infinity).toBeLessThanOrEqual(plain!.dueAt ?? Infinity)
      expect(edited!.computedDueAt ?? Infinity).toBeGreaterThanOrEqual(edited!.dueAt ?? Infinity)
    }), { seed: 22, numRuns: 300 })
  })

  it('S5 time spent never shrinks, but for a pause or stop it is the opening time since the start (seed 23)', () => {
    fc.assert(fc.property(run, fc.nat(5000), ({ spec, events }, minute) => {
      const plain = events.filter(event => !isEdit(event) && event.kind !== 'RESUMED_RETROACTIVELY')
      const [asOf, later] = [ORIGIN + minute * MINUTE, ORIGIN + (minute + 500) * MINUTE]
      const [now, then] = [asOf, later].map(time => clockState(spec, plain, calendars, time))
      expect(then!.spentMs).toBeGreaterThanOrEqual(now!.spentMs)
      const only = clockState(spec, plain.filter(({ kind }) => kind === 'STARTED'), calendars, asOf).spentMs
      const all = spec.calendarId === null ? minute : workingMinutesBetween(calendars.get(spec.calendarId)!, ORIGIN, asOf)
      expect(only).toBe(all * MINUTE)
      expect(now!.spentMs).toBeLessThanOrEqual(only)
    }), { seed: 23, numRuns: 200 })
  })

  it('S6 a replay gives the same answer, in any order of arrival and for any later question (seed 24)', () => {
    fc.assert(fc.property(run, ({ spec, events }) => {
      const asOf = last(events)
      const first = clockState(spec, events, calendars, asOf)
      expect(clockState(spec, events.toReversed(), calendars, asOf)).toEqual(first)
      expect(clockState(spec, JSON.parse(JSON.stringify(events)) as ClockEvent[], calendars, asOf)).toEqual(first)
      if (first.state === 'RUNNING') expect(clockState(spec, events, calendars, asOf + 777 * MINUTE).dueAt).toBe(first.dueAt)
    }), { seed: 24, numRuns: 200 })
  })

  it('S6 the explained minutes sum to the promise (seed 25)', () => {
    fc.assert(fc.property(run, ({ spec, events }) => {
      const explained = explainDeadline(spec, events, calendars, last(events))
      const sum = explained.counted.reduce((total, { minutes }) => total + minutes, 0)
      expect(sum).toBe(explained.countedMinutes)
      expect(explained.countedMinutes + explained.remainingMinutes).toBeGreaterThanOrEqual(explained.promisedMinutes)
      const cut = events.some(({ kind }) => kind === 'MINUTES_CHANGED')
      if (!cut) expect(explained.countedMinutes + explained.remainingMinutes).toBe(explained.promisedMinutes)
      const inTime = explained.dueAt !== null && explained.state === 'RUNNING'
      if (inTime) expect(explained.remainingMinutes).toBe(0)
    }), { seed: 25, numRuns: 300 })
  })
})
