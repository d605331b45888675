import type { DecisionRow } from '../boundary/boundary.types.js'
import { ceilingOf } from '../boundary/decision-row.js'
import type { Decided } from '../boundary/deciding.js'
import { decisionsOf, recordDecision } from '../boundary/decisions.js'
import { type Charge, sayUnits } from '../boundary/policy.js'
import type { ReDecided } from '../boundary/re-deciding.js'
import { causeCodesOf } from '../catalog/catalog.reads.js'
import { reservationOf } from '../entitlements/entitlements.reads.js'
import { capture } from '../entitlements/reservations.js'
import type { Act } from '../kernel/act.js'
import { record } from '../kernel/event.js'
import type { Id } from '../kernel/ids.js'
import { invalid, refuse } from '../kernel/refusal.js'
import { after as later } from '../kernel/time.js'
import { clearTimer, setTimer, type Timer } from '../kernel/timer.js'
import { cancelClocks, reopenClock, stopClock } from '../sla/clocks.js'
import { metrics } from '../sla/metric.js'
import { say } from './conversation.js'
import { checkMove, decisionOf, type HeldPart, holdPart, move, rollUp } from './parts.js'
import { restartUpdateClocks, startResponseClock, startUpdateClock } from './promised.js'
import { onAcceptedTerms, reDecidePart } from './revising.js'
import type { ConfirmResolutionInput, DoubtResolutionInput, ResolvePartInput } from './ticket.inputs.js'
import { AboveCeiling, WorkBeforeAnnouncement } from './ticket.refusals.js'
import { windows } from './ticket-state.js'
import type { PartRow } from './ticket.types.js'

/**
 * Resolves a part with a cause and a finding. The policy decides again: the charge is the accepted row of that cause, or less,
 * never above the ceiling (B5); nothing is taken yet (E3). Refuses a charge above what was accepted (AboveCeiling), and one for
 * work that began before the class was announced (B6).
 */
export async function resolvePart(act: Act, input: ResolvePartInput): Promise<PartRow> {
  const held = await holdPart(act, input.partId)
  const { ticket, part } = held
  checkMove(act, part, 'resolve')
  await checkCause(act, ticket.productId, input.cause)
  const workStartedAt = input.workStartedAt ?? act.now
  if (workStartedAt > act.now || workStartedAt < ticket.openedAt) {
    throw invalid({ path: 'workStartedAt', message: 'must lie between the opening of the ticket and now.' })
  }
  const decided = charged(held, input, await reDecidePart(act, held, input.cause))
  const { charge } = decided.answer
  if (charge) checkAnnounced(part, workStartedAt)
  const row = await move(act, part, 'resolve', {
    cause: input.cause, finding: input.finding, workStartedAt, chargeUnits: charge?.units ?? 0, chargeUnit: charge?.unit ?? null,
    resolvedAt: act.now, resolvedBy: act.actor.id, confirmBy: later(act.now, windows.confirmation),
  })
  await recordDecision(act, {
    subjectKind: 'PART', subjectId: part.id, streamId: ticket.id, stage: 'RESOLVED', decided, ceiling: ceilingOf(part),
  })
  await say(act, ticket, { kind: 'ANSWER', visibility: 'PUBLIC', body: input.answer })
  for (const metric of metrics) await stopClock(act, part.id, metric, 'Resolved.')
  await restartUpdateClocks(act, { ticket, parts: held.parts.filter((p) => p.id !== part.id) })
  for (const kind of ['ticket.silence', 'part.proposal']) await clearTimer(act, kind, part.id)
  await setTimer(act, 'part.confirm', part.id, row.confirmBy!)
  await record(act, {
    type: 'part.resolved', streamId: ticket.id,
    data: {
      partId: part.id, cause: input.cause, class: decided.answer.class, payer: decided.answer.payer, reason: decided.answer.reason,
      unit: row.chargeUnit, chargeUnits: row.chargeUnits,
    },
  })
  await rollUp(act, ticket.id)
  return row
}

async function checkCause(act: Act, productId: Id<'prd'>, cause: string): Promise<void> {
  const codes = (await causeCodesOf(act, productId)).map((c) => c.code)
  if (!codes.includes(cause)) throw invalid({ path: 'cause', message: `must be a cause code of the product: ${codes.join(', ')}.` })
}

/** What the resolution charges: the accepted row of the cause, nothing for one that another part was charged for (B11), nothing when waived. */
function charged({ part, parts }: HeldPart, { cause, waive }: ResolvePartInput, { applies, aboveCeiling }: ReDecided): Decided {
  const decided: Decided = { ...applies!, chosenAgreementId: applies!.answer.charge ? part.agreementId : applies!.chosenAgreementId }
  if (!decided.answer.charge && !aboveCeiling) return decided
  const before = parts.find((p) => p.id !== part.id && p.cause === cause && (p.chargeUnits ?? 0) > 0)
  if (before) return free(decided, {}, `The same cause was charged with part ${before.number}, and one cause is charged once.`)
  if (waive) return free(decided, { payer: 'VENDOR' }, 'Not charged, as goodwill.')
  if (aboveCeiling) throw aboveCeilingOf(aboveCeiling, decided.answer.charge)
  return decided
}

