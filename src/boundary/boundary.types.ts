import { GraphQLDateTimeISO, GraphQLSafeInt } from 'graphql-scalars'
import { GraphQLError, GraphQLScalarType, Kind } from 'graphql'
import { Field, ID, InputType, Int, ObjectType } from 'type-graphql'
import { type PlanKind, PlanKindType } from '../catalog/catalog.types.js'
import { SeverityType } from '../catalog/severity.js'
import type { Severity } from '../catalog/words.js'
import type { Id } from '../kernel/ids.js'
import { Choice, Text } from '../kernel/input.js'
import { enumOf, Node, nodeType } from '../kernel/types.js'
import type { Metric, PromiseKind } from '../sla/metric.js'
import { MetricType, PromiseKindType } from '../sla/sla.types.js'
import type { decision, fact, quote, quoteStates, stages } from './boundary.table.js'
import type { FactSource, FactValue, TicketKind } from './facts.js'
import { DecisionClassType, HandlerType, PayerType, UnitCharge } from './policies.types.js'
import type { DecisionClass, Handler, Payer } from './policy.js'

export type FactRow = typeof fact.$inferSelect
export type DecisionRow = typeof decision.$inferSelect
export type QuoteRow = typeof quote.$inferSelect
export type Stage = (typeof stages)[number]
export type QuoteState = (typeof quoteStates)[number]

export const TicketKindType = enumOf<TicketKind>('TicketKind', 'What a contact wants.', {
  QUESTION: 'Help with using the product.',
  DEFECT: 'Something does not work as described.',
  OUTAGE_REPORT: 'The product is down. Never costs anything.',
  CHANGE_REQUEST: 'The product should do something else.',
  TRAINING: 'Lessons.',
  CONSULTING: 'Advice on a plan of the customer\'s own.',
  BILLING_QUESTION: 'A question about an invoice or a price. Never costs anything.',
  SECURITY_REPORT: 'A weakness in the product. Confidential, never costs anything.',
  DATA_REQUEST: 'A request about the customer\'s own data. Never costs anything.',
  COMPLAINT: 'Something went wrong between people. Never costs anything.',
  REVIEW: 'A decision should be looked at again. Never costs anything.',
})

export const FactSourceType = enumOf<FactSource>('FactSource', 'Who stated a fact. While sources disagree, a check is believed first and the contact\'s guess last.', {
  CONTACT: 'A contact of the customer.',
  PRODUCT: 'The product says it of itself.',
  CHECK: 'A check that the vendor has signed.',
  MEMBER: 'The vendor\'s staff.',
  PARTNER: 'A partner.',
  SYSTEM: 'The records kept here.',
})

export const StageType = enumOf<Stage>('DecisionStage', 'When a decision was made.', {
  QUOTED: 'In advance, for a quote.',
  OPENED: 'When the ticket was opened.',
  REVISED: 'When facts had changed.',
  RESOLVED: 'When the cause was found.',
  REVIEWED: 'By a review.',
  APPEALED: 'By the outside reviewer.',
})

export const QuoteStateType = enumOf<QuoteState>('QuoteState', 'Whether a quote still holds.', {
  OPEN: 'It holds until it expires.',
  USED: 'It was accepted, once.',
  EXPIRED: 'It binds nobody any more.',
})

const MOST_CHARACTERS = 200

function readFactValue(value: unknown): FactValue {
  if (typeof value === 'boolean' || Number.isSafeInteger(value)) return value as FactValue
  if (typeof value === 'string' && value.length <= MOST_CHARACTERS) return value
  throw new GraphQLError(`A fact's value is true or false, a whole number, or a text of at most ${MOST_CHARACTERS} characters.`)
}

export const FactValueType = new GraphQLScalarType<FactValue, FactValue>({
  name: 'FactValue',
  description: `The value of a fact: true or false, a whole number, or a text of at most ${MOST_CHARACTERS} characters, as the fact has it.`,
  serialize: readFactValue,
  parseValue: readFactValue,
  parseLiteral: (node) => {
    if (node.kind === Kind.BOOLEAN || node.kind === Kind.STRING) return readFactValue(node.value)
    return readFactValue(node.kind === Kind.INT ? Number(node.value) : null)
  },
})

