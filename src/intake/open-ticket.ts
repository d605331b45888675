import type { QuoteRow } from '../boundary/boundary.types.js'
import { chargesOf, type Decided } from '../boundary/deciding.js'
import { standingDecision } from '../boundary/decisions.js'
import { asStatements, factsOf } from '../boundary/facts-stated.js'
import { type Ceiling, NO_CHARGE, sayUnits } from '../boundary/policy.js'
import { promisedBy } from '../boundary/promised.js'
import { createQuote, takeQuote } from '../boundary/quotes.js'
import { reDecide } from '../boundary/re-deciding.js'
import { dutiesOf, publishedPlans } from '../catalog/catalog.reads.js'
import { candidatesFor } from '../entitlements/entitlements.reads.js'
import { unitsExhausted } from '../entitlements/entitlements.refusals.js'
import type { Act } from '../kernel/act.js'
import { invalid, refuse } from '../kernel/refusal.js'
import { createTicket, newTicketIds, type Opening } from '../tickets/opening.js'
import { onAcceptedTerms } from '../tickets/revising.js'
import { AboveCeiling } from '../tickets/ticket.refusals.js'
import type { TicketRow } from '../tickets/ticket.types.js'
import { currentVendor } from '../vendors/vendor.reads.js'
import type { ContactRow } from '../vendors/vendor.types.js'
import type { OpenTicketInput, RequestQuoteInput } from './intake.types.js'
import { offers } from './offers.js'
import { askerOf, decideProblem } from './problem.js'

/** Holds the answer of a preview for 30 minutes: class, payer, price, promises, charge per cause and ceiling (B5). */
export async function requestQuote(act: Act, input: RequestQuoteInput): Promise<QuoteRow> {
  const contact = await askerOf(act, input.contactId)
  const { problem } = input
  const { productId, componentId, decided, statements } = await decideProblem(act, problem, contact.customerId)
  const currency = input.currency ?? (await currentVendor(act)).currency
  const missing = decided.payable ? undefined : chargesOf(decided.ceiling)[0]
  const [cheapest] = missing ? offers(await publishedPlans(act, productId), missing.unit, missing.units, currency) : []
  return createQuote(act, {
    customerId: contact.customerId, contactId: contact.id, productId, componentId,
    kind: problem.kind, severity: problem.severity, decided, statements,
    price: cheapest ? { ...cheapest, planVersionId: cheapest.plan.version.id, currency } : null,
  })
}

type Terms = Pick<Opening, 'productId' | 'componentId' | 'kind' | 'severity' | 'decided' | 'statements' | 'ceiling' | 'announced'>

/**
 * Opens a ticket: decision, reservation, clocks and event in one transaction, or nothing. With a quote its terms hold; without
 * one the caller accepts a ceiling. A ceiling of 0 reports what may be the vendor's defect free (R3).
 */
export async function openTicket(act: Act, input: OpenTicketInput): Promise<TicketRow> {
  checkOpening(act, input)
  const contact = await askerOf(act, input.contactId)
  const ids = newTicketIds()
  const terms = input.quoteId ? await quotedTerms(act, input, contact, ids.partId) : await termsNow(act, input, contact)
  return createTicket(act, {
    ...ids, ...terms, contact, subject: input.subject, body: input.body, externalId: input.externalId ?? null, quoteId: input.quoteId ?? null,
  })
}

/** What goes with what, and who may say it. */
function checkOpening({ actor }: Act, { quoteId, problem, externalId, acceptCeilingUnits }: OpenTicketInput): void {
  if (Boolean(quoteId) === Boolean(problem)) {
    throw invalid({ path: quoteId ? 'problem' : 'quoteId', message: 'must be given exactly when the other is not: a quote has its problem already.' })
  }
  if (quoteId && typeof acceptCeilingUnits === 'number') {
    throw invalid({ path: 'acceptCeilingUnits', message: 'must be left out: a quote has its ceiling already.' })
  }
  if (actor.kind === 'MEMBER' && acceptCeilingUnits) throw notYoursToAccept('acceptCeilingUnits')
  if (externalId && actor.kind === 'CONTACT') throw invalid({ path: 'externalId', message: 'must be left out: it is for the vendor\'s staff.' })
}

