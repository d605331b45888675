import { and, eq, inArray, type SQL } from 'drizzle-orm'
import type { Act } from '../kernel/act.js'
import { record } from '../kernel/event.js'
import type { Id } from '../kernel/ids.js'
import { clearTimer, setTimer } from '../kernel/timer.js'
import { builtCalendars } from './built-calendars.js'
import { calendarsOf, type ClockColumns, columnsAfter, heldAgainst, type StoredBody, type StoredEvent, type StoredEventKind, timerOf } from './clock-row.js'
import type { Metric } from './metric.js'
import { eventsOf } from './sla.reads.js'
import { clock, clockEvent } from './sla.table.js'
import type { ClockRow } from './sla.types.js'

/** Clocks that somebody can still do something to. */
export const OPEN = ['RUNNING', 'PAUSED'] as const

export type Added = { readonly kind: StoredEventKind; readonly body: StoredBody }

/** A clock with its history, nobody else's to change until the end of the transaction. */
export interface HeldClock {
  readonly row: ClockRow
  readonly events: readonly StoredEvent[]
}

/** The clocks of a subject in one of the states, the oldest first; of all metrics when none is named. */
export const holdClocks = (
  act: Act, subjectId: Id, metrics: readonly Metric[] | null, states: readonly ClockRow['state'][] = OPEN,
): Promise<HeldClock[]> => hold(act, and(
  eq(clock.subjectId, subjectId), inArray(clock.state, [...states]), metrics ? inArray(clock.metric, [...metrics]) : undefined))

export const holdClock = async (act: Act, id: Id<'clk'>): Promise<HeldClock | null> => (await hold(act, eq(clock.id, id)))[0] ?? null

async function hold(act: Act, which: SQL | undefined): Promise<HeldClock[]> {
  const rows = await act.db.select().from(clock).where(and(eq(clock.vendorId, act.vendorId), which)).orderBy(clock.startedAt, clock.id).for('update')
  return await Promise.all(rows.map(async (row) => ({ row, events: await eventsOf(act, row.id) })))
}

/**
 * Appends events to a clock that is held, recomputes its row from all of them and sets its timer. A deadline that is found
 * missed is told here, whoever finds it: the timer, or an answer that came too late for it. So it is told once (S7).
 */
export async function appendTo(act: Act, { row, events: known }: HeldClock, added: readonly Added[]): Promise<ClockRow> {
  const calendars = await builtCalendars(act, calendarsOf([...known, ...added]))
  const held = heldAgainst(row, known, calendars)
  const told: Added[] = held === null ? [] : [{ kind: 'TOLD', body: { dueAt: held, reason: 'Told before; it would compute later now.' } }]
  // Machines' clocks differ by milliseconds; a history does not run backwards.
  const at = new Date(Math.max(act.now.getTime(), known.at(-1)!.at.getTime()))
  const events = [...known]
  let columns: ClockColumns = row
  for (const { kind, body } of [...told, ...added]) {
    events.push({ kind, at, body })
    columns = columnsAfter(columns, events, calendars)
  }
  await Promise.all([
    writeEvents(act, row.id, events.slice(known.length), known.length),
    act.db.update(clock).set(columns).where(and(eq(clock.vendorId, act.vendorId), eq(clock.id, row.id))),
    moveTimer(act, row.id, row, columns),
  ])
  const after = { ...row, ...columns }
  if (!row.breachedAt && after.breachedAt) await tell(act, after, 'clock.breached', { lateMs: at.getTime() - after.breachedAt.getTime() })
  return after
}

/** Writes events that come after the first `after`. */
export async function writeEvents(act: Act, clockId: Id<'clk'>, events: readonly StoredEvent[], after: number): Promise<void> {
  await act.db.insert(clockEvent).values(events.map((event, i) => ({ vendorId: act.vendorId, clockId, number: after + i + 1, ...event })))
}

/** Sets the timer that a clock needs now and takes away the one that it needed before. */
export async function moveTimer(act: Act, clockId: Id<'clk'>, before: ClockColumns | null, now: ClockColumns): Promise<void> {
  const [old, next] = [before && timerOf(before), timerOf(now)]
  if (old && old.kind !== next?.kind) await clearTimer(act, old.kind, clockId)
  if (next && (old?.kind !== next.kind || old.at.getTime() !== next.at.getTime())) await setTimer(act, next.kind, clockId, next.at)
}

/** Records an event of the ticket that the clock runs on. Warnings are the vendor's own business. */
export async function tell(act: Act, row: ClockRow, type: string, more: Record<string, unknown> = {}): Promise<void> {
  const { id: clockId, streamId, subjectId, metric, kind, dueAt, breachedAt } = row
  await record(act, {
    type, streamId, visibility: type === 'clock.warned' ? 'INTERNAL' : 'PUBLIC',
    data: { clockId, subjectId, metric, kind, dueAt: (type === 'clock.breached' ? breachedAt : dueAt)?.toISOString() ?? null, ...more },
  })
}
