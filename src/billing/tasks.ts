import type { Id } from '../kernel/ids.js'
import { type BillingDoors, billingContext } from './billing-doors.js'
import { finishPurchase } from './checkout.js'
import { applyStripeEvent } from './inbox.js'
import { FINISH } from './purchase.js'

type Note = { readonly subjectId: string; readonly vendorId: Id<'vnd'> | null }

/** What billing does for its notes in the outbox: work that asks Stripe, and so stays out of transactions (M2). */
export const billingTasks = (doors: BillingDoors): Record<string, (note: Note) => Promise<void>> => ({
  stripe: (note) => applyStripeEvent(doors, note.subjectId),
  [FINISH]: (note) => finishPurchase(billingContext(doors, note.vendorId!), note.subjectId as Id<'pur'>),
})
