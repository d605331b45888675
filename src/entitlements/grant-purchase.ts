import { purchaseById } from '../billing/billing.reads.js'
import type { Act } from '../kernel/act.js'
import type { EventRow } from '../kernel/event.js'
import type { Id } from '../kernel/ids.js'
import { grantPaid } from './grant.js'

/** When a purchase was paid, what it bought is granted: once, however often that is told (E4). */
export const grantPurchase = {
  name: 'grantPurchase',
  on: 'purchase.paid',
  run: async (act: Act, event: EventRow): Promise<void> => {
    const bought = await purchaseById(act, event.data.purchaseId as Id<'pur'>)
    if (bought?.state === 'PAID') await grantPaid(act, bought)
  },
}
