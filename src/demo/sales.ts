import type { Start } from './when.js'
import type { ContactKey, CustomerKey } from './people.js'

/** What customers have bought: by order on terms in the weeks before, and through the checkout just now. */

export interface OrderSpec {
  readonly number: string
  readonly customer: CustomerKey
  readonly plan: string
  readonly interval?: 'YEAR'
  readonly start: Start
}

export const orders: readonly OrderSpec[] = [
  { number: 'SO-1017', customer: 'lofoten', plan: 'TEN', start: { day: 24, at: '10:05' } },
  { number: 'SO-1018', customer: 'tind', plan: 'PREMIUM', interval: 'YEAR', start: { day: 24, at: '11:20' } },
  { number: 'SO-1019', customer: 'kyst', plan: 'FIVE', start: { day: 24, at: '13:40' } },
  { number: 'SO-1020', customer: 'rein', plan: 'COMMUNITY', start: { day: 23, at: '09:00' } },
  { number: 'SO-1021', customer: 'rein', plan: 'SINGLE', start: { day: 23, at: '09:10' } },
  { number: 'SO-1022', customer: 'hurtig', plan: 'HOURS', start: { day: 22, at: '14:30' } },
  { number: 'SO-1023', customer: 'tind', plan: 'FIVE', start: { day: 12, at: '09:30' } },
]

export interface GiftSpec { readonly customer: CustomerKey; readonly plan: string; readonly units: number; readonly reason: string; readonly start: Start }

export const gifts: readonly GiftSpec[] = [
  { customer: 'lofoten', plan: 'SINGLE', units: 1, reason: 'Our answer came too late on the day before payday. The next incident is on us.', start: { day: 14, at: '15:10' } },
]

export interface PurchaseSpec {
  readonly buyer: ContactKey
  readonly plan: string
  readonly currency: string
  /** False: its payment page is left open. */
  readonly paid: boolean
}

export const purchases: readonly PurchaseSpec[] = [
  { buyer: 'elin', plan: 'SINGLE', currency: 'SEK', paid: true },
  { buyer: 'amalie', plan: 'FIVE', currency: 'NOK', paid: true },
  { buyer: 'hege', plan: 'TEN', currency: 'NOK', paid: false },
]
