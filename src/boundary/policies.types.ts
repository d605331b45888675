import { GraphQLDateTimeISO } from 'graphql-scalars'
import { Field, InputType, Int, ObjectType } from 'type-graphql'
import { type Unit, UnitType } from '../catalog/catalog.types.js'
import type { Id } from '../kernel/ids.js'
import { Choice, CommandInput, Nested, NestedList, Ref, Text, Whole } from '../kernel/input.js'
import { connectionOf } from '../kernel/page.js'
import { enumOf, Node, nodeType } from '../kernel/types.js'
import type { scopePolicy, scopePolicyVersion, versionStates } from './boundary.table.js'
import { LONGEST_CONDITION } from './condition/condition.js'
import { type DecisionClass, type Handler, MOST_RULES, type Payer, type PolicyRule } from './policy.js'

export type ScopePolicyRow = typeof scopePolicy.$inferSelect
export type ScopePolicyVersionRow = typeof scopePolicyVersion.$inferSelect
export type ScopePolicyVersionState = (typeof versionStates)[number]

export const DecisionClassType = enumOf<DecisionClass>('DecisionClass', 'What kind of help it is.', {
  SERVICE: 'Already in the price of the product: a duty of the vendor, with or without a plan.',
  SUPPORT: 'Help with what is the customer\'s own; a plan may cover it, or it uses units.',
  THIRD_PARTY: 'Somebody else\'s part; nobody here is paid for it by the customer.',
  NEW_WORK: 'Something new: closed without a charge, with a priced proposal that binds nobody before it is accepted.',
  NOT_OFFERED: 'Nobody here does it; the decision says where to turn.',
})

export const HandlerType = enumOf<Handler>('Handler', 'Who does the work.', {
  VENDOR: 'The vendor\'s own staff.',
  PARTNER: 'A certified partner.',
  CUSTOMER: 'The customer.',
  NOBODY: 'Nobody here.',
})

export const PayerType = enumOf<Payer>('Payer', 'Who pays for the work.', {
  CUSTOMER: 'The customer, in units, or for new work by an accepted proposal.',
  VENDOR: 'The vendor.',
  PARTNER: 'The partner whose work was at fault.',
  NOBODY: 'Nobody: it is included, or nothing is done.',
})

export const ScopePolicyVersionStateType = enumOf<ScopePolicyVersionState>('ScopePolicyVersionState', 'Where a version of a scope policy stands.', {
  DRAFT: 'Being written; only the vendor sees it. Nothing is decided by it.',
  DISCARDED: 'A draft whose place a newer draft took.',
  PUBLISHED: 'Decides now; never changes.',
  RETIRED: 'Published once; never changes, and agreements sold with it hold on to it.',
})

@ObjectType({ description: 'Units that the customer gives for help. Money only buys units.' })
export class UnitCharge {
  @Field(() => UnitType, { description: 'What is counted.' }) unit!: Unit
  @Field(() => Int, { description: 'How many; always more than zero.' }) units!: number
}

@ObjectType({ description: 'One line of a scope policy. The first whose condition is true decides.' })
export class ScopePolicyRule implements Omit<PolicyRule, 'charge'> {
  @Field(() => String, { description: 'Its name in the policy; decisions cite it.' }) key!: string
  @Field(() => String, { description: 'When it applies, in CEL over the facts.' }) condition!: string
  @Field(() => DecisionClassType, { description: 'What kind of help it is then.' }) class!: DecisionClass
  @Field(() => HandlerType, { description: 'Who does the work.' }) handler!: Handler
  @Field(() => PayerType, { description: 'Who pays.' }) payer!: Payer
  @Field(() => UnitCharge, { nullable: true, description: 'What the customer is charged; null for nothing.' }) charge!: UnitCharge | null
  @Field(() => String, { nullable: true, description: 'The code of the vendor\'s duty that it fulfils; never null for a published SERVICE.' }) dutyCode!: string | null
  @Field(() => String, { description: 'Why, in words for the customer.' }) reason!: string
  @Field(() => String, { nullable: true, description: 'Whom else to turn to.' }) turnTo!: string | null
  @Field(() => String, { nullable: true, description: 'A plain example.' }) example!: string | null
}

