import type { Act } from '../kernel/act.js'
import { type Id, newId } from '../kernel/ids.js'
import { setTimer, type Timer } from '../kernel/timer.js'
import { builtCalendars, builtVersion } from './built-calendars.js'
import type { WaitingOn } from './clock.js'
import { type Added, appendTo, type HeldClock, holdClock, holdClocks, moveTimer, OPEN, tell, writeEvents } from './clock-append.js'
import { awaited, calendarsOf, columnsAfter, lastMinutes, type StoredEvent, timerOf } from './clock-row.js'
import type { Metric } from './metric.js'
import { calendarHead } from './sla.reads.js'
import { clock } from './sla.table.js'
import type { ClockRow, PromiseRow } from './sla.types.js'

export interface StartClockInput {
  /** What the clock runs on: a part or a ticket. */
  readonly subjectId: Id
  /** The ticket in whose history its events are recorded. */
  readonly streamId: Id
  readonly promise: PromiseRow
  /** Not after now; a deadline that has passed since is told at once. */
  readonly startAt: Date
}

/**
 * Starts the clock of a promise and sets its timer. When one of that metric is open on the subject already, that one is
 * answered and nothing starts: a second message does not restart a response clock (S5).
 */
export async function startClock(act: Act, { subjectId, streamId, promise, startAt }: StartClockInput): Promise<ClockRow> {
  if (startAt > act.now) throw new RangeError('A clock does not start in the future.')
  const counts = promise.calendarId && (await calendarHead(act, promise.calendarId))
  const started: StoredEvent = {
    kind: 'STARTED', at: startAt,
    body: { minutes: promise.minutes, calendarId: counts ? counts.versionId : null, promiseId: promise.id, promiseKind: promise.kind },
  }
  const columns = columnsAfter(null, [started], await builtCalendars(act, calendarsOf([started])))
  const [row] = await act.db.insert(clock).values({
    vendorId: act.vendorId, id: newId('clk'), subjectId, streamId, metric: promise.metric, ...columns,
  }).onConflictDoNothing().returning()
  if (!row) return (await holdClocks(act, subjectId, [promise.metric]))[0]!.row
  await Promise.all([writeEvents(act, row.id, [started], 0), moveTimer(act, row.id, null, columns)])
  await tell(act, row, 'clock.started')
  return row
}

/** Stops the open clock of a metric: what it promised was done. False, and nothing, when none is open. */
export async function stopClock(act: Act, subjectId: Id, metric: Metric, reason: string): Promise<boolean> {
  const open = await holdClocks(act, subjectId, [metric])
  for (const held of open) await tell(act, await appendTo(act, held, [{ kind: 'STOPPED', body: { reason } }]), 'clock.stopped')
  return open.length > 0
}

/**
 * Pauses the running clocks of these metrics. Who is awaited pauses once; a clock that waits for the customer and for a
 * dependency goes on when both have come. The update clock never waits for a dependency (S5): a fault of the caller.
 */
export async function pauseClocks(
  act: Act, subjectId: Id, metrics: readonly Metric[], reason: string, waitingOn: WaitingOn = 'CUSTOMER',
): Promise<void> {
  if (waitingOn === 'DEPENDENCY' && metrics.includes('UPDATE')) throw new RangeError('The update clock runs on while a third party is awaited (S5).')
  for (const held of await holdClocks(act, subjectId, metrics)) {
    if (awaited(held.events).has(waitingOn)) continue
    const now = await appendTo(act, held, [{ kind: 'PAUSED', body: { reason, waitingOn } }])
    if (held.row.state === 'RUNNING') await tell(act, now, 'clock.paused', { waitingOn })
  }
}

/** Ends the waiting for one party; time spent is kept. Clocks that do not wait for it are left alone. */
export async function resumeClocks(
  act: Act, subjectId: Id, metrics: readonly Metric[], reason: string, waitingOn: WaitingOn = 'CUSTOMER',
): Promise<void> {
  for (const held of await holdClocks(act, subjectId, metrics)) {
    if (!awaited(held.events).has(waitingOn)) continue
    const now = await appendTo(act, held, [{ kind: 'RESUMED', body: { reason, waitingOn } }])
    if (now.state === 'RUNNING') await tell(act, now, 'clock.resumed')
  }
}

/**
 * A pause that began at `pausedAt` is found to have been none (R46): its time counts, and it ends if it lasts. Also of clocks
 * that have stopped since; a deadline that passed in it is told as missed.
 */
export async function strikePause(act: Act, subjectId: Id, metrics: readonly Metric[], pausedAt: Date, reason: string): Promise<void> {
  for (const held of await holdClocks(act, subjectId, metrics, [...OPEN, 'STOPPED'])) {
    const { events } = held
    if (!events.some(({ kind, at }) => kind === 'PAUSED' && at.getTime() === pausedAt.getTime())) continue
    if (events.some(({ kind, body }) => kind === 'RESUMED_RETROACTIVELY' && body.pausedAt === pausedAt.getTime())) continue
    const now = await appendTo(act, held, [{ kind: 'RESUMED_RETROACTIVELY', body: { reason, pausedAt: pausedAt.getTime() } }])
    await tell(act, now, 'clock.pause_struck', { pausedAt: pausedAt.toISOString() })
  }
}

