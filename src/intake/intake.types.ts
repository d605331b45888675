import { Field, ID, InputType, Int, ObjectType } from 'type-graphql'
import {
  CeilingType, ConsideredType, ContestedFactType, FactInput, OutcomeType, PromisedDeadline, QuotePrice, TicketKindType,
} from '../boundary/boundary.types.js'
import type { TicketKind } from '../boundary/facts.js'
import { DecisionClassType, HandlerType, PayerType } from '../boundary/policies.types.js'
import type { DecisionClass, Handler, Payer } from '../boundary/policy.js'
import { UnitType } from '../catalog/catalog.types.js'
import { SeverityType } from '../catalog/severity.js'
import type { Severity } from '../catalog/words.js'
import type { Id } from '../kernel/ids.js'
import { Choice, Code, CommandInput, Currency, Nested, NestedList, Ref, Text, Whole } from '../kernel/input.js'
import { enumOf } from '../kernel/types.js'

@InputType({ description: 'The problem, as far as it is known. The same object goes from the preview to the quote to the ticket.' })
export class ProblemInput {
  @Code('The code of the product that it is about.') product!: string
  @Code('The code of the component it happens in, when known.', { optional: true }) component?: string
  @Choice(TicketKindType, 'What is wanted. DEFECT says: "I think this is your defect".') kind!: TicketKind
  @Choice(SeverityType, 'The business impact.') severity!: Severity
  @NestedList(() => FactInput, 'What the caller knows about it.', { max: 20, optional: true }) facts?: FactInput[]
}

@InputType({ description: 'A problem, and for whom the answer is wanted.' })
export class PreviewTicketInput {
  @Code('The vendor\'s handle; needed by callers without a token, and only by them.', { max: 40, optional: true }) vendor?: string
  @Ref('cus', 'Members: the customer to answer for; without one, as for somebody without a plan. Contacts ask for their own.', { optional: true }) customerId?: Id<'cus'>
  @Nested(() => ProblemInput, 'The problem.') problem!: ProblemInput
  @Currency('ISO 4217 code of the currency for prices; the vendor\'s own when not said.', { optional: true }) currency?: string
}

@InputType({ description: 'A problem whose price and ceiling should be held.' })
export class RequestQuoteInput extends CommandInput {
  @Ref('con', 'Members: the contact to quote for. Contacts quote for themselves.', { optional: true }) contactId?: Id<'con'>
  @Nested(() => ProblemInput, 'The problem.') problem!: ProblemInput
  @Currency('ISO 4217 code of the currency for the price; the vendor\'s own when not said.', { optional: true }) currency?: string
}

@InputType({ description: 'A ticket: with an accepted quote, or with the problem and the ceiling that is accepted.' })
export class OpenTicketInput extends CommandInput {
  @Text('One line that names the problem.', { max: 200 }) subject!: string
  @Text('The problem in the contact\'s own words.', { max: 20_000, multiline: true }) body!: string
  @Ref('quo', 'The quote that is accepted. Either this or the problem.', { optional: true }) quoteId?: Id<'quo'>
  @Nested(() => ProblemInput, 'The problem, when there is no quote.', { optional: true }) problem?: ProblemInput
  @Whole(
    'Without a quote: the most units that are accepted. 0 reports what may be the vendor\'s defect free: nothing can be charged before a class is announced and accepted. Members always open at 0: only the customer accepts a price.',
    { min: 0, max: 10_000, optional: true },
  ) acceptCeilingUnits?: number
  @Ref('con', 'Members: the contact who asks. Contacts open for themselves.', { optional: true }) contactId?: Id<'con'>
  @Text('Members: the vendor\'s own id for it, used by no other ticket.', { max: 200, optional: true }) externalId?: string
}

export const WayKindType = enumOf('WayKind', 'What kind of way there is.', {
  BUY: 'Buy a plan that carries it.',
  REPORT_FREE: 'Report it free as a possible defect; a class is announced first.',
  TURN_TO: 'Turn to somebody else.',
  CHEAPER_PLAN: 'A free plan under which it would cost nothing.',
})
export type WayKind = keyof typeof WayKindType

@ObjectType({ description: 'Another way to get on, often a cheaper one.' })
export class Way {
  @Field(() => WayKindType, { description: 'What kind of way.' }) kind!: WayKind
  @Field(() => String, { description: 'What to do, in a sentence.' }) text!: string
  @Field(() => ID, { nullable: true, description: 'The plan version to buy, where it is one.' }) planVersionId!: Id<'plv'> | null
  @Field(() => QuotePrice, { nullable: true, description: 'What it costs, where it costs something.' }) price!: QuotePrice | null
}

@ObjectType({ description: 'What is left of an agreement\'s units, now and after the most that this can cost.' })
export class Remaining {
  @Field(() => UnitType, { description: 'The unit.' }) unit!: 'INCIDENT' | 'MINUTE'
  @Field(() => Int, { description: 'Units that can be taken now.' }) now!: number
  @Field(() => Int, { description: 'Units left if the ceiling is reached.' }) afterCeiling!: number
}

@ObjectType({
  description: 'What a ticket would be: class and reason, who handles it, the charge for each possible cause and the ceiling, deadlines, what remains, and other ways. Stores nothing and binds nobody; requestQuote holds it.',
})
export class Preview {
  @Field(() => DecisionClassType, { description: 'What kind of help it is, as long as no cause is found.' }) class!: DecisionClass
  @Field(() => HandlerType, { description: 'Who does the work.' }) handler!: Handler
  @Field(() => PayerType, { description: 'Who pays.' }) payer!: Payer
  @Field(() => String, { description: 'Why, in at most 60 words.' }) reason!: string
  @Field(() => String, { description: 'The rule of the scope policy that says so.' }) ruleKey!: string
  @Field(() => String, { nullable: true, description: 'The code of the duty that it fulfils.' }) dutyCode!: string | null
  @Field(() => [OutcomeType], { description: 'What it will be and cost for each possible cause; the row UNKNOWN is the answer as long as none is found.' }) outcomes!: OutcomeType[]
  @Field(() => CeilingType, { description: 'The most that it can cost, whatever the cause.' }) ceiling!: CeilingType
  @Field(() => Boolean, { description: 'True when units at hand reach the ceiling, or nothing can be charged.' }) payable!: boolean
  @Field(() => Boolean, { description: 'True when sources disagree about a fact.' }) contested!: boolean
  @Field(() => [ContestedFactType], { description: 'The facts on which sources disagree.' }) contestedFacts!: ContestedFactType[]
  @Field(() => ID, { nullable: true, description: 'The agreement that would carry it; null for none.' }) agreementId!: string | null
  @Field(() => [ConsideredType], { description: 'The agreements that were tried, the one taken and those passed over, and why.' }) considered!: ConsideredType[]
  @Field(() => [PromisedDeadline], { description: 'What would be promised, and the deadlines if it were opened now.' }) deadlines!: PromisedDeadline[]
  @Field(() => [Remaining], { description: 'What is left of the agreement that would carry it.' }) remaining!: Remaining[]
  @Field(() => [Way], { description: 'Other ways to get on, the cheapest first.' }) ways!: Way[]
}
