import { InputType } from 'type-graphql'
import type { Id } from '../kernel/ids.js'
import { Choice, Choices, Code, CommandInput, Currency, ExternalId, Flag, NestedList, Ref, Text, Texts, Whole } from '../kernel/input.js'
import { ComponentOwnerType, DutyKindType, PlanKindType, PriceIntervalType, SupportChannelType, UnitType } from './catalog.types.js'
import type { ComponentOwner, DutyKind, PlanKind, PriceInterval, SupportChannel, Unit } from './words.js'

const statement = { max: 2000, multiline: true }
const languages = (description: string) => Texts(`${description} As BCP 47 tags: \`nb\`, \`en-GB\`.`, { max: 35, items: 20, optional: true })
const channels = (description: string) => Choices(SupportChannelType, description, { optional: true, min: 1, max: 4 })

@InputType({ description: 'A new product. It begins as a draft, which only the vendor sees.' })
export class CreateProductInput extends CommandInput {
  @Code('The code by which rules name it; unique among the products, and it stays.') code!: string
  @Text('The name that customers see.', { max: 120 }) name!: string
  @Text('What it is.', statement) description!: string
  @languages('The languages that support answers in; the vendor\'s when not said.') languages?: string[]
  @channels('The ways to reach support; tickets when not said.') channels?: SupportChannel[]
  @Text('What support does not cover.', { ...statement, optional: true }) exclusions?: string
  @Text('Where to turn with what the vendor does not help with.', { max: 500, optional: true }) turnTo?: string
  @ExternalId() externalId?: string
}

@InputType({ description: 'Changes to a product; what is not said stays.' })
export class UpdateProductInput extends CommandInput {
  @Ref('prd', 'The product.') productId!: Id<'prd'>
  @Text('The name that customers see.', { max: 120, optional: true }) name?: string
  @Text('What it is.', { ...statement, optional: true }) description?: string
  @languages('The languages that support answers in.') languages?: string[]
  @channels('The ways to reach support.') channels?: SupportChannel[]
  @Text('What support does not cover; null when nothing is excluded any more.', { ...statement, optional: true }) exclusions?: string | null
  @Text('Where to turn with what the vendor does not help with.', { max: 500, optional: true }) turnTo?: string
}

@InputType({ description: 'A product as the vendor\'s own system has it, by its external id.' })
export class UpsertProductInput extends CommandInput {
  @Text('The vendor\'s own id of the product.', { max: 200 }) externalId!: string
  @Code('The code by which rules name it; unique among the products, and it stays.') code!: string
  @Text('The name that customers see.', { max: 120 }) name!: string
  @Text('What it is.', statement) description!: string
  @languages('The languages that support answers in; as they are (a new product: the vendor\'s) when not said.') languages?: string[]
  @channels('The ways to reach support; as they are (a new product: tickets) when not said.') channels?: SupportChannel[]
  @Text('What support does not cover; as it is when not said.', { ...statement, optional: true }) exclusions?: string
  @Text('Where to turn with what the vendor does not help with; as it is when not said.', { max: 500, optional: true }) turnTo?: string
}

@InputType({ description: 'Which product.' })
export class ProductInput extends CommandInput {
  @Ref('prd', 'The product.') productId!: Id<'prd'>
}

@InputType({ description: 'Which product goes on sale.' })
export class PutProductOnSaleInput extends ProductInput {}

@InputType({ description: 'Which product is not sold any more.' })
export class RetireProductInput extends ProductInput {}

@InputType({ description: 'A new part of a product.' })
export class CreateComponentInput extends CommandInput {
  @Ref('prd', 'The product.') productId!: Id<'prd'>
  @Code('The code by which rules name it; unique in the product, and it stays.') code!: string
  @Text('The name that customers see.', { max: 120 }) name!: string
  @Choice(ComponentOwnerType, 'Whose it is.') owner!: ComponentOwner
  @Text('The owner\'s name; needed for a DEPENDENCY.', { max: 120, optional: true }) ownerName?: string
  @Text('What belongs to it.', statement) description!: string
}

@InputType({ description: 'Changes to a component; what is not said stays.' })
export class UpdateComponentInput extends CommandInput {
  @Ref('cmp', 'The component.') componentId!: Id<'cmp'>
  @Text('The name that customers see.', { max: 120, optional: true }) name?: string
  @Choice(ComponentOwnerType, 'Whose it is.', { optional: true }) owner?: ComponentOwner
  @Text('The owner\'s name; needed for a DEPENDENCY. null when it is nobody\'s in particular.', { max: 120, optional: true })
  ownerName?: string | null
  @Text('What belongs to it.', { ...statement, optional: true }) description?: string
}

@InputType({ description: 'A new cause code.' })
export class CreateCauseCodeInput extends CommandInput {
  @Ref('prd', 'The product that it belongs to; of every product when not said.', { optional: true }) productId?: Id<'prd'>
  @Code('The code by which rules name it; unique among the vendor\'s, and it stays.') code!: string
  @Text('The name that customers see.', { max: 120 }) name!: string
  @Text('When it is this cause.', statement) description!: string
}