@InputType({ description: 'One fact about the problem.' })
export class FactInput {
  @Text('The fact\'s name, as in `customerChange`.', { max: 64 }) name!: string
  @Choice(FactValueType, 'Its value; `UNKNOWN`, where the fact has it, takes back what was said before.') value!: FactValue
}

@ObjectType({ description: 'What somebody said about the problem.' })
export class StatedFact {
  @Field(() => String, { description: 'The fact\'s name.' }) name!: string
  @Field(() => FactValueType, { description: 'Its value.' }) value!: FactValue
  @Field(() => FactSourceType, { description: 'Who said it.' }) source!: FactSource
  @Field(() => ID, { nullable: true, description: 'The person who said it; null when nobody in particular did.' }) statedBy!: string | null
  @Field(() => GraphQLDateTimeISO, { description: 'When it was said.' }) statedAt!: Date
}

@ObjectType('ContestedFact', { description: 'A fact on which sources disagree: both are asked.' })
export class ContestedFactType {
  @Field(() => String, { description: 'The fact\'s name.' }) name!: string
  @Field(() => [StatedFact], { description: 'What each source says, the one that is believed first.' }) statements!: StatedFact[]
}

@ObjectType('Ceiling', { description: 'The most that something can cost, whatever the cause turns out to be. Work stops there.' })
export class CeilingType {
  @Field(() => Int, { description: 'Incidents at most.' }) incidents!: number
  @Field(() => Int, { description: 'Minutes at most.' }) minutes!: number
}

@ObjectType('Outcome', { description: 'What it will be and cost if this turns out to be the cause.' })
export class OutcomeType {
  @Field(() => String, { description: 'The code of the cause; `UNKNOWN` as long as none is found.' }) cause!: string
  @Field(() => DecisionClassType, { description: 'What kind of help it is then.' }) class!: DecisionClass
  @Field(() => HandlerType, { description: 'Who does the work.' }) handler!: Handler
  @Field(() => PayerType, { description: 'Who pays.' }) payer!: Payer
  @Field(() => UnitCharge, { nullable: true, description: 'What the customer is charged; null for nothing.' }) charge!: UnitCharge | null
  @Field(() => String, { description: 'Why, in words for the customer.' }) reason!: string
  @Field(() => String, { description: 'The rule of the scope policy that says so.' }) ruleKey!: string
  @Field(() => String, { nullable: true, description: 'Whom else to turn to.' }) turnTo!: string | null
}

@ObjectType('ConsideredAgreement', { description: 'An agreement that was tried for it, or none, in the order tried; and why it was taken or passed over.' })
export class ConsideredType {
  @Field(() => ID, { nullable: true, description: 'The agreement; null for none.' }) agreementId!: string | null
  @Field(() => PlanKindType, { description: 'The kind of its plan; NONE for none.' }) planKind!: PlanKind
  @Field(() => Boolean, { description: 'True when its units reach the ceiling.' }) payable!: boolean
  @Field(() => Boolean, { description: 'True for the one that carries it.' }) taken!: boolean
  @Field(() => String, { description: 'Why it was taken or passed over.' }) why!: string
}

@ObjectType({ description: 'A deadline as it was told with a decision.' })
export class PromisedDeadline {
  @Field(() => MetricType, { description: 'What is due.' }) metric!: Metric
  @Field(() => PromiseKindType, { description: 'What the promise is worth when it is missed.' }) kind!: PromiseKind
  @Field(() => Int, { description: 'The promised minutes, in the hours of the calendar.' }) minutes!: number
  @Field(() => GraphQLDateTimeISO, { nullable: true, description: 'When it is due; null when it starts later.' }) dueAt!: Date | null
  @Field(() => String, { nullable: true, description: 'The calendar whose hours count; null for every hour.' }) calendarName!: string | null
}

