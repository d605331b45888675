import type { Decided } from '../boundary/deciding.js'
import { recordDecision } from '../boundary/decisions.js'
import { type Charge, sayUnits } from '../boundary/policy.js'
import { causeCodesOf } from '../catalog/catalog.reads.js'
import { reservationOf } from '../entitlements/entitlements.reads.js'
import { capture } from '../entitlements/reservations.js'
import type { Act } from '../kernel/act.js'
import { record } from '../kernel/event.js'
import type { Id } from '../kernel/ids.js'
import { invalid, refuse } from '../kernel/refusal.js'
import { after as later } from '../kernel/time.js'
import { clearTimer, setTimer, type Timer } from '../kernel/timer.js'
import { cancelClocks, reopenClock, resumeClocks, stopClock } from '../sla/clocks.js'
import { metrics } from '../sla/metric.js'
import { reDecidePart } from './announcing.js'
import { say } from './conversation.js'
import { decisionOf, type Held, holdPart, move, rollUp } from './parts.js'
import { windows } from './ticket-state.js'
import { AboveCeiling, WorkBeforeAnnouncement } from './ticket.refusals.js'
import type { ConfirmResolutionInput, DoubtResolutionInput, ResolvePartInput } from './ticket.inputs.js'
import type { PartRow } from './ticket.types.js'

type HeldPart = Held & { part: PartRow }

/**
 * Resolves a part with a cause and a finding. The policy decides again: the charge is the accepted row of that cause, or less,
 * never above the ceiling (B5); nothing is taken yet (E3). Refuses a charge above what was accepted (AboveCeiling), and one for
 * work that began before the class was announced (B6).
 */
export async function resolvePart(act: Act, input: ResolvePartInput): Promise<PartRow> {
  const held = await holdPart(act, input.partId)
  const { ticket, part } = held
  await checkCause(act, ticket.productId, input.cause)
  const workStartedAt = input.workStartedAt ?? act.now
  if (workStartedAt > act.now || workStartedAt < ticket.openedAt) {
    throw invalid({ path: 'workStartedAt', message: 'must lie between the opening of the ticket and now.' })
  }
  const redecided = await reDecidePart(act, held, input.cause)
  if (redecided.aboveCeiling && !input.waive) throw aboveCeiling(redecided.aboveCeiling, redecided.applies?.answer.charge ?? null)
  const decided = input.waive ? waived(redecided.applies!) : redecided.applies!
  const charge = decided.answer.charge
  if (charge) checkAnnounced(part, workStartedAt)
  const row = await move(act, part, 'resolve', {
    cause: input.cause, finding: input.finding, workStartedAt, chargeUnits: charge?.units ?? 0, chargeUnit: charge?.unit ?? null,
    resolvedAt: act.now, resolvedBy: act.actor.id, confirmBy: later(act.now, windows.confirmation),
  })
  await recordDecision(act, { subjectKind: 'PART', subjectId: part.id, streamId: ticket.id, stage: 'RESOLVED', decided })
  await say(act, ticket, { kind: 'ANSWER', visibility: 'PUBLIC', body: input.answer })
  for (const metric of metrics) await stopClock(act, part.id, metric, 'Resolved.')
  await clearTimer(act, 'ticket.silence', part.id)
  await setTimer(act, 'part.confirm', part.id, row.confirmBy!)
  await record(act, {
    type: 'part.resolved', streamId: ticket.id,
    data: { partId: part.id, cause: input.cause, class: decided.answer.class, payer: decided.answer.payer, reason: decided.answer.reason, unit: row.chargeUnit, chargeUnits: row.chargeUnits },
  })
  await rollUp(act, ticket.id)
  return row
}

async function checkCause(act: Act, productId: Id<'prd'>, cause: string): Promise<void> {
  const codes = (await causeCodesOf(act, productId)).map((c) => c.code)
  if (!codes.includes(cause)) throw invalid({ path: 'cause', message: `must be a cause code of the product: ${codes.join(', ')}.` })
}

const aboveCeiling = (above: Charge, within: Charge | null) => {
  const ceilingUnits = within?.units ?? 0
  const chargeUnits = ceilingUnits + above.units
  return refuse(AboveCeiling, {
    message: `This cause costs ${sayUnits(above.unit, chargeUnits)}, and the customer has accepted at most ${ceilingUnits}. Nothing was resolved or charged.`,
    next: 'Announce the class with announceClass and let the customer accept it, or resolve with `waive: true` and charge nothing.',
    ceilingUnits, chargeUnits,
  })
}

/** Cheaper needs nobody's consent (R15): the vendor pays. */
const waived = (decided: Decided): Decided => ({
  ...decided, answer: { ...decided.answer, payer: 'VENDOR', charge: null, reason: `Not charged, as goodwill. ${decided.answer.reason}` },
})

function checkAnnounced(part: PartRow, workStartedAt: Date): void {
  if (part.classAnnouncedAt && workStartedAt >= part.classAnnouncedAt) return
  throw refuse(WorkBeforeAnnouncement, {
    message: part.classAnnouncedAt
      ? `The work began at ${workStartedAt.toISOString()}, before the customer was told the class at ${part.classAnnouncedAt.toISOString()}; no unit can be taken for it. Nothing was resolved or charged.`
      : 'The customer was never told the class, so no unit can be taken. Nothing was resolved or charged.',
    next: 'Say when the work that followed the announcement began, or resolve with `waive: true` and charge nothing.',
    announcedAt: part.classAnnouncedAt,
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
  const reserved = await reservationOf(act, row.id)
  if (reserved?.state === 'HELD') {
    // What the customer did not cause must not cost it time either: its units come back with the time they were held.
    await capture(act, row.id, row.chargeUnits ?? 0, decision.reason, { extend: decision.payer !== 'CUSTOMER' })
  }
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

/** The customer says that it is not solved: open again, free, and the resolution clock goes on from where it was. */
export async function doubtResolution(act: Act, input: DoubtResolutionInput): Promise<PartRow> {
  const held = await holdPart(act, input.partId)
  const row = await move(act, held.part, 'doubt', {
    cause: null, finding: null, workStartedAt: null, chargeUnits: null, chargeUnit: null, resolvedAt: null, resolvedBy: null, confirmBy: null,
  })
  await clearTimer(act, 'part.confirm', row.id)
  await say(act, held.ticket, { kind: 'REQUEST', visibility: 'PUBLIC', body: input.reason })
  for (const metric of ['RESOLUTION', 'NEXT_RESPONSE'] as const) await reopenClock(act, row.id, metric, 'The customer says that it is not solved.', { stoppedAt: held.part.resolvedAt! })
  await resumeClocks(act, row.id, ['RESOLUTION'], 'Open again.')
  await record(act, { type: 'part.resolution_doubted', streamId: held.ticket.id, data: { partId: row.id } })
  await rollUp(act, held.ticket.id)
  return row
}
