// Test cards and the payment methods made of them. No number is stored, only its last four digits.
import { toSeconds } from './clock.js'
import type { Context } from './context.js'
import { invalid, noSuch } from './errors.js'
import { find, retrieveRoute, type Route } from './routes.js'
import { newId, type Row, type StripeObject, type Table } from './state.js'

export interface Decline { code: string; decline_code?: string; message: string }

interface TestCard { number: string; brand: string; names: string[]; decline?: Decline }

const refused = (decline_code: string, message = 'Your card was declined.'): Decline =>
  ({ code: 'card_declined', decline_code, message })

/** The cards the sandbox knows: the number for the pay page, the names for the API. */
export const testCards: TestCard[] = [
  { number: '4242424242424242', brand: 'visa', names: ['pm_card_visa'] },
  { number: '5555555555554444', brand: 'mastercard', names: ['pm_card_mastercard'] },
  {
    number: '4000000000000002', brand: 'visa', decline: refused('generic_decline'),
    names: ['pm_card_visa_chargeDeclined', 'pm_card_chargeDeclined'],
  },
  {
    number: '4000000000009995', brand: 'visa', decline: refused('insufficient_funds', 'Your card has insufficient funds.'),
    names: ['pm_card_visa_chargeDeclinedInsufficientFunds', 'pm_card_chargeDeclinedInsufficientFunds'],
  },
  { number: '4000000000009987', brand: 'visa', names: ['pm_card_visa_chargeDeclinedLostCard'], decline: refused('lost_card') },
  {
    number: '4000000000000069', brand: 'visa', names: ['pm_card_chargeDeclinedExpiredCard'],
    decline: { code: 'expired_card', message: 'Your card has expired.' },
  },
  {
    number: '4000000000000119', brand: 'visa', names: ['pm_card_chargeDeclinedProcessingError'],
    decline: { code: 'processing_error', message: 'An error occurred while processing your card. Try again in a little bit.' },
  },
]

export interface BillingDetails {
  address: object | null
  email: string | null
  name: string | null
  phone: string | null
  tax_id: null
}

export interface PaymentMethod extends StripeObject {
  object: 'payment_method'
  billing_details: BillingDetails
  card: { brand: string; last4: string; exp_month: number; exp_year: number; [field: string]: unknown }
  created: number
  customer: string | null
  [field: string]: unknown
}

/** How charges on a payment method go: Stripe keeps it to itself. */
interface Outcome extends Row { decline: Decline | null }

export const paymentMethods = (ctx: Context): Table<PaymentMethod> => ctx.store.table('payment_method')
const outcomes = (ctx: Context): Table<Outcome> => ctx.store.table('_outcome')

const checks = { address_line1_check: null, address_postal_code_check: null, cvc_check: 'pass' }

/** A payment method for a card number. Throws when it is not one of the test cards. */
export function methodFromNumber(ctx: Context, number: string, email: string | null): PaymentMethod {
  const digits = number.replace(/[\s-]/g, '')
  const card = testCards.find(known => known.number === digits)
  if (!card) throw invalid('Your card number is not one of the test cards.', { code: 'incorrect_number', param: 'card_number' })
  return methodOf(ctx, card, email)
}

/** The stored payment method of that id, or a new one when the id is the name of a test card (pm_card_…). */
export function methodNamed(ctx: Context, id: string): PaymentMethod {
  const card = testCards.find(known => known.names.includes(id))
  if (card) return methodOf(ctx, card, null)
  if (id.startsWith('pm_card_')) throw noSuch('PaymentMethod', id, 'payment_method')
  return find(paymentMethods(ctx), 'PaymentMethod', id, 'payment_method')
}

function methodOf(ctx: Context, { number, brand, decline }: TestCard, email: string | null): PaymentMethod {
  const now = ctx.now()
  const method = paymentMethods(ctx).put({
    id: newId('pm_'), object: 'payment_method', allow_redisplay: 'unspecified',
    billing_details: { address: null, email, name: null, phone: null, tax_id: null },
    card: {
      brand, checks, country: 'US', display_brand: brand, exp_month: 12, exp_year: now.getUTCFullYear() + 3,
      fingerprint: newId('', 16),
      funding: 'credit', generated_from: null, last4: number.slice(-4), networks: { available: [brand], preferred: null },
      regulated_status: 'unregulated', three_d_secure_usage: { supported: true }, wallet: null,
    },
    created: toSeconds(now), customer: null, customer_account: null, livemode: false, metadata: {}, type: 'card',
  })
  outcomes(ctx).put({ id: method.id, decline: decline ?? null })
  return method
}

/** Why charges on this method fail, or null when they go through. */
export const declineOf = (ctx: Context, method: PaymentMethod): Decline | null => outcomes(ctx).get(method.id)?.decline ?? null

export const paymentMethodRoutes: Route[] = [retrieveRoute('/v1/payment_methods/{id}', 'PaymentMethod', paymentMethods)]
