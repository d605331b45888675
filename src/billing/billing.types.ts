import { GraphQLDateTimeISO, GraphQLURL } from 'graphql-scalars'
import { Field, InputType, Int, ObjectType } from 'type-graphql'
import type { Id } from '../kernel/ids.js'
import { CommandInput, Currency, Ref, WebAddress, Whole } from '../kernel/input.js'
import { connectionOf } from '../kernel/page.js'
import { enumOf, Money, Node, nodeType } from '../kernel/types.js'
import type { purchase } from './billing.table.js'
import type { PurchaseState } from './purchase-state.js'

export type PurchaseRow = typeof purchase.$inferSelect

export const PurchaseStateType = enumOf<PurchaseState>('PurchaseState', 'How far a purchase has come.', {
  INTENDED: 'Wanted; the payment page is not there yet. Ask again with the same idempotency key, or wait: it is made unasked.',
  OPEN: 'The payment page is open and unpaid. A declined card leaves it open.',
  PAID: 'Paid in full; what was bought is granted.',
  EXPIRED: 'The payment page closed unpaid. Nothing was charged.',
  FAILED: 'It cannot be completed; `failure` says why. Nothing is granted.',
})

@ObjectType({ description: 'What a purchase costs: net, tax, and both together.' })
export class PurchasePrice {
  @Field(() => Money, { description: 'Without tax.' }) net!: Money
  @Field(() => Money, { description: 'The tax.' }) tax!: Money
  @Field(() => Money, { description: 'What is paid.' }) gross!: Money
}

type Shown = 'quantity' | 'state' | 'checkoutUrl' | 'expiresAt' | 'failure' | 'createdAt' | 'paidAt'

@ObjectType({
  implements: Node, description: 'One plan version bought through checkout: the wish, its payment page, and what came of it.',
})
export class Purchase extends Node implements Pick<PurchaseRow, Shown> {
  declare id: Id<'pur'>
  @Field(() => Int, { description: 'How many.' }) quantity!: number
  @Field(() => PurchaseStateType, { description: 'How far it has come.' }) state!: PurchaseState
  @Field(() => GraphQLURL, { nullable: true, description: 'The payment page for the payer; null unless the purchase is OPEN.' })
  checkoutUrl!: string | null
  @Field(() => GraphQLDateTimeISO, { description: 'When the payment page closes, paid or not.' }) expiresAt!: Date
  @Field(() => String, { nullable: true, description: 'Why it FAILED; null otherwise.' }) failure!: string | null
  @Field(() => GraphQLDateTimeISO, { description: 'When it was asked for.' }) createdAt!: Date
  @Field(() => GraphQLDateTimeISO, { nullable: true, description: 'When we knew that it was paid.' }) paidAt!: Date | null
}

nodeType('pur', 'Purchase')
export const PurchaseConnection = connectionOf(Purchase)

@InputType({ description: 'A plan version to buy for one\'s own customer, now, by card or what else the payment page offers.' })
export class BuyPlanInput extends CommandInput {
  @Ref('plv', 'The plan version: of a PER_INCIDENT plan or a PACKAGE, and on sale.') planVersionId!: Id<'plv'>
  @Currency('The currency to pay in; the plan version must have a one-off price in it.') currency!: string
  @Whole('How many.', { min: 1, max: 100 }) quantity!: number
  @Ref('quo', 'The quote that this is bought for.', { optional: true }) quoteId?: Id<'quo'>
  @WebAddress('Where the payment page sends the payer afterwards. `{CHECKOUT_SESSION_ID}` in it is replaced.') successUrl!: string
  @WebAddress('Where the payment page leads back to without payment.') cancelUrl!: string
}
