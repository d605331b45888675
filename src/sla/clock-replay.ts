/**
 * Replays a clock's events into running stretches and promises. One stretch list says when the clock ran; a promise says how
 * many minutes of which calendars it had, so that a pause moves every promise alike.
 *
 * What the vendor edits makes a new current promise and keeps the older one as held: the deadline is the earliest of them all,
 * so an edit can only bring it nearer. What the customer accepted changes them all, and may move it later.
 */
import type { Interval } from './calendar.js'
import { MINUTE_MS } from './calendar.js'
import type { ClockEvent, ClockSpec, WaitingOn } from './clock-events.js'
import type { Calendars, ClockPromise, Exclusion, Stretch } from './clock-promise.js'
import { reachedAt, spentMs } from './clock-promise.js'
import type { Ms } from './zone.js'

export type Pause = {
  readonly from: Ms
  readonly to: Ms | null
  readonly waitingOn: WaitingOn
  readonly reason: string | null
  /** When it was found to be none; its time counts. */
  readonly struckAt: Ms | null
}

export type Replay = {
  readonly startedAt: Ms | null
  readonly stoppedAt: Ms | null
  readonly paused: boolean
  readonly stretches: readonly Stretch[]
  readonly pauses: readonly Pause[]
  /** From a stop to where its reopening goes on. */
  readonly stops: readonly Interval[]
  readonly current: ClockPromise
  readonly held: readonly ClockPromise[]
  /** A breach before an accepted change that would hide it. */
  readonly breachedAt: Ms | null
  readonly events: readonly ClockEvent[]
}

type Writable<T> = { -readonly [K in keyof T]: T[K] }
type Fold = Writable<Omit<Replay, 'stretches' | 'pauses' | 'stops' | 'paused'>> & {
  stretches: Writable<Stretch>[]
  pauses: Writable<Pause>[]
  stops: Interval[]
}

/** Replays the events up to and including `asOf`, in the order of their instants. */
export function replayClock(spec: ClockSpec, events: readonly ClockEvent[], calendars: Calendars, asOf: Ms): Replay {
  const known = events.filter(({ at }) => at <= asOf).sort((a, b) => a.at - b.at)
  const struck = new Map(known.flatMap(event => event.kind === 'RESUMED_RETROACTIVELY' ? [[event.pausedAt, event.at]] : []))
  const fold: Fold = {
    startedAt: null, stoppedAt: null, breachedAt: null, stretches: [], pauses: [], stops: [], held: [], events: known,
    current: {
      limitMs: lengthOf(spec.minutes), limitAt: -Infinity, toldFor: -Infinity,
      calendars: [{ from: -Infinity, calendarId: spec.calendarId }], excluded: [], changes: [],
    },
  }
  for (const event of known) {
    if (!applyRun(fold, event, struck)) applyChange(fold, event, calendars)
  }
  return { ...fold, paused: openPauses(fold).length > 0 }
}

/** Events that say when the clock runs; false for the others. One that changes nothing (a second start) is passed over. */
function applyRun(fold: Fold, event: ClockEvent, struck: ReadonlyMap<Ms, Ms>): boolean {
  switch (event.kind) {
    case 'STARTED':
      if (fold.startedAt !== null) return true
      fold.startedAt = event.at
      fold.stretches.push({ from: event.at, to: Infinity })
      return true
    case 'PAUSED':
      pause(fold, event, struck.get(event.at) ?? null)
      return true
    case 'RESUMED':
      resume(fold, event.at, event.waitingOn)
      return true
    case 'RESUMED_RETROACTIVELY':
      for (const pause of fold.pauses) if (pause.from === event.pausedAt) pause.to ??= event.at
      return true
    case 'STOPPED':
      if (fold.startedAt === null || fold.stoppedAt !== null) return true
      resume(fold, event.at)
      cut(fold, event.at)
      fold.stoppedAt = event.at
      return true
    case 'REOPENED':
      reopen(fold, event)
      return true
    default:
      return false
  }
}

function pause(fold: Fold, event: ClockEvent & { kind: 'PAUSED' }, struckAt: Ms | null): void {
  const { at, waitingOn, reason = null } = event
  const running = fold.startedAt !== null && fold.stoppedAt === null
  if (!running || openPauses(fold).some(open => open.waitingOn === waitingOn)) return
  fold.pauses.push({ from: at, to: null, waitingOn, reason, struckAt })
  if (struckAt === null) cut(fold, at)
}

