import { purchaseTimer } from './billing/checkout.js'
import { FINISH } from './billing/purchase.js'
import { expireQuote, holdQuoteForCheckout } from './boundary/quotes.js'
import { endTerm, expireLot } from './entitlements/expiry.js'
import { grantPurchase } from './entitlements/grant-purchase.js'
import type { Act } from './kernel/act.js'
import type { EventRow } from './kernel/event.js'
import type { Timer } from './kernel/timer.js'
import { breachClock, warnClock } from './sla/clocks.js'
import { lapseProposal } from './tickets/announcing.js'
import { endWindow } from './tickets/resolving.js'
import { endSilence } from './tickets/waiting.js'

/** When this happened, do that: each in a transaction of its own, once per event and reaction. */
export interface Reaction {
  readonly name: string
  readonly on: string
  readonly run: (act: Act, event: EventRow) => Promise<void>
}

/** THE list of what follows from what. */
export const reactions: readonly Reaction[] = [grantPurchase, holdQuoteForCheckout]

/** What each kind of timer does when it fires. The row is already taken away in the same transaction. */
export const timerHandlers: Record<string, (act: Act, timer: Timer) => Promise<void>> = {
  'clock.warn': warnClock,
  'clock.breach': breachClock,
  [FINISH]: purchaseTimer,
  'quote.expire': expireQuote,
  'lot.expire': expireLot,
  'agreement.end': endTerm,
  'ticket.silence': endSilence,
  'part.proposal': lapseProposal,
  'part.confirm': endWindow,
}
