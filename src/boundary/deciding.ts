import { causeCodesOf, componentById, dutiesOf, productById } from '../catalog/catalog.reads.js'
import { severities, type Severity } from '../catalog/words.js'
import type { Read } from '../kernel/act.js'
import type { Id } from '../kernel/ids.js'
import { notFound } from '../kernel/refusal.js'
import { customerById } from '../vendors/vendor.reads.js'
import { noScopePolicy } from './boundary.refusals.js'
import { type Candidate, type Considered as Tried, decide } from './candidates.js'
import { type FactValues, type PlanKind, vocabularyFor } from './facts.js'
import { currentPolicy, policyById, policyInForce } from './policies.reads.js'
import type { Answer, Ceiling, Charge, Policy, Row, Unit } from './policy.js'
import { UNITS } from './policy.js'
import { promisedBy } from './promised.js'
import { type FactStatement, resolveFacts } from './statements.js'
import type { Considered, ContestedFact, Deadline } from './stored.js'

/** An agreement that could carry the ticket, as its owner describes it; in the order in which they are tried (E5). */
export interface CandidateAgreement {
  readonly agreementId: Id
  readonly planKind: PlanKind
  readonly planVersionId: Id<'plv'>
  /** The policy version that it was sold with; null for a plan of every product, which was sold with each product's policy of then. */
  readonly policyVersionId: Id<'pov'> | null
  /** When it began; the instant of deciding when not said. */
  readonly startsAt?: Date
  /** Until when that version is frozen: renewal plus notice; null for as long as the agreement lasts (B7). */
  readonly pinnedUntil: Date | null
  readonly available: Readonly<Record<Unit, number>>
  /** Why it cannot carry this ticket at all; null or not said when it can. */
  readonly cannotCarry?: string | null
}

export interface DecideNow {
  readonly productId: Id<'prd'>
  readonly componentId: Id<'cmp'> | null
  /** Whose ticket it is; null for somebody unknown. */
  readonly customerId: Id<'cus'> | null
  readonly statements: readonly FactStatement[]
  readonly candidates: readonly CandidateAgreement[]
  readonly at: Date
  /** From when promises run; `at` when not said. */
  readonly promisedFrom?: Date
  /** The cause that was found; null or not said: what the statements say, or UNKNOWN. */
  readonly cause?: string | null
}

/** A decision that nobody has recorded yet. */
export interface Decided {
  readonly productId: Id<'prd'>
  readonly answer: Answer
  /** The answer for each cause, UNKNOWN first. */
  readonly table: readonly Row[]
  readonly ceiling: Ceiling
  /** The unit of the ceiling; null when it is nothing, or in both units (see `chargesOf`). */
  readonly unit: Unit | null
  readonly payable: boolean
  readonly chosenAgreementId: Id | null
  readonly policyVersionId: Id<'pov'>
  readonly dutyId: Id<'dty'> | null
  readonly promises: readonly Deadline[]
  readonly considered: readonly Considered[]
  /** Statements that were believed, and the value of every fact as the policy read it. */
  readonly used: readonly FactStatement[]
  readonly factValues: FactValues
  readonly contested: boolean
  readonly contestedFacts: readonly ContestedFact[]
  readonly cause: string | null
}

/** A ceiling as what has to be reserved: one charge per unit in which it is above zero. */
export const chargesOf = (most: Ceiling): Charge[] => UNITS.flatMap((unit) => (most[unit] > 0 ? [{ unit, units: most[unit] }] : []))

/** The one unit of a ceiling; null when it is nothing or in both. */
export const unitOf = (most: Ceiling): Unit | null => {
  const [only, ...more] = chargesOf(most)
  return only && more.length === 0 ? only.unit : null
}

/**
 * What the policy says about a problem now, for each agreement and for none (B2, B4, B7, E5); reads, and stores nothing.
 * Refuses a product whose vendor has published no policy (NoScopePolicy), and what cannot be reached (NotFound).
 */
