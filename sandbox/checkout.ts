// Checkout sessions in payment mode: opened over the API, paid on the page, or expired.
import { declineOf, methodFromNumber } from './cards.js'
import { createPrice, priceDataShape, prices, type Price } from './catalog.js'
import type { Charge } from './charges.js'
import { toSeconds } from './clock.js'
import type { Context } from './context.js'
import { createCustomer, customerNamed } from './customers.js'
import { invalid, missingParam } from './errors.js'
import { change, emit } from './events.js'
import {
  anything, currency, email, group, integer, list, mergeMetadata, metadata, off, oneOf, required, text, url, type Values,
} from './params.js'
import { cancelIntent, confirmIntent, createIntent, intentDataShape, intents, leastAmount, type IntentData } from './payments.js'
import { find, listOf, listRoute, listShape, retrieveRoute, route, type Route } from './routes.js'
import { newId, type Row, type StripeObject, type Table } from './state.js'

export interface Session extends StripeObject {
  object: 'checkout.session'
  amount_total: number
  cancel_url: string | null
  created: number
  currency: string
  custom_text: { submit: { message: string } | null; [field: string]: unknown }
  customer: string | null
  customer_creation: 'always' | 'if_required' | null
  customer_email: string | null
  expires_at: number
  payment_intent: string | null
  payment_status: 'paid' | 'unpaid' | 'no_payment_required'
  status: 'open' | 'complete' | 'expired'
  success_url: string
  url: string | null
  [field: string]: unknown
}

export interface LineItem extends StripeObject {
  object: 'item'
  amount_total: number
  currency: string
  description: string
  price: Price
  quantity: number
  [field: string]: unknown
}

/** What belongs to a session and does not stand in it. */
interface Hidden extends Row { lines: LineItem[]; intentData: IntentData; seller: string | null }

export const sessions = (ctx: Context): Table<Session> => ctx.store.table('checkout.session')
const hidden = (ctx: Context): Table<Hidden> => ctx.store.table('_checkout')

/** The session's lines, in the order in which they were given. */
export const linesOf = (ctx: Context, session: StripeObject): LineItem[] => hidden(ctx).get(session.id)?.lines ?? []

/** Who sells: the session's display name, or the sandbox's seller. */
export const sellerOf = (ctx: Context, session: Session): string => hidden(ctx).get(session.id)?.seller ?? ctx.seller

const lineShape = { price: text, price_data: group(priceDataShape), quantity: integer, metadata }
const switchOff = group({ enabled: off })

const shape = {
  mode: required(oneOf('payment')), success_url: required(url), cancel_url: url,
  line_items: required(list(required(group(lineShape)))),
  customer: text, customer_email: email, customer_creation: oneOf('always', 'if_required'), customer_update: anything,
  client_reference_id: text, metadata, payment_intent_data: group(intentDataShape),
  allowed_payment_method_types: list(oneOf('card')),
  expires_at: integer, locale: text, currency, ui_mode: oneOf('hosted_page'), submit_type: oneOf('auto', 'pay', 'book', 'donate'),
  billing_address_collection: oneOf('auto', 'required'), branding_settings: group({ display_name: text }),
  custom_text: group({ submit: group({ message: required(text) }) }),
  invoice_creation: switchOff, automatic_tax: switchOff, allow_promotion_codes: off, tax_id_collection: switchOff,
  phone_number_collection: switchOff, adaptive_pricing: switchOff,
}
type Params = Values<typeof shape>
type LineParams = NonNullable<Params['line_items'][number]>

function createLine(ctx: Context, line: LineParams, i: number): LineItem {
  const at = (name: string) => `line_items[${i}][${name}]`
  if (line.price && line.price_data) throw invalid('You may only specify one of price and price_data.', { param: at('price') })
  if (!line.price && !line.price_data) throw missingParam(at('price'))
  const price = line.price
    ? find(prices(ctx), 'price', line.price, at('price'))
    : createPrice(ctx, { ...line.price_data!, active: false }, name => `${at('price_data')}[${name}]`)
  if (price.recurring) throw invalid('You must use one-time prices in `payment` mode.', { param: at('price') })
  if (line.price && !price.active) throw invalid(`The price ${price.id} is inactive.`, { param: at('price') })
  const quantity = line.quantity ?? undefined
  if (quantity === undefined || quantity < 1) {
    throw invalid('Quantity is required and must be at least 1.', { param: at('quantity') })
  }
  const sum = price.unit_amount * quantity
  const product = find(ctx.store.table<StripeObject & { name: string }>('product'), 'product', price.product)
  return {
    id: newId('li_'), object: 'item', adjustable_quantity: null, amount_discount: 0, amount_subtotal: sum, amount_tax: 0,
    amount_total: sum,
    currency: price.currency, description: product.name, metadata: mergeMetadata({}, line.metadata),
    price: structuredClone(price), quantity,
  }
}

