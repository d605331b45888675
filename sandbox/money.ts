const withoutMinor = new Set('bif clp djf gnf jpy kmf krw mga pyg rwf vnd vuv xaf xof xpf'.split(' '))
const withThreeDigits = new Set('bhd jod kwd omr tnd'.split(' '))

/** An amount in minor units as a person reads it, with the number of decimals that Stripe gives the currency. */
export function formatMoney(amountMinor: number, currency: string): string {
  const digits = withoutMinor.has(currency) ? 0 : withThreeDigits.has(currency) ? 3 : 2
  const decimals = { minimumFractionDigits: digits, maximumFractionDigits: digits }
  return new Intl.NumberFormat('en', { style: 'currency', currency, ...decimals }).format(amountMinor / 10 ** digits)
}
