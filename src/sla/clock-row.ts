/** The stored form of a clock: its events as rows, and the columns that follow from them (S6). Pure. */
import type { Id } from '../kernel/ids.js'
import { type Calendars, type ClockEvent, type ClockSpec, clockState, nextTimer, type WaitingOn } from './clock.js'
import type { PromiseKind } from './metric.js'

export const CLOCK_ROW_STATES = ['RUNNING', 'PAUSED', 'STOPPED', 'CANCELLED'] as const
export type ClockRowState = (typeof CLOCK_ROW_STATES)[number]

/**
 * What can happen to a stored clock. Beside the events that a deadline is computed from stand those that only say something:
 * another promise took over, a warning or a breach was told. A cancelled clock stops without an answer.
 */
export const STORED_EVENT_KINDS = [
  'STARTED', 'PAUSED', 'RESUMED', 'RESUMED_RETROACTIVELY', 'STOPPED', 'REOPENED', 'MINUTES_CHANGED', 'CALENDAR_CHANGED', 'EXCLUDED',
  'TOLD', 'PROMISE_CHANGED', 'WARNED', 'BREACHED', 'CANCELLED',
] as const
export type StoredEventKind = (typeof STORED_EVENT_KINDS)[number]

/** The rest of an event; instants in it are epoch milliseconds, as in the pure files. `calendarId` names a calendar version. */
export type StoredBody = {
  readonly reason?: string
  readonly minutes?: number
  readonly calendarId?: Id<'cav'> | null
  readonly promiseId?: Id<'prm'> | null
  readonly promiseKind?: PromiseKind
  readonly accepted?: boolean
  readonly waitingOn?: WaitingOn
  readonly pausedAt?: number
  readonly countsFrom?: number
  readonly from?: number
  readonly to?: number
  readonly noticeMinutes?: number
  readonly dueAt?: number
}

export type StoredEvent = { readonly kind: StoredEventKind; readonly at: Date; readonly body: StoredBody }

/** The columns of `clock` that follow from its events. */
export type ClockColumns = {
  readonly state: ClockRowState
  readonly kind: PromiseKind
  readonly minutes: number
  readonly calendarVersionId: Id<'cav'> | null
  readonly promiseId: Id<'prm'> | null
  readonly startedAt: Date
  readonly dueAt: Date | null
  readonly toldDueAt: Date | null
  readonly warnAt: Date | null
  readonly warnedAt: Date | null
  readonly breachedAt: Date | null
  readonly stoppedAt: Date | null
  readonly spentMs: number
  readonly lastNumber: number
}

const SAYING: readonly StoredEventKind[] = ['PROMISE_CHANGED', 'WARNED', 'BREACHED']
const MOVING: readonly StoredEventKind[] = ['STARTED', 'RESUMED', 'RESUMED_RETROACTIVELY', 'REOPENED']

/** The promise that the clock started with. Throws on a history that does not begin with its start. */
export function specOf(events: readonly StoredEvent[]): ClockSpec {
  const [first] = events
  if (first?.kind !== 'STARTED' || first.body.minutes === undefined) throw new Error('The history of a clock begins with its start.')
  return { minutes: first.body.minutes, calendarId: first.body.calendarId ?? null }
}

/** The events that the deadline is computed from. */
export const countedEvents = (events: readonly StoredEvent[]): ClockEvent[] => events
  .filter(({ kind }) => !SAYING.includes(kind))
  .map(({ kind, at, body }) => ({ ...body, kind: kind === 'CANCELLED' ? 'STOPPED' : kind, at: at.getTime() }) as ClockEvent)

/** Every calendar version that a history names. */
export const calendarsOf = (events: readonly Pick<StoredEvent, 'body'>[]): Id<'cav'>[] =>
  [...new Set(events.flatMap(({ body }) => (body.calendarId ? [body.calendarId] : [])))]

const dateOf = (at: number | null): Date | null => (at === null ? null : new Date(at))