export async function decideNow(read: Read, input: DecideNow): Promise<Decided> {
  const current = await currentPolicy(read, input.productId)
  if (!current) throw noScopePolicy(input.productId)
  const [causes, duties, known, candidates] = await Promise.all([
    causeCodesOf(read, input.productId), dutiesOf(read, input.productId), recorded(read, input),
    Promise.all(input.candidates.map((c) => candidateOf(read, c, current.policy, input)))])
  const causeCodes = causes.map((c) => c.code)
  const resolved = resolveFacts([...input.statements, ...known], vocabularyFor({ causeCodes }))
  const facts = input.cause ? { ...resolved.values, cause: input.cause } : resolved.values
  const promised = await promisedBy(read, { duties, agreements: input.candidates, severity: severityOf(facts), at: input.promisedFrom ?? input.at })
  const { chosen, considered } = decide({ current: current.policy, candidates, facts, causeCodes, promiseInMinutes: promised.inMinutes })
  const kindOf = (agreementId: string | null): PlanKind => candidates.find((c) => c.agreementId === agreementId)?.planKind ?? 'NONE'
  return {
    productId: input.productId, answer: chosen.answer, table: chosen.table, ceiling: chosen.ceiling, unit: unitOf(chosen.ceiling),
    payable: chosen.payable, chosenAgreementId: chosen.agreementId as Id | null, policyVersionId: chosen.policyVersionId as Id<'pov'>,
    dutyId: duties.find((d) => d.code === chosen.answer.dutyCode)?.id ?? null,
    promises: promised.of(chosen.answer, chosen.agreementId),
    considered: considered.map((each) => keptOf(each, kindOf(each.agreementId))),
    used: resolved.used,
    factValues: { ...facts, planKind: kindOf(chosen.agreementId), hasAgreement: chosen.agreementId !== null },
    contested: resolved.contested.length > 0 || chosen.threw.length > 0,
    contestedFacts: resolved.contested,
    cause: input.cause ?? null,
  }
}

const severityOf = (facts: FactValues): Severity => severities.find((s) => s === facts.severity) ?? 'NORMAL'

/** What the records kept here say: they know the product, the component and whose it is, and the customer. */
async function recorded(read: Read, { productId, componentId, customerId, at }: DecideNow): Promise<FactStatement[]> {
  const [product, component, customer] = await Promise.all([
    productById(read, productId), componentId && componentById(read, componentId), customerId && customerById(read, customerId)])
  if (!product) throw notFound('productId', 'product')
  if (componentId && component?.productId !== productId) throw notFound('componentId', 'component of this product')
  const say = (name: string, value: FactStatement['value']): FactStatement => ({ name, value, source: 'SYSTEM', statedBy: null, at: at.getTime() })
  return [
    say('product', product.code),
    ...(component ? [say('component', component.code), say('componentOwner', component.owner)] : []),
    ...(customer ? [say('consumer', customer.consumer)] : []),
  ]
}

async function candidateOf(read: Read, given: CandidateAgreement, current: Policy, { productId, at }: DecideNow): Promise<Candidate> {
  const pinned = given.policyVersionId ? await policyById(read, given.policyVersionId) : ((await policyInForce(read, productId, given.startsAt ?? at)) ?? current)
  if (!pinned) throw new Error(`Agreement ${given.agreementId} was sold with a policy that is gone: ${given.policyVersionId}.`)
  return {
    agreementId: given.agreementId, planKind: given.planKind, pinned, available: given.available, cannotCarry: given.cannotCarry ?? null,
    pinnedStands: given.pinnedUntil === null || at < given.pinnedUntil,
  }
}

const keptOf = (tried: Tried, planKind: PlanKind): Considered => ({
  agreementId: tried.agreementId, planKind, policy: tried.policy, policyVersionId: tried.policyVersionId,
  class: tried.answer?.class ?? null, charge: tried.answer?.charge ?? null, payable: tried.payable, taken: tried.taken, why: tried.why,
})
