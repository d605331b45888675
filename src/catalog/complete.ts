import type { PlanKind, PriceInterval, Unit } from './words.js'

/** What stands in the way of going on sale. Pure: rows in, gaps out. */
export interface Gap {
  readonly path: string
  readonly message: string
}

type Statement = { readonly turnTo: string | null; readonly languages: readonly string[]; readonly channels: readonly string[] }

/** A product goes on sale with a component, a duty, and a support statement that says where to turn (R21). */
export function gapsOfProduct(product: Statement, components: number, duties: number): Gap[] {
  return gaps(
    [components === 0, 'components', 'must hold at least one, so that a ticket can say what it is about'],
    [duties === 0, 'duties', 'must hold at least one: what the vendor owes everybody, without a plan'],
    [product.languages.length === 0, 'languages', 'must name at least one language that support answers in'],
    [product.channels.length === 0, 'channels', 'must name at least one way to reach support'],
    [!product.turnTo, 'turnTo', 'must say where to turn with what the vendor does not help with'],
  )
}

type Sold = { readonly turnTo: string | null }
type Terms = { readonly unit: Unit | null; readonly units: number | null; readonly termDays: number | null }
type Price = { readonly amountMinor: number; readonly interval: PriceInterval; readonly perSeat: boolean }

const rules: Record<PlanKind, (plan: Sold, terms: Terms, prices: readonly Price[]) => Gap[]> = {
  PER_INCIDENT: (_plan, terms, prices) => [
    ...gaps([terms.unit !== 'INCIDENT' || terms.units !== 1, 'units', 'must be one INCIDENT: a plan per incident sells exactly one']),
    ...paidOnce(prices),
  ],
  PACKAGE: (_plan, terms, prices) => [
    ...gaps([!terms.unit || !terms.units, 'units', 'must be at least one INCIDENT or MINUTE: a package sells units']),
    ...paidOnce(prices),
  ],
  PREMIUM: (_plan, _terms, prices) => gaps(
    [prices.length === 0, 'prices', 'must hold at least one for a MONTH or YEAR'],
    [prices.some((p) => p.interval === 'ONE_OFF'), 'prices', 'must all be for a MONTH or YEAR: premium is paid per period'],
    [free(prices), 'prices', 'must be more than 0: what is free is COMMUNITY'],
    [new Set(prices.map((p) => p.perSeat)).size > 1, 'prices', 'must be all per seat or all flat, so that customers can compare them'],
  ),
  COMMUNITY: (_plan, terms, prices) => notSold(terms, prices, 'a community plan is free'),
  NONE: (plan, terms, prices) => [
    ...notSold(terms, prices, 'there is nothing to buy'),
    ...gaps([!plan.turnTo, 'turnTo', 'must say whom to turn to instead (on the plan)']),
  ],
}

/** What a version of a plan of its kind must have, and must not have, to be published. */
export const gapsOfVersion = (plan: Sold & { readonly kind: PlanKind }, terms: Terms, prices: readonly Price[]): Gap[] =>
  rules[plan.kind](plan, terms, prices)

const paidOnce = (prices: readonly Price[]): Gap[] => gaps(
  [prices.length === 0, 'prices', 'must hold at least one ONE_OFF price'],
  [prices.some((p) => p.interval !== 'ONE_OFF'), 'prices', 'must all be ONE_OFF: what is paid per period is PREMIUM'],
  [free(prices), 'prices', 'must be more than 0: what is free is COMMUNITY'],
  [prices.some((p) => p.perSeat), 'prices', 'must not be per seat: only PREMIUM is'],
)

const notSold = (terms: Terms, prices: readonly Price[], why: string): Gap[] => gaps(
  [terms.unit !== null || terms.units !== null, 'units', `must not be set: ${why}`],
  [terms.termDays !== null, 'termDays', 'must not be set: there are no units that could expire'],
  [prices.length > 0, 'prices', `must be empty: ${why}`],
)

const free = (prices: readonly Price[]): boolean => prices.some((p) => p.amountMinor === 0)

const gaps = (...checks: [wrong: boolean, path: string, message: string][]): Gap[] =>
  checks.filter(([wrong]) => wrong).map(([, path, message]) => ({ path, message }))
