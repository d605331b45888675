import { and, asc, count, eq, inArray, ne, or, type SQL, sql } from 'drizzle-orm'
import type { Read } from '../kernel/act.js'
import { eventsOf } from '../kernel/event.js'
import type { Id } from '../kernel/ids.js'
import { type Page, type PageArgs, pageOf, pagesOf } from '../kernel/page.js'
import { tell } from './timeline.js'
import { message, part, ticket } from './ticket.table.js'
import type { MessageRow, PartRow, TicketRow, TimelineEntry } from './ticket.types.js'

/**
 * The third wall: the staff sees every ticket, a contact those of its own customer. A security report is seen by its author and
 * by those who read security matters (R30).
 */
export function seenTickets({ actor }: Read): SQL | undefined {
  if (actor.kind === 'MEMBER' || actor.kind === 'AUTOMATION') return undefined
  if (actor.kind !== 'CONTACT') return sql`false`
  const own = eq(ticket.customerId, actor.customerId)
  if (actor.roles.includes('SECURITY') || actor.roles.includes('ADMIN')) return own
  return and(own, or(ne(ticket.kind, 'SECURITY_REPORT'), eq(ticket.contactId, actor.id)))
}

/** A contact reads what is public. */
const isPublic = (read: Read, column: typeof message.visibility): SQL | undefined =>
  (read.actor.kind === 'CONTACT' ? eq(column, 'PUBLIC') : undefined)

export const ticketById = (read: Read, id: Id<'tkt'>): Promise<TicketRow | null> =>
  read.loader<Id<'tkt'>, TicketRow>('ticket', async (ids) => {
    const rows = await read.db.select().from(ticket).where(and(eq(ticket.vendorId, read.vendorId), inArray(ticket.id, [...ids]), seenTickets(read)))
    return new Map(rows.map((row) => [row.id, row]))
  }).load(id)

export async function ticketByReference(read: Read, reference: string): Promise<TicketRow | null> {
  if (!/^[\w.-]{1,40}$/.test(reference)) return null // no reference, and some of it PostgreSQL takes for no text
  const [row] = await read.db.select().from(ticket)
    .where(and(eq(ticket.vendorId, read.vendorId), eq(ticket.reference, reference.toUpperCase()), seenTickets(read)))
  return row ?? null
}

/** A part of a ticket that the caller may see. */
export async function partById(read: Read, id: Id<'prt'>): Promise<PartRow | null> {
  const found = await read.loader<Id<'prt'>, PartRow>('part', async (ids) => {
    const rows = await read.db.select().from(part).where(and(eq(part.vendorId, read.vendorId), inArray(part.id, [...ids])))
    return new Map(rows.map((row) => [row.id, row]))
  }).load(id)
  return found && (await ticketById(read, found.ticketId)) ? found : null
}

/** The parts of a ticket in order; at most as many as it was split into. */
export const partsOf = async (read: Read, ticketId: Id<'tkt'>): Promise<PartRow[]> =>
  (await read.loader<Id<'tkt'>, PartRow[]>('parts', async (ids) => {
    const rows = await read.db.select().from(part)
      .where(and(eq(part.vendorId, read.vendorId), inArray(part.ticketId, [...ids]))).orderBy(asc(part.ticketId), asc(part.number))
    return Map.groupBy(rows, (row) => row.ticketId)
  }).load(ticketId)) ?? []

export interface TicketFilter {
  readonly state?: TicketRow['state']
  readonly customerId?: Id<'cus'>
  readonly assigneeId?: Id<'mem'>
}

/** Tickets, the newest first. */
export async function tickets(read: Read, args: PageArgs, filter: TicketFilter): Promise<Page<TicketRow>> {
  const where = and(
    eq(ticket.vendorId, read.vendorId), seenTickets(read), filter.state && eq(ticket.state, filter.state),
    filter.customerId && eq(ticket.customerId, filter.customerId), filter.assigneeId && eq(ticket.assigneeId, filter.assigneeId))
  return pageOf<TicketRow>(args, { by: ticket.openedAt, id: ticket.id, descending: true }, {
    rows: (past, order, limit) => read.db.select().from(ticket).where(and(where, past)).orderBy(...order).limit(limit),
    count: () => counted(read, where), at: (row) => row.openedAt,
  })
}

/** What waits for the vendor, the earliest deadline first: the staff's queue. */
export async function queue(read: Read, args: PageArgs): Promise<Page<TicketRow>> {
  const where = and(eq(ticket.vendorId, read.vendorId), seenTickets(read), sql`${ticket.nextMover} = 'VENDOR'`)
  return pageOf<TicketRow>(args, { by: ticket.nextDueAt, id: ticket.id }, {
    rows: (past, order, limit) => read.db.select().from(ticket).where(and(where, past)).orderBy(...order).limit(limit),
    count: () => counted(read, where), at: (row) => row.nextDueAt ?? row.openedAt,
  })
}

/** What was said, the oldest first. */
export const messages = pagesOf<Id<'tkt'>, MessageRow>({
  name: 'messages', table: message, owner: message.ticketId, ownerOf: (row) => row.ticketId, by: message.at, id: message.id, at: (row) => row.at,
  seen: (read) => isPublic(read, message.visibility),
})

/** A message in a ticket that the caller may see. */
export async function messageById(read: Read, id: Id<'msg'>): Promise<MessageRow | null> {
  const [row] = await read.db.select().from(message)
    .where(and(eq(message.vendorId, read.vendorId), eq(message.id, id), isPublic(read, message.visibility)))
  return row && (await ticketById(read, row.ticketId)) ? row : null
}

/** The history of a ticket, from its events, in the order in which it happened. */
export async function timeline(read: Read, ticketId: Id<'tkt'>, args: PageArgs): Promise<Page<TimelineEntry>> {
  const page = await eventsOf(read, ticketId, args, read.actor.kind === 'CONTACT' ? 'PUBLIC' : undefined)
  return { ...page, edges: page.edges.map(({ cursor, node }) => ({ cursor, node: { ...node, sentence: tell(node) } })) }
}

const counted = async (read: Read, where: SQL | undefined): Promise<number> =>
  (await read.db.select({ n: count() }).from(ticket).where(where))[0]!.n
