/** The state of one clock at an instant: a pure function of its events and of calendar versions. */
import type { Interval } from './calendar.js'
import type { ClockEvent, ClockSpec } from './clock-events.js'
import type { Calendars, ClockPromise, Stretch } from './clock-promise.js'
import { countedIntervals, reachedAt, spentMs } from './clock-promise.js'
import type { Pause, Replay } from './clock-replay.js'
import { breachBy, earliestDue, replayClock } from './clock-replay.js'
import type { Ms } from './zone.js'

export type { ClockEvent, ClockSpec, WaitingOn } from './clock-events.js'
export type { Calendars } from './clock-promise.js'
export type { Pause } from './clock-replay.js'

export const CLOCK_STATES = ['NOT_STARTED', 'RUNNING', 'PAUSED', 'STOPPED'] as const
export type ClockStateName = (typeof CLOCK_STATES)[number]

export const DEFAULT_WARN_SHARE = 0.75

export type ClockState = {
  readonly state: ClockStateName
  /** The deadline that holds. Null before the start, in a pause unless it passed before, and when it never opens that long. */
  readonly dueAt: Ms | null
  /** What today's versions alone would give; later than `dueAt` when a told deadline holds against an edit. */
  readonly computedDueAt: Ms | null
  readonly warnAt: Ms | null
  /** The deadline that passed while the clock ran. Whoever stops or pauses at the very instant is in time. */
  readonly breachedAt: Ms | null
  readonly stoppedAt: Ms | null
  /** Time counted so far; it goes on after a breach. */
  readonly spentMs: number
  /** What was promised by the deadline that holds. */
  readonly promisedMs: number
  readonly pauses: readonly Pause[]
  /** Open time counted so far; sums to `spentMs`. */
  readonly intervals: readonly (Interval & { readonly calendarId: string | null })[]
}

/** The clock as of an instant: later events are not seen. Throws RangeError when a calendar version is missing. */
export function clockState(spec: ClockSpec, events: readonly ClockEvent[], calendars: Calendars, asOf: Ms): ClockState {
  const replay = replayClock(spec, events, calendars, asOf)
  const { promise, told } = governing(replay, calendars, asOf)
  const { stretches, startedAt, stoppedAt, pauses } = replay
  return {
    state: nameOf(replay),
    dueAt: reachedAt(promise, told, calendars),
    computedDueAt: reachedAt(replay.current, told, calendars),
    warnAt: reachedAt(promise, told, calendars, spec.warnShare ?? DEFAULT_WARN_SHARE),
    breachedAt: replay.breachedAt ?? (startedAt === null ? null : breachBy(replay, calendars, asOf)),
    stoppedAt,
    spentMs: spentMs(promise, stretches, calendars, asOf),
    promisedMs: promise.limitMs,
    pauses,
    intervals: countedIntervals(promise, stretches, calendars, asOf),
  }
}

/**
 * The one timer that the clock needs: the warning if it was not given yet, then the breach. A breach is due one millisecond
 * after the deadline, since an answer at the deadline is in time. An instant in the past means: now.
 */
export function nextTimer(
  { state, dueAt, warnAt, breachedAt }: ClockState, fired: { readonly warned: boolean; readonly breached: boolean },
): { kind: 'WARNING' | 'BREACH'; at: Ms } | null {
  if (fired.breached) return null
  if (breachedAt !== null) return { kind: 'BREACH', at: breachedAt + 1 }
  if (state !== 'RUNNING' || dueAt === null) return null
  if (!fired.warned && warnAt !== null) return { kind: 'WARNING', at: warnAt }
  return { kind: 'BREACH', at: dueAt + 1 }
}

function nameOf({ startedAt, stoppedAt, paused }: Replay): ClockStateName {
  if (startedAt === null) return 'NOT_STARTED'
  if (stoppedAt !== null) return 'STOPPED'
  return paused ? 'PAUSED' : 'RUNNING'
}

/**
 * The promise whose deadline comes first, and the stretches by which it is told: a stopped clock as if it had gone on, so that
 * one sees how much was left. In a pause the promise is the one that would come first if the clock went on now.
 */
export function governing(replay: Replay, calendars: Calendars, asOf: Ms): { promise: ClockPromise; told: readonly Stretch[] } {
  const { stretches, stoppedAt, paused } = replay
  const last = stretches.at(-1)
  const told = last && stoppedAt !== null ? [...stretches.slice(0, -1), { from: last.from, to: Infinity }] : stretches
  const goingOn = paused ? [...stretches, { from: asOf, to: Infinity }] : told
  return { promise: earliestDue(replay, goingOn, calendars).promise, told }
}