/** The columns after the last event; `before` are those after the one before it. */
export function columnsAfter(before: ClockColumns | null, events: readonly StoredEvent[], calendars: Calendars): ClockColumns {
  const last = events.at(-1)!
  const now = clockState(specOf(events), countedEvents(events), calendars, last.at.getTime())
  const dueAt = dateOf(now.dueAt)
  const changed = last.kind === 'STARTED' || last.kind === 'PROMISE_CHANGED' ? last.body : null
  // Whoever stops a clock that waits ends its waiting first.
  const wentOn = before?.state === 'PAUSED' && (last.kind === 'STOPPED' || last.kind === 'CANCELLED')
  const moved = wentOn || MOVING.includes(last.kind) || last.body.accepted === true
  const cancelled = last.kind === 'CANCELLED' || (before?.state === 'CANCELLED' && last.kind !== 'REOPENED')
  return {
    state: cancelled ? 'CANCELLED' : now.state as ClockRowState,
    kind: changed?.promiseKind ?? before!.kind,
    minutes: Math.round(now.promisedMs / 60_000),
    calendarVersionId: last.kind === 'STARTED' || last.kind === 'CALENDAR_CHANGED' ? last.body.calendarId ?? null : before!.calendarVersionId,
    promiseId: changed ? changed.promiseId ?? null : before!.promiseId,
    startedAt: before?.startedAt ?? last.at,
    dueAt,
    toldDueAt: moved ? dueAt ?? before?.toldDueAt ?? null : before?.toldDueAt ?? dueAt,
    warnAt: dateOf(now.warnAt),
    warnedAt: before?.warnedAt ?? (last.kind === 'WARNED' ? last.at : null),
    breachedAt: before?.breachedAt ?? dateOf(now.breachedAt),
    stoppedAt: dateOf(now.stoppedAt),
    spentMs: now.spentMs,
    lastNumber: events.length,
  }
}

/** The columns from the history alone. */
export function columnsOf(events: readonly StoredEvent[], calendars: Calendars): ClockColumns {
  let columns: ClockColumns | null = null
  for (let i = 1; i <= events.length; i += 1) columns = columnsAfter(columns, events.slice(0, i), calendars)
  if (!columns) throw new Error('A clock without a history.')
  return columns
}

/** The one timer that the stored clock needs, or null: a clock that stands, or has missed its deadline, needs none. */
export function timerOf({ state, dueAt, warnAt, warnedAt, breachedAt }: ClockColumns): { kind: 'clock.warn' | 'clock.breach'; at: Date } | null {
  if (state !== 'RUNNING') return null
  const ms = (at: Date | null) => at && at.getTime()
  const next = nextTimer({ state, dueAt: ms(dueAt), warnAt: ms(warnAt), breachedAt: ms(breachedAt) } as never, {
    warned: warnedAt !== null, breached: breachedAt !== null,
  })
  return next && { kind: next.kind === 'WARNING' ? 'clock.warn' : 'clock.breach', at: new Date(next.at) }
}

/**
 * The deadline that was told, when it computes later now than it did (other time-zone data): then it has to be held by an
 * event of its own (R48). Null when all is as it was.
 */
export function heldAgainst(before: ClockColumns, events: readonly StoredEvent[], calendars: Calendars): number | null {
  if (before.state !== 'RUNNING' || !before.dueAt) return null
  const { dueAt } = clockState(specOf(events), countedEvents(events), calendars, events.at(-1)!.at.getTime())
  return dueAt === null || dueAt > before.dueAt.getTime() ? before.dueAt.getTime() : null
}

/** Who is awaited now, and since when. */
export function awaited(events: readonly StoredEvent[]): ReadonlyMap<WaitingOn, number> {
  const since = new Map<WaitingOn, number>()
  for (const { kind, at, body } of events) {
    if (kind === 'PAUSED' && !since.has(body.waitingOn!)) since.set(body.waitingOn!, at.getTime())
    if (kind === 'RESUMED' && body.waitingOn) since.delete(body.waitingOn)
    else if (kind === 'RESUMED' || kind === 'STOPPED' || kind === 'CANCELLED') since.clear()
    if (kind === 'RESUMED_RETROACTIVELY') for (const [who, from] of since) if (from === body.pausedAt) since.delete(who)
  }
  return since
}

/** The minutes of the promise made last, which need not be the one that holds. */
export const lastMinutes = (events: readonly StoredEvent[]): number =>
  events.findLast(({ kind }) => kind === 'STARTED' || kind === 'MINUTES_CHANGED')!.body.minutes!
