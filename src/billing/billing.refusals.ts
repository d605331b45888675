import { Field, ID, ObjectType } from 'type-graphql'
import { Refusal } from '../kernel/refusal.js'

@ObjectType({
  implements: Refusal,
  description: 'This plan version cannot be bought through checkout in this currency. Nothing was charged.',
})
export class NotForSale extends Refusal {
  @Field(() => ID, { description: 'The plan version that was asked for.' }) planVersionId!: string
}

@ObjectType({
  implements: Refusal,
  description: 'The payment provider could not be reached. Nothing was charged; '
    + 'the same call with the same idempotency key goes on where this one stopped.',
})
export class PaymentProviderUnavailable extends Refusal {
  @Field(() => ID, { description: 'The purchase that waits for its payment page.' }) purchaseId!: string
}

@ObjectType({
  implements: Refusal,
  description: 'The payment provider does not take this purchase, now or later. Nothing was charged.',
})
export class PaymentProviderRefused extends Refusal {
  @Field(() => ID, { description: 'The purchase that failed.' }) purchaseId!: string
}
