import { and, eq } from 'drizzle-orm'
import { priceOf } from '../billing/purchase-state.js'
import { purchaseById } from '../billing/billing.reads.js'
import type { Severity } from '../catalog/words.js'
import type { Act } from '../kernel/act.js'
import { type EventRow, record } from '../kernel/event.js'
import { type Id, newId } from '../kernel/ids.js'
import { invalid, notFound } from '../kernel/refusal.js'
import { after, days, minutes } from '../kernel/time.js'
import { clearTimer, setTimer, type Timer } from '../kernel/timer.js'
import { seenQuotes } from './boundary.reads.js'
import { quoteExpired, quoteUsed } from './boundary.refusals.js'
import { quote } from './boundary.table.js'
import type { QuoteRow } from './boundary.types.js'
import { recordDecision } from './decisions.js'
import type { Decided } from './deciding.js'
import type { TicketKind } from './facts.js'
import { keepFacts } from './facts-stated.js'
import type { FactStatement } from './statements.js'

/** How long a quote holds by itself, and at most, while a checkout or an approver needs it (five business days lie within it). */
export const HELD = minutes(30)
export const HELD_AT_MOST = days(7)

export interface CreateQuote {
  readonly customerId: Id<'cus'>
  readonly contactId: Id<'con'> | null
  readonly productId: Id<'prd'>
  readonly componentId: Id<'cmp'> | null
  readonly kind: TicketKind
  readonly severity: Severity
  readonly decided: Decided
  /** What was said to get this answer, checked already; it is kept with the quote. */
  readonly statements: readonly FactStatement[]
  /** What buying the missing units costs; null when nothing has to be bought. Amounts net, per piece. */
  readonly price: {
    readonly planVersionId: Id<'plv'>; readonly currency: string; readonly amountMinor: number; readonly taxRateBps: number; readonly quantity: number
  } | null
}

/** Holds an answer for 30 minutes: class, payer, price, promises, charge per cause and ceiling. Reserves nothing (B5). */
export async function createQuote(act: Act, given: CreateQuote): Promise<QuoteRow> {
  const id = newId('quo')
  const { decided, price } = given
  const decision = await recordDecision(act, { subjectKind: 'QUOTE', subjectId: id, streamId: id, stage: 'QUOTED', decided })
  await keepFacts(act, id, given.statements)
  const costs = price && priceOf(price, price.quantity)
  const expiresAt = after(act.now, HELD)
  const [row] = await act.db.insert(quote).values({
    vendorId: act.vendorId, id, customerId: given.customerId, contactId: given.contactId, productId: given.productId,
    componentId: given.componentId, kind: given.kind, severity: given.severity,
    ceilingIncidents: decided.ceiling.INCIDENT, ceilingMinutes: decided.ceiling.MINUTE, agreementId: decided.chosenAgreementId,
    pricePlanVersionId: price?.planVersionId, priceQuantity: price?.quantity, priceCurrency: price?.currency,
    priceNetMinor: costs?.netMinor, priceTaxMinor: costs?.taxMinor,
    promises: decided.promises, decisionId: decision.id, createdAt: act.now, expiresAt, state: 'OPEN',
  }).returning()
  await setTimer(act, 'quote.expire', id, expiresAt)
  await record(act, { type: 'quote.created', streamId: id, data: { customerId: given.customerId, expiresAt: expiresAt.toISOString() } })
  return row!
}

const named = (act: Act, id: Id) => and(eq(quote.vendorId, act.vendorId), eq(quote.id, id as Id<'quo'>))

/** Locks a quote that the caller may see and that still holds at this instant; refuses QuoteUsed, QuoteExpired, NotFound. */
async function holdOpen(act: Act, quoteId: Id<'quo'>, path: string): Promise<QuoteRow> {
  const [row] = await act.db.select().from(quote).where(and(named(act, quoteId), seenQuotes(act))).for('update')
  if (!row) throw notFound(path, 'quote')
  if (row.usedAt) throw quoteUsed(row.usedAt)
  if (row.state === 'EXPIRED' || act.now >= row.expiresAt) throw quoteExpired(row.expiresAt)
  return row
}

/** Uses a quote, once, for a part that is opened with it. Refuses QuoteExpired from the instant it expires, and QuoteUsed. */
export async function takeQuote(act: Act, quoteId: Id<'quo'>, subjectId: Id, path = 'quoteId'): Promise<QuoteRow> {
  await holdOpen(act, quoteId, path)
  const [row] = await act.db.update(quote).set({ state: 'USED', usedBySubjectId: subjectId, usedAt: act.now }).where(named(act, quoteId)).returning()
  await clearTimer(act, 'quote.expire', quoteId)
  await record(act, { type: 'quote.used', streamId: quoteId, data: { subjectId } })
  return row!
}

/**
 * Holds a quote longer, while a checkout or an approver is under way: up to seven days from its creation, never shorter
 * than before. Refuses QuoteExpired, QuoteUsed, and a longer time (InvalidInput).
 */
export async function extendQuote(act: Act, quoteId: Id<'quo'>, until: Date, path = 'quoteId'): Promise<QuoteRow> {
  const held = await holdOpen(act, quoteId, path)
  const latest = after(held.createdAt, HELD_AT_MOST)
  if (until > latest) throw invalid({ path: 'until', message: `must be at most seven days after the quote was made: ${latest.toISOString()}.` })
  if (until <= held.expiresAt) return held
  const [row] = await act.db.update(quote).set({ expiresAt: until }).where(named(act, quoteId)).returning()
  await setTimer(act, 'quote.expire', quoteId, until)
  await record(act, { type: 'quote.extended', streamId: quoteId, data: { expiresAt: until.toISOString() } })
  return row!
}

/** The timer 'quote.expire': says that a quote that nobody used binds nobody any more. */
export async function expireQuote(act: Act, timer: Timer): Promise<void> {
  const [row] = await act.db.select().from(quote).where(named(act, timer.subjectId)).for('update')
  if (row?.state !== 'OPEN' || act.now < row.expiresAt) return
  await act.db.update(quote).set({ state: 'EXPIRED' }).where(named(act, timer.subjectId))
  await record(act, { type: 'quote.expired', streamId: row.id, data: { expiredAt: row.expiresAt.toISOString() } })
}

/** A payment page that was opened for a quote holds the quote for as long as the page can be paid (B5). */
export const holdQuoteForCheckout = {
  name: 'holdQuoteForCheckout',
  on: 'purchase.opened',
  run: async (act: Act, event: EventRow): Promise<void> => {
    const { quoteId, purchaseId } = event.data as { quoteId: Id<'quo'> | null; purchaseId: Id<'pur'> }
    const purchase = quoteId && (await purchaseById(act, purchaseId))
    const [held] = purchase ? await act.db.select().from(quote).where(named(act, quoteId)).for('update') : []
    // Somebody else's quote, or one that binds nobody any more, is left as it is: the purchase stands by itself.
    if (!purchase || held?.customerId !== purchase.customerId || held.state !== 'OPEN' || act.now >= held.expiresAt) return
    const latest = after(held.createdAt, HELD_AT_MOST)
    await extendQuote(act, held.id, purchase.expiresAt < latest ? purchase.expiresAt : latest)
  },
}