function resume(fold: Fold, at: Ms, waitingOn?: WaitingOn): void {
  const wasPaused = openPauses(fold).length > 0
  for (const pause of fold.pauses) if (waitingOn === undefined || pause.waitingOn === waitingOn) pause.to ??= at
  if (wasPaused && openPauses(fold).length === 0) fold.stretches.push({ from: at, to: Infinity })
}

function reopen(fold: Fold, { at, countsFrom = at }: ClockEvent & { kind: 'REOPENED' }): void {
  if (fold.stoppedAt === null) return
  const from = Math.min(at, Math.max(fold.stoppedAt, countsFrom))
  fold.stops.push({ from: fold.stoppedAt, to: from })
  fold.stretches.push({ from, to: Infinity })
  fold.stoppedAt = null
}

const openPauses = ({ pauses }: Fold) => pauses.filter(({ to, struckAt }) => to === null && struckAt === null)

function cut({ stretches }: Fold, at: Ms): void {
  const last = stretches.at(-1)
  if (last?.to === Infinity) last.to = at
}

function applyChange(fold: Fold, event: ClockEvent, calendars: Calendars): void {
  const change = changeOf(fold, event, calendars)
  if (!change) return
  const { current, held } = fold
  if (event.kind === 'TOLD') {
    fold.held = [...held, change(current)]
    return
  }
  if (fold.startedAt !== null && !('accepted' in event && event.accepted)) {
    fold.held = [...held, current]
  } else {
    fold.breachedAt ??= breachBy(fold, calendars, event.at)
    fold.held = held.map(change)
  }
  fold.current = change(current)
}

function changeOf(fold: Fold, event: ClockEvent, calendars: Calendars): ((promise: ClockPromise) => ClockPromise) | null {
  const { at } = event
  const changed = (part: (promise: ClockPromise) => Partial<ClockPromise>) => (promise: ClockPromise): ClockPromise =>
    ({ ...promise, ...part(promise), changes: [...promise.changes, event] })
  switch (event.kind) {
    case 'MINUTES_CHANGED':
      return changed(() => ({ limitMs: lengthOf(event.minutes), limitAt: at, toldFor: -Infinity }))
    case 'CALENDAR_CHANGED':
      return changed(promise => ({ calendars: [...promise.calendars, { from: at, calendarId: event.calendarId }] }))
    case 'EXCLUDED':
      if (at + (event.noticeMinutes ?? 0) * MINUTE_MS > event.from) return null
      return changed(({ excluded }) => ({
        excluded: disjoint([...excluded, { from: event.from, to: event.to, reason: event.reason ?? null }]),
      }))
    case 'TOLD':
      if (fold.stretches.at(-1)?.to !== Infinity) return null
      return changed(promise => ({ limitMs: spentMs(promise, fold.stretches, calendars, event.dueAt), toldFor: event.dueAt }))
    default:
      return null
  }
}

function disjoint(windows: readonly Exclusion[]): Exclusion[] {
  let end = -Infinity
  return windows.toSorted((a, b) => a.from - b.from).flatMap(window => {
    const from = Math.max(window.from, end)
    end = Math.max(end, window.to)
    return from < window.to ? [{ ...window, from }] : []
  })
}

function lengthOf(minutes: number): number {
  if (!(minutes >= 0 && Number.isFinite(minutes))) throw new RangeError(`a promise of ${minutes} minutes`)
  return Math.round(minutes * MINUTE_MS)
}

/** The earliest deadline of all promises, and the promise that it comes from; the current one when they agree. */
export function earliestDue(
  { current, held }: Pick<Replay, 'current' | 'held'>, stretches: readonly Stretch[], calendars: Calendars,
): { dueAt: Ms | null; promise: ClockPromise } {
  let best = { dueAt: reachedAt(current, stretches, calendars), promise: current }
  for (const promise of held) {
    const dueAt = reachedAt(promise, stretches, calendars)
    if (dueAt !== null && (best.dueAt === null || dueAt < best.dueAt)) best = { dueAt, promise }
  }
  return best
}

/** When the deadline passed while the clock ran, if before `by`. */
export function breachBy(replay: Pick<Replay, 'current' | 'held' | 'stretches'>, calendars: Calendars, by: Ms): Ms | null {
  const { dueAt } = earliestDue(replay, replay.stretches, calendars)
  return dueAt !== null && dueAt < by ? dueAt : null
}