const halfHour = 30 * 60
const day = 24 * 60 * 60

function expiryOf(ctx: Context, wanted: number | null | undefined): number {
  const now = toSeconds(ctx.now())
  if (!wanted) return now + day
  if (wanted < now + halfHour) {
    throw invalid('The `expires_at` timestamp must be at least 30 minutes from now.', { param: 'expires_at' })
  }
  if (wanted > now + day) {
    throw invalid('The `expires_at` timestamp must be less than 24 hours from now.', { param: 'expires_at' })
  }
  return wanted
}

function checkedLines(ctx: Context, params: Params): { lines: LineItem[]; total: number; code: string } {
  if (params.line_items.length === 0) throw missingParam('line_items')
  const lines = params.line_items.map((line, i) => createLine(ctx, line, i))
  const code = lines[0]!.currency
  if (lines.some(line => line.currency !== code) || (params.currency && params.currency !== code)) {
    throw invalid('All line items must have the same currency.', { param: 'line_items' })
  }
  const total = lines.reduce((sum, line) => sum + line.amount_total, 0)
  if (total > 0 && total < leastAmount(code)) {
    throw invalid(`The session's total amount must be at least ${leastAmount(code)} ${code}.`, { code: 'amount_too_small' })
  }
  return { lines, total, code }
}

function createSession(ctx: Context, params: Params): Session {
  if (params.customer && params.customer_email) {
    throw invalid('You may only specify one of customer and customer_email.', { param: 'customer' })
  }
  if (params.customer && params.customer_creation) {
    throw invalid('You may only specify one of customer and customer_creation.', { param: 'customer' })
  }
  if (params.customer) customerNamed(ctx, params.customer)
  const expires_at = expiryOf(ctx, params.expires_at)
  const { lines, total, code } = checkedLines(ctx, params)
  const id = newId('cs_test_', 58)
  const seller = params.branding_settings?.display_name ?? null
  hidden(ctx).put({ id, lines, seller, intentData: params.payment_intent_data ?? {} })
  return sessions(ctx).put({
    id, object: 'checkout.session', adaptive_pricing: { enabled: false }, after_expiration: null, allow_promotion_codes: null,
    allowed_payment_method_types: params.allowed_payment_method_types ?? null, amount_subtotal: total, amount_total: total,
    automatic_tax: { enabled: false, liability: null, provider: null, status: null },
    billing_address_collection: params.billing_address_collection ?? null, cancel_url: params.cancel_url ?? null,
    client_reference_id: params.client_reference_id ?? null, client_secret: null,
    collected_information: null, consent: null, consent_collection: null, created: toSeconds(ctx.now()), currency: code,
    currency_conversion: null, custom_fields: [],
    custom_text: {
      after_submit: null, shipping_address: null, submit: params.custom_text?.submit ?? null, terms_of_service_acceptance: null,
    },
    customer: params.customer ?? null, customer_account: null,
    customer_creation: params.customer ? null : (params.customer_creation ?? 'if_required'),
    customer_details: null, customer_email: params.customer_email ?? null, discounts: [], expires_at,
    integration_identifier: null,
    invoice: null, invoice_creation: noInvoice(), livemode: false, locale: params.locale ?? null, managed_payments: null,
    metadata: mergeMetadata({}, params.metadata), mode: 'payment', origin_context: null, payment_intent: null, payment_link: null,
    payment_method_collection: 'if_required', payment_method_configuration_details: null, payment_method_options: {},
    payment_method_types: ['card'], payment_status: total === 0 ? 'no_payment_required' : 'unpaid', permissions: null,
    phone_number_collection: { enabled: false }, recovered_from: null, saved_payment_method_options: null, setup_intent: null,
    shipping_address_collection: null, shipping_cost: null, shipping_options: [], status: 'open',
    submit_type: params.submit_type ?? null,
    subscription: null, success_url: params.success_url, total_details: { amount_discount: 0, amount_shipping: 0, amount_tax: 0 },
    ui_mode: 'hosted_page', url: `${ctx.baseUrl()}/pay/${id}`, wallet_options: null,
  })
}

