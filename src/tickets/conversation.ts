import { and, desc, eq } from 'drizzle-orm'
import { type Act } from '../kernel/act.js'
import { record } from '../kernel/event.js'
import { type Id, newId } from '../kernel/ids.js'
import { conflict, invalid, notFound } from '../kernel/refusal.js'
import { clearTimer, setTimer, type Timer } from '../kernel/timer.js'
import { after as later, days } from '../kernel/time.js'
import { pauseClocks, reopenClock, resumeClocks, startClock, stopClock } from '../sla/clocks.js'
import { clocksOf } from '../sla/sla.reads.js'
import { memberById } from '../vendors/vendor.reads.js'
import { decisionOf, type Held, holdPart, holdTicket, move, promisesOf, rollUp } from './parts.js'
import { message, ticket } from './ticket.table.js'
import { windows } from './ticket-state.js'
import type { AssignTicketInput, AwaitDependencyInput, NotAnAnswerInput, DependencyAnsweredInput, ReplyInput, NeedNothingInput } from './ticket.inputs.js'
import type { MessageRow, PartRow, TicketRow } from './ticket.types.js'

/** Metrics that an answer stops. */
const RESPONSES = ['FIRST_RESPONSE', 'NEXT_RESPONSE'] as const
const isOpen = (p: PartRow): boolean => p.state !== 'CLOSED' && p.state !== 'RESOLVED'

/**
 * Writes in a ticket. A member's public answer stops the response clocks; a question also hands the move to the customer
 * and pauses resolution; a receipt or note stops nothing (S5). A contact's message takes the move back and starts the next
 * response clock unless one runs. Refuses a closed ticket (Conflict).
 */
export async function reply(act: Act, input: ReplyInput): Promise<MessageRow> {
  const held = await holdTicket(act, input.ticketId)
  if (held.ticket.state === 'CLOSED') throw conflict(`${held.ticket.reference} is closed; a message would reach nobody. Nothing was written.`, 'Open a new ticket that names this reference.')
  return act.actor.kind === 'CONTACT' ? contactWrites(act, held, input) : memberWrites(act, held, input)
}

async function contactWrites(act: Act, held: Held, input: ReplyInput): Promise<MessageRow> {
  if (input.visibility === 'INTERNAL') throw invalid({ path: 'visibility', message: 'must be PUBLIC: only the vendor\'s staff write notes.' })
  const written = await say(act, held.ticket, { kind: 'REQUEST', visibility: 'PUBLIC', body: input.body })
  for (const p of held.parts.filter(isOpen)) {
    if (p.state === 'WAITING_ON_CUSTOMER') await comeBack(act, held.ticket, p, 'answer')
    await startResponseClock(act, held.ticket, p)
  }
  await rollUp(act, held.ticket.id)
  return written
}

async function memberWrites(act: Act, held: Held, input: ReplyInput): Promise<MessageRow> {
  const visibility = input.visibility ?? 'PUBLIC'
  if (visibility === 'INTERNAL' && (input.question || input.receipt)) {
    throw invalid({ path: 'visibility', message: 'must be PUBLIC for a question or a receipt: the customer has to read it.' })
  }
  const kind = visibility === 'INTERNAL' ? 'NOTE' : input.question ? 'QUESTION' : input.receipt ? 'RECEIPT' : 'ANSWER'
  const written = await say(act, held.ticket, { kind, visibility, body: input.body })
  if (visibility === 'PUBLIC') for (const p of held.parts.filter(isOpen)) await restartUpdateClock(act, held.ticket, p)
  if (kind === 'ANSWER' || kind === 'QUESTION') {
    for (const p of held.parts.filter(isOpen)) {
      for (const metric of RESPONSES) await stopClock(act, p.id, metric, `Answered by message ${written.id}.`)
      if (kind === 'QUESTION') await askCustomer(act, held.ticket, p)
    }
  }
  await rollUp(act, held.ticket.id)
  return written
}

