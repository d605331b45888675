import { ceilingOf } from '../boundary/decision-row.js'
import type { Decided } from '../boundary/deciding.js'
import { acceptProposal as acceptDecision, openProposal, recordDecision } from '../boundary/decisions.js'
import type { DecisionRow } from '../boundary/boundary.types.js'
import { asStatements, factsOf, stateFacts } from '../boundary/facts-stated.js'
import type { Ceiling } from '../boundary/policy.js'
import { type ReDecided, reDecide } from '../boundary/re-deciding.js'
import { candidatesFor, reservationOf } from '../entitlements/entitlements.reads.js'
import { unitsExhausted } from '../entitlements/entitlements.refusals.js'
import { enlarge, reserve } from '../entitlements/reservations.js'
import type { Act } from '../kernel/act.js'
import { record } from '../kernel/event.js'
import type { Id } from '../kernel/ids.js'
import { conflict, notFound } from '../kernel/refusal.js'
import { after as later } from '../kernel/time.js'
import { clearTimer, setTimer, type Timer } from '../kernel/timer.js'
import { pauseClocks, resumeClocks, stopClock } from '../sla/clocks.js'
import { say } from './conversation.js'
import { announce, singleUnit } from './opening.js'
import { changePart, decisionOf, type Held, holdPart, move, rollUp } from './parts.js'
import { windows } from './ticket-state.js'
import type { AcceptProposalInput, AnnounceClassInput, DeclineProposalInput, StateFactsInput } from './ticket.inputs.js'
import type { PartRow } from './ticket.types.js'

type HeldPart = Held & { part: PartRow }

/** What the policy says about a part now, from everything stated about it. */
export async function reDecidePart(act: Act, held: HeldPart, cause: string | null): Promise<ReDecided & { standing: DecisionRow }> {
  const { ticket, part } = held
  const [standing, facts, candidates] = await Promise.all([
    decisionOf(act, part.id), factsOf(act, part.id), candidatesFor(act, ticket.customerId, ticket.productId, act.now)])
  const redecided = await reDecide(act, {
    standing, cause, componentId: part.componentId, customerId: ticket.customerId, statements: asStatements(facts), candidates, at: act.now,
  })
  return { ...redecided, standing }
}

const reaches = (ceiling: Ceiling, accepted: Ceiling): boolean => ceiling.INCIDENT <= accepted.INCIDENT && ceiling.MINUTE <= accepted.MINUTE

/**
 * Tells the customer the class, decided from the facts stated so far. What costs no more than was accepted holds at once;
 * what is dearer is only proposed, and waits for the customer's yes: nothing is done or charged before it (B5, R15).
 */
export async function announceClass(act: Act, input: AnnounceClassInput): Promise<PartRow> {
  const held = await holdPart(act, input.partId)
  const { ticket, part } = held
  if (input.facts?.length) {
    await stateFacts(act, { subjectId: part.id, streamId: ticket.id, productId: ticket.productId, statements: input.facts })
  }
  const redecided = await reDecidePart(act, held, null)
  const decided = (redecided.proposal ?? redecided.applies)!
  const dearer = redecided.proposal !== null || !reaches(decided.ceiling, ceilingOf(part))
  const row = dearer ? await propose(act, held, decided) : await apply(act, held, decided)
  if (input.message) await say(act, ticket, { kind: 'ANSWER', visibility: 'PUBLIC', body: input.message })
  await stopClock(act, part.id, 'CLASS_ANNOUNCED', 'The class was announced.')
  for (const metric of ['FIRST_RESPONSE', 'NEXT_RESPONSE'] as const) await stopClock(act, part.id, metric, 'The class was announced by a person.')
  await rollUp(act, ticket.id)
  return row
}

async function apply(act: Act, { ticket, part }: HeldPart, decided: Decided): Promise<PartRow> {
  const decision = await recordDecision(act, { subjectKind: 'PART', subjectId: part.id, streamId: ticket.id, stage: 'REVISED', decided, ceiling: ceilingOf(part) })
  await announce(act, ticket.id, part.id, decision)
  return changePart(act, part, { classAnnouncedAt: part.classAnnouncedAt ?? act.now })
}

async function propose(act: Act, { ticket, part }: HeldPart, decided: Decided): Promise<PartRow> {
  const unit = singleUnit(decided.ceiling)
  const decision = await recordDecision(act, { subjectKind: 'PART', subjectId: part.id, streamId: ticket.id, stage: 'REVISED', decided, proposed: true })
  const row = await move(act, part, 'propose')
  await pauseClocks(act, part.id, ['RESOLUTION'], 'A dearer decision waits for the customer.')
  await setTimer(act, 'part.proposal', part.id, later(act.now, windows.proposal))
  await record(act, {
    type: 'part.proposed', streamId: ticket.id,
    data: { partId: part.id, decisionId: decision.id, class: decision.class, reason: decision.reason, unit, ceilingUnits: unit ? decided.ceiling[unit] : 0 },
  })
  return row
}

