import Stripe from 'stripe'
import { seconds } from '../kernel/time.js'
import type { SessionStanding } from './purchase-state.js'

/** Why Stripe did not do it. RATE and UNAVAILABLE pass by themselves; DECLINED is the card's; BAD_REQUEST stays wrong. */
export type StripeFailureKind = 'DECLINED' | 'RATE' | 'UNAVAILABLE' | 'BAD_REQUEST'

/** The one error that a call to Stripe throws. */
export class StripeFailure extends Error {
  constructor(readonly kind: StripeFailureKind, message: string, readonly code: string | null, cause?: unknown) {
    super(message, { cause })
    this.name = 'StripeFailure'
  }
}

export interface CustomerRequest {
  readonly name: string
  readonly metadata: Record<string, string>
}

export interface SessionRequest {
  readonly customer: string
  /** Comes back as the session's reference. */
  readonly reference: string
  /** Comes back on the session and on its payment. */
  readonly metadata: Record<string, string>
  readonly currency: string
  /** One piece, tax included. */
  readonly unitGrossMinor: number
  readonly quantity: number
  readonly description: string
  readonly seller: string
  /** 30 minutes to 24 hours from now. */
  readonly expiresAt: Date
  readonly successUrl: string
  readonly cancelUrl: string
}

/** A payment and its newest failure. */
export interface Payment {
  readonly id: string
  readonly status: string
  readonly metadata: Record<string, string>
  /** The newest attempt, good or bad. */
  readonly latestChargeId: string | null
  /** Why the newest attempt failed, as a code; null when it did not. */
  readonly failureCode: string | null
}

export interface CheckoutSession extends SessionStanding {
  readonly id: string
  /** The payment page; null once the session is over. */
  readonly url: string | null
  readonly reference: string | null
  readonly metadata: Record<string, string>
  readonly payment: Payment | null
}

/** A session that was just made. */
export interface OpenPage {
  readonly sessionId: string
  readonly url: string
}

/** What we keep of an event: everything else is asked for again. */
export interface StripeEvent {
  readonly id: string
  readonly type: string
  /** The connected account it happened in; null for our own. */
  readonly account: string | null
  readonly objectId: string | null
}

/** The calls that we make. Each throws StripeFailure, and is safe to repeat with its key. */
export interface StripeDoor {
  /** Answers the customer's id at Stripe. */
  createCustomer(request: CustomerRequest, idempotencyKey: string): Promise<string>
  createCheckoutSession(request: SessionRequest, idempotencyKey: string): Promise<OpenPage>
  retrieveCheckoutSession(id: string): Promise<CheckoutSession>
  /** Closes an open session; BAD_REQUEST when it is not open. */
  expireCheckoutSession(id: string): Promise<CheckoutSession>
  retrievePayment(id: string): Promise<Payment>
  /** The event of a webhook's raw body, or null when the signature does not fit it or is older than five minutes. */
  verifyWebhook(rawBody: Buffer, signature: string | undefined): StripeEvent | null
}

export interface StripeOptions {
  readonly secretKey: string
  readonly webhookSecret: string
  readonly host?: string
  readonly port?: number
  readonly protocol?: 'http' | 'https'
}

const WAIT = { timeout: seconds(8), maxNetworkRetries: 2 }

/** Stripe, or whatever answers at `host` as Stripe does. Nothing is sent before the first call. */
export function openStripe({ secretKey, webhookSecret, ...address }: StripeOptions): StripeDoor {
  const stripe = new Stripe(secretKey, { ...address, ...WAIT, telemetry: false, appInfo: { name: 'Demarc' } })
  const session = async (call: Promise<Stripe.Checkout.Session>) => sessionOf(await whole('checkout.session', call))
  return {
    createCustomer: async (request, idempotencyKey) =>
      (await whole('customer', stripe.customers.create({ ...request }, { idempotencyKey }))).id,
    createCheckoutSession: async (request, idempotencyKey) =>
      pageOf(await session(stripe.checkout.sessions.create(paramsOf(request), { idempotencyKey }))),
    retrieveCheckoutSession: (id) => session(stripe.checkout.sessions.retrieve(id, { expand: ['payment_intent'] })),
    expireCheckoutSession: (id) => session(stripe.checkout.sessions.expire(id)),
    retrievePayment: async (id) => paymentOf(await whole('payment_intent', stripe.paymentIntents.retrieve(id))),
    verifyWebhook: (rawBody, signature) => verified(stripe, webhookSecret, rawBody, signature),
  }
}