/**
 * "This was no answer": the clock of the metric that stopped last goes on from where it was. With `stoppedAt` only if it was
 * stopped at that instant, so that doubting one answer leaves those before it alone. False when there is none to reopen, or
 * another clock of the metric is open.
 */
export async function reopenClock(
  act: Act, subjectId: Id, metric: Metric, reason: string, { stoppedAt }: { stoppedAt?: Date } = {},
): Promise<boolean> {
  const all = await holdClocks(act, subjectId, [metric], [...OPEN, 'STOPPED'])
  if (all.some(({ row }) => row.state !== 'STOPPED')) return false
  const last = all.sort((a, b) => a.row.stoppedAt!.getTime() - b.row.stoppedAt!.getTime()).at(-1)
  if (!last || (stoppedAt && last.row.stoppedAt!.getTime() !== stoppedAt.getTime())) return false
  await tell(act, await appendTo(act, last, [{ kind: 'REOPENED', body: { reason } }]), 'clock.reopened')
  return true
}

/**
 * Puts the open clocks of a subject under other promises (another severity, plan or policy), time spent kept (S5). What the
 * vendor does moves no deadline later and makes no commitment a target (R48); what the customer accepted may. A clock whose
 * metric none of the promises names goes on as it was told.
 */
export async function changeClocks(
  act: Act, subjectId: Id, promises: readonly PromiseRow[],
  { accepted = false, reason = 'Another promise applies.' }: { accepted?: boolean; reason?: string } = {},
): Promise<void> {
  for (const held of await holdClocks(act, subjectId, null)) {
    const { row } = held
    const promise = promises.find(({ metric }) => metric === row.metric)
    if (!promise || promise.id === row.promiseId) continue
    const now = await appendTo(act, held, await changesTo(act, held, promise, { accepted, reason }))
    await tell(act, now, 'clock.changed', { accepted, dueAtBefore: row.dueAt?.toISOString() ?? null })
  }
}

async function changesTo(
  act: Act, { row, events }: HeldClock, promise: PromiseRow, why: { accepted: boolean; reason: string },
): Promise<Added[]> {
  const keepsCommitment = !why.accepted && row.kind === 'COMMITMENT'
  const changed: Added = { kind: 'PROMISE_CHANGED', body: { ...why, promiseId: promise.id, promiseKind: keepsCommitment ? 'COMMITMENT' : promise.kind } }
  const minutesBefore = lastMinutes(events)
  const versionId = await versionFor(act, row, promise)
  const minutes: Added[] = promise.minutes === minutesBefore ? [] : [{ kind: 'MINUTES_CHANGED', body: { ...why, minutes: promise.minutes } }]
  const hours: Added[] = versionId === row.calendarVersionId ? [] : [{ kind: 'CALENDAR_CHANGED', body: { ...why, calendarId: versionId } }]
  // Every state in between counts as told, so the order is the one whose state in between is no earlier than both ends.
  return promise.minutes <= minutesBefore ? [changed, ...hours, ...minutes] : [changed, ...minutes, ...hours]
}

/** The calendar version that a clock counts by under a promise: the one it has, as long as the calendar is the same. */
async function versionFor(act: Act, row: ClockRow, { calendarId }: PromiseRow): Promise<Id<'cav'> | null> {
  if (calendarId === null) return null
  if (row.calendarVersionId && (await builtVersion(act, row.calendarVersionId)).calendarId === calendarId) return row.calendarVersionId
  return (await calendarHead(act, calendarId))!.versionId
}

/** Ends every open clock of a subject without an answer: nothing is owed any more. A deadline that was missed stays missed. */
export async function cancelClocks(act: Act, subjectId: Id, reason: string): Promise<void> {
  for (const held of await holdClocks(act, subjectId, null)) {
    await tell(act, await appendTo(act, held, [{ kind: 'CANCELLED', body: { reason } }]), 'clock.cancelled')
  }
}

/** Timer `clock.warn`: tells the vendor, once, that a deadline comes near. The timer of the breach comes next. */
export async function warnClock(act: Act, timer: Timer): Promise<void> {
  const held = await holdDue(act, timer)
  if (!held) return
  await tell(act, held.row, 'clock.warned')
  await appendTo(act, held, [{ kind: 'WARNED', body: {} }])
}

/** Timer `clock.breach`: one millisecond after the deadline. `appendTo` finds it missed and tells it. */
export async function breachClock(act: Act, timer: Timer): Promise<void> {
  const held = await holdDue(act, timer)
  if (held) await appendTo(act, held, [{ kind: 'BREACHED', body: {} }])
}

/** The clock of a timer that fired, if it still needs that timer now; one that needs it later gets it again. */
async function holdDue(act: Act, timer: Timer): Promise<HeldClock | null> {
  const held = await holdClock(act, timer.subjectId as Id<'clk'>)
  const needed = held && timerOf(held.row)
  if (needed?.kind !== timer.kind) return null
  if (needed.at <= act.now) return held
  await setTimer(act, needed.kind, held!.row.id, needed.at)
  return null
}
