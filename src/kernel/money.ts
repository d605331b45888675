/** An amount in integer minor units (cents, øre) of an ISO 4217 currency (M1). */
export interface Amount {
  readonly amountMinor: number
  readonly currency: string
}

const known = new Set(Intl.supportedValuesOf('currency'))

/** True for a three-letter code of a currency in use. */
export const isCurrency = (code: string): boolean => known.has(code)

/** Splits an amount by weights; the parts always sum to the whole, the largest remainders get the odd units. */
export function split(amountMinor: number, weights: readonly number[]): number[] {
  const sum = weights.reduce((a, b) => a + b, 0)
  if (sum <= 0) throw new RangeError('The weights of a split must sum to more than zero.')
  const exact = weights.map((w) => (amountMinor * w) / sum)
  const parts = exact.map(Math.floor)
  const order = exact.map((e, i) => ({ i, rest: e - parts[i]! })).sort((a, b) => b.rest - a.rest || a.i - b.i)
  let left = amountMinor - parts.reduce((a, b) => a + b, 0)
  for (let k = 0; left > 0; k += 1, left -= 1) parts[order[k % order.length]!.i]! += 1
  return parts
}

/** Tax on a net amount, by a rate in basis points (2500 is 25 %), rounded half away from zero to the minor unit. */
export const taxOn = (netMinor: number, rateBps: number): number => Math.sign(netMinor) * Math.round((Math.abs(netMinor) * rateBps) / 10_000)

/** "NOK 1,350.00" — for sentences; programs read the fields. */
export const money = (a: Amount, locale = 'en'): string =>
  new Intl.NumberFormat(locale, {
    style: 'currency', currency: a.currency, currencyDisplay: 'code', minimumFractionDigits: fractionDigits(a.currency), maximumFractionDigits: fractionDigits(a.currency),
  })
    .format(a.amountMinor / 10 ** fractionDigits(a.currency)).replace(/\u00a0/g, ' ')

/** ISO 4217's exponents where they are not 2; CLDR, and so Intl, rounds some currencies that banks do not. */
const exponents: Record<string, number> = {
  ...Object.fromEntries('BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF'.split(' ').map((code) => [code, 0])),
  ...Object.fromEntries('BHD IQD JOD KWD LYD OMR TND'.split(' ').map((code) => [code, 3])),
}

/** How many decimals a currency has (ISO 4217): 2 for NOK, 0 for JPY. */
export const fractionDigits = (currency: string): number => exponents[currency] ?? 2
