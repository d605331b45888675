import { dutiesOf } from '../catalog/catalog.reads.js'
import type { Read } from '../kernel/act.js'
import type { DecisionRow } from './boundary.types.js'
import { answerOf, ceilingOf } from './decision-row.js'
import { type CandidateAgreement, type Decided, decideNow, type DecideNow, unitOf } from './deciding.js'
import { chargeAt, compareDecisions, type Comparison } from './outcome.js'
import type { Answer, Charge } from './policy.js'

/** A decision that stands, and what is known now. */
export interface ReDecide extends Omit<DecideNow, 'productId' | 'cause'> {
  readonly standing: DecisionRow
  /** The cause that was found; null: only facts have changed. */
  readonly cause: string | null
}

export interface ReDecided {
  /** How what the policy says now compares with what was accepted, for the customer. */
  readonly comparison: Comparison
  /** What holds at once, to be recorded; null when only a proposal came of it. */
  readonly applies: Decided | null
  /** The dearer answer: to be recorded as proposed, and nothing of it holds before it is accepted. */
  readonly proposal: Decided | null
  /** What the accepted row of the cause would cost above the accepted ceiling: refused until a new quote is accepted. */
  readonly aboveCeiling: Charge | null
}

/**
 * Decides anew what was decided (B5, B7, R15). When facts have changed (cause null): what is the same or cheaper for the
 * customer applies at once, what is dearer is only proposed. When the cause was found: the accepted row of that cause
 * applies, never above the accepted ceiling, or what the policy says now when that is cheaper; a dearer one is proposed.
 */
export async function reDecide(read: Read, input: ReDecide): Promise<ReDecided> {
  const { standing } = input
  const now = await decideNow(read, {
    ...input, productId: standing.productId, candidates: input.candidates.map((c) => withReserved(c, standing)),
    promisedFrom: input.promisedFrom ?? standing.at,
  })
  return input.cause === null ? revised(standing, now) : await resolved(read, standing, now, input.cause)
}

/** What the standing decision has set aside is there for the next one. */
function withReserved(candidate: CandidateAgreement, standing: DecisionRow): CandidateAgreement {
  if (candidate.agreementId !== standing.agreementId) return candidate
  const held = ceilingOf(standing)
  return { ...candidate, available: { INCIDENT: candidate.available.INCIDENT + held.INCIDENT, MINUTE: candidate.available.MINUTE + held.MINUTE } }
}

function revised(standing: DecisionRow, now: Decided): ReDecided {
  const comparison = compareDecisions({ answer: answerOf(standing), table: standing.table }, now)
  const dearer = comparison === 'DEARER'
  return { comparison, applies: dearer ? null : now, proposal: dearer ? now : null, aboveCeiling: null }
}

async function resolved(read: Read, standing: DecisionRow, now: Decided, cause: string): Promise<ReDecided> {
  const { answer, charge, aboveCeiling } = chargeAt(standing.table, cause, ceilingOf(standing))
  // A cause that was not listed has no accepted price: it is what it is, and costs nothing.
  const accepted: Answer = answer ? { ...answer, charge } : { ...now.answer, charge: null }
  const comparison = compareDecisions({ answer: accepted, table: [] }, { answer: now.answer, table: [] })
  if (comparison === 'CHEAPER') return { comparison, applies: now, proposal: null, aboveCeiling: null }
  const duties = await dutiesOf(read, standing.productId)
  const applies: Decided = {
    ...now, answer: accepted, table: standing.table, ceiling: ceilingOf(standing), unit: unitOf(ceilingOf(standing)),
    chosenAgreementId: standing.agreementId, policyVersionId: standing.policyVersionId, payable: standing.payable,
    dutyId: duties.find((d) => d.code === accepted.dutyCode)?.id ?? null, promises: standing.promises, considered: standing.considered,
    factValues: { ...standing.factValues, cause }, used: [...standing.facts.filter((f) => f.name !== 'cause'), ...now.used.filter((f) => f.name === 'cause')],
  }
  return { comparison, applies, proposal: comparison === 'DEARER' ? now : null, aboveCeiling }
}
