// Charges, and the balance transactions in which money moves.
import { declineOf, type BillingDetails, type PaymentMethod } from './cards.js'
import { toSeconds } from './clock.js'
import type { Context } from './context.js'
import { change, emit } from './events.js'
import type { PaymentIntent } from './payments.js'
import { text } from './params.js'
import { listRoute, retrieveRoute, type Route } from './routes.js'
import { newId, type StripeObject, type Table } from './state.js'

export interface Charge extends StripeObject {
  object: 'charge'
  amount: number
  amount_captured: number
  amount_refunded: number
  balance_transaction: string | null
  billing_details: BillingDetails
  captured: boolean
  created: number
  currency: string
  customer: string | null
  payment_intent: string
  payment_method: string
  refunded: boolean
  status: 'succeeded' | 'failed'
  [field: string]: unknown
}

export interface BalanceTransaction extends StripeObject {
  object: 'balance_transaction'
  amount: number
  created: number
  currency: string
  fee: number
  net: number
  source: string
  type: string
  [field: string]: unknown
}

export const charges = (ctx: Context): Table<Charge> => ctx.store.table('charge')
export const balanceTransactions = (ctx: Context): Table<BalanceTransaction> => ctx.store.table('balance_transaction')

const daySeconds = 86_400

/** The fee on a charge in minor units: 2.9 % and 30, rounded to whole units. */
export const feeOn = (amount: number): number => Math.round(amount * 0.029) + 30

interface Movement { amount: number; fee: number; currency: string; source: string; type: 'charge' | 'refund' }

/** Money comes in (a positive amount) or goes out; it is available two days later. */
export function moveBalance(ctx: Context, { amount, fee, currency, source, type }: Movement): BalanceTransaction {
  const at = toSeconds(ctx.now())
  const processing = { amount: fee, application: null, currency, description: 'Stripe processing fees', type: 'stripe_fee' }
  return balanceTransactions(ctx).put({
    id: newId('txn_'), object: 'balance_transaction', amount, available_on: at + 2 * daySeconds, balance_type: 'payments',
    created: at, currency,
    description: null, exchange_rate: null, fee, fee_details: fee === 0 ? [] : [processing],
    net: amount - fee, reporting_category: type, source,
    status: 'pending', type,
  })
}

function outcomeOf(decline: ReturnType<typeof declineOf>): object {
  const shared = {
    advice_code: null, network_advice_code: null, network_decline_code: null, risk_level: 'normal', risk_score: 20,
    network_status: decline ? 'declined_by_network' : 'approved_by_network',
    reason: decline ? (decline.decline_code ?? decline.code) : null,
  }
  return { ...shared, seller_message: decline?.message ?? 'Payment complete.', type: decline ? 'issuer_declined' : 'authorized' }
}

/** Charges an intent's amount on a card; the charge says whether it went through. */
export function createCharge(ctx: Context, intent: PaymentIntent, method: PaymentMethod): Charge {
  const decline = declineOf(ctx, method)
  const isCaptured = !decline && intent.capture_method !== 'manual'
  const id = newId('ch_')
  const { brand, last4, exp_month, exp_year, country, funding } = method.card
  const charge: Charge = charges(ctx).put({
    id, object: 'charge', amount: intent.amount, amount_captured: 0, amount_refunded: 0, application: null, application_fee: null,
    application_fee_amount: null, balance_transaction: null, billing_details: method.billing_details,
    calculated_statement_descriptor: intent.statement_descriptor, captured: false, created: toSeconds(ctx.now()),
    currency: intent.currency,
    customer: intent.customer, description: intent.description, disputed: false, failure_balance_transaction: null,
    failure_code: decline?.code ?? null, failure_message: decline?.message ?? null, fraud_details: {}, livemode: false,
    metadata: intent.metadata, on_behalf_of: intent.on_behalf_of, outcome: outcomeOf(decline), paid: !decline,
    payment_intent: intent.id,
    payment_method: method.id,
    payment_method_details: {
      type: 'card',
      card: {
        brand, last4, exp_month, exp_year, country, funding, network: brand, checks: method.card.checks, three_d_secure: null,
        wallet: null,
      },
    },
    receipt_email: intent.receipt_email, receipt_number: null, receipt_url: null, refunded: false, review: null, shipping: null,
    source: null,
    source_transfer: null, statement_descriptor: intent.statement_descriptor,
    statement_descriptor_suffix: intent.statement_descriptor_suffix,
    status: decline ? 'failed' : 'succeeded', transfer_data: null, transfer_group: intent.transfer_group,
  })
  if (isCaptured) settle(ctx, charge, charge.amount)
  emit(ctx, decline ? 'charge.failed' : 'charge.succeeded', charge)
  return charge
}

/** Captures an amount in minor units of an authorized charge: the rest is let go. */
export function captureCharge(ctx: Context, charge: Charge, amount: number): void {
  settle(ctx, charge, amount)
  emit(ctx, 'charge.captured', charge)
}

function settle(ctx: Context, charge: Charge, amount: number): void {
  const movement = moveBalance(ctx, { amount, fee: feeOn(amount), currency: charge.currency, source: charge.id, type: 'charge' })
  change(charge, { captured: true, amount_captured: amount, balance_transaction: movement.id })
}

export const chargeRoutes: Route[] = [
  retrieveRoute('/v1/charges/{id}', 'charge', charges),
  listRoute('/v1/charges', charges, { customer: text, payment_intent: text, transfer_group: text }),
  retrieveRoute('/v1/balance_transactions/{id}', 'balance transaction', balanceTransactions),
  listRoute('/v1/balance_transactions', balanceTransactions, { source: text, type: text, currency: text }),
]
