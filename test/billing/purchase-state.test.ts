import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { findingOf, priceOf, type SessionStanding } from '../../src/billing/purchase-state.js'

const asked = { grossMinor: 168_750, currency: 'NOK' }
const standing = (fields: Partial<SessionStanding> = {}): SessionStanding => ({
  status: 'complete', paymentStatus: 'paid', amountMinor: 168_750, currency: 'NOK', payment: { status: 'succeeded' }, ...fields,
})

it('M1 net and tax sum to gross, and gross is a whole number of equal pieces', () => {
  const upTo = (max: number) => fc.integer({ min: 0, max })
  fc.assert(fc.property(upTo(2_000_000_000), upTo(10_000), fc.integer({ min: 1, max: 100 }),
    (amountMinor, taxRateBps, quantity) => {
      const price = priceOf({ amountMinor, taxRateBps }, quantity)
      expect(price.netMinor).toBe(amountMinor * quantity)
      expect(price.grossMinor).toBe(price.netMinor + price.taxMinor)
      expect(price.grossMinor % quantity).toBe(0)
      expect(Math.abs(price.taxMinor - (price.netMinor * taxRateBps) / 10_000)).toBeLessThanOrEqual(quantity / 2)
    }), { seed: 20261122 })
})

it('M1 a quarter of tax on NOK 1,350.00 is NOK 337.50', () => {
  expect(priceOf({ amountMinor: 135_000, taxRateBps: 2_500 }, 1))
    .toEqual({ netMinor: 135_000, taxMinor: 33_750, grossMinor: 168_750 })
})

describe('M3 what a session means for its purchase', () => {
  it.each<[string, Partial<SessionStanding>, string]>([
    ['an open page is waited for', { status: 'open', paymentStatus: 'unpaid', payment: null }, 'WAIT'],
    ['an expired page is over', { status: 'expired', paymentStatus: 'unpaid', payment: null }, 'EXPIRED'],
    ['paid in full is paid', {}, 'PAID'],
    ['nothing to pay is paid', { paymentStatus: 'no_payment_required', payment: null }, 'PAID'],
    ['a bank debit under way is waited for', { paymentStatus: 'unpaid', payment: { status: 'processing' } }, 'WAIT'],
    ['a bank debit that failed is over', { paymentStatus: 'unpaid', payment: { status: 'requires_payment_method' } }, 'FAILED'],
    ['one øre less is not what was asked for', { amountMinor: 168_749 }, 'MISMATCH'],
    ['one øre more is not either', { amountMinor: 168_751 }, 'MISMATCH'],
    ['the same number in another currency is not either', { currency: 'SEK' }, 'MISMATCH'],
    ['a payment status that we do not know grants nothing', { paymentStatus: 'partly_paid' }, 'WAIT'],
    ['a status that we do not know grants nothing', { status: 'paused' }, 'WAIT'],
  ])('M3 %s', (_title, fields, finding) => {
    expect(findingOf(standing(fields), { ...asked })).toBe(finding)
  })
})
