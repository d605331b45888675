import { and, eq, min, sql } from 'drizzle-orm'
import type { Act } from './act.js'
import type { Db } from './database.js'
import { type Id } from './ids.js'
import { platformTimer } from './timer.table.js'
import { after, seconds } from './time.js'

export type Timer = typeof platformTimer.$inferSelect

/** Sets (or moves) the one deadline of that kind for that subject. */
export async function setTimer(act: Act, kind: string, subjectId: Id, fireAt: Date): Promise<void> {
  await act.db.insert(platformTimer).values({ vendorId: act.vendorId, kind, subjectId, fireAt })
    .onConflictDoUpdate({
      target: [platformTimer.vendorId, platformTimer.kind, platformTimer.subjectId],
      set: { fireAt, generation: sql`${platformTimer.generation} + 1`, leasedUntil: null },
    })
}

export async function clearTimer(act: Act, kind: string, subjectId: Id): Promise<void> {
  await act.db.delete(platformTimer).where(and(
    eq(platformTimer.vendorId, act.vendorId), eq(platformTimer.kind, kind), eq(platformTimer.subjectId, subjectId)))
}

/**
 * The first statement of whatever handles a timer: takes the row away, in the transaction of the change that it causes.
 * False when the deadline was moved, cleared or already handled; then there is nothing to do.
 */
export async function takeTimer(act: Act, timer: Timer): Promise<boolean> {
  const taken = await act.db.delete(platformTimer).where(and(
    eq(platformTimer.vendorId, act.vendorId), eq(platformTimer.kind, timer.kind),
    eq(platformTimer.subjectId, timer.subjectId), eq(platformTimer.generation, timer.generation),
    // A deadline that was cleared and set anew counts its generations from the start.
    eq(platformTimer.fireAt, timer.fireAt)))
    .returning({ kind: platformTimer.kind })
  return taken.length > 0
}

const LEASE = seconds(30)

/** Leases due timers of all vendors, the earliest first. A lease that its holder does not finish ends by itself. */
export async function leaseTimers(db: Db, now: Date, limit = 100): Promise<Timer[]> {
  const at = now.toISOString()
  // In a WITH, so that the rows are picked once: as a subquery a plan may run it again for each row, and lease more.
  const due = db.$with('due').as(db.select({ vendorId: platformTimer.vendorId, kind: platformTimer.kind, subjectId: platformTimer.subjectId })
    .from(platformTimer)
    .where(sql`${platformTimer.fireAt} <= ${at} and (${platformTimer.leasedUntil} is null or ${platformTimer.leasedUntil} <= ${at})`)
    .orderBy(platformTimer.fireAt).limit(limit).for('update', { skipLocked: true }))
  const leased = await db.with(due).update(platformTimer).set({ leasedUntil: after(now, LEASE) })
    .where(sql`(${platformTimer.vendorId}, ${platformTimer.kind}, ${platformTimer.subjectId}) in (select * from ${due})`)
    .returning()
  return leased.sort((a, b) => a.fireAt.getTime() - b.fireAt.getTime())
}

/** When the earliest timer of all vendors fires; null when none is set. */
export async function earliestTimer(db: Db): Promise<Date | null> {
  const [row] = await db.select({ at: min(platformTimer.fireAt) }).from(platformTimer)
  return row?.at ?? null
}
