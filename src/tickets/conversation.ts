import { and, desc, eq, inArray } from 'drizzle-orm'
import type { Act } from '../kernel/act.js'
import { record } from '../kernel/event.js'
import { type Id, newId } from '../kernel/ids.js'
import { conflict, invalid, notFound } from '../kernel/refusal.js'
import { reopenClock } from '../sla/clocks.js'
import { memberById } from '../vendors/vendor.reads.js'
import { type Held, holdPart, holdTicket, isOpen, move, rollUp } from './parts.js'
import { RESPONSES, restartUpdateClocks, startResponseClock, stopResponseClocks } from './promised.js'
import type {
  AssignTicketInput, AwaitDependencyInput, DependencyAnsweredInput, NeedNothingInput, NotAnAnswerInput, ReplyInput,
} from './ticket.inputs.js'
import { message, ticket } from './ticket.table.js'
import { windows } from './ticket-state.js'
import type { MessageRow, PartRow, TicketRow } from './ticket.types.js'
import { askCustomer, comeBack } from './waiting.js'

/**
 * Writes in a ticket. A member's public answer stops the response clocks; a question also hands the move to the customer
 * and pauses resolution; a receipt, a note and a machine stop nothing (S5). A contact's message takes the move back and starts
 * the next response clock unless one runs. Refuses a closed ticket (Conflict).
 */
export async function reply(act: Act, input: ReplyInput): Promise<MessageRow> {
  const held = await holdTicket(act, input.ticketId)
  if (held.ticket.state === 'CLOSED') {
    const { reference } = held.ticket
    throw conflict(`${reference} is closed; a message would reach nobody. Nothing was written.`, 'Open a new ticket that names this reference.')
  }
  const written = act.actor.kind === 'CONTACT' ? await contactWrites(act, held, input) : await staffWrites(act, held, input)
  await rollUp(act, held.ticket.id)
  return written
}

async function contactWrites(act: Act, held: Held, input: ReplyInput): Promise<MessageRow> {
  if (input.visibility === 'INTERNAL') throw invalid({ path: 'visibility', message: 'must be PUBLIC: only the vendor\'s staff write notes.' })
  const staffs = (['question', 'receipt'] as const).filter((flag) => input[flag])
  if (staffs.length > 0) throw invalid(...staffs.map((path) => ({ path, message: 'must be left out: it is for the vendor\'s staff.' })))
  const written = await say(act, held.ticket, { kind: 'REQUEST', visibility: 'PUBLIC', body: input.body })
  for (const part of held.parts.filter(isOpen)) {
    if (part.state === 'WAITING_ON_CUSTOMER') await comeBack(act, held.ticket, part, 'answer')
    await startResponseClock(act, held.ticket, part)
  }
  return written
}

async function staffWrites(act: Act, held: Held, input: ReplyInput): Promise<MessageRow> {
  const kind = kindOf(act, input)
  if (kind === 'ANSWER') return answer(act, held, input.body)
  const written = await say(act, held.ticket, { kind, visibility: kind === 'NOTE' ? 'INTERNAL' : 'PUBLIC', body: input.body })
  if (kind === 'NOTE' || written.automated) return written
  await restartUpdateClocks(act, held)
  if (kind === 'QUESTION') {
    await stopResponseClocks(act, held, `Answered by message ${written.id}.`)
    for (const part of held.parts.filter(isOpen)) await askCustomer(act, held.ticket, part)
  }
  return written
}

/** What a message of the vendor is. Whatever a machine says in public is a receipt (R36). */
function kindOf(act: Act, { visibility = 'PUBLIC', question = false, receipt = false }: ReplyInput): 'NOTE' | 'QUESTION' | 'RECEIPT' | 'ANSWER' {
  if (visibility === 'INTERNAL' && (question || receipt)) {
    throw invalid({ path: 'visibility', message: 'must be PUBLIC for a question or a receipt: the customer has to read it.' })
  }
  if (question && receipt) throw invalid({ path: 'receipt', message: 'must be left out of a question: a question answers, a receipt does not.' })
  if (visibility === 'INTERNAL') return 'NOTE'
  if (act.actor.kind === 'AUTOMATION' || receipt) return 'RECEIPT'
  return question ? 'QUESTION' : 'ANSWER'
}

/** A person answers in public: response clocks stop, update clocks start anew. */
export async function answer(act: Act, held: Held, body: string): Promise<MessageRow> {
  const written = await say(act, held.ticket, { kind: 'ANSWER', visibility: 'PUBLIC', body })
  await restartUpdateClocks(act, held)
  await stopResponseClocks(act, held, `Answered by message ${written.id}.`)
  return written
}

/**
 * The contact marks the newest answer as none: the response clocks that it stopped go on from where they were (S5, R37); a
 * question that was none hands the move back. Refuses any other message, one older than 7 days, and one that stopped no clock.
 */
