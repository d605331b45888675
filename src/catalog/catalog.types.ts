import { GraphQLDateTimeISO, GraphQLLocale } from 'graphql-scalars'
import { Field, ID, Int, ObjectType } from 'type-graphql'
import type { Id } from '../kernel/ids.js'
import { connectionOf } from '../kernel/page.js'
import { enumOf, Node, nodeType } from '../kernel/types.js'
import { UpsertOutcome, type UpsertOutcomeName } from '../vendors/vendor.types.js'
import type { causeCode, component, duty, plan, planPrice, planVersion, product } from './catalog.table.js'
import type { ComponentOwner, DutyKind, PlanKind, PlanVersionState, PriceInterval, ProductState, SupportChannel, Unit } from './words.js'

export type { ComponentOwner, DutyKind, PlanKind, PlanVersionState, PriceInterval, ProductState, SupportChannel, Unit } from './words.js'

export type ProductRow = typeof product.$inferSelect
export type ComponentRow = typeof component.$inferSelect
export type CauseCodeRow = typeof causeCode.$inferSelect
export type DutyRow = typeof duty.$inferSelect
export type PlanRow = typeof plan.$inferSelect
export type PlanVersionRow = typeof planVersion.$inferSelect
export type PlanPriceRow = typeof planPrice.$inferSelect

export const ProductStateType = enumOf<ProductState>('ProductState', 'Whether a product can be bought.', {
  DRAFT: 'Being described; only the vendor sees it.',
  ON_SALE: 'Everyone sees it.',
  RETIRED: 'Not sold any more; agreements go on.',
})

export const SupportChannelType = enumOf<SupportChannel>('SupportChannel', 'A way to reach support.', {
  TICKET: 'Tickets, here.', EMAIL: 'Mail.', CHAT: 'Chat.', PHONE: 'Telephone.',
})

export const ComponentOwnerType = enumOf<ComponentOwner>('ComponentOwner', 'Whose a component is; it decides who answers for its faults.', {
  OWN: 'The vendor made it.',
  DEPENDENCY: 'A named third party made it and the product needs it.',
  CUSTOMER_OWNED: "The customer's own: its network, its settings, its code.",
  PARTNER_BUILT: 'A partner built it for the customer.',
})

export const DutyKindType = enumOf<DutyKind>('DutyKind', 'What the vendor owes everybody who has the product, with or without a plan.', {
  DEFECT: 'Mending what does not work as described.',
  AVAILABILITY: 'Being there.',
  SECURITY_FIX: 'Closing security holes.',
  DATA_KEPT: 'Keeping the customer\'s data.',
  STATUS_MESSAGES: 'Saying what is wrong while something is.',
})

export const PlanKindType = enumOf<PlanKind>('PlanKind', 'What is sold, and how.', {
  PER_INCIDENT: 'One incident, paid once.',
  PACKAGE: 'Several units, paid once.',
  PREMIUM: 'A month or year of support, flat or per seat, with or without units.',
  COMMUNITY: 'Answers from other users and the vendor, free and without a promise.',
  NONE: 'No support, said aloud, with whom to turn to instead.',
})

export const PlanVersionStateType = enumOf<PlanVersionState>('PlanVersionState', 'Where the terms of a plan stand.', {
  DRAFT: 'Being written; only the vendor sees it.',
  PUBLISHED: 'On sale; never changes.',
  RETIRED: 'Not sold any more; never changes, and agreements on it go on.',
})

export const UnitType = enumOf<Unit>('Unit', 'What support is counted in.', { INCIDENT: 'One problem, solved.', MINUTE: 'One minute of work.' })

export const PriceIntervalType = enumOf<PriceInterval>('PriceInterval', 'How often a price is paid.', {
  ONE_OFF: 'Once.', MONTH: 'Every month.', YEAR: 'Every year.',
})

@ObjectType({ implements: Node, description: 'What the vendor sells, and what it says about support for it.' })
export class Product extends Node
  implements Pick<ProductRow, 'code' | 'name' | 'description' | 'state' | 'languages' | 'channels' | 'exclusions' | 'turnTo' | 'externalId' | 'createdAt'> {
  declare id: Id<'prd'>
  @Field(() => String, { description: 'The code by which rules name it; unique among the vendor\'s products.' }) code!: string
  @Field(() => String, { description: 'The name that customers see.' }) name!: string
  @Field(() => String, { description: 'What it is, in a few sentences.' }) description!: string
  @Field(() => ProductStateType, { description: 'Whether it can be bought.' }) state!: ProductState
  @Field(() => [GraphQLLocale], { description: 'The languages that support answers in.' }) languages!: string[]
  @Field(() => [SupportChannelType], { description: 'The ways to reach support.' }) channels!: SupportChannel[]
  @Field(() => String, { nullable: true, description: 'What support does not cover, in words; null when nothing is excluded.' })
  exclusions!: string | null
  @Field(() => String, { nullable: true, description: 'Where to turn with what the vendor does not help with. Never null once on sale.' })
  turnTo!: string | null
  @Field(() => String, { nullable: true, description: 'The vendor\'s own id for it.' }) externalId!: string | null
  @Field(() => GraphQLDateTimeISO, { description: 'When it was added.' }) createdAt!: Date
}

