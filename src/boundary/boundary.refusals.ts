import { GraphQLDateTimeISO } from 'graphql-scalars'
import { Field, ID, ObjectType } from 'type-graphql'
import type { Id } from '../kernel/ids.js'
import { conflict, refuse, Refusal, type Refused } from '../kernel/refusal.js'
import { enumOf } from '../kernel/types.js'
import type { Problem, ProblemCode } from './lint.js'

export const PolicyProblemCode = enumOf<ProblemCode>('PolicyProblemCode', 'Why a scope policy may not be published.', {
  TOO_MANY_RULES: 'It has more rules than a person can read.',
  DUPLICATE_KEY: 'Two rules have the same key.',
  NO_DEFAULT: 'The last rule is not the default, whose condition is `true`.',
  CONDITION: 'A condition cannot be read, names an unknown fact or value, or is not true or false.',
  KEY: 'A key is not written as keys are.',
  REASON: 'A reason is missing or too long.',
  TURN_TO: 'A rule leaves the customer alone without saying whom to turn to.',
  CHARGE_UNITS: 'A charge is not a whole number of units above zero.',
  CHARGE_NOT_ON_SALE: 'A charge is in units that no plan on sale carries.',
  CHARGE_AND_PAYER: 'Charge and payer contradict each other.',
  CHARGE_AND_CLASS: 'Charge and class or handler contradict each other.',
  DUTY: 'A SERVICE rule cites no duty, or a rule cites one that the catalog does not have.',
  PAYER: 'The customer would pay for a SERVICE, which is already in the price.',
  CHARGES_FREE_KIND: 'A rule can charge for what never costs anything.',
  CHARGES_CONFORMITY: 'A rule can charge a consumer for mending what is not as agreed.',
  OPEN_CAUSE_MISSING: 'No rule says what happens when the cause stays undetermined or cannot be reproduced.',
  SAME_CONDITION: 'A rule repeats the condition of an earlier one and can never be reached.',
  UNREACHABLE: 'A rule can never be reached.',
})

@ObjectType({ description: 'One thing for which publishing a scope policy is refused.' })
export class PolicyProblem implements Problem {
  @Field(() => String, { nullable: true, description: 'The key of the rule that it is about; null when it is about the whole policy.' })
  ruleKey!: string | null

  @Field(() => PolicyProblemCode, { description: 'The problem in one constant, for programs.' })
  code!: ProblemCode

  @Field(() => String, { description: 'What is wrong and what would be accepted, in one sentence that names the rule.' })
  message!: string
}

@ObjectType({
  implements: Refusal,
  description: 'The draft breaks rules that every published policy keeps. Nothing was published; the line stays where it was.',
})
export class PolicyRefused extends Refusal {
  @Field(() => [PolicyProblem], { description: 'Everything that is wrong, by rule.' })
  problems!: readonly Problem[]
}

export const policyRefused = (problems: readonly Problem[], currentNumber: number | null): Refused => refuse(PolicyRefused, {
  message: `The draft was not published: ${problems.length === 1 ? 'one thing is' : `${problems.length} things are`} wrong with it. ${
    currentNumber === null ? 'Nothing is published yet, so nothing can be charged.' : `Version ${currentNumber} goes on deciding, and no charge changes.`}`,
  next: 'Correct what the problems name, save the draft again and publish the version that comes back.',
  problems,
})

@ObjectType({
  implements: Refusal,
  description: 'The vendor has not said where service ends and support begins for this product. Nothing can be decided, promised or charged.',
})
export class NoScopePolicy extends Refusal {
  @Field(() => ID, { description: 'The product without a published scope policy.' })
  productId!: Id<'prd'>
}

export const noScopePolicy = (productId: Id<'prd'>): Refused => refuse(NoScopePolicy, {
  message: 'No scope policy is published for this product, so nobody can say what would cost something. Nothing was stored and nothing can be charged.',
  next: 'The vendor has to publish a scope policy for the product, or one for all its products, with publishScopePolicy.',
  productId,
})

@ObjectType({ implements: Refusal, description: 'The quote is no longer held: its price and ceiling bind nobody. Nothing was reserved or charged.' })
export class QuoteExpired extends Refusal {
  @Field(() => GraphQLDateTimeISO, { description: 'Since when it is no longer held.' })
  expiredAt!: Date
}

export const quoteExpired = (expiredAt: Date): Refused => refuse(QuoteExpired, {
  message: `The quote was held until ${expiredAt.toISOString()} and its price and ceiling bind nobody any more. Nothing was reserved or charged.`,
  next: 'Ask for a new quote with requestQuote; it shows the price and ceiling of now before you accept anything.',
  expiredAt,
})

@ObjectType({ implements: Refusal, description: 'A quote is accepted once, and this one was. Nothing was reserved or charged by this call.' })
export class QuoteUsed extends Refusal {
  @Field(() => GraphQLDateTimeISO, { description: 'When it was used.' })
  usedAt!: Date
}

export const quoteUsed = (usedAt: Date): Refused => refuse(QuoteUsed, {
  message: 'The quote was used already; what it was used for stands as agreed. Nothing was reserved or charged by this call.',
  next: 'Look at the ticket that was opened with it, or ask for another quote with requestQuote.',
  usedAt,
})

export const replaced = (): Refused => conflict(
  'The proposal is no longer open: it was accepted already, or a newer decision took its place. Nothing was changed or charged by this call.',
  'Read the decision that stands now, and accept its newest proposal if there is one.')