/** Cheaper needs nobody's consent (R15). */
const free = (decided: Decided, changes: Partial<Decided['answer']>, why: string): Decided =>
  ({ ...decided, answer: { ...decided.answer, ...changes, charge: null, reason: `${why} ${decided.answer.reason}` } })

const aboveCeilingOf = (above: Charge, within: Charge | null) => {
  const ceilingUnits = within?.units ?? 0
  const chargeUnits = ceilingUnits + above.units
  return refuse(AboveCeiling, {
    message: `This cause costs ${sayUnits(above.unit, chargeUnits)}, and the customer has accepted at most ${ceilingUnits}. `
      + 'Nothing was resolved or charged.',
    next: 'Announce the class with announceClass and let the customer accept it, or resolve with `waive: true` and charge nothing.',
    ceilingUnits, chargeUnits,
  })
}

function checkAnnounced({ classAnnouncedAt: announcedAt }: PartRow, workStartedAt: Date): void {
  if (announcedAt && workStartedAt >= announcedAt) return
  throw refuse(WorkBeforeAnnouncement, {
    message: announcedAt
      ? `The work began at ${workStartedAt.toISOString()}, before the customer was told the class at ${announcedAt.toISOString()}; `
        + 'no unit can be taken for it. Nothing was resolved or charged.'
      : 'The customer was never told the class, so no unit can be taken. Nothing was resolved or charged.',
    next: 'Say when the work that followed the announcement began, or resolve with `waive: true` and charge nothing.',
    announcedAt,
  })
}

/** The customer confirms: the units are taken, or go back to the lots they came from (E3). */
export async function confirmResolution(act: Act, input: ConfirmResolutionInput): Promise<PartRow> {
  return settle(act, await holdPart(act, input.partId), 'confirm', 'CUSTOMER')
}

/** Timer: the window ended without a doubt; that confirms (E3). */
export async function endWindow(act: Act, timer: Timer): Promise<void> {
  const held = await holdPart(act, timer.subjectId as Id<'prt'>)
  if (held.part.state === 'RESOLVED') await settle(act, held, 'endWindow', 'WINDOW')
}

async function settle(act: Act, held: HeldPart, how: 'confirm' | 'endWindow', closedBy: 'CUSTOMER' | 'WINDOW'): Promise<PartRow> {
  const row = await move(act, held.part, how, { closedBy, closedAt: act.now })
  const decision = await decisionOf(act, row.id)
  await takeUnits(act, row, decision)
  await clearTimer(act, 'part.confirm', row.id)
  await cancelClocks(act, row.id, 'Settled.')
  await record(act, {
    type: 'part.confirmed', streamId: held.ticket.id,
    data: { partId: row.id, closedBy, unit: row.chargeUnit, chargeUnits: row.chargeUnits, reason: decision.reason },
  })
  const ticket = await rollUp(act, held.ticket.id)
  if (ticket.state === 'CLOSED') await record(act, { type: 'ticket.closed', streamId: ticket.id })
  return row
}

async function takeUnits(act: Act, { id, chargeUnits }: PartRow, { payer, reason }: DecisionRow): Promise<void> {
  const units = chargeUnits ?? 0
  const reserved = await reservationOf(act, id)
  if (reserved?.state !== 'HELD') {
    if (units > 0) throw new Error(`Part ${id} charges ${units} units and nothing is set aside for it.`)
    return
  }
  // What the customer did not cause must not cost it time either: its units come back with the time they were held.
  await capture(act, id, units, reason, { extend: payer !== 'CUSTOMER' })
}

/**
 * The customer says that it is not solved: open again, free. What was decided before the resolution stands again, and the
 * resolution clock goes on from where it was (R39).
 */
export async function doubtResolution(act: Act, input: DoubtResolutionInput): Promise<PartRow> {
  const held = await holdPart(act, input.partId)
  const { ticket, part: resolved } = held
  const part = await move(act, resolved, 'doubt', {
    cause: null, finding: null, workStartedAt: null, chargeUnits: null, chargeUnit: null, resolvedAt: null, resolvedBy: null, confirmBy: null,
  })
  await clearTimer(act, 'part.confirm', part.id)
  await say(act, ticket, { kind: 'REQUEST', visibility: 'PUBLIC', body: input.reason })
  await decideAsBefore(act, { ...held, part })
  await reopenClock(act, part.id, 'RESOLUTION', 'The customer says that it is not solved.', { stoppedAt: resolved.resolvedAt! })
  await startResponseClock(act, ticket, part)
  await startUpdateClock(act, ticket, part)
  await record(act, { type: 'part.resolution_doubted', streamId: ticket.id, data: { partId: part.id } })
  await rollUp(act, ticket.id)
  return part
}

async function decideAsBefore(act: Act, held: HeldPart): Promise<void> {
  const { ticket, part } = held
  const before = (await decisionsOf(act, part.id)).findLast((d) => !d.proposed && d.stage !== 'RESOLVED')!
  const { applies, proposal } = await reDecidePart(act, held, null)
  const decided = onAcceptedTerms((applies ?? proposal)!, before)
  await recordDecision(act, {
    subjectKind: 'PART', subjectId: part.id, streamId: ticket.id, stage: 'REVISED', decided, ceiling: ceilingOf(part),
  })
}