@ObjectType({ implements: Node, description: 'A part of a product, and whose it is.' })
export class Component extends Node implements Pick<ComponentRow, 'code' | 'name' | 'owner' | 'ownerName' | 'description'> {
  declare id: Id<'cmp'>
  productId!: Id<'prd'>
  @Field(() => String, { description: 'The code by which rules name it; unique in the product.' }) code!: string
  @Field(() => String, { description: 'The name that customers see.' }) name!: string
  @Field(() => ComponentOwnerType, { description: 'Whose it is.' }) owner!: ComponentOwner
  @Field(() => String, { nullable: true, description: 'The owner\'s name; never null for a DEPENDENCY.' }) ownerName!: string | null
  @Field(() => String, { description: 'What belongs to it, in a few sentences.' }) description!: string
}

@ObjectType({ implements: Node, description: 'What a problem can turn out to have been. The charge of a ticket depends on it.' })
export class CauseCode extends Node implements Pick<CauseCodeRow, 'code' | 'name' | 'description'> {
  declare id: Id<'cau'>
  productId!: Id<'prd'> | null
  @Field(() => String, { description: 'The code by which rules name it; unique among the vendor\'s, never changed.' }) code!: string
  @Field(() => String, { description: 'The name that customers see.' }) name!: string
  @Field(() => String, { description: 'When it is this cause, so that two people would choose the same.' }) description!: string
}

@ObjectType({ implements: Node, description: 'What the vendor owes everybody who has the product, with or without a plan.' })
export class Duty extends Node implements Pick<DutyRow, 'code' | 'kind' | 'statement'> {
  declare id: Id<'dty'>
  productId!: Id<'prd'>
  @Field(() => String, { description: 'The code by which rules cite it; unique in the product.' }) code!: string
  @Field(() => DutyKindType, { description: 'What kind of duty it is.' }) kind!: DutyKind
  @Field(() => String, { description: 'The duty, in the words that customers may hold the vendor to.' }) statement!: string
}

@ObjectType({ implements: Node, description: 'What is sold beside a product. Its terms and prices are in its versions.' })
export class Plan extends Node implements Pick<PlanRow, 'code' | 'name' | 'kind' | 'turnTo' | 'createdAt'> {
  declare id: Id<'pln'>
  productId!: Id<'prd'> | null
  @Field(() => String, { description: 'Its code; unique among the vendor\'s plans.' }) code!: string
  @Field(() => String, { description: 'The name that customers see.' }) name!: string
  @Field(() => PlanKindType, { description: 'What is sold, and how.' }) kind!: PlanKind
  @Field(() => String, { nullable: true, description: 'Where to turn instead; never null for a published NONE.' }) turnTo!: string | null
  @Field(() => GraphQLDateTimeISO, { description: 'When it was added.' }) createdAt!: Date
}

@ObjectType({ description: 'What a plan version costs in one currency and interval, without tax.' })
export class PlanPrice implements Pick<PlanPriceRow, 'currency' | 'amountMinor' | 'taxRateBps' | 'interval' | 'perSeat'> {
  @Field(() => ID, { description: 'The id of the price.' }) id!: Id<'prc'>
  @Field(() => String, { description: 'ISO 4217 code.' }) currency!: string
  @Field(() => Int, { description: 'The net amount in minor units (øre, cents), tax not included.' }) amountMinor!: number
  @Field(() => Int, { description: 'The tax rate in basis points: 2500 is 25 %.' }) taxRateBps!: number
  @Field(() => PriceIntervalType, { description: 'How often it is paid.' }) interval!: PriceInterval
  @Field(() => Boolean, { description: 'True when it is paid for each seat.' }) perSeat!: boolean
}

@ObjectType({ implements: Node, description: 'The terms of a plan. Once published they never change; new terms are a new version.' })
export class PlanVersion extends Node
  implements Pick<PlanVersionRow, 'number' | 'state' | 'unit' | 'units' | 'termDays' | 'noticeDays' | 'summary' | 'createdAt' | 'publishedAt' | 'retiredAt'> {
  declare id: Id<'plv'>
  planId!: Id<'pln'>
  @Field(() => Int, { description: 'Counts the versions of a plan from 1.' }) number!: number
  @Field(() => PlanVersionStateType, { description: 'Where the terms stand.' }) state!: PlanVersionState
  @Field(() => UnitType, { nullable: true, description: 'What its units are; null when it has none.' }) unit!: Unit | null
  @Field(() => Int, { nullable: true, description: 'How many units a purchase or a period brings; null when it has none.' }) units!: number | null
  @Field(() => Int, { nullable: true, description: 'Days after which the units expire; null when they never do.' }) termDays!: number | null
  @Field(() => Int, { description: 'Days of notice before a renewal on other terms.' }) noticeDays!: number
  @Field(() => String, { description: 'What it brings, in a few sentences.' }) summary!: string
  @Field(() => GraphQLDateTimeISO, { description: 'When it was drafted.' }) createdAt!: Date
  @Field(() => GraphQLDateTimeISO, { nullable: true, description: 'When it was published; null for a draft.' }) publishedAt!: Date | null
  @Field(() => GraphQLDateTimeISO, { nullable: true, description: 'When its sale ended; null until then.' }) retiredAt!: Date | null
}

nodeType('prd', 'Product')
nodeType('cmp', 'Component')
nodeType('cau', 'CauseCode')
nodeType('dty', 'Duty')
nodeType('pln', 'Plan')
nodeType('plv', 'PlanVersion')

export const ProductConnection = connectionOf(Product)
export const PlanConnection = connectionOf(Plan)

@ObjectType({ description: 'What became of a product that was sent with an external id.' })
export class ProductUpsert {
  id!: Id<'prd'>
  @Field(() => Product, { description: 'The product as it is now.' }) product!: ProductRow
  @Field(() => UpsertOutcome, { description: 'What this call did.' }) outcome!: UpsertOutcomeName
}
