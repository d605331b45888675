import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { fractionDigits, isCurrency, money, split, taxOn } from '../../src/kernel/money.js'

const seed = 20260302
const amounts = fc.integer({ min: -2_000_000_000, max: 2_000_000_000_000 })
const weights = fc.array(fc.integer({ min: 0, max: 1_000_000 }), { minLength: 1, maxLength: 40 }).filter((w) => w.some((x) => x > 0))

describe('M1 splitting', () => {
  it(`M1 the parts sum to the whole, whatever the weights (seed ${seed})`, () => {
    fc.assert(fc.property(amounts, weights, (amount, w) => split(amount, w).reduce((a, b) => a + b, 0) === amount), { seed, numRuns: 2_000 })
  })

  it(`M1 every part is an integer within one unit of its exact share, and nothing goes to a weight of zero (seed ${seed})`, () => {
    fc.assert(fc.property(amounts, weights, (amount, w) => {
      const sum = w.reduce((a, b) => a + b, 0)
      return split(amount, w).every((part, i) => Number.isInteger(part) && Math.abs(part - (amount * w[i]!) / sum) <= 1 && (w[i] !== 0 || part === 0))
    }), { seed, numRuns: 2_000 })
  })

  it(`M1 equal weights differ by one unit at most (seed ${seed})`, () => {
    fc.assert(fc.property(amounts, fc.integer({ min: 1, max: 50 }), (amount, n) => {
      const parts = split(amount, Array(n).fill(1))
      return Math.max(...parts) - Math.min(...parts) <= 1
    }), { seed })
  })

  it('M1 the largest remainders get the odd units, the earlier first', () => {
    expect(split(100, [1, 1, 1])).toEqual([34, 33, 33])
    expect(split(10, [1, 2, 3])).toEqual([2, 3, 5])
    expect(split(-100, [1, 1, 1])).toEqual([-33, -33, -34].sort((a, b) => b - a))
    expect(split(0, [5, 5])).toEqual([0, 0])
  })

  it('M1 weights that sum to nothing are refused', () => {
    expect(() => split(1, [])).toThrow(RangeError)
    expect(() => split(1, [0, 0])).toThrow(RangeError)
  })
})

describe('M1 tax', () => {
  it('M1 rounds half away from zero, to the minor unit', () => {
    expect([taxOn(100, 2500), taxOn(2, 2500), taxOn(1, 2500), taxOn(-2, 2500), taxOn(0, 2500), taxOn(199, 0)]).toEqual([25, 1, 0, -1, 0, 0])
  })

  it(`M1 is an integer within half a unit of the exact tax, and mirrors for a refund (seed ${seed})`, () => {
    fc.assert(fc.property(fc.integer({ min: 0, max: 2_000_000_000 }), fc.integer({ min: 0, max: 10_000 }), (net, bps) => {
      const tax = taxOn(net, bps)
      // Compared in whole ten-thousandths, so that the check itself does not round.
      return Number.isInteger(tax) && Math.abs(tax * 10_000 - net * bps) <= 5_000 && taxOn(-net, bps) + tax === 0
    }), { seed, numRuns: 2_000 })
  })
})

it('M1 a currency is one in use; amounts are shown with its own decimals', () => {
  expect(['NOK', 'EUR', 'JPY'].every(isCurrency)).toBe(true)
  expect(['nok', 'XXQ', '', 'NOKK', 'constructor'].some(isCurrency)).toBe(false)
  expect([fractionDigits('NOK'), fractionDigits('JPY'), fractionDigits('KWD')]).toEqual([2, 0, 3])
  expect(money({ amountMinor: 135_000, currency: 'NOK' })).toBe('NOK 1,350.00')
  expect(money({ amountMinor: 135_000, currency: 'JPY' })).toBe('JPY 135,000')
})
