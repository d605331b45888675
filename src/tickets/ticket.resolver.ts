import { Arg, Args, Ctx, FieldResolver, ID, Mutation, Query, Resolver, Root } from 'type-graphql'
import { Product } from '../catalog/catalog.types.js'
import { productById } from '../catalog/catalog.reads.js'
import type { Context } from '../kernel/act.js'
import { command } from '../kernel/command.js'
import { idArg } from '../kernel/input.js'
import { PageArgs } from '../kernel/page.js'
import { reading } from '../kernel/query.js'
import { answer } from '../kernel/refusal.js'
import { permit } from '../vendors/permit.js'
import { contactById, customerById, memberById } from '../vendors/vendor.reads.js'
import { Contact, Customer, Member } from '../vendors/vendor.types.js'
import * as conversation from './conversation.js'
import { AssignTicketInput, NotAnAnswerInput, ReplyInput, NeedNothingInput } from './ticket.inputs.js'
import * as reads from './ticket.reads.js'
import { NotYourMove } from './ticket.refusals.js'
import {
  Message, MessageConnection, type MessageRow, NextMove, Part, StateType, Ticket, TicketConnection, type TicketRow, TimelineConnection,
} from './ticket.types.js'

const reply = answer('reply', Message, [NotYourMove], reads.messageById)
const needNothing = answer('needNothing', Ticket, [NotYourMove], reads.ticketById)
const notAnAnswer = answer('notAnAnswer', Ticket, [NotYourMove], reads.ticketById)
const assignTicket = answer('assignTicket', Ticket, [], reads.ticketById)

@Resolver(() => Ticket)
export class TicketResolver {
  @permit('tickets:read')
  @Query(() => Ticket, { nullable: true, description: 'One ticket that the caller may see, by its id or its reference; null otherwise.' })
  async ticket(
    @Ctx() ctx: Context,
    @Arg('id', () => ID, { nullable: true, description: 'The id of the ticket.' }) id?: string,
    @Arg('reference', () => String, { nullable: true, description: 'Or its reference, as in `HAV-1042`.' }) reference?: string,
  ) {
    const read = await reading(ctx)
    if (id) return reads.ticketById(read, idArg(id, 'tkt', 'id'))
    return reference ? reads.ticketByReference(read, reference) : null
  }

  @permit('tickets:read')
  @Query(() => TicketConnection, { description: 'Tickets, the newest first: all of the vendor\'s for a member, those of the own customer for a contact.' })
  async tickets(
    @Args(() => PageArgs) page: PageArgs, @Ctx() ctx: Context,
    @Arg('state', () => StateType, { nullable: true, description: 'Only those in this state.' }) state?: TicketRow['state'],
    @Arg('customerId', () => ID, { nullable: true, description: 'Only those of this customer.' }) customerId?: string,
    @Arg('assigneeId', () => ID, { nullable: true, description: 'Only those of this member.' }) assigneeId?: string,
  ) {
    return reads.tickets(await reading(ctx), page, {
      state: state ?? undefined, customerId: customerId ? idArg(customerId, 'cus', 'customerId') : undefined,
      assigneeId: assigneeId ? idArg(assigneeId, 'mem', 'assigneeId') : undefined,
    })
  }

  @permit('tickets:work')
  @Query(() => TicketConnection, { description: 'What waits for the vendor, the earliest deadline first.' })
  async queue(@Args(() => PageArgs) page: PageArgs, @Ctx() ctx: Context) {
    return reads.queue(await reading(ctx), page)
  }

  @FieldResolver(() => Customer, { description: 'The customer whose ticket it is.' })
  async customer(@Root() ticket: TicketRow, @Ctx() ctx: Context) {
    return customerById(await reading(ctx), ticket.customerId)
  }

  @FieldResolver(() => Contact, { description: 'The person who asks.' })
  async contact(@Root() ticket: TicketRow, @Ctx() ctx: Context) {
    return contactById(await reading(ctx), ticket.contactId)
  }

  @FieldResolver(() => Product, { description: 'The product that it is about.' })
  async product(@Root() ticket: TicketRow, @Ctx() ctx: Context) {
    return productById(await reading(ctx), ticket.productId)
  }

  @FieldResolver(() => Member, { nullable: true, description: 'The member who works on it; null when nobody does, and to contacts, who do not read the staff\'s records.' })
  async assignee(@Root() ticket: TicketRow, @Ctx() ctx: Context) {
    return ctx.actor.kind === 'CONTACT' ? null : ticket.assigneeId && memberById(await reading(ctx), ticket.assigneeId)
  }

  @FieldResolver(() => NextMove, { description: 'Who moves next and by when; the same for every reader.' })
  nextMove(@Root() ticket: TicketRow): NextMove {
    return { mover: ticket.nextMover, dueAt: ticket.nextDueAt }
  }

  @FieldResolver(() => [Part], { description: 'Its parts in order; at least one.' })
  async parts(@Root() ticket: TicketRow, @Ctx() ctx: Context) {
    return reads.partsOf(await reading(ctx), ticket.id)
  }

  @FieldResolver(() => MessageConnection, { description: 'What was said, the oldest first; contacts do not see notes.' })
  async messages(@Root() ticket: TicketRow, @Args(() => PageArgs) page: PageArgs, @Ctx() ctx: Context) {
    return reads.messages(await reading(ctx), ticket.id, page)
  }

  @FieldResolver(() => TimelineConnection, { description: 'What happened, from the events themselves, the oldest first.' })
  async timeline(@Root() ticket: TicketRow, @Args(() => PageArgs) page: PageArgs, @Ctx() ctx: Context) {
    return reads.timeline(await reading(ctx), ticket.id, page)
  }

  @permit('tickets:reply')
  @Mutation(() => reply.type, { description: 'Writes in a ticket. A member\'s public answer stops the response clock; a receipt does not.' })
  reply(@Arg('input', () => ReplyInput, { description: 'The message.' }) input: ReplyInput, @Ctx() ctx: Context) {
    return command(ctx, reply, input, (act) => conversation.reply(act, input))
  }

  @permit('tickets:confirm')
  @Mutation(() => needNothing.type, { description: '"You need nothing from me": the vendor has the next move again, and time goes on at once.' })
  needNothing(@Arg('input', () => NeedNothingInput, { description: 'The ticket.' }) input: NeedNothingInput, @Ctx() ctx: Context) {
    return command(ctx, needNothing, input, (act) => conversation.needNothing(act, input))
  }

  @permit('tickets:confirm')
  @Mutation(() => notAnAnswer.type, { description: '"This is not an answer": the response clock goes on from where it was.' })
  notAnAnswer(@Arg('input', () => NotAnAnswerInput, { description: 'The message.' }) input: NotAnAnswerInput, @Ctx() ctx: Context) {
    return command(ctx, notAnAnswer, input, (act) => conversation.notAnAnswer(act, input))
  }

  @permit('tickets:work')
  @Mutation(() => assignTicket.type, { description: 'Gives a ticket to a member, or to nobody. No clock restarts.' })
  assignTicket(@Arg('input', () => AssignTicketInput, { description: 'The ticket and the member.' }) input: AssignTicketInput, @Ctx() ctx: Context) {
    return command(ctx, assignTicket, input, (act) => conversation.assignTicket(act, input))
  }
}

@Resolver(() => Message)
export class MessageResolver {
  @FieldResolver(() => Ticket, { description: 'The ticket that it stands in.' })
  async ticket(@Root() message: MessageRow, @Ctx() ctx: Context) {
    return reads.ticketById(await reading(ctx), message.ticketId)
  }
}
