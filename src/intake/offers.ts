import { priceOf } from '../billing/purchase-state.js'
import { type Unit } from '../boundary/policy.js'
import type { PlanOnSale } from '../catalog/catalog.reads.js'

/** A plan paid once, bought often enough to bring the units that are missing. */
export interface Offer {
  readonly plan: PlanOnSale
  readonly quantity: number
  /** Net, per piece. */
  readonly amountMinor: number
  readonly taxRateBps: number
  readonly price: { netMinor: number; taxMinor: number; grossMinor: number; currency: string }
}

/** Plans paid once that bring so many units, the cheapest first. */
export function offers(plans: readonly PlanOnSale[], unit: Unit, units: number, currency: string): Offer[] {
  return plans.flatMap((plan): Offer[] => {
    const price = plan.prices.find((p) => p.currency === currency && p.interval === 'ONE_OFF')
    if (!price || plan.version.unit !== unit || !plan.version.units) return []
    const { amountMinor, taxRateBps } = price
    const quantity = Math.ceil(units / plan.version.units)
    return [{ plan, quantity, amountMinor, taxRateBps, price: { ...priceOf({ amountMinor, taxRateBps }, quantity), currency } }]
  }).sort((a, b) => a.price.grossMinor - b.price.grossMinor)
}
