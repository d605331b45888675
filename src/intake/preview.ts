import type { Decided } from '../boundary/deciding.js'
import { shownCeiling, shownDeadline, shownFact, shownOutcome } from '../boundary/shown.js'
import { chargesOf } from '../boundary/deciding.js'
import { sayUnits, type Unit } from '../boundary/policy.js'
import { type PlanOnSale, productById, publishedPlans } from '../catalog/catalog.reads.js'
import { availableOf } from '../entitlements/entitlements.reads.js'
import type { Read } from '../kernel/act.js'
import type { Id } from '../kernel/ids.js'
import { money, taxOn } from '../kernel/money.js'
import { currentVendor, customerById } from '../vendors/vendor.reads.js'
import { notFound } from '../kernel/refusal.js'
import type { Preview, PreviewTicketInput, ProblemInput, Remaining, Way } from './intake.types.js'
import { decideProblem } from './problem.js'

/**
 * What a ticket would be, before anybody commits (R89): class and reason, the charge for each cause and the ceiling, deadlines,
 * what remains, and other ways. Stores nothing; answers also somebody without an account.
 */
export async function previewTicket(read: Read, input: PreviewTicketInput): Promise<Preview> {
  const customerId = read.actor.kind === 'CONTACT' ? read.actor.customerId : (input.customerId ?? null)
  if (customerId && !(await customerById(read, customerId))) throw notFound('customerId', 'customer')
  const { productId, decided } = await decideProblem(read, input.problem, customerId)
  const { answer } = decided
  return {
    class: answer.class, handler: answer.handler, payer: answer.payer, reason: answer.reason, ruleKey: answer.ruleKey, dutyCode: answer.dutyCode,
    outcomes: decided.table.map(shownOutcome), ceiling: shownCeiling(decided.ceiling), payable: decided.payable,
    contested: decided.contested,
    contestedFacts: decided.contestedFacts.map(({ name, statements }) => ({ name, statements: statements.map(shownFact) })),
    agreementId: decided.chosenAgreementId, considered: [...decided.considered], deadlines: decided.promises.map(shownDeadline),
    remaining: await remainingOf(read, decided), ways: await waysOf(read, input, productId, decided),
  }
}

async function remainingOf(read: Read, decided: Decided): Promise<Remaining[]> {
  if (!decided.chosenAgreementId) return []
  const available = await availableOf(read, decided.chosenAgreementId as Id<'agr'>)
  return available.map(({ unit, units }) => ({ unit, now: units, afterCeiling: units - decided.ceiling[unit] }))
}

/** Other ways, the cheapest first: free ones, then plans by price (R89: at least one place to turn where nobody here helps). */
async function waysOf(read: Read, { problem, currency }: PreviewTicketInput, productId: Id<'prd'>, decided: Decided): Promise<Way[]> {
  const [product, vendor, plans] = await Promise.all([productById(read, productId), currentVendor(read), publishedPlans(read, productId)])
  const turnTo = decided.answer.turnTo ?? product?.turnTo ?? null
  const free: Way[] = decided.payable || decided.ceiling.INCIDENT + decided.ceiling.MINUTE === 0 ? [] : freeReport(problem)
  const buy = decided.payable ? [] : await plansFor(plans, decided, currency ?? vendor.currency)
  const elsewhere: Way[] = turnTo ? [{ kind: 'TURN_TO', text: turnTo, planVersionId: null, price: null }] : []
  const community: Way[] = plans.filter((p) => p.plan.kind === 'COMMUNITY')
    .map((p) => ({ kind: 'CHEAPER_PLAN', text: `${p.plan.name}: ${p.version.summary} It costs nothing.`, planVersionId: p.version.id, price: null }))
  return [...free, ...community, ...buy, ...elsewhere].slice(0, 10)
}

const freeReport = (problem: ProblemInput): Way[] => (problem.kind !== 'DEFECT' ? [] : [{
  kind: 'REPORT_FREE', planVersionId: null, price: null,
  text: 'Report it free: open it with an accepted ceiling of 0. Nothing can be charged before a class is announced and you accept it.',
}])

/** A plan that carries the missing units, and what it costs with tax; the cheapest first. */
export async function plansFor(plans: readonly PlanOnSale[], decided: Decided, currency: string): Promise<Way[]> {
  const wanted = chargesOf(decided.ceiling)[0]
  if (!wanted) return []
  return offers(plans, wanted.unit, wanted.units, currency)
    .map(({ on, quantity, price }) => ({
      kind: 'BUY' as const, planVersionId: on.version.id, price,
      text: `${quantity > 1 ? `${quantity} × ` : ''}${on.plan.name}: ${sayUnits(wanted.unit, (on.version.units ?? 0) * quantity)} for ${money({ amountMinor: price.grossMinor, currency })} including tax.`,
    }))
}

export interface Offer {
  readonly on: PlanOnSale
  readonly quantity: number
  readonly amountMinor: number
  readonly taxRateBps: number
  readonly price: { netMinor: number; taxMinor: number; grossMinor: number; currency: string }
}

/** Plans paid once that bring so many units, the cheapest first. */
export function offers(plans: readonly PlanOnSale[], unit: Unit, units: number, currency: string): Offer[] {
  return plans.flatMap((on): Offer[] => {
    const price = on.prices.find((p) => p.currency === currency && p.interval === 'ONE_OFF')
    if (!price || on.version.unit !== unit || !on.version.units) return []
    const quantity = Math.ceil(units / on.version.units)
    const netMinor = price.amountMinor * quantity
    const taxMinor = taxOn(netMinor, price.taxRateBps)
    return [{ on, quantity, amountMinor: price.amountMinor, taxRateBps: price.taxRateBps, price: { netMinor, taxMinor, grossMinor: netMinor + taxMinor, currency } }]
  }).sort((a, b) => a.price.grossMinor - b.price.grossMinor)
}
