import { ceilingOf } from '../boundary/decision-row.js'
import type { Decided } from '../boundary/deciding.js'
import { acceptProposal as acceptDecision, decisionsOf, openProposal, recordDecision } from '../boundary/decisions.js'
import type { DecisionRow } from '../boundary/boundary.types.js'
import { FREE_KINDS } from '../boundary/facts.js'
import { type SaidFact, stateFacts } from '../boundary/facts-stated.js'
import { type Ceiling, type Charge, sayKind } from '../boundary/policy.js'
import type { Act } from '../kernel/act.js'
import { record } from '../kernel/event.js'
import type { Id } from '../kernel/ids.js'
import { conflict, invalid, notFound } from '../kernel/refusal.js'
import { after as later } from '../kernel/time.js'
import { clearTimer, setTimer, type Timer } from '../kernel/timer.js'
import { pauseClocks, resumeClocks, stopClock } from '../sla/clocks.js'
import { answer } from './conversation.js'
import { announce, singleUnit } from './opening.js'
import { changePart, checkMove, type HeldPart, holdPart, move, rollUp } from './parts.js'
import { followPromises } from './promised.js'
import { applyRevision, onAcceptedTerms, reDecidePart } from './revising.js'
import { giveUpUnits, setAside } from './setting-aside.js'
import type { AcceptProposalInput, AnnounceClassInput, DeclineProposalInput, StateFactsInput } from './ticket.inputs.js'
import { windows } from './ticket-state.js'
import type { PartRow } from './ticket.types.js'

const covers = (ceiling: Ceiling, charge: Charge | null): boolean => charge === null || charge.units <= ceiling[charge.unit]

/**
 * Tells the customer the class, decided from the facts stated so far. What costs no more than was accepted holds at once, and
 * a proposal that waited is withdrawn; what is dearer is only proposed, and waits for the customer's yes: nothing is done or
 * charged before it (B5, R15). With a message it is an answer too. Refuses what is resolved or closed (NotYourMove).
 */
export async function announceClass(act: Act, input: AnnounceClassInput): Promise<PartRow> {
  const held = await holdPart(act, input.partId)
  const { ticket, part } = held
  checkMove(act, part, 'propose')
  if (input.facts?.length) await sayFacts(act, held, input.facts)
  const { applies, proposal } = await reDecidePart(act, held, null)
  const dearer = proposal ?? (covers(ceilingOf(part), applies!.answer.charge) ? null : applies)
  const row = dearer ? await propose(act, held, dearer) : await announceNow(act, held, applies!)
  if (input.message) await answer(act, held, input.message)
  await stopClock(act, part.id, 'CLASS_ANNOUNCED', 'The class was announced.')
  await rollUp(act, ticket.id)
  return row
}

async function announceNow(act: Act, held: HeldPart, decided: Decided): Promise<PartRow> {
  const { decision, row } = await applyRevision(act, held, decided)
  await announce(act, held.ticket.id, row.id, decision)
  const announced = { classAnnouncedAt: row.classAnnouncedAt ?? act.now }
  if (row.state !== 'PROPOSED') return changePart(act, row, announced)
  await goOn(act, held, 'The proposal was withdrawn.')
  await record(act, { type: 'part.proposal_withdrawn', streamId: held.ticket.id, data: { partId: row.id } })
  return move(act, row, 'withdraw', announced)
}

