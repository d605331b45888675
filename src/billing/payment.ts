import type { Act } from '../kernel/act.js'
import { type Id, isId } from '../kernel/ids.js'
import type { Log } from '../kernel/log.js'
import { money } from '../kernel/money.js'
import { findingOf } from './purchase-state.js'
import { endPurchase, lockPurchase, tell } from './purchase.js'
import type { CheckoutSession, Payment } from './stripe.js'

/** Whose payment it is, as we wrote on it; null for what others made in the same Stripe account. */
export function ownerOf(metadata: Record<string, string>): { vendorId: Id<'vnd'>; purchaseId: Id<'pur'> } | null {
  const { vendor, purchase } = metadata
  return vendor && purchase && isId(vendor, 'vnd') && isId(purchase, 'pur') ? { vendorId: vendor, purchaseId: purchase } : null
}

/**
 * Brings a purchase to where its session is, in one transaction. Any number of times, in any order, it ends in one state and
 * is told once. A session that is not the purchase's own, or another amount than was asked for, grants nothing.
 */
export async function applySession(act: Act, session: CheckoutSession, log: Log): Promise<void> {
  const purchaseId = ownerOf(session.metadata)?.purchaseId
  const purchase = purchaseId && (await lockPurchase(act, purchaseId))
  if (!purchase || session.reference !== purchase.id || (purchase.stripeSessionId ?? session.id) !== session.id) {
    log.error('A Stripe session names a purchase that it does not belong to; it was ignored.', {
      sessionId: session.id, purchaseId,
    })
    return
  }
  const sessionId = session.id
  switch (findingOf(session, purchase)) {
    case 'WAIT': return
    case 'PAID': return void (await endPurchase(act, purchase.id, { state: 'PAID', sessionId }, 'purchase.paid'))
    case 'EXPIRED': return void (await endPurchase(act, purchase.id, { state: 'EXPIRED', sessionId }, 'purchase.expired'))
    case 'FAILED': {
      const failure = 'The payment did not arrive after the payment page was completed.'
      return void (await endPurchase(act, purchase.id, { state: 'FAILED', sessionId, failure }, 'purchase.failed'))
    }
    case 'MISMATCH': {
      const asked = money({ amountMinor: purchase.grossMinor, currency: purchase.currency })
      const failure = `${money(session)} was paid where ${asked} was asked for.`
      const first = await endPurchase(act, purchase.id, { state: 'FAILED', sessionId, failure }, 'purchase.mismatch')
      if (first) log.error('A payment is not what was asked for; nothing was granted.', { sessionId, purchaseId, failure })
    }
  }
}

/** Records that an attempt to pay was declined, unless the purchase is over. The payment page stays open for another card. */
export async function noteDecline(act: Act, payment: Payment): Promise<void> {
  const purchase = await lockPurchase(act, ownerOf(payment.metadata)!.purchaseId)
  if (purchase?.state !== 'INTENDED' && purchase?.state !== 'OPEN') return
  await tell(act, 'purchase.declined', purchase, { code: payment.failureCode })
}
