// Payment intents: requires_payment_method → requires_confirmation → succeeded | requires_capture | canceled.
import { methodNamed, declineOf, type PaymentMethod } from './cards.js'
import { captureCharge, charges, createCharge, type Charge } from './charges.js'
import { toSeconds } from './clock.js'
import type { Context } from './context.js'
import { customerNamed } from './customers.js'
import { declined, invalid } from './errors.js'
import { change, emit } from './events.js'
import {
  amount, anything, currency, email, group, list, mergeMetadata, metadata, oneOf, required, text, truth, url, type MetadataChange,
} from './params.js'
import { find, listRoute, retrieveRoute, route, type Route } from './routes.js'
import { newId, type StripeObject, type Table } from './state.js'

type Status = 'requires_payment_method' | 'requires_confirmation' | 'requires_capture' | 'succeeded' | 'canceled'

export interface PaymentIntent extends StripeObject {
  object: 'payment_intent'
  amount: number
  amount_capturable: number
  amount_received: number
  capture_method: 'automatic' | 'automatic_async' | 'manual'
  created: number
  currency: string
  customer: string | null
  description: string | null
  latest_charge: string | null
  metadata: Record<string, string>
  on_behalf_of: string | null
  payment_method: string | null
  receipt_email: string | null
  statement_descriptor: string | null
  statement_descriptor_suffix: string | null
  status: Status
  transfer_group: string | null
  [field: string]: unknown
}

export const intents = (ctx: Context): Table<PaymentIntent> => ctx.store.table('payment_intent')

/** The fields that a Checkout session may also set, under payment_intent_data. */
export const intentDataShape = {
  capture_method: oneOf('automatic', 'automatic_async', 'manual'), description: text, metadata, on_behalf_of: text,
  receipt_email: email,
  setup_future_usage: oneOf('off_session', 'on_session'), statement_descriptor: text, statement_descriptor_suffix: text,
  transfer_group: text,
}

const intentShape = {
  ...intentDataShape, amount: required(amount), currency: required(currency), customer: text, payment_method: text,
  confirm: truth,
  off_session: truth, return_url: url, allowed_payment_method_types: list(oneOf('card')),
  automatic_payment_methods: group({ enabled: required(truth), allow_redirects: oneOf('always', 'never') }),
  confirmation_method: oneOf('automatic'), error_on_requires_action: truth, payment_method_options: anything,
}

/** The least that can be charged, in minor units: 50 of most currencies. */
const least: Record<string, number> = { gbp: 30, dkk: 250, nok: 300, sek: 300, jpy: 50 }
export const leastAmount = (code: string): number => least[code] ?? 50

export interface IntentData {
  allowed_payment_method_types?: unknown[]
  capture_method?: PaymentIntent['capture_method'] | null
  description?: string | null
  metadata?: MetadataChange
  on_behalf_of?: string | null
  receipt_email?: string | null
  setup_future_usage?: string | null
  statement_descriptor?: string | null
  statement_descriptor_suffix?: string | null
  transfer_group?: string | null
}

/** What is asked for, and from whom. */
export interface Sum { amount: number; currency: string; customer: string | null }

/** Makes an intent that waits for a payment method. */
export function createIntent(ctx: Context, sum: Sum, data: IntentData): PaymentIntent {
  const id = newId('pi_')
  const intent = intents(ctx).put({
    id, object: 'payment_intent', allowed_payment_method_types: data.allowed_payment_method_types ?? null, ...sum,
    amount_capturable: 0, amount_received: 0,
    application: null,
    application_fee_amount: null, automatic_payment_methods: null, canceled_at: null, cancellation_reason: null,
    capture_method: data.capture_method ?? 'automatic_async', client_secret: newId(`${id}_secret_`),
    confirmation_method: 'automatic',
    created: toSeconds(ctx.now()), customer_account: null, description: data.description ?? null,
    excluded_payment_method_types: null,
    last_payment_error: null, latest_charge: null, livemode: false, managed_payments: null,
    metadata: mergeMetadata({}, data.metadata),
    next_action: null, on_behalf_of: data.on_behalf_of ?? null, payment_method: null, payment_method_configuration_details: null,
    payment_method_options: {}, payment_method_types: ['card'], payment_record: null, processing: null,
    receipt_email: data.receipt_email ?? null, review: null, setup_future_usage: data.setup_future_usage ?? null, shipping: null,
    source: null,
    statement_descriptor: data.statement_descriptor ?? null,
    statement_descriptor_suffix: data.statement_descriptor_suffix ?? null,
    status: 'requires_payment_method', transfer_data: null, transfer_group: data.transfer_group ?? null,
  })
  emit(ctx, 'payment_intent.created', intent)
  return intent
}

function wrongState(intent: PaymentIntent, verb: string): Error {
  return invalid(`You cannot ${verb} this PaymentIntent because it has a status of ${intent.status}.`, {
    code: 'payment_intent_unexpected_state', ...(verb === 'confirm' && { param: 'payment_method' }),
  })
}