/**
 * The customer accepts a dearer decision: its units are set aside now, and the class counts as announced now (B6).
 * Refuses when the units are not there (UnitsExhausted) or the proposal is not the open one (Conflict, NotFound).
 */
export async function acceptProposal(act: Act, input: AcceptProposalInput): Promise<PartRow> {
  const held = await holdPart(act, input.partId)
  const proposal = await proposalOf(act, held, input.decisionId)
  const ceiling = ceilingOf(proposal)
  const unit = singleUnit(ceiling)
  const agreementId = unit ? await payingAgreement(act, held, proposal, unit, ceiling[unit]) : held.part.agreementId
  await acceptDecision(act, proposal.id, held.ticket.id, agreementId ?? undefined)
  const row = await move(act, held.part, 'accept', {
    agreementId, ceilingIncidents: ceiling.INCIDENT, ceilingMinutes: ceiling.MINUTE, classAnnouncedAt: act.now,
  })
  if (unit && agreementId) await setAside(act, held, agreementId, unit, ceiling[unit])
  await goOn(act, held, 'The customer accepted the proposal.')
  await record(act, {
    type: 'part.proposal_accepted', streamId: held.ticket.id,
    data: { partId: row.id, decisionId: proposal.id, unit, ceilingUnits: unit ? ceiling[unit] : 0 },
  })
  await announce(act, held.ticket.id, row.id, proposal)
  await rollUp(act, held.ticket.id)
  return row
}

async function proposalOf(act: Act, held: HeldPart, decisionId: Id<'dec'>): Promise<DecisionRow> {
  const open = held.part.state === 'PROPOSED' ? await openProposal(act, held.part.id) : null
  if (!open) throw conflict('No proposal is open for this part. Nothing was accepted or charged.', 'Read `part.proposal`; a lapsed one has to be made again by the vendor.')
  if (open.id !== decisionId) throw notFound('decisionId', 'open proposal of this part')
  return open
}

/** The agreement whose units reach: the one that the proposal named, else the first that has them by now (bought since, say). */
async function payingAgreement(act: Act, { ticket, part }: HeldPart, proposal: DecisionRow, unit: 'INCIDENT' | 'MINUTE', units: number): Promise<Id> {
  const reserved = await reservationOf(act, part.id)
  if (reserved?.state === 'HELD') return reserved.agreementId
  const candidates = await candidatesFor(act, ticket.customerId, ticket.productId, act.now)
  const able = candidates.filter((c) => !c.cannotCarry && c.available[unit] >= units)
  const taken = able.find((c) => c.agreementId === proposal.agreementId) ?? able[0]
  if (taken) return taken.agreementId
  throw unitsExhausted(unit, units, Math.max(0, ...candidates.map((c) => c.available[unit])))
}

async function setAside(act: Act, { ticket, part }: HeldPart, agreementId: Id, unit: 'INCIDENT' | 'MINUTE', units: number): Promise<void> {
  const reserved = await reservationOf(act, part.id)
  if (reserved?.state === 'HELD') await enlarge(act, part.id, units)
  else await reserve(act, { agreementId: agreementId as Id<'agr'>, subjectId: part.id, streamId: ticket.id, unit, units })
}

async function goOn(act: Act, { part }: HeldPart, why: string): Promise<void> {
  await resumeClocks(act, part.id, ['RESOLUTION'], why)
  await clearTimer(act, 'part.proposal', part.id)
}

/** The customer declines a dearer decision: what was accepted before still stands, and nothing more can be charged. */
export async function declineProposal(act: Act, input: DeclineProposalInput): Promise<PartRow> {
  const held = await holdPart(act, input.partId)
  const proposal = await proposalOf(act, held, input.decisionId)
  const row = await move(act, held.part, 'decline')
  await goOn(act, held, 'The customer declined the proposal.')
  await record(act, { type: 'part.proposal_declined', streamId: held.ticket.id, data: { partId: row.id, decisionId: proposal.id, reason: input.reason ?? null } })
  await rollUp(act, held.ticket.id)
  return row
}

/** Timer: the proposal was not answered in time; it counts as declined, and the vendor has the move. */
export async function lapseProposal(act: Act, timer: Timer): Promise<void> {
  const held = await holdPart(act, timer.subjectId as Id<'prt'>)
  if (held.part.state !== 'PROPOSED') return
  const row = await move(act, held.part, 'letLapse')
  await goOn(act, held, 'The proposal lapsed.')
  await record(act, { type: 'part.proposal_lapsed', streamId: held.ticket.id, data: { partId: row.id } })
  await rollUp(act, held.ticket.id)
}

/** States facts about a part, each with its source; sources that disagree are shown as contested (B8, R6). Decides nothing by itself. */
export async function stateFactsOfPart(act: Act, input: StateFactsInput): Promise<PartRow> {
  const { ticket, part } = await holdPart(act, input.partId)
  if (part.state === 'CLOSED') throw conflict('The part is closed; facts would change nothing. Nothing was stored.', 'Open a new ticket.')
  await stateFacts(act, { subjectId: part.id, streamId: ticket.id, productId: ticket.productId, statements: input.facts })
  return part
}

