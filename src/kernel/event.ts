import { and, eq, sql } from 'drizzle-orm'
import type { Act, Read } from './act.js'
import { event, eventStream, platformOutbox } from './event.table.js'
import { type Id, newId } from './ids.js'
import { type Page, type PageArgs, pagesOf } from './page.js'

export type EventRow = typeof event.$inferSelect

export interface NewEvent {
  /** Past tense, the thing first: `ticket.opened`. */
  readonly type: string
  /** The thing whose history this belongs to; numbers run without gaps in it. */
  readonly streamId: Id
  /** Ids and values that readers need. Never a secret. */
  readonly data?: Record<string, unknown>
  /** INTERNAL events are not shown to contacts. Default PUBLIC. */
  readonly visibility?: 'PUBLIC' | 'INTERNAL'
}

/** Records what happened, in the same transaction as the change, and leaves a note for the relay. */
export async function record(act: Act, fact: NewEvent): Promise<Id<'evt'>> {
  const id = newId('evt')
  const [stream] = await act.db.insert(eventStream)
    .values({ vendorId: act.vendorId, streamId: fact.streamId, lastNumber: 1 })
    .onConflictDoUpdate({ target: [eventStream.vendorId, eventStream.streamId], set: { lastNumber: sql`${eventStream.lastNumber} + 1` } })
    .returning({ number: eventStream.lastNumber })
  await Promise.all([
    act.db.insert(event).values({
      vendorId: act.vendorId, id, streamId: fact.streamId, number: stream!.number, type: fact.type,
      visibility: fact.visibility ?? 'PUBLIC', data: fact.data ?? {},
      actorKind: act.actor.kind, actorId: act.actor.id, requestId: act.requestId, at: act.now,
    }),
    act.db.insert(platformOutbox).values({ task: 'reaction', vendorId: act.vendorId, type: fact.type, subjectId: id }),
  ])
  return id
}

/**
 * Leaves a note that the relay makes a job of: for work that may not run inside a transaction. Committed with the change or not
 * at all; jobs of one queue run one at a time.
 */
export async function leaveNote(act: Act, note: { task: string; type: string; subjectId: string; queue: string }): Promise<void> {
  await act.db.insert(platformOutbox).values({ vendorId: act.vendorId, ...note })
}

export async function eventById(read: Read, id: Id<'evt'>): Promise<EventRow | null> {
  const [row] = await read.db.select().from(event).where(and(eq(event.vendorId, read.vendorId), eq(event.id, id)))
  return row ?? null
}

const inStreams = {
  table: event, owner: event.streamId, ownerOf: (row: EventRow) => row.streamId, by: event.number, id: event.id, at: (row: EventRow) => row.number,
}
const allEvents = pagesOf<Id, EventRow>({ ...inStreams, name: 'events' })
const publicEvents = pagesOf<Id, EventRow>({ ...inStreams, name: 'events PUBLIC', seen: () => eq(event.visibility, 'PUBLIC') })

/** A stream's events in the order in which they happened; without the internal ones for readers outside the vendor. */
export const eventsOf = (read: Read, streamId: Id, args: PageArgs, visibility?: 'PUBLIC'): Promise<Page<EventRow>> =>
  (visibility ? publicEvents : allEvents)(read, streamId, args)
