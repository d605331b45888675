/** A deadline explained: what was counted, what was left out and by which versions, as data and as one sentence. */
import type { Interval } from './calendar.js'
import { MINUTE_MS } from './calendar.js'
import type { ClockStateName } from './clock.js'
import { clockState, governing } from './clock.js'
import type { ClockEvent, ClockSpec } from './clock-events.js'
import type { Calendars, ClockPromise } from './clock-promise.js'
import { countedIntervals, spentMs } from './clock-promise.js'
import type { Pause } from './clock-replay.js'
import { replayClock } from './clock-replay.js'
import type { Ms } from './zone.js'

export type DeadlineExplanation = {
  readonly state: ClockStateName
  readonly startedAt: Ms | null
  readonly stoppedAt: Ms | null
  readonly dueAt: Ms | null
  readonly computedDueAt: Ms | null
  /** A deadline told earlier holds against a later edit. */
  readonly heldAsTold: boolean
  /** countedMinutes + remainingMinutes; more was counted only where the promise was cut below what had been spent. */
  readonly promisedMinutes: number
  /** Up to the deadline, of a stopped or paused clock up to the stop or pause. */
  readonly countedMinutes: number
  readonly remainingMinutes: number
  /** Sums to countedMinutes. */
  readonly counted: readonly (Interval & { readonly minutes: number; readonly calendarId: string | null })[]
  /** With the working minutes that each left out: none when it was struck, and none for time two pauses share after the first. */
  readonly pauses: readonly (Pause & { readonly minutes: number })[]
  /** From an answer that was none to its reopening. */
  readonly stops: readonly (Interval & { readonly minutes: number })[]
  readonly excluded: readonly (Interval & { readonly minutes: number; readonly reason: string | null })[]
  /** The promise at the start, then every change; `applied` says whether the deadline that holds follows it. */
  readonly versions: readonly DeadlineVersion[]
}

export type DeadlineVersion = {
  readonly at: Ms | null
  readonly kind: 'STARTED' | 'MINUTES_CHANGED' | 'CALENDAR_CHANGED' | 'EXCLUDED' | 'TOLD'
  readonly minutes: number | null
  readonly calendarId: string | null
  readonly accepted: boolean
  readonly applied: boolean
  readonly reason: string | null
}

/** Explains the deadline as it stood at `asOf`. */
export function explainDeadline(
  spec: ClockSpec, events: readonly ClockEvent[], calendars: Calendars, asOf: Ms,
): DeadlineExplanation {
  const { state, dueAt, computedDueAt, stoppedAt } = clockState(spec, events, calendars, asOf)
  const replay = replayClock(spec, events, calendars, asOf)
  const { promise, told } = governing(replay, calendars, asOf)
  const stretches = state === 'STOPPED' ? replay.stretches : told
  const until = Math.min(dueAt ?? asOf, stoppedAt ?? Infinity)
  const counted = countedIntervals(promise, stretches, calendars, until).map(part => ({ ...part, minutes: lengthOf(part) }))
  const countedMs = spentMs(promise, stretches, calendars, until)
  // What is left out is counted as if it had been promised, window by window.
  const whole: ClockPromise = { ...promise, excluded: [] }
  const minutesIn = (windows: readonly Interval[]) => spentMs(whole, windows, calendars, Infinity) / MINUTE_MS
  return {
    state, startedAt: replay.startedAt, stoppedAt, dueAt, computedDueAt,
    heldAsTold: promise !== replay.current,
    promisedMinutes: promise.limitMs / MINUTE_MS,
    countedMinutes: countedMs / MINUTE_MS,
    remainingMinutes: Math.max(0, promise.limitMs - countedMs) / MINUTE_MS,
    counted,
    pauses: waits(replay.pauses, Math.min(asOf, until), minutesIn),
    stops: replay.stops.map(stop => ({ ...stop, minutes: minutesIn([stop]) })),
    excluded: promise.excluded.map(({ from, to, reason }) => ({
      from, to, reason,
      minutes: minutesIn(stretches.map(stretch => ({ from: Math.max(from, stretch.from), to: Math.min(to, stretch.to, until) }))),
    })),
    versions: versionsOf(spec, replay.events, replay.startedAt, promise),
  }
}