/** The terms of an accepted quote. What became cheaper since holds; what became dearer does not (B5). */
async function quotedTerms(act: Act, input: OpenTicketInput, contact: ContactRow, partId: Opening['partId']): Promise<Terms> {
  const quote = await takeQuote(act, input.quoteId!, partId)
  if (quote.customerId !== contact.customerId) {
    throw invalid({ path: 'contactId', message: 'must be a contact of the customer that the quote is for.' })
  }
  const [standing, facts, candidates] = await Promise.all([
    standingDecision(act, quote.id), factsOf(act, quote.id), candidatesFor(act, quote.customerId, quote.productId, act.now)])
  if (!standing) throw new Error(`Quote ${quote.id} has no decision (B1).`)
  const statements = asStatements(facts)
  const now = await reDecide(act, {
    standing, cause: null, componentId: quote.componentId, customerId: quote.customerId, statements, candidates,
    at: act.now, promisedFrom: act.now,
  })
  const decided = payableBy(now.applies ?? onAcceptedTerms(now.proposal!, standing), candidates)
  if (act.actor.kind === 'MEMBER' && chargesOf(decided.ceiling).length > 0) throw notYoursToAccept('quoteId')
  const isAsDecided = now.applies?.chosenAgreementId === decided.chosenAgreementId
  const promises = isAsDecided ? decided.promises : await promisesFrom(act, quote, decided, candidates)
  const { productId, componentId, kind, severity } = quote
  return { productId, componentId, kind, severity, decided: { ...decided, promises }, statements, ceiling: decided.ceiling, announced: true }
}

type Candidates = Awaited<ReturnType<typeof candidatesFor>>

/** What the answer and the agreement that carries it promise from now on. */
async function promisesFrom(act: Act, { productId, severity }: QuoteRow, decided: Decided, agreements: Candidates): Promise<Decided['promises']> {
  const promised = await promisedBy(act, { duties: await dutiesOf(act, productId), agreements, severity, at: act.now })
  return promised.of(decided.answer, decided.chosenAgreementId)
}

async function termsNow(act: Act, input: OpenTicketInput, contact: ContactRow): Promise<Terms> {
  const problem = input.problem!
  const asked = await decideProblem(act, problem, contact.customerId)
  const accepted = input.acceptCeilingUnits ?? 0
  const most = Math.max(asked.decided.ceiling.INCIDENT, asked.decided.ceiling.MINUTE)
  const isFreeReport = accepted === 0 && most > 0 && (problem.kind === 'DEFECT' || act.actor.kind === 'MEMBER')
  if (!isFreeReport && accepted < most) throw aboveAccepted(asked.decided.ceiling, accepted)
  const candidates = isFreeReport ? [] : await candidatesFor(act, contact.customerId, asked.productId, act.now)
  const decided = isFreeReport ? asked.decided : payableBy(asked.decided, candidates)
  return {
    productId: asked.productId, componentId: asked.componentId, kind: problem.kind, severity: problem.severity,
    decided, statements: asked.statements, ceiling: isFreeReport ? NO_CHARGE : decided.ceiling, announced: !isFreeReport,
  }
}

/** The vendor cannot say yes to its own price (B5, B6): a member opens free, announces the class, and the contact accepts. */
const notYoursToAccept = (path: string) => invalid({
  path, message: 'must be left out by members when it can cost something: only the customer accepts a price. '
    + 'Open with the problem alone, then announce the class.',
})

const aboveAccepted = (ceiling: Ceiling, accepted: number) => {
  const [most] = chargesOf(ceiling).sort((a, b) => b.units - a.units)
  return refuse(AboveCeiling, {
    message: `This can cost up to ${sayUnits(most!.unit, most!.units)}, depending on its cause, and ${accepted} were accepted. `
      + 'No ticket was opened and nothing was charged.',
    next: `Accept with \`acceptCeilingUnits: ${most!.units}\`, ask previewTicket for cheaper ways, `
      + 'or report a possible defect free with the kind DEFECT and a ceiling of 0.',
    ceilingUnits: accepted, chargeUnits: most!.units,
  })
}

/** The decision with an agreement whose units reach its ceiling: the one that was chosen, or one that has them by now. */
function payableBy(decided: Decided, candidates: Candidates): Decided {
  const [most] = chargesOf(decided.ceiling)
  if (!most) return decided
  const able = candidates.filter((c) => !c.cannotCarry && c.available[most.unit] >= most.units)
  const taken = able.find((c) => c.agreementId === decided.chosenAgreementId) ?? able[0]
  if (!taken) throw unitsExhausted(most.unit, most.units, Math.max(0, ...candidates.map((c) => c.available[most.unit])))
  return { ...decided, chosenAgreementId: taken.agreementId, payable: true }
}
