import type { DecisionRow } from '../boundary/boundary.types.js'
import { answerOf, ceilingOf } from '../boundary/decision-row.js'
import { type Decided, unitOf } from '../boundary/deciding.js'
import { recordDecision } from '../boundary/decisions.js'
import { asStatements, factsOf } from '../boundary/facts-stated.js'
import type { Ceiling } from '../boundary/policy.js'
import { type ReDecided, reDecide } from '../boundary/re-deciding.js'
import { candidatesFor } from '../entitlements/entitlements.reads.js'
import type { Act } from '../kernel/act.js'
import { changePart, decisionOf, type HeldPart } from './parts.js'
import { followPromises } from './promised.js'
import { giveUpUnits } from './setting-aside.js'
import type { PartRow } from './ticket.types.js'

/** What the policy says about a part now, from everything stated about it. */
export async function reDecidePart(act: Act, { ticket, part }: HeldPart, cause: string | null): Promise<ReDecided & { standing: DecisionRow }> {
  const [standing, facts, candidates] = await Promise.all([
    decisionOf(act, part.id), factsOf(act, part.id), candidatesFor(act, ticket.customerId, ticket.productId, act.now)])
  const redecided = await reDecide(act, {
    standing, cause, componentId: part.componentId, customerId: ticket.customerId, statements: asStatements(facts), candidates, at: act.now,
  })
  return { ...redecided, standing }
}

/** What was accepted, with the facts as they are stated now: for when the policy's own answer would be dearer. */
export const onAcceptedTerms = (now: Decided, accepted: DecisionRow): Decided => ({
  ...now, answer: answerOf(accepted), table: accepted.table, ceiling: ceilingOf(accepted), unit: unitOf(ceilingOf(accepted)),
  payable: accepted.payable, chosenAgreementId: accepted.agreementId, policyVersionId: accepted.policyVersionId, dutyId: accepted.dutyId,
  promises: accepted.promises, considered: accepted.considered, factValues: accepted.factValues, cause: accepted.cause,
})

const lower = (a: Ceiling, b: Ceiling): Ceiling => ({ INCIDENT: Math.min(a.INCIDENT, b.INCIDENT), MINUTE: Math.min(a.MINUTE, b.MINUTE) })

/**
 * A decision that is no dearer holds at once (B5, R15). The ceiling never rises by it; when it falls to nothing, units that were
 * set aside go back. As long as some are set aside, the agreement that they are from goes on carrying the part.
 */
export async function applyRevision(act: Act, { ticket, part }: HeldPart, decided: Decided): Promise<{ decision: DecisionRow; row: PartRow }> {
  const ceiling = lower(decided.ceiling, ceilingOf(part))
  const isFree = ceiling.INCIDENT + ceiling.MINUTE === 0
  const agreementId = isFree ? decided.chosenAgreementId : part.agreementId
  const decision = await recordDecision(act, {
    subjectKind: 'PART', subjectId: part.id, streamId: ticket.id, stage: 'REVISED', decided: { ...decided, chosenAgreementId: agreementId }, ceiling,
  })
  if (isFree) await giveUpUnits(act, part.id, 'Nothing can be charged for it any more.')
  const row = await changePart(act, part, { agreementId, ceilingIncidents: ceiling.INCIDENT, ceilingMinutes: ceiling.MINUTE })
  await followPromises(act, ticket, row, { accepted: false })
  return { decision, row }
}