export async function notAnAnswer(act: Act, input: NotAnAnswerInput): Promise<TicketRow> {
  const named = { path: 'messageId', what: 'message' }
  const [doubted] = await act.db.select().from(message)
    .where(and(eq(message.vendorId, act.vendorId), eq(message.id, input.messageId), eq(message.visibility, 'PUBLIC')))
  if (!doubted) throw notFound(named.path, named.what)
  const held = await holdTicket(act, doubted.ticketId, named)
  if ((await newestAnswer(act, held.ticket))?.id !== doubted.id) {
    throw invalid({ path: 'messageId', message: 'must be the newest answer of the vendor in this ticket.' })
  }
  if (act.now.getTime() - doubted.at.getTime() > windows.doubtAnswer) {
    throw conflict(
      'An answer can be doubted for 7 days, and these are over. No clock was changed.', 'Write a message; it starts a new response clock.')
  }
  const changed = await goOnAsBefore(act, held, doubted)
  if (changed === 0) {
    throw conflict('That message stopped no clock, or was doubted before. No clock was changed.',
      'Write a message; if it was a resolution, doubt that with `doubtResolution`.')
  }
  await record(act, { type: 'message.not_an_answer', streamId: held.ticket.id, data: { messageId: doubted.id, reopened: changed } })
  return rollUp(act, held.ticket.id)
}

async function newestAnswer(act: Act, { id }: TicketRow): Promise<MessageRow | undefined> {
  const [newest] = await act.db.select().from(message).where(and(
    eq(message.vendorId, act.vendorId), eq(message.ticketId, id), eq(message.visibility, 'PUBLIC'), inArray(message.kind, ['ANSWER', 'QUESTION'])))
    .orderBy(desc(message.at), desc(message.id)).limit(1)
  return newest
}

/** Undoes what a message did to clocks and moves; answers in how many ways. */
async function goOnAsBefore(act: Act, { ticket: of, parts }: Held, doubted: MessageRow): Promise<number> {
  const reason = `The contact says that message ${doubted.id} is no answer.`
  let changed = 0
  for (const part of parts.filter(isOpen)) {
    if (doubted.kind === 'QUESTION' && part.state === 'WAITING_ON_CUSTOMER') {
      await comeBack(act, of, part, 'needNothing')
      changed += 1
    }
    for (const metric of RESPONSES) {
      if (await reopenClock(act, part.id, metric, reason, { stoppedAt: doubted.at })) changed += 1
    }
  }
  return changed
}

/** The contact says that nothing is needed from the customer: the vendor has the move again, at once. */
export async function needNothing(act: Act, input: NeedNothingInput): Promise<TicketRow> {
  const held = await holdTicket(act, input.ticketId)
  const waiting = held.parts.filter((part) => part.state === 'WAITING_ON_CUSTOMER')
  if (waiting.length === 0) {
    throw conflict('No question waits for you in this ticket. Nothing was changed.', 'Whose turn it is is shown in `nextMove`.')
  }
  for (const part of waiting) await comeBack(act, held.ticket, part, 'needNothing')
  return rollUp(act, held.ticket.id)
}

/**
 * Waits for a third party, and says so in public: news, not an answer. The update clock runs on, and so does resolution, unless
 * a plan says otherwise (S5, R47).
 */
export async function awaitDependency(act: Act, input: AwaitDependencyInput): Promise<PartRow> {
  const held = await holdPart(act, input.partId)
  const row = await move(act, held.part, 'awaitDependency')
  await say(act, held.ticket, { kind: 'UPDATE', visibility: 'PUBLIC', body: input.reason })
  await restartUpdateClocks(act, held)
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

/** Gives the ticket to a member, or to nobody. Clocks go on: they never restart at a hand-over (S5). */
export async function assignTicket(act: Act, input: AssignTicketInput): Promise<TicketRow> {
  const { ticket: of } = await holdTicket(act, input.ticketId)
  const to = input.memberId ?? null
  if (to && !(await memberById(act, to))?.active) throw notFound('memberId', 'active member')
  if (to === of.assigneeId) return of
  const [row] = await act.db.update(ticket).set({ assigneeId: to }).where(and(eq(ticket.vendorId, act.vendorId), eq(ticket.id, of.id))).returning()
  await record(act, { type: 'ticket.assigned', streamId: of.id, data: { from: of.assigneeId, to } })
  return row!
}

/** Writes one message and records it. Stops and starts nothing. */
export async function say(
  act: Act, { id: ticketId }: Pick<TicketRow, 'id'>, what: Pick<MessageRow, 'kind' | 'visibility' | 'body'>,
): Promise<MessageRow> {
  const { kind: authorKind, id: authorId } = act.actor
  if (authorKind === 'ANONYMOUS') throw new Error('Nobody writes in a ticket without a name.')
  const automated = authorKind === 'AUTOMATION'
  const id: Id<'msg'> = newId('msg')
  const [row] = await act.db.insert(message)
    .values({ vendorId: act.vendorId, id, ticketId, ...what, automated, at: act.now, authorKind, authorId }).returning()
  await record(act, { type: 'message.written', streamId: ticketId, visibility: what.visibility, data: { messageId: id, kind: what.kind, automated } })
  return row!
}
