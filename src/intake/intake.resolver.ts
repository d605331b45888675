import { Arg, Ctx, Mutation, Query, Resolver } from 'type-graphql'
import { NoScopePolicy, QuoteExpired, QuoteUsed } from '../boundary/boundary.refusals.js'
import { quoteById } from '../boundary/boundary.reads.js'
import { Quote } from '../boundary/boundary.types.js'
import { UnitsExhausted } from '../entitlements/entitlements.refusals.js'
import type { Context } from '../kernel/act.js'
import { command } from '../kernel/command.js'
import { query, refusalOrThrow } from '../kernel/query.js'
import { answer } from '../kernel/refusal.js'
import { ticketById } from '../tickets/ticket.reads.js'
import { AboveCeiling } from '../tickets/ticket.refusals.js'
import { Ticket } from '../tickets/ticket.types.js'
import { permit } from '../vendors/permit.js'
import { visit } from '../vendors/visit.js'
import { OpenTicketInput, Preview, PreviewTicketInput, RequestQuoteInput } from './intake.types.js'
import * as opening from './open-ticket.js'
import { previewTicket } from './preview.js'

const previewed = answer('previewTicket', Preview, [NoScopePolicy])
const requestQuote = answer('requestQuote', Quote, [NoScopePolicy], quoteById)
const openTicket = answer('openTicket', Ticket, [NoScopePolicy, QuoteExpired, QuoteUsed, AboveCeiling, UnitsExhausted], ticketById)

@Resolver()
export class IntakeResolver {
  @permit('tickets:preview')
  @Query(() => previewed.type, { description: 'Class, reason, charge per cause, ceiling, deadlines, what remains and cheaper ways, before anybody commits. Open to anyone who names the vendor; stores nothing.' })
  async previewTicket(@Arg('input', () => PreviewTicketInput, { description: 'The problem.' }) input: PreviewTicketInput, @Ctx() ctx: Context) {
    try {
      await visit(ctx, input.vendor)
    } catch (error) {
      return refusalOrThrow(error, previewed)
    }
    return query(ctx, previewed, input, (read) => previewTicket(read, input))
  }

  @permit('quotes:request')
  @Mutation(() => requestQuote.type, { description: 'Holds class, payer, price, promises, charge per cause and ceiling for 30 minutes. Reserves nothing.' })
  requestQuote(@Arg('input', () => RequestQuoteInput, { description: 'The problem.' }) input: RequestQuoteInput, @Ctx() ctx: Context) {
    return command(ctx, requestQuote, input, (act) => opening.requestQuote(act, input))
  }

  @permit('tickets:open')
  @Mutation(() => openTicket.type, { description: 'Opens a ticket with its decision, reservation and clocks, or nothing at all. Free when it may be the vendor\'s defect: ceiling 0.' })
  openTicket(@Arg('input', () => OpenTicketInput, { description: 'The ticket.' }) input: OpenTicketInput, @Ctx() ctx: Context) {
    return command(ctx, openTicket, input, (act) => opening.openTicket(act, input))
  }
}