@InputType({ description: 'Changes to a cause code; what is not said stays.' })
export class UpdateCauseCodeInput extends CommandInput {
  @Ref('cau', 'The cause code.') causeCodeId!: Id<'cau'>
  @Text('The name that customers see.', { max: 120, optional: true }) name?: string
  @Text('When it is this cause.', { ...statement, optional: true }) description?: string
}

@InputType({ description: 'A new duty of the vendor towards everybody who has the product.' })
export class CreateDutyInput extends CommandInput {
  @Ref('prd', 'The product.') productId!: Id<'prd'>
  @Code('The code by which rules cite it; unique in the product, and it stays.') code!: string
  @Choice(DutyKindType, 'What kind of duty it is.') kind!: DutyKind
  @Text('The duty, in the words that customers may hold the vendor to.', statement) statement!: string
}

@InputType({ description: 'Changes to a duty; what is not said stays.' })
export class UpdateDutyInput extends CommandInput {
  @Ref('dty', 'The duty.') dutyId!: Id<'dty'>
  @Text('The duty, in the words that customers may hold the vendor to.', { ...statement, optional: true }) statement?: string
}

@InputType({ description: 'A new plan. It is sold once a version of it is published.' })
export class CreatePlanInput extends CommandInput {
  @Ref('prd', 'The product that it is sold with; every product when not said.', { optional: true }) productId?: Id<'prd'>
  @Code('Its code; unique among the plans, and it stays.') code!: string
  @Text('The name that customers see.', { max: 120 }) name!: string
  @Choice(PlanKindType, 'What is sold, and how.') kind!: PlanKind
  @Text('Where to turn instead; needed before a NONE is published.', { max: 500, optional: true }) turnTo?: string
}

@InputType({ description: 'Changes to a plan; what is not said stays. Terms and prices are changed by a new version.' })
export class UpdatePlanInput extends CommandInput {
  @Ref('pln', 'The plan.') planId!: Id<'pln'>
  @Text('The name that customers see.', { max: 120, optional: true }) name?: string
  @Text('Where to turn instead.', { max: 500, optional: true }) turnTo?: string
}

@InputType({ description: 'What a plan version costs in one currency and interval, without tax.' })
export class PlanPriceInput {
  @Currency() currency!: string
  @Whole('The net amount in minor units (øre, cents), tax not included.', { min: 0, max: 2_000_000_000 }) amountMinor!: number
  @Whole('The tax rate in basis points: 2500 is 25 %.', { min: 0, max: 10_000 }) taxRateBps!: number
  @Choice(PriceIntervalType, 'How often it is paid.') interval!: PriceInterval
  @Flag('True when it is paid for each seat; only PREMIUM.', { optional: true }) perSeat?: boolean
}

const longest = { min: 1, max: 3660, optional: true }

@InputType({ description: 'New terms of a plan, as a draft.' })
export class DraftPlanVersionInput extends CommandInput {
  @Ref('pln', 'The plan; it has one draft at a time.') planId!: Id<'pln'>
  @Choice(UnitType, 'What its units are; not said when it has none.', { optional: true }) unit?: Unit | null
  @Whole('How many units a purchase or a period brings.', { min: 1, max: 1_000_000, optional: true }) units?: number | null
  @Whole('Days after which the units expire; never when not said.', longest) termDays?: number | null
  @Whole('Days of notice before a renewal on other terms; 0 when not said.', { min: 0, max: 366, optional: true }) noticeDays?: number
  @Text('What it brings.', statement) summary!: string
  @NestedList(() => PlanPriceInput, 'Its prices, one per currency and interval; none when not said.', { max: 40, optional: true })
  prices?: PlanPriceInput[]
}

@InputType({ description: 'Changes to a draft of a plan\'s terms; what is not said stays.' })
export class UpdatePlanVersionInput extends CommandInput {
  @Ref('plv', 'The version; only a DRAFT changes.') planVersionId!: Id<'plv'>
  @Choice(UnitType, 'What its units are; null when it has none.', { optional: true }) unit?: Unit | null
  @Whole('How many units a purchase or a period brings; null when it has none.', { min: 1, max: 1_000_000, optional: true }) units?: number | null
  @Whole('Days after which the units expire; null when they never do.', longest) termDays?: number | null
  @Whole('Days of notice before a renewal on other terms.', { min: 0, max: 366, optional: true }) noticeDays?: number
  @Text('What it brings.', { ...statement, optional: true }) summary?: string
  @NestedList(() => PlanPriceInput, 'All its prices from now on.', { max: 40, optional: true }) prices?: PlanPriceInput[]
}

@InputType({ description: 'Which version of a plan.' })
export class PlanVersionInput extends CommandInput {
  @Ref('plv', 'The version.') planVersionId!: Id<'plv'>
}

@InputType({ description: 'Which draft goes on sale.' })
export class PublishPlanVersionInput extends PlanVersionInput {}

@InputType({ description: 'Which version is not sold any more.' })
export class RetirePlanVersionInput extends PlanVersionInput {}
