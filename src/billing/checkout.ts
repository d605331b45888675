import { createHash } from 'node:crypto'
import type { Act } from '../kernel/act.js'
import { change } from '../kernel/command.js'
import { leaveNote } from '../kernel/event.js'
import type { Id } from '../kernel/ids.js'
import { ask } from '../kernel/query.js'
import { refusal, type RefusalData } from '../kernel/refusal.js'
import { after, minutes } from '../kernel/time.js'
import { setTimer, type Timer } from '../kernel/timer.js'
import { customerById } from '../vendors/vendor.reads.js'
import type { BillingContext } from './billing-doors.js'
import { purchaseById, stripeCustomerIdOf } from './billing.reads.js'
import { PaymentProviderRefused, PaymentProviderUnavailable } from './billing.refusals.js'
import { stripeCustomer } from './billing.table.js'
import type { PurchaseRow } from './billing.types.js'
import { applySession } from './payment.js'
import { endPurchase, FINISH, lockPurchase, openPurchase } from './purchase.js'
import { type SessionRequest, StripeFailure } from './stripe.js'

/**
 * Opens the payment page of a committed purchase: asks Stripe outside any transaction, with keys made from the purchase, and
 * commits the answer (M2). Any number of callers, at once or after a crash, get the one page.
 */
export async function openCheckout(ctx: BillingContext, id: Id<'pur'>): Promise<PurchaseRow | RefusalData> {
  const purchase = await ask(ctx, (read) => purchaseById(read, id))
  if (!purchase) throw new Error(`The purchase ${id} was committed and cannot be read.`)
  if (purchase.state === 'FAILED') return refused(purchase)
  if (purchase.state !== 'INTENDED') return purchase
  try {
    const customer = await customerAtStripe(ctx, purchase.customerId)
    const page = await ctx.stripe.createCheckoutSession(sessionRequest(purchase, customer), sessionKey(purchase.id))
    return await change(ctx, (act) => openPurchase(act, id, page))
  } catch (error) {
    if (!(error instanceof StripeFailure)) throw error
    return await withoutPage(ctx, purchase, error)
  }
}

export const sessionKey = (purchaseId: Id<'pur'>): string => `${purchaseId}:session`

/** The request for the payment page: nothing in it can differ the next time, so that the key finds the first page again. */
export function sessionRequest(purchase: PurchaseRow, customer: string): SessionRequest {
  return {
    customer, reference: purchase.id, metadata: { vendor: purchase.vendorId, purchase: purchase.id },
    currency: purchase.currency, unitGrossMinor: purchase.grossMinor / purchase.quantity, quantity: purchase.quantity,
    description: purchase.description, seller: purchase.seller,
    expiresAt: purchase.expiresAt, successUrl: purchase.successUrl, cancelUrl: purchase.cancelUrl,
  }
}

/** The customer at Stripe, made at its first purchase and committed before it is used. */
async function customerAtStripe(ctx: BillingContext, customerId: Id<'cus'>): Promise<string> {
  const [known, buyer] = await ask(ctx, (read) =>
    Promise.all([stripeCustomerIdOf(read, customerId), customerById(read, customerId)]))
  if (known) return known
  if (!buyer) throw new Error(`The customer ${customerId} of a purchase cannot be read.`)
  // A customer renamed between two tries is another request, and a key takes only one.
  const key = `${customerId}:customer:${createHash('sha256').update(buyer.name).digest('hex').slice(0, 16)}`
  const metadata = { vendor: buyer.vendorId, customer: customerId }
  const made = await ctx.stripe.createCustomer({ name: buyer.name, metadata }, key)
  return await change(ctx, (act) => keepStripeCustomer(act, customerId, made))
}

/** Keeps the first one; answers the one that is kept. */
async function keepStripeCustomer(act: Act, customerId: Id<'cus'>, stripeCustomerId: string): Promise<string> {
  await act.db.insert(stripeCustomer)
    .values({ vendorId: act.vendorId, customerId, stripeCustomerId, createdAt: act.now }).onConflictDoNothing()
  return (await stripeCustomerIdOf(act, customerId))!
}

/** Stripe opens no page that would close sooner. */
const LEAST_PAGE_LIFE = minutes(30)

async function withoutPage(
  ctx: BillingContext, purchase: PurchaseRow, failure: StripeFailure,
): Promise<PurchaseRow | RefusalData> {
  if (failure.kind === 'BAD_REQUEST') {
    ctx.log.error('Stripe did not accept a purchase.', { purchaseId: purchase.id, error: failure })
    const late = after(ctx.clock.now(), LEAST_PAGE_LIFE) > purchase.expiresAt
    const why = late ? 'The payment page could not be opened in time.' : failure.message
    const ending = { state: 'FAILED', sessionId: null, failure: why } as const
    await change(ctx, async (act) => {
      const isStill = (await lockPurchase(act, purchase.id))?.state === 'INTENDED' // another call may have had better luck
      if (isStill) await endPurchase(act, purchase.id, ending, 'purchase.failed')
    })
  } else {
    ctx.log.warn('Stripe could not be reached for a purchase.', { purchaseId: purchase.id, error: failure })
  }
  const now = (await ask(ctx, (read) => purchaseById(read, purchase.id))) ?? purchase
  if (now.state === 'FAILED') return refused(now)
  return now.state === 'INTENDED' ? unavailable(now) : now
}

const unavailable = (purchase: PurchaseRow) => refusal(PaymentProviderUnavailable, {
  message: 'The payment provider does not answer right now. Your wish is kept and nothing was charged.',
  next: 'Send the same input with the same idempotency key in a minute; it goes on where this call stopped.',
  purchaseId: purchase.id,
})

const refused = (purchase: PurchaseRow) => refusal(PaymentProviderRefused, {
  message: `This purchase cannot be completed: ${purchase.failure} Nothing is granted for it.`,
  next: 'Buy again with a new idempotency key; when that is refused too, tell the vendor.',
  purchaseId: purchase.id,
})

/**
 * The purchase is still without an end: leaves a note, since Stripe may not be asked in here (M2), and comes again after as
 * long as has gone by so far.
 */
export async function purchaseTimer(act: Act, timer: Timer): Promise<void> {
  const purchase = await purchaseById(act, timer.subjectId as Id<'pur'>)
  if (purchase?.state !== 'INTENDED' && purchase?.state !== 'OPEN') return
  const queue = `stripe:${purchase.stripeSessionId ?? purchase.id}`
  await leaveNote(act, { task: FINISH, type: 'purchase.abandoned', subjectId: purchase.id, queue })
  const gone = act.now.getTime() - purchase.createdAt.getTime()
  await setTimer(act, FINISH, purchase.id, after(act.now, Math.max(minutes(5), gone)))
}

/** The job behind that note: opens the page that nobody opened, or asks what became of it. Done again, it changes nothing. */
export async function finishPurchase(ctx: BillingContext, purchaseId: Id<'pur'>): Promise<void> {
  const purchase = await ask(ctx, (read) => purchaseById(read, purchaseId))
  if (purchase?.state === 'INTENDED') await openCheckout(ctx, purchaseId)
  if (purchase?.state !== 'OPEN') return
  const session = await ctx.stripe.retrieveCheckoutSession(purchase.stripeSessionId!)
  await change(ctx, (act) => applySession(act, session, ctx.log))
}