async function propose(act: Act, { ticket, part }: HeldPart, decided: Decided): Promise<PartRow> {
  const unit = singleUnit(decided.ceiling)
  const decision = await recordDecision(act, {
    subjectKind: 'PART', subjectId: part.id, streamId: ticket.id, stage: 'REVISED', decided, proposed: true,
  })
  const row = await move(act, part, 'propose')
  await pauseClocks(act, part.id, ['RESOLUTION'], 'A dearer decision waits for the customer.')
  await clearTimer(act, 'ticket.silence', part.id)
  await setTimer(act, 'part.proposal', part.id, later(act.now, windows.proposal))
  await record(act, {
    type: 'part.proposed', streamId: ticket.id,
    data: {
      partId: part.id, decisionId: decision.id, class: decision.class, reason: decision.reason,
      unit, ceilingUnits: unit ? decided.ceiling[unit] : 0,
    },
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
  checkMove(act, held.part, 'accept')
  const ceiling = ceilingOf(proposal)
  const unit = singleUnit(ceiling)
  if (!unit) await giveUpUnits(act, held.part.id, 'Nothing can be charged for it any more.')
  const agreementId = unit ? await setAside(act, held, proposal, unit, ceiling[unit]) : proposal.agreementId
  await acceptDecision(act, proposal.id, held.ticket.id, agreementId ?? undefined)
  const row = await move(act, held.part, 'accept', {
    agreementId, ceilingIncidents: ceiling.INCIDENT, ceilingMinutes: ceiling.MINUTE, classAnnouncedAt: act.now,
  })
  await goOn(act, held, 'The customer accepted the proposal.')
  await followPromises(act, held.ticket, row, { accepted: true })
  await record(act, {
    type: 'part.proposal_accepted', streamId: held.ticket.id,
    data: { partId: row.id, decisionId: proposal.id, unit, ceilingUnits: unit ? ceiling[unit] : 0 },
  })
  await announce(act, held.ticket.id, row.id, proposal)
  await rollUp(act, held.ticket.id)
  return row
}

async function proposalOf(act: Act, { part }: HeldPart, decisionId: Id<'dec'>): Promise<DecisionRow> {
  const open = part.state === 'PROPOSED' ? await openProposal(act, part.id) : null
  if (open?.id === decisionId) return open
  const was = (await decisionsOf(act, part.id)).some((d) => d.id === decisionId && d.proposed)
  if (!was) throw notFound('decisionId', 'proposed decision of this part')
  throw conflict(
    'That proposal is not open any more: it was answered, withdrawn, replaced, or has lapsed. Nothing was changed or charged.',
    'Read `part.proposal`; one that lapsed has to be made again by the vendor.',
  )
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
  await record(act, {
    type: 'part.proposal_declined', streamId: held.ticket.id,
    data: { partId: row.id, decisionId: proposal.id, reason: input.reason ?? null },
  })
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

/**
 * States facts about a part, each with its source. What becomes cheaper by them applies at once, and sources that disagree make
 * the decision contested (B5, B8, R6); what becomes dearer waits until a member announces it.
 */
export async function stateFactsOfPart(act: Act, input: StateFactsInput): Promise<PartRow> {
  const held = await holdPart(act, input.partId)
  const { ticket, part } = held
  if (part.state === 'CLOSED') throw conflict('The part is closed; facts would change nothing. Nothing was stored.', 'Open a new ticket.')
  await sayFacts(act, held, input.facts)
  const row = part.state === 'RESOLVED' || part.state === 'PROPOSED' ? part : await revise(act, held)
  await rollUp(act, ticket.id)
  return row
}

async function revise(act: Act, held: HeldPart): Promise<PartRow> {
  const { applies, proposal, comparison, standing } = await reDecidePart(act, held, null)
  const decided = applies ?? onAcceptedTerms(proposal!, standing)
  if (comparison !== 'CHEAPER' && isAskedAlready(decided, standing)) return held.part
  const { decision, row } = await applyRevision(act, held, decided)
  if (row.classAnnouncedAt && decision.ruleKey !== standing.ruleKey) await announce(act, held.ticket.id, row.id, decision)
  return row
}

const isAskedAlready = (decided: Decided, { contested, contestedFacts }: DecisionRow): boolean =>
  decided.contested === contested && decided.contestedFacts.map((f) => f.name).join() === contestedFacts.map((f) => f.name).join()

/** Severity stays as it was agreed; what never costs anything (B3) is not made something else by a statement. */
async function sayFacts(act: Act, { ticket, part }: HeldPart, facts: readonly SaidFact[]): Promise<void> {
  const isFree = (FREE_KINDS as readonly string[]).includes(ticket.kind)
  const wrong = facts.flatMap(({ name }, i) => {
    const path = `facts.${i}.name`
    if (name === 'severity') return [{ path, message: 'must not be severity: it was agreed when the ticket was opened.' }]
    if (name !== 'kind' || !isFree) return []
    return [{ path, message: `must not be kind: this was opened as a ${sayKind(ticket.kind)}, which never costs anything.` }]
  })
  if (wrong.length > 0) throw invalid(...wrong)
  await stateFacts(act, { subjectId: part.id, streamId: ticket.id, productId: ticket.productId, statements: facts })
}