async function askCustomer(act: Act, of: TicketRow, p: PartRow): Promise<void> {
  if (p.state === 'PROPOSED') return
  await move(act, p, 'ask')
  await pauseClocks(act, p.id, ['RESOLUTION'], 'A public question waits for the customer.')
  await setTimer(act, 'ticket.silence', p.id, later(act.now, windows.answer))
  await record(act, { type: 'part.waiting_on_customer', streamId: of.id, data: { partId: p.id } })
}

/** The move goes back to the vendor: the customer answered, needs nothing, or stayed silent. */
async function comeBack(act: Act, of: TicketRow, p: PartRow, how: 'answer' | 'needNothing' | 'fallSilent'): Promise<void> {
  await move(act, p, how)
  await resumeClocks(act, p.id, ['RESOLUTION'], how === 'fallSilent' ? 'The customer did not answer in time.' : 'The customer answered.')
  await clearTimer(act, 'ticket.silence', p.id)
  const type = { answer: 'part.customer_answered', needNothing: 'part.nothing_needed', fallSilent: 'part.customer_silent' }[how]
  await record(act, { type, streamId: of.id, data: { partId: p.id } })
}

/** The contact says that nothing is needed from the customer: the vendor has the move again, at once. */
export async function needNothing(act: Act, input: NeedNothingInput): Promise<TicketRow> {
  const held = await holdTicket(act, input.ticketId)
  const waiting = held.parts.filter((p) => p.state === 'WAITING_ON_CUSTOMER')
  if (waiting.length === 0) throw conflict('Nothing waits for you in this ticket. Nothing was changed.', 'The next move is shown in `nextMove`.')
  for (const p of waiting) await comeBack(act, held.ticket, p, 'needNothing')
  return rollUp(act, held.ticket.id)
}

/** Timer: the customer's time to answer is over; the vendor has the move again and can close or ask once more. */
export async function endSilence(act: Act, timer: Timer): Promise<void> {
  const held = await holdPart(act, timer.subjectId as Id<'prt'>)
  if (held.part.state !== 'WAITING_ON_CUSTOMER') return
  await comeBack(act, held.ticket, held.part, 'fallSilent')
  await rollUp(act, held.ticket.id)
}

/** A second message does not restart a running response clock (S5). */
async function startResponseClock(act: Act, of: TicketRow, p: PartRow): Promise<void> {
  const running = (await clocksOf(act, p.id)) ?? []
  if (running.some((c) => RESPONSES.includes(c.metric as never) && (c.state === 'RUNNING' || c.state === 'PAUSED'))) return
  const decision = await decisionOf(act, p.id)
  const promises = await promisesOf(act, { dutyId: decision.dutyId, agreementId: p.agreementId, severity: of.severity })
  const next = promises.find((promise) => promise.metric === 'NEXT_RESPONSE')
  if (next) await startClock(act, { subjectId: p.id, streamId: of.id, promise: next, startAt: act.now })
}

/** Every public word of a person is the update that was promised; the time to the next one starts (R47). */
async function restartUpdateClock(act: Act, of: TicketRow, p: PartRow): Promise<void> {
  if (!(await stopClock(act, p.id, 'UPDATE', 'A public message was written.'))) return
  const decision = await decisionOf(act, p.id)
  const promises = await promisesOf(act, { dutyId: decision.dutyId, agreementId: p.agreementId, severity: of.severity })
  const update = promises.find((promise) => promise.metric === 'UPDATE')
  if (update) await startClock(act, { subjectId: p.id, streamId: of.id, promise: update, startAt: act.now })
}

const DOUBT_WINDOW = days(7)

