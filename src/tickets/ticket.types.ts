import { GraphQLDateTimeISO, GraphQLJSONObject } from 'graphql-scalars'
import { Field, ID, Int, ObjectType } from 'type-graphql'
import { TicketKindType } from '../boundary/boundary.types.js'
import type { TicketKind } from '../boundary/facts.js'
import { SeverityType } from '../catalog/severity.js'
import type { Severity } from '../catalog/words.js'
import type { Id } from '../kernel/ids.js'
import { connectionOf } from '../kernel/page.js'
import { enumOf, Node, nodeType } from '../kernel/types.js'
import type { message, part, ticket } from './ticket.table.js'
import type { Mover, State } from './ticket-state.js'

export type TicketRow = typeof ticket.$inferSelect
export type PartRow = typeof part.$inferSelect
export type MessageRow = typeof message.$inferSelect

export const StateType = enumOf<State>('TicketState', 'Where a ticket or a part of it stands. In each state exactly one party has the next move.', {
  OPEN: 'The vendor works on it and has the next move.',
  WAITING_ON_CUSTOMER: 'The vendor asked a question in public; the customer has the next move.',
  WAITING_ON_DEPENDENCY: 'A third party is awaited; the vendor still has the next move, and its update clock runs on.',
  PROPOSED: 'A dearer decision was proposed; the customer accepts or declines it. Nothing is done or charged before that.',
  RESOLVED: 'Resolved with a cause; the customer confirms or doubts it, and silence confirms it when the window ends.',
  CLOSED: 'Settled. Nobody has a move.',
})

export const MoverType = enumOf<Mover>('Mover', 'Who has the next move.', {
  VENDOR: 'The vendor.', CUSTOMER: 'The customer.', NOBODY: 'Nobody: it is closed.',
})

export const MessageKindType = enumOf<MessageRow['kind']>('MessageKind', 'What a message is, and whether it answers.', {
  ANSWER: 'A real answer by a person; stops the response clock.',
  QUESTION: 'A public question to the customer; stops the response clock and pauses resolution.',
  UPDATE: 'News that is no answer, as in "we wait for the maker of that part": stops no response clock.',
  RECEIPT: '"We have got it", a template, a machine: stops no response clock.',
  NOTE: 'For the staff only.',
  REQUEST: 'What a contact wrote.',
})

export const AuthorKindType = enumOf<MessageRow['authorKind']>('AuthorKind', 'Who wrote a message.', {
  MEMBER: 'Somebody on the vendor\'s staff.', CONTACT: 'A contact of the customer.', AUTOMATION: 'A machine, and it says so.',
})

export const ClosedByType = enumOf<NonNullable<PartRow['closedBy']>>('ClosedBy', 'What settled a part.', {
  CUSTOMER: 'The customer confirmed.', WINDOW: 'The window ended without a doubt.',
})

export const VisibilityType = enumOf<MessageRow['visibility']>('Visibility', 'Who may read it.', {
  PUBLIC: 'The customer and the vendor.', INTERNAL: 'The vendor only.',
})

@ObjectType({ description: 'Who moves next, and by when; the same for every reader.' })
export class NextMove {
  @Field(() => MoverType, { description: 'The one party that has the next move.' })
  mover!: Mover

  @Field(() => GraphQLDateTimeISO, { nullable: true, description: 'By when; null only when nobody has a move.' })
  dueAt!: Date | null
}

@ObjectType({ implements: Node, description: 'One conversation about one problem.' })
export class Ticket extends Node implements Pick<TicketRow, 'reference' | 'subject' | 'kind' | 'severity' | 'state' | 'externalId' | 'openedAt' | 'closedAt'> {
  declare id: Id<'tkt'>
  @Field(() => String, { description: 'What people call it, as in `HAV-1042`.' }) reference!: string
  @Field(() => String, { description: 'One line that names the problem.' }) subject!: string
  @Field(() => TicketKindType, { description: 'What was asked for.' }) kind!: TicketKind
  @Field(() => SeverityType, { description: 'The agreed business impact.' }) severity!: Severity
  @Field(() => StateType, { description: 'The state of its most open part.' }) state!: State
  @Field(() => String, { nullable: true, description: "The vendor's own id for it." }) externalId!: string | null
  @Field(() => GraphQLDateTimeISO, { description: 'When it was opened.' }) openedAt!: Date
  @Field(() => GraphQLDateTimeISO, { nullable: true, description: 'When its last part was closed.' }) closedAt!: Date | null
}

