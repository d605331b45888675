import { and, desc, eq, inArray, max } from 'drizzle-orm'
import type { Act, Read } from '../kernel/act.js'
import { record } from '../kernel/event.js'
import { type Id, newId } from '../kernel/ids.js'
import { notFound } from '../kernel/refusal.js'
import { replaced } from './boundary.refusals.js'
import { decision } from './boundary.table.js'
import type { DecisionRow, Stage } from './boundary.types.js'
import type { Decided } from './deciding.js'
import type { Ceiling } from './policy.js'

export interface RecordDecision {
  readonly subjectKind: 'PART' | 'QUOTE'
  readonly subjectId: Id
  /** Where the event is recorded: the ticket, or the quote. */
  readonly streamId: Id
  readonly stage: Stage
  readonly decided: Decided
  /** True when it is dearer than what stands and the customer has not accepted it. */
  readonly proposed?: boolean
  /** What the customer has accepted, when that is less than what the table reaches: nothing, for a free report. */
  readonly ceiling?: Ceiling
}

type NewDecision = Omit<typeof decision.$inferInsert, 'vendorId' | 'id' | 'number' | 'at' | 'decidedBy' | 'decidedByKind'>

/** Appends a decision (B1). Decisions are never changed. */
export async function recordDecision(act: Act, given: RecordDecision): Promise<DecisionRow> {
  const { decided } = given
  const ceiling = given.ceiling ?? decided.ceiling
  const { answer } = decided
  return await append(act, given.streamId, {
    subjectKind: given.subjectKind, subjectId: given.subjectId, stage: given.stage, proposed: given.proposed ?? false, productId: decided.productId,
    class: answer.class, handler: answer.handler, payer: answer.payer, promises: decided.promises,
    unit: answer.charge?.unit ?? null, units: answer.charge?.units ?? 0,
    ceilingIncidents: ceiling.INCIDENT, ceilingMinutes: ceiling.MINUTE, payable: decided.payable,
    dutyId: decided.dutyId, dutyCode: answer.dutyCode, reason: answer.reason, ruleKey: answer.ruleKey, turnTo: answer.turnTo,
    policyVersionId: decided.policyVersionId, agreementId: decided.chosenAgreementId, cause: decided.cause,
    facts: decided.used, factValues: decided.factValues, contested: decided.contested, contestedFacts: decided.contestedFacts,
    threw: answer.threw, considered: decided.considered, table: decided.table,
  })
}

/** `after`: the number that must be the last one so far. */
async function append(act: Act, streamId: Id, given: NewDecision, after?: number): Promise<DecisionRow> {
  const id = newId('dec')
  const { subjectId, stage, proposed, class: kind, handler, payer, contested } = given
  // Recording locks the stream, so that decisions of one subject are numbered one after another.
  await record(act, { type: 'decision.recorded', streamId, data: { decisionId: id, subjectId, stage, proposed, class: kind, handler, payer, contested } })
  const [last] = await act.db.select({ number: max(decision.number) }).from(decision)
    .where(and(eq(decision.vendorId, act.vendorId), eq(decision.subjectId, subjectId)))
  if (after !== undefined && last?.number !== after) throw replaced()
  const [row] = await act.db.insert(decision).values({
    ...given, vendorId: act.vendorId, id, number: (last?.number ?? 0) + 1, decidedByKind: act.actor.kind, decidedBy: act.actor.id, at: act.now,
  }).returning()
  return row!
}

/**
 * Accepts a proposal: appends a decision like it that stands and points at it (B1). Refuses one that was accepted, or in
 * whose place a newer decision has come (Conflict). The caller has checked that the actor may accept for the customer.
 */
export async function acceptProposal(act: Act, proposalId: Id<'dec'>, streamId: Id, agreementId?: Id, path = 'decisionId'): Promise<DecisionRow> {
  const [proposal] = await act.db.select().from(decision).where(and(eq(decision.vendorId, act.vendorId), eq(decision.id, proposalId)))
  if (!proposal?.proposed) throw notFound(path, 'proposed decision')
  return await append(act, streamId, { ...proposal, proposed: false, acceptsId: proposal.id, agreementId: agreementId ?? proposal.agreementId }, proposal.number)
}

/** The decision that stands for a part or quote: the newest that is not proposed; null when there is none. */
export const standingDecision = (read: Read, subjectId: Id): Promise<DecisionRow | null> =>
  read.loader<Id, DecisionRow>('standingDecision', async (ids) => {
    const rows = await read.db.selectDistinctOn([decision.subjectId]).from(decision)
      .where(and(eq(decision.vendorId, read.vendorId), inArray(decision.subjectId, [...ids]), eq(decision.proposed, false)))
      .orderBy(decision.subjectId, desc(decision.number))
    return new Map(rows.map((row) => [row.subjectId, row]))
  }).load(subjectId)

/** The proposal that waits for the customer's yes: the newest decision, when it is only proposed; null otherwise. */
export async function openProposal(read: Read, subjectId: Id): Promise<DecisionRow | null> {
  const newest = (await decisionsOf(read, subjectId)).at(-1)
  return newest?.proposed ? newest : null
}

/** Every decision of a part or quote, the first one first. */
export const decisionsOf = async (read: Read, subjectId: Id): Promise<DecisionRow[]> =>
  (await read.loader<Id, DecisionRow[]>('decisions', async (ids) => {
    const rows = await read.db.select().from(decision)
      .where(and(eq(decision.vendorId, read.vendorId), inArray(decision.subjectId, [...ids]))).orderBy(decision.subjectId, decision.number)
    return Map.groupBy(rows, (row) => row.subjectId)
  }).load(subjectId)) ?? []