/** Working minutes left out by each pause until `until`; time that two share counts for the first. */
function waits(
  pauses: readonly Pause[], until: Ms, minutesIn: (windows: readonly Interval[]) => number,
): (Pause & { minutes: number })[] {
  let end = -Infinity
  return pauses.map(pause => {
    if (pause.struckAt !== null) return { ...pause, minutes: 0 }
    const from = Math.max(pause.from, end)
    end = Math.max(end, Math.min(pause.to ?? until, until))
    return { ...pause, minutes: from < end ? minutesIn([{ from, to: end }]) : 0 }
  })
}

const lengthOf = ({ from, to }: Interval) => (to - from) / MINUTE_MS

function versionsOf(
  spec: ClockSpec, events: readonly ClockEvent[], startedAt: Ms | null, promise: ClockPromise,
): DeadlineVersion[] {
  const first: DeadlineVersion = {
    at: startedAt, kind: 'STARTED', reason: null, accepted: true, applied: true,
    minutes: spec.minutes, calendarId: spec.calendarId,
  }
  const changes = events.flatMap((event): DeadlineVersion[] => {
    const { at, kind, reason = null } = event
    if (kind !== 'MINUTES_CHANGED' && kind !== 'CALENDAR_CHANGED' && kind !== 'EXCLUDED' && kind !== 'TOLD') return []
    return [{
      at, kind, reason, accepted: 'accepted' in event && event.accepted === true, applied: promise.changes.includes(event),
      minutes: kind === 'MINUTES_CHANGED' ? event.minutes : null,
      calendarId: kind === 'CALENDAR_CHANGED' ? event.calendarId : null,
    }]
  })
  return [first, ...changes]
}

/** The explanation as one English sentence, its times in the reader's zone. */
export function deadlineSentence(explanation: DeadlineExplanation, timeZone: string): string {
  const { state, dueAt, startedAt, stoppedAt, countedMinutes, promisedMinutes, counted } = explanation
  if (startedAt === null) return `The clock has not started: ${amount(promisedMinutes)} will count from its start.`
  const calendarTime = counted.length > 0 && counted.every(({ calendarId }) => calendarId === null)
  const kind = calendarTime ? 'calendar time' : 'opening hours'
  const from = `since ${when(startedAt, timeZone)}`
  const share = `${amount(countedMinutes)} of the promised ${amount(promisedMinutes)}`
  const note = leftOut(explanation)
  if (state === 'STOPPED' && stoppedAt !== null) {
    return `Stopped ${when(stoppedAt, timeZone)} (${timeZone}): ${share} of ${kind} had counted ${from}${note}.`
  }
  if (dueAt === null) {
    const why = state === 'PAUSED' ? 'Paused' : 'Without a deadline'
    return `${why}: ${share} of ${kind} have counted ${from} (${timeZone})${note}.`
  }
  const spread = counted.length === 1 ? 'in one stretch' : `in ${counted.length} stretches`
  return `Due ${when(dueAt, timeZone)} (${timeZone}): ${amount(countedMinutes)} of ${kind}, counted ${from} ${spread}${note}.`
}

function leftOut({ pauses, stops, excluded, heldAsTold }: DeadlineExplanation): string {
  const sum = (parts: readonly { minutes: number }[]) => parts.reduce((total, { minutes }) => total + minutes, 0)
  const note = (minutes: number, what: string) => minutes > 0 ? `leaving out ${amount(minutes)} ${what}` : ''
  const notes = [
    note(sum(pauses), 'of waiting'),
    note(sum(stops), 'after an answer that was none'),
    note(sum(excluded), 'excluded as announced'),
    heldAsTold ? 'held as it was told before a later change' : '',
  ].filter(text => text !== '')
  return notes.map(text => `, ${text}`).join('')
}

function amount(minutes: number): string {
  const rounded = Math.round(minutes * 100) / 100
  return `${rounded} ${rounded === 1 ? 'minute' : 'minutes'}`
}

function when(at: Ms, timeZone: string): string {
  const parts = new Intl.DateTimeFormat('en-GB', {
    timeZone, hourCycle: 'h23', weekday: 'short', day: 'numeric', month: 'short', year: 'numeric',
    hour: '2-digit', minute: '2-digit',
  }).formatToParts(at)
  const part = (type: Intl.DateTimeFormatPartTypes) => parts.find(found => found.type === type)?.value ?? ''
  return `${part('weekday')} ${part('day')} ${part('month')} ${part('year')} at ${part('hour')}:${part('minute')}`
}