/** Charges the intent. A decline is an answer too: the charge says so, and the intent can be paid again. */
export function confirmIntent(ctx: Context, intent: PaymentIntent, method: PaymentMethod): Charge {
  if (intent.status !== 'requires_payment_method' && intent.status !== 'requires_confirmation') {
    throw wrongState(intent, 'confirm')
  }
  const charge = createCharge(ctx, intent, method)
  const decline = declineOf(ctx, method)
  if (decline) {
    change(intent, {
      latest_charge: charge.id, payment_method: null, status: 'requires_payment_method',
      last_payment_error: { type: 'card_error', charge: charge.id, ...decline, payment_method: structuredClone(method) },
    })
    emit(ctx, 'payment_intent.payment_failed', intent)
    return charge
  }
  const isManual = intent.capture_method === 'manual'
  change(intent, {
    latest_charge: charge.id, payment_method: method.id, last_payment_error: null,
    status: isManual ? 'requires_capture' : 'succeeded',
    amount_capturable: isManual ? intent.amount : 0, amount_received: isManual ? 0 : intent.amount,
  })
  if (intent.setup_future_usage && intent.customer) change(method, { customer: intent.customer })
  emit(ctx, isManual ? 'payment_intent.amount_capturable_updated' : 'payment_intent.succeeded', intent)
  return charge
}

const withoutMethod = () => invalid('You cannot confirm this PaymentIntent because it is missing a payment method.', {
  code: 'payment_intent_unexpected_state', param: 'payment_method',
})

/** `confirmIntent` as the API answers it: a decline is a card error with the intent inside. */
function confirmOrDecline(ctx: Context, intent: PaymentIntent, methodId: string | null): PaymentIntent {
  if (!methodId) throw withoutMethod()
  const method = methodNamed(ctx, methodId)
  const charge = confirmIntent(ctx, intent, method)
  const decline = declineOf(ctx, method)
  if (decline) throw declined({ ...decline, charge: charge.id, payment_intent: structuredClone(intent) })
  return intent
}

/** Cancels an intent that has not been paid; what was authorized is let go. */
export function cancelIntent(ctx: Context, intent: PaymentIntent, reason: string | null): PaymentIntent {
  if (intent.status === 'succeeded' || intent.status === 'canceled') throw wrongState(intent, 'cancel')
  change(intent, { status: 'canceled', canceled_at: toSeconds(ctx.now()), cancellation_reason: reason, amount_capturable: 0 })
  emit(ctx, 'payment_intent.canceled', intent)
  return intent
}

function captureIntent(ctx: Context, intent: PaymentIntent, toCapture: number): PaymentIntent {
  if (intent.status !== 'requires_capture') throw wrongState(intent, 'capture')
  if (toCapture < 1 || toCapture > intent.amount_capturable) {
    throw invalid(`The amount to capture must be between 1 and ${intent.amount_capturable}.`, {
      code: 'amount_too_large', param: 'amount_to_capture',
    })
  }
  captureCharge(ctx, find(charges(ctx), 'charge', intent.latest_charge!), toCapture)
  change(intent, { status: 'succeeded', amount_capturable: 0, amount_received: toCapture })
  emit(ctx, 'payment_intent.succeeded', intent)
  return intent
}

export const paymentRoutes: Route[] = [
  route('POST', '/v1/payment_intents', intentShape, (ctx, params) => {
    const { amount: sum, currency: code } = params
    if (sum < leastAmount(code)) {
      throw invalid(`Amount must be no less than ${leastAmount(code)} ${code}.`, { code: 'amount_too_small', param: 'amount' })
    }
    const customer = params.customer ? customerNamed(ctx, params.customer).id : null
    const method = params.payment_method ? methodNamed(ctx, params.payment_method) : null
    if (params.confirm && !method) throw withoutMethod()
    const intent = createIntent(ctx, { amount: sum, currency: code, customer }, params)
    if (method) change(intent, { payment_method: method.id, status: 'requires_confirmation' })
    return params.confirm ? confirmOrDecline(ctx, intent, intent.payment_method) : intent
  }),
  listRoute('/v1/payment_intents', intents, { customer: text }),
  retrieveRoute('/v1/payment_intents/{id}', 'payment_intent', intents),
  route('POST', '/v1/payment_intents/{id}/confirm', {
    payment_method: text, off_session: truth, return_url: url,
  }, (ctx, params, id: string) => {
    const intent = find(intents(ctx), 'payment_intent', id)
    return confirmOrDecline(ctx, intent, params.payment_method ?? intent.payment_method)
  }),
  route('POST', '/v1/payment_intents/{id}/capture', { amount_to_capture: amount }, (ctx, params, id: string) => {
    const intent = find(intents(ctx), 'payment_intent', id)
    return captureIntent(ctx, intent, params.amount_to_capture ?? intent.amount_capturable)
  }),
  route('POST', '/v1/payment_intents/{id}/cancel', {
    cancellation_reason: oneOf('duplicate', 'fraudulent', 'requested_by_customer', 'abandoned'),
  }, (ctx, params, id: string) =>
    cancelIntent(ctx, find(intents(ctx), 'payment_intent', id), params.cancellation_reason ?? null)),
]