@ObjectType({
  implements: Node,
  description: 'One answer for one part of a ticket, or for a quote. It answers four questions apart (class, handler, payer, promises), says why, and shows what it was made from. Decisions are never changed; the newest that is not proposed stands.',
})
export class Decision extends Node implements Pick<DecisionRow, 'number' | 'stage' | 'proposed' | 'class' | 'handler' | 'payer' | 'payable'
  | 'dutyCode' | 'reason' | 'ruleKey' | 'turnTo' | 'cause' | 'contested' | 'agreementId' | 'acceptsId' | 'decidedByKind' | 'decidedBy' | 'at'> {
  declare id: Id<'dec'>
  @Field(() => Int, { description: 'Counts the decisions of one part or quote from 1.' }) number!: number
  @Field(() => StageType, { description: 'When it was made.' }) stage!: Stage
  @Field(() => Boolean, { description: 'True while it is only proposed, because it is dearer: nothing of it holds before it is accepted.' }) proposed!: boolean
  @Field(() => ID, { nullable: true, description: 'The proposal that it accepts; null when it accepts none.' }) acceptsId!: Id<'dec'> | null
  @Field(() => DecisionClassType, { description: 'The first answer: what kind of help it is.' }) class!: DecisionClass
  @Field(() => HandlerType, { description: 'The second answer: who does the work.' }) handler!: Handler
  @Field(() => PayerType, { description: 'The third answer: who pays.' }) payer!: Payer
  @Field(() => Boolean, { description: 'False when nobody\'s units reach the ceiling: they have to be bought, or nothing is charged until a class is announced.' }) payable!: boolean
  @Field(() => String, { nullable: true, description: 'The code of the duty that it fulfils.' }) dutyCode!: string | null
  @Field(() => String, { description: 'Why, in words for the customer.' }) reason!: string
  @Field(() => String, { description: 'The rule of the scope policy that says so.' }) ruleKey!: string
  @Field(() => String, { nullable: true, description: 'Whom else to turn to.' }) turnTo!: string | null
  @Field(() => String, { nullable: true, description: 'The code of the cause that was found; null before that.' }) cause!: string | null
  @Field(() => Boolean, { description: 'True while sources disagree, or a rule could not be applied.' }) contested!: boolean
  @Field(() => ID, { nullable: true, description: 'The agreement that carries it; null for none.' }) agreementId!: Id | null
  @Field(() => String, { description: 'What kind of actor decided: MEMBER, CONTACT or AUTOMATION (the policy by itself).' }) decidedByKind!: string
  @Field(() => ID, { nullable: true, description: 'The person who decided; null when the policy did by itself.' }) decidedBy!: Id | null
  @Field(() => GraphQLDateTimeISO, { description: 'When it was decided.' }) at!: Date
}

@ObjectType({ description: 'A price: net, tax and gross.' })
export class QuotePrice {
  @Field(() => GraphQLSafeInt, { description: 'Without tax, in minor units.' }) netMinor!: number
  @Field(() => GraphQLSafeInt, { description: 'The tax, in minor units.' }) taxMinor!: number
  @Field(() => GraphQLSafeInt, { description: 'With tax, in minor units: what is paid.' }) grossMinor!: number
  @Field(() => String, { description: 'ISO 4217 code.' }) currency!: string
}

@ObjectType({
  implements: Node,
  description: 'A decision in advance: class, payer, price, promises and ceiling are held for the customer until it expires or is used, once. It reserves nothing.',
})
export class Quote extends Node implements Pick<QuoteRow, 'agreementId' | 'createdAt' | 'expiresAt' | 'usedAt' | 'usedBySubjectId'> {
  declare id: Id<'quo'>
  customerId!: Id<'cus'>
  contactId!: Id<'con'> | null
  productId!: Id<'prd'>
  componentId!: Id<'cmp'> | null
  decisionId!: Id<'dec'>
  @Field(() => TicketKindType, { description: 'What the contact wants.' }) kind!: TicketKind
  @Field(() => SeverityType, { description: 'The business impact.' }) severity!: Severity
  @Field(() => ID, { nullable: true, description: 'The agreement that would carry it; null for none.' }) agreementId!: Id | null
  @Field(() => GraphQLDateTimeISO, { description: 'When it was asked for.' }) createdAt!: Date
  @Field(() => GraphQLDateTimeISO, { description: 'Until when it holds; at this instant it no longer does.' }) expiresAt!: Date
  @Field(() => GraphQLDateTimeISO, { nullable: true, description: 'When it was used; null until then.' }) usedAt!: Date | null
  @Field(() => ID, { nullable: true, description: 'The part of the ticket that was opened with it; null until then.' }) usedBySubjectId!: Id | null
}

nodeType('dec', 'Decision')
nodeType('quo', 'Quote')
