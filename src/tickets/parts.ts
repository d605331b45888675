import { and, eq } from 'drizzle-orm'
import type { DecisionRow } from '../boundary/boundary.types.js'
import { standingDecision } from '../boundary/decisions.js'
import { agreementById } from '../entitlements/entitlements.reads.js'
import type { Act, Read } from '../kernel/act.js'
import type { Id } from '../kernel/ids.js'
import { notFound, refuse } from '../kernel/refusal.js'
import { clocksOf, promisesOfDuty, promisesOfPlan } from '../sla/sla.reads.js'
import type { PromiseRow } from '../sla/sla.types.js'
import { NotYourMove } from './ticket.refusals.js'
import { part, ticket } from './ticket.table.js'
import { after, type MoveName, moverOf, moves, nextMove, nextMoveOf, rolledUp } from './ticket-state.js'
import type { PartRow, TicketRow } from './ticket.types.js'

/** The ticket and its parts, locked until the end of the transaction, so that changes of one ticket queue up. */
export interface Held {
  readonly ticket: TicketRow
  readonly parts: PartRow[]
}

/** Locks a ticket that the caller may see; anything else is not found (T1). */
export async function holdTicket(act: Act, ticketId: Id<'tkt'>, path = 'ticketId'): Promise<Held> {
  const mine = act.actor.kind === 'CONTACT' ? eq(ticket.customerId, act.actor.customerId) : undefined
  const [row] = await act.db.select().from(ticket).where(and(eq(ticket.vendorId, act.vendorId), eq(ticket.id, ticketId), mine)).for('update')
  if (!row) throw notFound(path, 'ticket')
  const parts = await act.db.select().from(part).where(and(eq(part.vendorId, act.vendorId), eq(part.ticketId, ticketId))).orderBy(part.number)
  return { ticket: row, parts }
}

/** Locks the ticket of a part; answers both. */
export async function holdPart(act: Act, partId: Id<'prt'>, path = 'partId'): Promise<Held & { part: PartRow }> {
  const [row] = await act.db.select({ ticketId: part.ticketId }).from(part).where(and(eq(part.vendorId, act.vendorId), eq(part.id, partId)))
  if (!row) throw notFound(path, 'part')
  const held = await holdTicket(act, row.ticketId, path)
  return { ...held, part: held.parts.find((p) => p.id === partId)! }
}

const doing: Record<MoveName, string> = {
  ask: 'ask the customer', answer: 'answer', needNothing: 'say that nothing is needed from you', fallSilent: 'fall silent',
  awaitDependency: 'wait for a third party', dependencyAnswered: 'go on after a third party', propose: 'propose a dearer decision',
  accept: 'accept the proposal', decline: 'decline the proposal', letLapse: 'let the proposal lapse', resolve: 'resolve it',
  doubt: 'say that it is not solved', confirm: 'confirm the resolution', endWindow: 'end the window',
}

/** Makes one move of the state table and writes further columns of the part; refuses what the table does not have (S9). */
export async function move(act: Act, from: PartRow, name: MoveName, changes: Partial<PartRow> = {}): Promise<PartRow> {
  const state = act.actor.kind === 'ANONYMOUS' ? null : after(from.state, name, act.actor.kind)
  if (!state) {
    throw refuse(NotYourMove, {
      message: `You cannot ${doing[name]} now: part ${from.number} is ${from.state.toLowerCase().replaceAll('_', ' ')} and the next move is with the ${moverOf[from.state].toLowerCase()}. Nothing was changed or charged.`,
      next: `This is possible while a part is ${moves[name].from.join(' or ')}.`,
      state: from.state, nextMover: moverOf[from.state],
    })
  }
  return await changePart(act, from, { ...changes, state, stateSince: act.now })
}

export async function changePart(act: Act, from: PartRow, changes: Partial<PartRow>): Promise<PartRow> {
  const [row] = await act.db.update(part).set(changes).where(and(eq(part.vendorId, act.vendorId), eq(part.id, from.id))).returning()
  return row!
}

/** Writes the ticket's state and next move from its parts and their clocks: the last step of every verb here. */
export async function rollUp(act: Act, ticketId: Id<'tkt'>): Promise<TicketRow> {
  const parts = await act.db.select().from(part).where(and(eq(part.vendorId, act.vendorId), eq(part.ticketId, ticketId)))
  const moved = await Promise.all(parts.map(async (p) => {
    const clocks = moverOf[p.state] === 'VENDOR' ? ((await clocksOf(act, p.id)) ?? []) : []
    return { state: p.state, move: nextMove(p.state, p.stateSince, clocks.map((c) => ({ dueAt: c.dueAt, running: c.state === 'RUNNING' })), p.confirmBy) }
  }))
  const state = rolledUp(parts.map((p) => p.state))
  const next = nextMoveOf(moved)
  const [row] = await act.db.update(ticket)
    .set({ state, nextMover: next.mover, nextDueAt: next.dueAt, closedAt: state === 'CLOSED' ? act.now : null })
    .where(and(eq(ticket.vendorId, act.vendorId), eq(ticket.id, ticketId))).returning()
  return row!
}

/** What is promised for a part: by the duty that a SERVICE cites, else by the plan it is under (S1, R26). */
export async function promisesOf(
  read: Read, terms: { dutyId: Id<'dty'> | null; agreementId: Id | null; severity: TicketRow['severity'] },
): Promise<PromiseRow[]> {
  if (terms.dutyId) return promisesOfDuty(read, terms.dutyId, terms.severity)
  const agreement = terms.agreementId ? await agreementById(read, terms.agreementId as Id<'agr'>) : null
  return agreement ? promisesOfPlan(read, agreement.planVersionId, terms.severity) : []
}

/** The decision that stands for a part; every part has one (B1). */
export async function decisionOf(read: Read, partId: Id<'prt'>): Promise<DecisionRow> {
  const decision = await standingDecision(read, partId)
  if (!decision) throw new Error(`Part ${partId} has no decision (B1).`)
  return decision
}