@ObjectType({ implements: Node, description: 'What is decided, owned, paid and resolved in a ticket. Every ticket has at least one.' })
export class Part extends Node implements Pick<PartRow, 'number' | 'title' | 'state' | 'cause' | 'finding' | 'chargeUnits'> {
  declare id: Id<'prt'>
  @Field(() => Int, { description: 'Its number in the ticket, from 1.' }) number!: number
  @Field(() => String, { description: 'One line that names it.' }) title!: string
  @Field(() => StateType, { description: 'Where it stands.' }) state!: State
  @Field(() => GraphQLDateTimeISO, { nullable: true, description: 'When the customer was told the class; nothing done before it can be charged (B6).' })
  classAnnouncedAt!: Date | null
  @Field(() => String, { nullable: true, description: 'The code of the cause that was found.' }) cause!: string | null
  @Field(() => String, { nullable: true, description: 'What was seen, in words.' }) finding!: string | null
  @Field(() => GraphQLDateTimeISO, { nullable: true, description: 'When the work that is charged began.' }) workStartedAt!: Date | null
  @Field(() => Int, { nullable: true, description: 'Units charged by the resolution; captured when it is confirmed. Null before resolution.' })
  chargeUnits!: number | null
  @Field(() => GraphQLDateTimeISO, { nullable: true, description: 'When it was resolved.' }) resolvedAt!: Date | null
  @Field(() => GraphQLDateTimeISO, { nullable: true, description: 'Until when the customer can confirm or doubt; then silence confirms.' }) confirmBy!: Date | null
  @Field(() => ClosedByType, { nullable: true, description: 'What settled it; null until then.' }) closedBy!: PartRow['closedBy']
  @Field(() => GraphQLDateTimeISO, { nullable: true, description: 'When it was settled.' }) closedAt!: Date | null
}

@ObjectType({ implements: Node, description: 'What somebody wrote in a ticket.' })
export class Message extends Node implements Pick<MessageRow, 'kind' | 'visibility' | 'authorKind' | 'body' | 'automated' | 'at'> {
  declare id: Id<'msg'>
  @Field(() => MessageKindType, { description: 'What it is, and whether it answers.' }) kind!: MessageRow['kind']
  @Field(() => VisibilityType, { description: 'Who may read it.' }) visibility!: MessageRow['visibility']
  @Field(() => AuthorKindType, { description: 'Who wrote it; a machine says that it is one.' }) authorKind!: MessageRow['authorKind']
  @Field(() => ID, { nullable: true, description: 'The member or contact who wrote it; null for a machine.' }) authorId!: MessageRow['authorId']
  @Field(() => String, { description: 'The text.' }) body!: string
  @Field(() => Boolean, { description: 'True when no person wrote it.' }) automated!: boolean
  @Field(() => GraphQLDateTimeISO, { description: 'When it was written.' }) at!: Date
}

@ObjectType({ description: 'One step in the history of a ticket, made from its events.' })
export class TimelineEntry {
  @Field(() => ID, { description: 'The id of the event.' }) id!: Id<'evt'>
  @Field(() => Int, { description: 'Its number in the ticket: 1, 2, 3 without gaps. A reader who may not see one sees its number missing.' }) number!: number
  @Field(() => String, { description: 'What happened, as a constant: `ticket.opened`.' }) type!: string
  @Field(() => String, { description: 'What happened, as a sentence.' }) sentence!: string
  @Field(() => VisibilityType, { description: 'Who may read it.' }) visibility!: 'PUBLIC' | 'INTERNAL'
  @Field(() => String, { description: 'Who did it: MEMBER, CONTACT or AUTOMATION.' }) actorKind!: string
  @Field(() => ID, { nullable: true, description: 'The member or contact; null for the product itself.' }) actorId!: string | null
  @Field(() => GraphQLJSONObject, { description: 'Ids and values of the step.' }) data!: Record<string, unknown>
  @Field(() => GraphQLDateTimeISO, { description: 'When it happened.' }) at!: Date
}

nodeType('tkt', 'Ticket')
nodeType('prt', 'Part')
nodeType('msg', 'Message')

export const TicketConnection = connectionOf(Ticket)
export const MessageConnection = connectionOf(Message)
export const TimelineConnection = connectionOf(TimelineEntry)
