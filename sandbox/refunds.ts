import { charges, moveBalance, type Charge } from './charges.js'
import { toSeconds } from './clock.js'
import type { Context } from './context.js'
import { invalid, missingParam } from './errors.js'
import { change, emit } from './events.js'
import { amount, mergeMetadata, metadata, oneOf, text, type Values } from './params.js'
import { intents } from './payments.js'
import { find, listRoute, retrieveRoute, route, type Route } from './routes.js'
import { newId, type StripeObject, type Table } from './state.js'

export interface Refund extends StripeObject {
  object: 'refund'
  amount: number
  charge: string
  created: number
  payment_intent: string
  status: string
  [field: string]: unknown
}

export const refunds = (ctx: Context): Table<Refund> => ctx.store.table('refund')

const shape = {
  amount, charge: text, payment_intent: text, metadata, reason: oneOf('duplicate', 'fraudulent', 'requested_by_customer'),
}

function chargeOf(ctx: Context, params: Values<typeof shape>): Charge {
  if (params.charge) return find(charges(ctx), 'charge', params.charge, 'charge')
  if (!params.payment_intent) throw missingParam('payment_intent')
  const intent = find(intents(ctx), 'payment_intent', params.payment_intent, 'payment_intent')
  const charge = intent.latest_charge ? charges(ctx).get(intent.latest_charge) : undefined
  if (!charge?.captured) {
    throw invalid('This PaymentIntent does not have a successful charge to refund.', { param: 'payment_intent' })
  }
  return charge
}

/** Gives back all that is left of a charge, or the amount asked for. */
function createRefund(ctx: Context, params: Values<typeof shape>): Refund {
  const charge = chargeOf(ctx, params)
  if (!charge.captured) throw invalid(`Charge ${charge.id} was not captured: there is nothing to refund.`, { param: 'charge' })
  const left = charge.amount_captured - charge.amount_refunded
  if (left === 0) throw invalid(`Charge ${charge.id} has already been refunded.`, { code: 'charge_already_refunded' })
  const sum = params.amount ?? left
  if (sum < 1) throw invalid('Refund amount must be at least 1.', { code: 'parameter_invalid_integer', param: 'amount' })
  if (sum > left) {
    throw invalid(`Refund amount (${sum}) is greater than unrefunded amount on charge (${left}).`, { param: 'amount' })
  }
  const id = newId('re_')
  const movement = moveBalance(ctx, { amount: -sum, fee: 0, currency: charge.currency, source: id, type: 'refund' })
  const refund: Refund = refunds(ctx).put({
    id, object: 'refund', amount: sum, balance_transaction: movement.id, charge: charge.id, created: toSeconds(ctx.now()),
    currency: charge.currency, customer: charge.customer, customer_account: null,
    destination_details: {
      type: 'card', card: { reference_status: 'pending', reference_type: 'acquirer_reference_number', type: 'refund' },
    },
    metadata: mergeMetadata({}, params.metadata), payment_intent: charge.payment_intent, payment_method: charge.payment_method,
    reason: params.reason ?? null, receipt_number: null, source_transfer_reversal: null, status: 'succeeded',
    transfer_reversal: null,
  })
  change(charge, { amount_refunded: charge.amount_refunded + sum, refunded: sum === left })
  emit(ctx, 'refund.created', refund)
  emit(ctx, 'charge.refunded', charge)
  return refund
}

export const refundRoutes: Route[] = [
  route('POST', '/v1/refunds', shape, createRefund),
  listRoute('/v1/refunds', refunds, { charge: text, payment_intent: text }),
  retrieveRoute('/v1/refunds/{id}', 'refund', refunds),
]
