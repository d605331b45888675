import { and, eq, inArray } from 'drizzle-orm'
import { planById, planVersionById, pricesOf, shownPlan } from '../catalog/catalog.reads.js'
import type { Act } from '../kernel/act.js'
import { record } from '../kernel/event.js'
import { type Id, newId } from '../kernel/ids.js'
import { notFound, refuse } from '../kernel/refusal.js'
import { after, hours, minutes } from '../kernel/time.js'
import { clearTimer, setTimer } from '../kernel/timer.js'
import { currentVendor } from '../vendors/vendor.reads.js'
import { NotForSale } from './billing.refusals.js'
import { purchase } from './billing.table.js'
import type { BuyPlanInput, PurchaseRow } from './billing.types.js'
import { priceOf, type PurchaseState, reachedFrom } from './purchase-state.js'
import type { OpenPage } from './stripe.js'

/** The timer that finishes what was abandoned, and asks after a page whose end nobody told us. */
export const FINISH = 'purchase.finish'

/** Stripe closes a page after at most 24 hours; one less, so that a request that comes late is still in time. */
const PAGE_LIFE = hours(23)

/**
 * Commits the wish to buy, with everything that Stripe will be asked for, and sets the timer that finishes it.
 * Refuses what is not on sale this way (NotForSale).
 */
export async function intendPurchase(act: Act, input: BuyPlanInput): Promise<PurchaseRow> {
  if (act.actor.kind !== 'CONTACT') throw new Error('Only a contact buys.')
  const { plan, price } = await onSale(act, input)
  const seller = await currentVendor(act)
  const [row] = await act.db.insert(purchase).values({
    vendorId: act.vendorId, id: newId('pur'), customerId: act.actor.customerId, contactId: act.actor.id,
    planVersionId: input.planVersionId, quantity: input.quantity, currency: input.currency, ...priceOf(price, input.quantity),
    state: 'INTENDED', description: plan.name, seller: seller.name, successUrl: input.successUrl, cancelUrl: input.cancelUrl,
    expiresAt: after(act.now, PAGE_LIFE), quoteId: input.quoteId ?? null, createdAt: act.now,
  }).returning()
  await setTimer(act, FINISH, row!.id, after(act.now, minutes(1)))
  await tell(act, 'purchase.intended', row!)
  return row!
}

async function onSale(act: Act, { planVersionId, currency }: BuyPlanInput) {
  const version = await planVersionById(act, planVersionId)
  const plan = version && (await planById(act, version.planId))
  if (!plan) throw notFound('planVersionId', 'plan version')
  const not = (message: string, next: string) =>
    refuse(NotForSale, { message: `${message} Nothing was charged.`, next, planVersionId })
  if (plan.kind !== 'PER_INCIDENT' && plan.kind !== 'PACKAGE') {
    throw not(`${plan.name} is not sold by checkout; single incidents and packages are.`, 'Ask the vendor for an agreement.')
  }
  if (version.state !== 'PUBLISHED' || !(await shownPlan(act, plan.id))) {
    throw not(`This version of ${plan.name} is not on sale.`, 'Read the plans on sale again and take the published version.')
  }
  const oneOff = (await pricesOf(act, planVersionId)).filter((p) => p.interval === 'ONE_OFF')
  const price = oneOff.find((p) => p.currency === currency)
  if (price) return { plan, price }
  const others = oneOff.map((p) => p.currency).join(', ')
  throw not(`${plan.name} has no one-off price in ${currency}.`, others ? `Pay in ${others}.` : 'Ask the vendor for a price.')
}

/** The payment page is there. Says nothing new when it already was. */
export async function openPurchase(act: Act, id: Id<'pur'>, page: OpenPage): Promise<PurchaseRow> {
  const opened = await move(act, id, 'OPEN', { stripeSessionId: page.sessionId, checkoutUrl: page.url })
  if (opened) {
    await setTimer(act, FINISH, id, after(opened.expiresAt, minutes(5)))
    await tell(act, 'purchase.opened', opened)
  }
  return opened ?? (await lockPurchase(act, id))!
}

type Ending =
  | { state: 'PAID' | 'EXPIRED'; sessionId: string }
  | { state: 'FAILED'; sessionId: string | null; failure: string }

/** The purchase is over, one way or the other, and says so in one event. True only the first time. */
export async function endPurchase(act: Act, id: Id<'pur'>, ending: Ending, eventType: string): Promise<boolean> {
  const ended = await move(act, id, ending.state, {
    checkoutUrl: null, failure: ending.state === 'FAILED' ? ending.failure : null,
    paidAt: ending.state === 'PAID' ? act.now : null,
    ...(ending.sessionId && { stripeSessionId: ending.sessionId }),
  })
  if (!ended) return false
  await clearTimer(act, FINISH, id)
  await tell(act, eventType, ended)
  return true
}

/** Changes the state where it may be reached from; null when it may not, or is already there. */
async function move(
  act: Act, id: Id<'pur'>, state: keyof typeof reachedFrom, changes: Partial<PurchaseRow>,
): Promise<PurchaseRow | null> {
  const from: readonly PurchaseState[] = reachedFrom[state]
  const [row] = await act.db.update(purchase).set({ ...changes, state })
    .where(and(eq(purchase.vendorId, act.vendorId), eq(purchase.id, id), inArray(purchase.state, [...from]))).returning()
  return row ?? null
}

/** The purchase, held until the transaction ends; null when this vendor has none with that id. */
export async function lockPurchase(act: Act, id: Id<'pur'>): Promise<PurchaseRow | null> {
  const [row] = await act.db.select().from(purchase)
    .where(and(eq(purchase.vendorId, act.vendorId), eq(purchase.id, id))).for('update')
  return row ?? null
}

/** Records what happened to a purchase, with what its readers need to know. */
export const tell = (act: Act, type: string, row: PurchaseRow, more: Record<string, unknown> = {}) =>
  record(act, { type, streamId: row.id, data: { purchaseId: row.id, customerId: row.customerId, quoteId: row.quoteId, ...more } })
