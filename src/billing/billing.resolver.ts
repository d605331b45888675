import { Arg, Args, Ctx, FieldResolver, ID, Mutation, Query, Resolver, Root } from 'type-graphql'
import { planVersionById } from '../catalog/catalog.reads.js'
import { PlanVersion } from '../catalog/catalog.types.js'
import type { Context } from '../kernel/act.js'
import { command } from '../kernel/command.js'
import { idArg } from '../kernel/input.js'
import { PageArgs } from '../kernel/page.js'
import { reading } from '../kernel/query.js'
import { answer } from '../kernel/refusal.js'
import { permit } from '../vendors/permit.js'
import { customerById } from '../vendors/vendor.reads.js'
import { Customer } from '../vendors/vendor.types.js'
import type { BillingContext } from './billing-doors.js'
import { purchaseById, purchases } from './billing.reads.js'
import { NotForSale, PaymentProviderRefused, PaymentProviderUnavailable } from './billing.refusals.js'
import { BuyPlanInput, Purchase, PurchaseConnection, PurchasePrice, type PurchaseRow } from './billing.types.js'
import { openCheckout } from './checkout.js'
import { intendPurchase } from './purchase.js'

const buyPlan = answer('buyPlan', Purchase, [NotForSale, PaymentProviderUnavailable, PaymentProviderRefused], purchaseById)

@Resolver(() => Purchase)
export class PurchaseResolver {
  @permit('purchases:read')
  @Query(() => Purchase, { nullable: true, description: 'One purchase, or null when there is none that the caller may see.' })
  async purchase(@Arg('id', () => ID, { description: 'The id of the purchase.' }) id: string, @Ctx() ctx: Context) {
    return purchaseById(await reading(ctx), idArg(id, 'pur', 'id'))
  }

  @permit('purchases:read')
  @Query(() => PurchaseConnection, {
    description: 'Purchases, the newest first: all of the vendor\'s for a member, those of the own customer for a contact.',
  })
  async purchases(
    @Args(() => PageArgs) page: PageArgs, @Ctx() ctx: Context,
    @Arg('customerId', () => ID, { nullable: true, description: 'Only those of this customer.' }) customerId?: string,
  ) {
    return purchases(await reading(ctx), page, customerId ? idArg(customerId, 'cus', 'customerId') : undefined)
  }

  @permit('plans:buy')
  @Mutation(() => buyPlan.type, {
    description: 'Buys a plan version for one\'s own customer and answers the payment page to send the payer to. Nothing is '
      + 'charged before it is paid there; what was bought is granted when the payment provider says that it is paid.',
  })
  async buyPlan(
    @Arg('input', () => BuyPlanInput, { description: 'What to buy.' }) input: BuyPlanInput, @Ctx() ctx: BillingContext,
  ) {
    const intended = await command(ctx, buyPlan, input, (act) => intendPurchase(act, input))
    return '__typename' in intended ? intended : openCheckout(ctx, intended.id)
  }

  @FieldResolver(() => PlanVersion, { description: 'What is bought, as it was sold.' })
  async planVersion(@Root() purchase: PurchaseRow, @Ctx() ctx: Context) {
    return planVersionById(await reading(ctx), purchase.planVersionId)
  }

  @FieldResolver(() => Customer, { description: 'Who buys.' })
  async customer(@Root() purchase: PurchaseRow, @Ctx() ctx: Context) {
    return customerById(await reading(ctx), purchase.customerId)
  }

  @FieldResolver(() => PurchasePrice, { description: 'What all of it costs.' })
  price(@Root() { netMinor, taxMinor, grossMinor, currency }: PurchaseRow): PurchasePrice {
    const amount = (amountMinor: number) => ({ amountMinor, currency })
    return { net: amount(netMinor), tax: amount(taxMinor), gross: amount(grossMinor) }
  }
}
