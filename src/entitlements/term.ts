import { after, days } from '../kernel/time.js'

export type Interval = 'ONE_OFF' | 'MONTH' | 'YEAR'

/** The same day and time of day so many months on (UTC); the month's last day when it has no such day. */
export function monthsAfter(at: Date, months: number): Date {
  const day = at.getUTCDate()
  const moved = new Date(at.getTime())
  moved.setUTCDate(1)
  moved.setUTCMonth(moved.getUTCMonth() + months)
  const lastDay = new Date(Date.UTC(moved.getUTCFullYear(), moved.getUTCMonth() + 1, 0)).getUTCDate()
  moved.setUTCDate(Math.min(day, lastDay))
  return moved
}

/** When an agreement ends: a flat plan after the interval that was paid for; others have no end of their own. */
export function endOf(planKind: string, interval: Interval, startsAt: Date): Date | null {
  if (planKind !== 'PREMIUM' || interval === 'ONE_OFF') return null
  return monthsAfter(startsAt, interval === 'YEAR' ? 12 : 1)
}

/** When units expire: after the plan's term, and never later than their agreement ends. Null: never. */
export function expiryOf(termDays: number | null, startsAt: Date, endsAt: Date | null): Date | null {
  const byTerm = termDays === null ? null : after(startsAt, days(termDays))
  if (byTerm === null || endsAt === null) return byTerm ?? endsAt
  return byTerm < endsAt ? byTerm : endsAt
}

/** How long the policy of the sale stands (B7): until renewal plus notice; null: as long as the agreement has units. */
export const pinnedUntil = (agreement: { readonly endsAt: Date | null; readonly noticeDays: number }): Date | null =>
  agreement.endsAt && after(agreement.endsAt, days(agreement.noticeDays))

/**
 * The expiry of units that come back for a cause that is not the customer's (E3): later by the time they were away, so
 * that they have as much time left as when they were taken.
 */
export const extendedExpiry = (expiresAt: Date, heldAt: Date, backAt: Date): Date =>
  after(expiresAt, Math.max(0, backAt.getTime() - heldAt.getTime()))
