import { and, eq, isNull, sql } from 'drizzle-orm'
import { change, changeOnce } from '../kernel/command.js'
import { type BillingDoors, billingContext } from './billing-doors.js'
import { platformStripeInbox } from './billing.table.js'
import { applySession, noteDecline, ownerOf } from './payment.js'
import { StripeFailure } from './stripe.js'

/** What each type of event makes us ask for again. The others are stored and need nothing. */
const works: Record<string, (doors: BillingDoors, objectId: string) => Promise<void>> = {
  'checkout.session.completed': followSession,
  'checkout.session.async_payment_succeeded': followSession,
  'checkout.session.async_payment_failed': followSession,
  'checkout.session.expired': followSession,
  'payment_intent.payment_failed': followDecline,
}

/** Our own account, in the inbox's first key. */
const OURS = 'platform'

/**
 * Takes one webhook: verifies the raw body, stores that it came and leaves a note for the queue, in one statement, and
 * answers. All work is done later (M3). An event that came before is answered like the first time.
 */
export async function receiveStripe(
  doors: Pick<BillingDoors, 'database' | 'clock' | 'stripe'>, rawBody: Buffer, signature: string | undefined,
): Promise<{ status: number; message: string }> {
  const event = doors.stripe.verifyWebhook(rawBody, signature)
  if (!event) return { status: 400, message: 'The signature does not fit this body, or is too old. Nothing was stored.' }
  const { id, type, objectId, account } = event
  const isWorked = account === null && objectId !== null && Object.hasOwn(works, type)
  const now = doors.clock.now().toISOString()
  await doors.database.platform.execute(sql`
    with stored as (
      insert into ${platformStripeInbox} (account, event_id, type, object_id, received_at, applied_at)
      values (${account ?? OURS}, ${id}, ${type}, ${objectId}, ${now}, ${isWorked ? null : now})
      on conflict (account, event_id) do nothing
      returning id)
    insert into platform_outbox (task, type, subject_id, queue)
    select 'stripe', ${type}::text, stored.id::text, ${`stripe:${objectId}`}::text from stored where ${isWorked}::boolean`)
  doors.database.onCommit()
  return { status: 200, message: 'Stored.' }
}

/** Works one stored event: asks Stripe for its object as it is now, and applies that in one transaction. Safe to repeat. */
export async function applyStripeEvent(doors: BillingDoors, inboxId: string): Promise<void> {
  const inbox = doors.database.platform
  const waiting = and(eq(platformStripeInbox.id, BigInt(inboxId)), isNull(platformStripeInbox.appliedAt))
  const [row] = await inbox.select().from(platformStripeInbox).where(waiting)
  if (!row) return
  await works[row.type]?.(doors, row.objectId!).catch((error: unknown) => {
    if (!(error instanceof StripeFailure) || error.kind !== 'BAD_REQUEST') throw error
    doors.log.error('Stripe does not know what it told us about; the event was put aside.', { eventId: row.eventId, error })
  })
  await inbox.update(platformStripeInbox).set({ appliedAt: doors.clock.now() }).where(waiting)
}

async function followSession(doors: BillingDoors, sessionId: string): Promise<void> {
  const session = await doors.stripe.retrieveCheckoutSession(sessionId)
  const owner = ownerOf(session.metadata)
  if (owner) await change(billingContext(doors, owner.vendorId), (act) => applySession(act, session, doors.log))
}

/** A declined attempt is known by its charge: told once, however often and in whatever order the news comes. */
async function followDecline(doors: BillingDoors, paymentId: string): Promise<void> {
  const payment = await doors.stripe.retrievePayment(paymentId)
  const owner = ownerOf(payment.metadata)
  if (!owner || payment.status !== 'requires_payment_method' || !payment.latestChargeId) return
  const ctx = billingContext(doors, owner.vendorId)
  await changeOnce(ctx, `${payment.latestChargeId}:declined`, (act) => noteDecline(act, payment))
}
