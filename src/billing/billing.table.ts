import { sql } from 'drizzle-orm'
import { bigint, check, index, integer, pgTable, primaryKey, text, uniqueIndex } from 'drizzle-orm/pg-core'
import { planVersion } from '../catalog/catalog.table.js'
import { anyId, id, instant, key, owned, refers } from '../kernel/columns.js'
import { contact, customer } from '../vendors/vendor.table.js'
import { purchaseStates } from './purchase-state.js'

/** Which customer of ours is which customer at Stripe. */
export const stripeCustomer = pgTable('stripe_customer', {
  vendorId: id('vnd', 'vendor_id').notNull(),
  customerId: id('cus', 'customer_id').notNull(),
  stripeCustomerId: text('stripe_customer_id').notNull(),
  createdAt: instant('created_at').notNull(),
}, (t) => [primaryKey({ columns: [t.vendorId, t.customerId] }), refers(t.vendorId, t.customerId, customer)])

/**
 * One wish to buy, and what came of it. Everything that Stripe is asked for stands here before Stripe is asked (M2), so that
 * asking again, by whomever, is the same request.
 */
export const purchase = pgTable('purchase', {
  ...owned('pur'),
  customerId: id('cus', 'customer_id').notNull(),
  contactId: id('con', 'contact_id').notNull(),
  planVersionId: id('plv', 'plan_version_id').notNull(),
  quantity: integer('quantity').notNull(),
  currency: text('currency').notNull(),
  netMinor: bigint('net_minor', { mode: 'number' }).notNull(),
  taxMinor: bigint('tax_minor', { mode: 'number' }).notNull(),
  grossMinor: bigint('gross_minor', { mode: 'number' }).notNull(),
  state: text('state', { enum: purchaseStates }).notNull(),
  /** The plan's name when it was bought, as the payment page shows it. */
  description: text('description').notNull(),
  /** The vendor's name when it was bought: the seller on the payment page. */
  seller: text('seller').notNull(),
  successUrl: text('success_url').notNull(),
  cancelUrl: text('cancel_url').notNull(),
  /** When the payment page closes. */
  expiresAt: instant('expires_at').notNull(),
  stripeSessionId: text('stripe_session_id'),
  /** Only while OPEN. */
  checkoutUrl: text('checkout_url'),
  /** The quote that this pays for; what it means is known to the right of here. */
  quoteId: anyId('quote_id'),
  /** Why it FAILED, in words; null otherwise. */
  failure: text('failure'),
  createdAt: instant('created_at').notNull(),
  paidAt: instant('paid_at'),
}, (t) => [
  key(t), refers(t.vendorId, t.customerId, customer), refers(t.vendorId, t.contactId, contact),
  refers(t.vendorId, t.planVersionId, planVersion),
  uniqueIndex('purchase_session').on(t.vendorId, t.stripeSessionId),
  index('purchase_listed').on(t.vendorId, t.createdAt, t.id),
  index('purchase_of_customer').on(t.vendorId, t.customerId, t.createdAt, t.id),
  check('purchase_sums', sql`${t.grossMinor} = ${t.netMinor} + ${t.taxMinor}
    and ${t.netMinor} >= 0 and ${t.taxMinor} >= 0 and ${t.quantity} >= 1`),
  check('purchase_open_has_page', sql`(${t.state} = 'OPEN') = (${t.checkoutUrl} is not null)
    and (${t.state} not in ('OPEN', 'PAID') or ${t.stripeSessionId} is not null)`),
  check('purchase_paid_at', sql`(${t.state} = 'PAID') = (${t.paidAt} is not null)`),
  check('purchase_failure', sql`(${t.state} = 'FAILED') = (${t.failure} is not null)`),
])

/** That Stripe told us something, once per account and event. No content (T3): what happened is asked for again. */
export const platformStripeInbox = pgTable('platform_stripe_inbox', {
  id: bigint('id', { mode: 'bigint' }).generatedAlwaysAsIdentity().primaryKey(),
  /** The connected account it happened in; `platform` for our own. */
  account: text('account').notNull(),
  eventId: text('event_id').notNull(),
  type: text('type').notNull(),
  /** What it happened to; null for the few events whose object has no id. */
  objectId: text('object_id'),
  receivedAt: instant('received_at').notNull(),
  /** When it was worked; at once when there is nothing to do. */
  appliedAt: instant('applied_at'),
}, (t) => [uniqueIndex('platform_stripe_inbox_once').on(t.account, t.eventId)])