/** The answer, when it is what was asked for: the SDK takes a 404 without an error in its body for a success. */
async function whole<T extends { object: string }>(object: T['object'], call: Promise<T>): Promise<T> {
  const answer = await call.catch((error: unknown) => {
    throw error instanceof Stripe.errors.StripeError ? failureOf(error) : error
  })
  if (answer.object === object) return answer
  throw new StripeFailure('UNAVAILABLE', `What answered in place of Stripe sent no ${object}.`, null)
}

function failureOf(error: Stripe.errors.StripeError): StripeFailure {
  return new StripeFailure(kindOf(error), error.message, error.code ?? null, error)
}

function kindOf(error: Stripe.errors.StripeError): StripeFailureKind {
  const { StripeCardError, StripeRateLimitError, StripeInvalidRequestError, StripeIdempotencyError } = Stripe.errors
  if (error instanceof StripeCardError) return 'DECLINED'
  if (error instanceof StripeRateLimitError) return 'RATE'
  if (error.statusCode === 409) return 'UNAVAILABLE' // the same key is being worked on right now
  if (error instanceof StripeInvalidRequestError || error instanceof StripeIdempotencyError) return 'BAD_REQUEST'
  return 'UNAVAILABLE'
}

/** ISO 4217 gives these no decimals; Stripe wants them written with two all the same. */
const writtenWithTwoDecimals = new Set(['ISK', 'UGX'])
const scaleOf = (currency: string): number => (writtenWithTwoDecimals.has(currency.toUpperCase()) ? 100 : 1)

function paramsOf(request: SessionRequest): Stripe.Checkout.SessionCreateParams {
  return {
    mode: 'payment',
    customer: request.customer, client_reference_id: request.reference, metadata: request.metadata,
    payment_intent_data: { metadata: request.metadata, description: request.description },
    line_items: [{
      quantity: request.quantity,
      price_data: {
        currency: request.currency.toLowerCase(), unit_amount: request.unitGrossMinor * scaleOf(request.currency),
        product_data: { name: request.description },
      },
    }],
    branding_settings: { display_name: request.seller },
    adaptive_pricing: { enabled: false }, // the payer pays exactly the price that was told, in its currency
    expires_at: Math.floor(request.expiresAt.getTime() / 1000),
    success_url: request.successUrl, cancel_url: request.cancelUrl,
  }
}

function sessionOf(s: Stripe.Checkout.Session): CheckoutSession {
  const currency = (s.currency ?? '').toUpperCase()
  return {
    id: s.id, url: s.url, status: s.status ?? '', paymentStatus: s.payment_status,
    amountMinor: (s.amount_total ?? 0) / scaleOf(currency), currency,
    reference: s.client_reference_id, metadata: s.metadata ?? {},
    payment: typeof s.payment_intent === 'object' && s.payment_intent ? paymentOf(s.payment_intent) : null,
  }
}

function pageOf(session: CheckoutSession): OpenPage {
  if (session.url) return { sessionId: session.id, url: session.url }
  throw new StripeFailure('UNAVAILABLE', 'Stripe made a session without a page.', null)
}

const paymentOf = (p: Stripe.PaymentIntent): Payment => ({
  id: p.id, status: p.status, metadata: p.metadata,
  latestChargeId: typeof p.latest_charge === 'string' ? p.latest_charge : (p.latest_charge?.id ?? null),
  failureCode: p.last_payment_error?.code ?? null,
})

/** The SDK compares in constant time. Whatever is wrong with a body that strangers can send, the answer is the same. */
function verified(stripe: Stripe, secret: string, rawBody: Buffer, signature: string | undefined): StripeEvent | null {
  try {
    const event = stripe.webhooks.constructEvent(rawBody, signature ?? '', secret)
    const { id } = event.data.object as { id?: unknown }
    return { id: event.id, type: event.type, account: event.account ?? null, objectId: typeof id === 'string' ? id : null }
  } catch {
    return null
  }
}