@ObjectType({ implements: Node, description: 'Where a vendor\'s service ends and its support begins: for one product, or for every product without a policy of its own.' })
export class ScopePolicy extends Node implements Pick<ScopePolicyRow, 'name' | 'createdAt'> {
  declare id: Id<'pol'>
  productId!: Id<'prd'> | null
  @Field(() => String, { description: 'Its name.' }) name!: string
  @Field(() => GraphQLDateTimeISO, { description: 'When it was made.' }) createdAt!: Date
}

@ObjectType({ implements: Node, description: 'One wording of a scope policy. Its rules never change; another wording is another version.' })
export class ScopePolicyVersion extends Node implements Pick<ScopePolicyVersionRow, 'number' | 'state' | 'draftedAt' | 'publishedAt' | 'retiredAt'> {
  declare id: Id<'pov'>
  policyId!: Id<'pol'>
  @Field(() => Int, { nullable: true, description: 'Counts the published versions of a policy from 1; null while never published.' }) number!: number | null
  @Field(() => ScopePolicyVersionStateType, { description: 'Where it stands.' }) state!: ScopePolicyVersionState
  @Field(() => GraphQLDateTimeISO, { description: 'When it was drafted.' }) draftedAt!: Date
  @Field(() => GraphQLDateTimeISO, { nullable: true, description: 'Since when it decides; null while never published.' }) publishedAt!: Date | null
  @Field(() => GraphQLDateTimeISO, { nullable: true, description: 'When the next version took its place; null until then.' }) retiredAt!: Date | null
}

nodeType('pol', 'ScopePolicy')
nodeType('pov', 'ScopePolicyVersion')

export const ScopePolicyConnection = connectionOf(ScopePolicy)
export const ScopePolicyVersionConnection = connectionOf(ScopePolicyVersion)

@InputType({ description: 'A new scope policy, still without rules.' })
export class CreateScopePolicyInput extends CommandInput {
  @Text('Its name.', { max: 120 }) name!: string
  @Ref('prd', 'The product that it decides for; not said: every product without a policy of its own.', { optional: true }) productId?: Id<'prd'>
}

@InputType({ description: 'Units that the customer gives for help.' })
export class UnitChargeInput {
  @Choice(UnitType, 'What is counted.') unit!: Unit
  @Whole('How many.', { min: 0, max: 100_000 }) units!: number
}

@InputType({ description: 'One line of a scope policy. What is missing or wrong in it is said in `problems`, and refused at publishing.' })
export class ScopePolicyRuleInput {
  @Text('Its name in the policy: small letters, digits and hyphens, as in `how-to`.', { max: 64 }) key!: string
  @Text('When it applies, in CEL over the facts, as in `kind == "QUESTION" && !outage`; `true` for the default, which comes last.',
    { max: LONGEST_CONDITION, multiline: true }) condition!: string
  @Choice(DecisionClassType, 'What kind of help it is then.') class!: DecisionClass
  @Choice(HandlerType, 'Who does the work.') handler!: Handler
  @Choice(PayerType, 'Who pays.') payer!: Payer
  @Nested(() => UnitChargeInput, 'What the customer is charged; not said: nothing.', { optional: true }) charge?: UnitChargeInput
  @Text('The code of the duty that it fulfils; a SERVICE needs one.', { max: 64, optional: true }) dutyCode?: string
  @Text('Why, in words for the customer; at most 60 of them.', { max: 1000, optional: true, multiline: true }) reason?: string
  @Text('Whom else to turn to; needed where nobody here helps.', { max: 400, optional: true, multiline: true }) turnTo?: string
  @Text('A plain example for the page of the policy.', { max: 400, optional: true, multiline: true }) example?: string
}

@InputType({ description: 'All rules of a draft; it takes the place of the draft before.' })
export class DraftScopePolicyInput extends CommandInput {
  @Ref('pol', 'The policy.') policyId!: Id<'pol'>
  @NestedList(() => ScopePolicyRuleInput, 'The rules in order: the first whose condition is true decides.', { min: 1, max: MOST_RULES }) rules!: ScopePolicyRuleInput[]
}

@InputType({ description: 'Which draft shall decide from now on.' })
export class PublishScopePolicyInput extends CommandInput {
  @Ref('pov', 'The draft, as it came back when it was saved.') versionId!: Id<'pov'>
}