/** The contact marks the newest answer as no answer: the response clock goes on from where it was (S5, R37). */
export async function notAnAnswer(act: Act, input: NotAnAnswerInput): Promise<TicketRow> {
  const [found] = await act.db.select().from(message).where(and(eq(message.vendorId, act.vendorId), eq(message.id, input.messageId), eq(message.visibility, 'PUBLIC')))
  if (!found) throw notFound('messageId', 'message')
  const held = await holdTicket(act, found.ticketId, 'messageId')
  const [newest] = await act.db.select().from(message).where(and(eq(message.vendorId, act.vendorId), eq(message.ticketId, found.ticketId), eq(message.authorKind, 'MEMBER'), eq(message.visibility, 'PUBLIC')))
    .orderBy(desc(message.at), desc(message.id)).limit(1)
  if (newest?.id !== found.id || !['ANSWER', 'QUESTION'].includes(found.kind)) {
    throw invalid({ path: 'messageId', message: 'must be the newest answer of the vendor in this ticket.' })
  }
  if (act.now.getTime() - found.at.getTime() > DOUBT_WINDOW) throw conflict('An answer can be doubted for 7 days, and these are over. No clock was changed.', 'Write a message; it starts a new response clock.')
  let reopened = 0
  for (const p of held.parts.filter(isOpen)) {
    if (p.state === 'WAITING_ON_CUSTOMER') await comeBack(act, held.ticket, p, 'needNothing')
    for (const metric of RESPONSES) reopened += (await reopenClock(act, p.id, metric, `The contact says that message ${found.id} is no answer.`, { stoppedAt: found.at })) ? 1 : 0
  }
  await record(act, { type: 'message.not_an_answer', streamId: held.ticket.id, data: { messageId: found.id, reopened } })
  return rollUp(act, held.ticket.id)
}

/** Gives the ticket to a member, or to nobody. Clocks go on: they never restart at a hand-over (S5). */
export async function assignTicket(act: Act, input: AssignTicketInput): Promise<TicketRow> {
  const held = await holdTicket(act, input.ticketId)
  if (input.memberId) {
    const to = await memberById(act, input.memberId)
    if (!to?.active) throw notFound('memberId', 'active member')
  }
  const [row] = await act.db.update(ticket).set({ assigneeId: input.memberId ?? null })
    .where(and(eq(ticket.vendorId, act.vendorId), eq(ticket.id, held.ticket.id))).returning()
  await record(act, { type: 'ticket.assigned', streamId: row!.id, data: { from: held.ticket.assigneeId, to: row!.assigneeId } })
  return row!
}

/** Waits for a third party in public. The update clock runs on, and so does resolution, unless a plan says otherwise (S5, R47). */
export async function awaitDependency(act: Act, input: AwaitDependencyInput): Promise<PartRow> {
  const held = await holdPart(act, input.partId)
  const row = await move(act, held.part, 'awaitDependency')
  await say(act, held.ticket, { kind: 'RECEIPT', visibility: 'PUBLIC', body: input.reason })
  await record(act, { type: 'part.waiting_on_dependency', streamId: held.ticket.id, data: { partId: row.id } })
  await rollUp(act, held.ticket.id)
  return row
}

/** The third party answered: the part is open again. */
export async function dependencyAnswered(act: Act, input: DependencyAnsweredInput): Promise<PartRow> {
  const held = await holdPart(act, input.partId)
  const row = await move(act, held.part, 'dependencyAnswered')
  await record(act, { type: 'part.dependency_answered', streamId: held.ticket.id, data: { partId: row.id } })
  await rollUp(act, held.ticket.id)
  return row
}

/** Writes one message and records it. */
export async function say(
  act: Act, of: Pick<TicketRow, 'id'>, what: Pick<MessageRow, 'kind' | 'visibility' | 'body'>,
): Promise<MessageRow> {
  const automated = act.actor.kind === 'AUTOMATION'
  const [row] = await act.db.insert(message).values({
    vendorId: act.vendorId, id: newId('msg'), ticketId: of.id, ...what, automated, at: act.now,
    authorKind: act.actor.kind as MessageRow['authorKind'], authorId: act.actor.id,
  }).returning()
  await record(act, {
    type: 'message.written', streamId: of.id, visibility: what.visibility,
    data: { messageId: row!.id, kind: what.kind, automated },
  })
  return row!
}

