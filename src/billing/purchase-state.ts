import { taxOn } from '../kernel/money.js'

/**
 * INTENDED → OPEN → PAID | EXPIRED | FAILED. An answer that got lost may skip OPEN; PAID is reached from anywhere, because
 * Stripe is the truth for payments, and is never left.
 */
export const purchaseStates = ['INTENDED', 'OPEN', 'PAID', 'EXPIRED', 'FAILED'] as const
export type PurchaseState = (typeof purchaseStates)[number]

/** From which states each can be reached. */
export const reachedFrom = {
  OPEN: ['INTENDED'],
  PAID: ['INTENDED', 'OPEN', 'EXPIRED', 'FAILED'],
  EXPIRED: ['INTENDED', 'OPEN'],
  FAILED: ['INTENDED', 'OPEN', 'EXPIRED'],
} as const satisfies Partial<Record<PurchaseState, readonly PurchaseState[]>>

export interface Price {
  readonly netMinor: number
  readonly taxMinor: number
  readonly grossMinor: number
}

/** The price of several at a unit price. Tax is rounded per piece, so that the pieces that the payer sees sum to the whole. */
export function priceOf(unit: { amountMinor: number; taxRateBps: number }, quantity: number): Price {
  const netMinor = unit.amountMinor * quantity
  const taxMinor = taxOn(unit.amountMinor, unit.taxRateBps) * quantity
  return { netMinor, taxMinor, grossMinor: netMinor + taxMinor }
}

/** What a checkout session says about its payment, in our units. Stripe may add words to its lists at any time. */
export interface SessionStanding {
  /** open, complete or expired. */
  readonly status: string
  /** paid, unpaid or no_payment_required. */
  readonly paymentStatus: string
  readonly amountMinor: number
  readonly currency: string
  readonly payment: { readonly status: string } | null
}

export type Finding = 'WAIT' | 'PAID' | 'MISMATCH' | 'EXPIRED' | 'FAILED'

/** What a session means for its purchase: a function of the session as it is now, never of the order in which news came. */
export function findingOf(session: SessionStanding, asked: { grossMinor: number; currency: string }): Finding {
  if (session.status === 'expired') return 'EXPIRED'
  if (session.status !== 'complete') return 'WAIT'
  if (session.paymentStatus === 'unpaid') return isOver(session.payment) ? 'FAILED' : 'WAIT'
  if (session.paymentStatus !== 'paid' && session.paymentStatus !== 'no_payment_required') return 'WAIT'
  return session.amountMinor === asked.grossMinor && session.currency === asked.currency ? 'PAID' : 'MISMATCH'
}

/** A bank debit can fail days after the page was completed; then nobody can pay on that page again. */
const isOver = (payment: SessionStanding['payment']): boolean =>
  payment?.status === 'requires_payment_method' || payment?.status === 'canceled'
