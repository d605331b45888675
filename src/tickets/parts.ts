import { and, eq } from 'drizzle-orm'
import type { DecisionRow } from '../boundary/boundary.types.js'
import { standingDecision } from '../boundary/decisions.js'
import type { Act, Read } from '../kernel/act.js'
import type { Id } from '../kernel/ids.js'
import { notFound, refuse } from '../kernel/refusal.js'
import { clocksOf } from '../sla/sla.reads.js'
import { seenTickets } from './ticket.reads.js'
import { NotYourMove } from './ticket.refusals.js'
import { part, ticket } from './ticket.table.js'
import { after, type MoveName, moverOf, moves, type NextMove, nextMove, nextMoveOf, rolledUp, type State } from './ticket-state.js'
import type { PartRow, TicketRow } from './ticket.types.js'

/** A ticket and its parts, locked until the end of the transaction, so that changes of one ticket queue up. */
export interface Held {
  readonly ticket: TicketRow
  readonly parts: readonly PartRow[]
}

/** The same, and the part that the change is about. */
export interface HeldPart extends Held {
  readonly part: PartRow
}

/** What the caller named, and where; so that unreachable and missing are answered in the same words (T1). */
interface Named { readonly path: string; readonly what: string }

/** Locks a ticket that the caller may see; anything else is not found (T1). */
export async function holdTicket(act: Act, ticketId: Id<'tkt'>, { path, what }: Named = { path: 'ticketId', what: 'ticket' }): Promise<Held> {
  const [row] = await act.db.select().from(ticket)
    .where(and(eq(ticket.vendorId, act.vendorId), eq(ticket.id, ticketId), seenTickets(act))).for('update')
  if (!row) throw notFound(path, what)
  const parts = await act.db.select().from(part).where(and(eq(part.vendorId, act.vendorId), eq(part.ticketId, ticketId))).orderBy(part.number)
  return { ticket: row, parts }
}

/** Locks the ticket of a part; answers both. */
export async function holdPart(act: Act, partId: Id<'prt'>): Promise<HeldPart> {
  const named = { path: 'partId', what: 'part' }
  const [row] = await act.db.select({ ticketId: part.ticketId }).from(part).where(and(eq(part.vendorId, act.vendorId), eq(part.id, partId)))
  if (!row) throw notFound(named.path, named.what)
  const held = await holdTicket(act, row.ticketId, named)
  return { ...held, part: held.parts.find((p) => p.id === partId)! }
}

/** True while somebody still works on it, or waits. */
export const isOpen = ({ state }: Pick<PartRow, 'state'>): boolean => state !== 'CLOSED' && state !== 'RESOLVED'

const doing: Record<MoveName, string> = {
  ask: 'ask the customer', answer: 'answer', needNothing: 'say that nothing is needed from you', fallSilent: 'fall silent',
  awaitDependency: 'wait for a third party', dependencyAnswered: 'go on after a third party', propose: 'announce a class',
  withdraw: 'withdraw the proposal', accept: 'accept the proposal', decline: 'decline the proposal', letLapse: 'let the proposal lapse',
  resolve: 'resolve it', doubt: 'say that it is not solved', confirm: 'confirm the resolution', endWindow: 'end the window',
}

const say = (state: State): string => state.toLowerCase().replaceAll('_', ' ')

/** The state after a move; refuses what the table does not have (S9). */
export function checkMove(act: Act, from: PartRow, name: MoveName): State {
  const state = act.actor.kind === 'ANONYMOUS' ? null : after(from.state, name, act.actor.kind)
  if (state) return state
  const mover = moverOf[from.state]
  const party = mover === 'NOBODY' ? 'nobody' : `the ${mover.toLowerCase()}`
  throw refuse(NotYourMove, {
    message: `You cannot ${doing[name]} now: part ${from.number} is ${say(from.state)} and the next move is with ${party}. Nothing was changed or charged.`,
    next: `This is possible while a part is ${moves[name].from.map(say).join(' or ')}; \`nextMove\` says whose turn it is.`,
    state: from.state, nextMover: mover,
  })
}

/** Makes one move of the state table and writes further columns of the part; refuses what the table does not have (S9). */
export const move = async (act: Act, from: PartRow, name: MoveName, changes: Partial<PartRow> = {}): Promise<PartRow> =>
  changePart(act, from, { ...changes, state: checkMove(act, from, name), stateSince: act.now })

export async function changePart(act: Act, from: PartRow, changes: Partial<PartRow>): Promise<PartRow> {
  const [row] = await act.db.update(part).set(changes).where(and(eq(part.vendorId, act.vendorId), eq(part.id, from.id))).returning()
  return row!
}

/** Who moves next on a part and by when, from its state and its clocks (S9). */
export async function nextMoveOn(read: Read, of: PartRow): Promise<NextMove> {
  const clocks = moverOf[of.state] === 'VENDOR' ? await clocksOf(read, of.id) : []
  return nextMove(of.state, of.stateSince, clocks.map((c) => ({ dueAt: c.dueAt, running: c.state === 'RUNNING' })), of.confirmBy)
}

/** Writes the ticket's state and next move from its parts and their clocks: the last step of every verb here. */
export async function rollUp(act: Act, ticketId: Id<'tkt'>): Promise<TicketRow> {
  const parts = await act.db.select().from(part).where(and(eq(part.vendorId, act.vendorId), eq(part.ticketId, ticketId)))
  const moved = await Promise.all(parts.map(async (p) => ({ state: p.state, move: await nextMoveOn(act, p) })))
  const state = rolledUp(parts.map((p) => p.state))
  const next = nextMoveOf(moved)
  const [row] = await act.db.update(ticket)
    .set({ state, nextMover: next.mover, nextDueAt: next.dueAt, closedAt: state === 'CLOSED' ? act.now : null })
    .where(and(eq(ticket.vendorId, act.vendorId), eq(ticket.id, ticketId))).returning()
  return row!
}

/** The decision that stands for a part; every part has one (B1). */
export async function decisionOf(read: Read, partId: Id<'prt'>): Promise<DecisionRow> {
  const decision = await standingDecision(read, partId)
  if (!decision) throw new Error(`Part ${partId} has no decision (B1).`)
  return decision
}
