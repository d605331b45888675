import { chargesOf, type Decided, decideNow } from '../boundary/deciding.js'
import { sayUnits } from '../boundary/policy.js'
import { shownCeiling, shownDeadline, shownFact, shownOutcome } from '../boundary/shown.js'
import { type PlanOnSale, productById, publishedPlans } from '../catalog/catalog.reads.js'
import { availableOf } from '../entitlements/entitlements.reads.js'
import type { Read } from '../kernel/act.js'
import type { Id } from '../kernel/ids.js'
import { money } from '../kernel/money.js'
import { invalid, notFound } from '../kernel/refusal.js'
import { currentVendor, customerById } from '../vendors/vendor.reads.js'
import type { Preview, PreviewTicketInput, ProblemInput, Remaining, Way } from './intake.types.js'
import { offers } from './offers.js'
import { type Asked, decideProblem } from './problem.js'

/**
 * What a ticket would be, before anybody commits (R89): class and reason, the charge for each cause and the ceiling, deadlines,
 * what remains, and other ways. Stores nothing; answers also somebody without an account.
 */
export async function previewTicket(read: Read, input: PreviewTicketInput): Promise<Preview> {
  const customerId = await askedFor(read, input.customerId)
  const asked = await decideProblem(read, input.problem, customerId)
  const { decided } = asked
  const { answer } = decided
  return {
    class: answer.class, handler: answer.handler, payer: answer.payer, reason: answer.reason, ruleKey: answer.ruleKey, dutyCode: answer.dutyCode,
    outcomes: decided.table.map(shownOutcome), ceiling: shownCeiling(decided.ceiling), payable: decided.payable,
    contested: decided.contested,
    contestedFacts: decided.contestedFacts.map(({ name, statements }) => ({ name, statements: statements.map(shownFact) })),
    agreementId: decided.chosenAgreementId, considered: [...decided.considered], deadlines: decided.promises.map(shownDeadline),
    remaining: await remainingOf(read, decided), ways: await waysOf(read, input, asked, customerId),
  }
}

/** For whom the answer is: a contact's own customer, the one that a member names, or nobody in particular. */
async function askedFor(read: Read, named: Id<'cus'> | undefined): Promise<Id<'cus'> | null> {
  const own = read.actor.kind === 'CONTACT' ? read.actor.customerId : null
  if (!named || named === own) return own
  if (read.actor.kind !== 'MEMBER') throw invalid({ path: 'customerId', message: 'must be left out: only the vendor\'s staff ask for a customer.' })
  if (!(await customerById(read, named))) throw notFound('customerId', 'customer')
  return named
}

async function remainingOf(read: Read, decided: Decided): Promise<Remaining[]> {
  if (!decided.chosenAgreementId) return []
  const available = await availableOf(read, decided.chosenAgreementId as Id<'agr'>)
  return available.map(({ unit, units }) => ({ unit, now: units, afterCeiling: units - decided.ceiling[unit] }))
}

const MOST_WAYS = 10

/** Other ways: free ones, then plans by price, then whom else to turn to (R89: at least one place where nobody here helps). */
async function waysOf(read: Read, { problem, currency }: PreviewTicketInput, asked: Asked, customerId: Id<'cus'> | null): Promise<Way[]> {
  const { productId, decided } = asked
  const [product, vendor, plans] = await Promise.all([productById(read, productId), currentVendor(read), publishedPlans(read, productId)])
  const turnTo = decided.answer.turnTo ?? product?.turnTo ?? null
  const elsewhere: Way[] = turnTo ? [{ kind: 'TURN_TO', text: turnTo, planVersionId: null, price: null }] : []
  if (chargesOf(decided.ceiling).length === 0) return elsewhere
  const community = await freePlans(read, plans, asked, customerId)
  const missing = decided.payable ? [] : [...freeReport(problem), ...community, ...plansToBuy(plans, decided, currency ?? vendor.currency)]
  // Whom else to turn to is never cut off.
  return [...(decided.payable ? community : missing).slice(0, MOST_WAYS - elsewhere.length), ...elsewhere]
}

const freeReport = (problem: ProblemInput): Way[] => (problem.kind !== 'DEFECT' ? [] : [{
  kind: 'REPORT_FREE', planVersionId: null, price: null,
  text: 'Report it free: open it with an accepted ceiling of 0. Nothing can be charged before a class is announced and you accept it.',
}])

/** Free plans under which it would be taken care of for nothing, by the policy's own word. */
async function freePlans(
  read: Read, plans: readonly PlanOnSale[], { productId, componentId, statements }: Asked, customerId: Id<'cus'> | null,
): Promise<Way[]> {
  const ways = plans.filter((p) => p.plan.kind === 'COMMUNITY').map(async ({ plan, version }): Promise<Way[]> => {
    const { chosenAgreementId, payable, answer } = await decideNow(read, {
      productId, componentId, customerId, statements, at: read.now, candidates: [{
        agreementId: version.id, planKind: 'COMMUNITY', planVersionId: version.id, policyVersionId: null, pinnedUntil: null,
        available: { INCIDENT: 0, MINUTE: 0 },
      }],
    })
    const carries = payable && chosenAgreementId === version.id && answer.class !== 'NOT_OFFERED' && answer.class !== 'NEW_WORK'
    const text = `${plan.name}: ${version.summary} It costs nothing.`
    return carries ? [{ kind: 'CHEAPER_PLAN', text, planVersionId: version.id, price: null }] : []
  })
  return (await Promise.all(ways)).flat()
}

/** Plans that bring the missing units, and what they cost with tax; the cheapest first. */
function plansToBuy(plans: readonly PlanOnSale[], decided: Decided, currency: string): Way[] {
  const wanted = chargesOf(decided.ceiling)[0]
  if (!wanted) return []
  return offers(plans, wanted.unit, wanted.units, currency).map(({ plan: { plan, version }, quantity, price }) => ({
    kind: 'BUY', planVersionId: version.id, price,
    text: `${quantity > 1 ? `${quantity} × ` : ''}${plan.name}: ${sayUnits(wanted.unit, (version.units ?? 0) * quantity)} `
      + `for ${money({ amountMinor: price.grossMinor, currency })} including tax.`,
  }))
}