const noInvoice = () => ({
  enabled: false,
  invoice_data: {
    account_tax_ids: null, custom_fields: null, description: null, footer: null, issuer: null, metadata: {},
    rendering_options: null,
  },
})

/** The email of the session's customer, as far as it is known before payment. */
export const knownEmail = (ctx: Context, session: Session): string | null =>
  session.customer ? customerNamed(ctx, session.customer).email : session.customer_email

/**
 * Pays an open session with a card number. Returns the failed charge when the card is declined (the session stays open),
 * nothing when it is paid. Throws when the number is no test card.
 */
export function paySession(ctx: Context, session: Session, cardNumber: string, givenEmail: string | null): Charge | undefined {
  const buyer = knownEmail(ctx, session) ?? givenEmail
  if (session.amount_total > 0) {
    const method = methodFromNumber(ctx, cardNumber, buyer)
    const sum = { amount: session.amount_total, currency: session.currency, customer: session.customer }
    const intent = session.payment_intent
      ? find(intents(ctx), 'payment_intent', session.payment_intent)
      : createIntent(ctx, sum, hidden(ctx).get(session.id)!.intentData)
    change(session, { payment_intent: intent.id })
    const isNewCustomer = session.customer_creation === 'always' && !declineOf(ctx, method)
    if (isNewCustomer) change(intent, { customer: createCustomer(ctx, { email: buyer }).id })
    const charge = confirmIntent(ctx, intent, method)
    if (charge.status === 'failed') return charge
    change(session, { customer: intent.customer })
  }
  const paid = session.amount_total > 0 ? 'paid' : 'no_payment_required'
  change(session, { status: 'complete', payment_status: paid, url: null, customer_details: {
    address: null, business_name: null, email: buyer, individual_name: null, name: null, phone: null, tax_exempt: 'none',
    tax_ids: [],
  } })
  emit(ctx, 'checkout.session.completed', session)
  return undefined
}

function expireSession(ctx: Context, session: Session): Session {
  const intent = session.payment_intent ? intents(ctx).get(session.payment_intent) : undefined
  if (intent) cancelIntent(ctx, intent, 'expired')
  change(session, { status: 'expired', url: null })
  emit(ctx, 'checkout.session.expired', session)
  return session
}

/** Expires the sessions whose time has come; says whether there were any. */
export function expireDueSessions(ctx: Context): boolean {
  const now = toSeconds(ctx.now())
  const due = sessions(ctx).all().filter(session => session.status === 'open' && session.expires_at <= now)
  for (const session of due) expireSession(ctx, session)
  return due.length > 0
}

/** Points the pages of open sessions at where the sandbox is reached now, after a restart on another port. */
export function moveSessions(ctx: Context): void {
  for (const session of sessions(ctx).all()) {
    if (session.status === 'open') change(session, { url: `${ctx.baseUrl()}/pay/${session.id}` })
  }
}

const named = '/v1/checkout/sessions/{id}'

export const checkoutRoutes: Route[] = [
  route('POST', '/v1/checkout/sessions', shape, createSession),
  listRoute('/v1/checkout/sessions', sessions, {
    customer: text, payment_intent: text, status: oneOf('open', 'complete', 'expired'),
  }),
  retrieveRoute(named, 'checkout.session', sessions),
  route('POST', `${named}/expire`, {}, (ctx, _params, id: string) => {
    const session = find(sessions(ctx), 'checkout.session', id)
    if (session.status !== 'open') {
      throw invalid(`Only open Checkout Sessions can be expired. This one has a status of ${session.status}.`)
    }
    return expireSession(ctx, session)
  }),
  route('GET', `${named}/line_items`, listShape, (ctx, params, id: string) =>
    listOf(linesOf(ctx, find(sessions(ctx), 'checkout.session', id)), `/v1/checkout/sessions/${id}/line_items`, params)),
]
