import { randomUUID } from 'node:crypto'
import { type Context, contextFor } from '../kernel/act.js'
import { automation } from '../kernel/actor.js'
import type { Database } from '../kernel/database.js'
import type { Id } from '../kernel/ids.js'
import type { Log } from '../kernel/log.js'
import type { Clock } from '../kernel/time.js'
import type { StripeDoor } from './stripe.js'

/** What billing needs from outside, made once at the start. */
export interface BillingDoors {
  readonly database: Database
  readonly clock: Clock
  readonly log: Log
  readonly stripe: StripeDoor
}

/** A request that may speak with Stripe. */
export type BillingContext = Context & Pick<BillingDoors, 'stripe' | 'log'>

/** A context inside a vendor for what the product does by itself. */
export const billingContext = (doors: BillingDoors, vendorId: Id<'vnd'>): BillingContext =>
  ({ ...contextFor(doors.database, doors.clock, automation(vendorId), randomUUID()), stripe: doors.stripe, log: doors.log })
