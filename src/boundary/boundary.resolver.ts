import { Arg, Ctx, FieldResolver, ID, Query, Resolver, Root } from 'type-graphql'
import { componentById, dutyById, planVersionById, productById } from '../catalog/catalog.reads.js'
import { Component, type ComponentRow, Duty, type DutyRow, PlanVersion, type PlanVersionRow, Product, type ProductRow } from '../catalog/catalog.types.js'
import type { Context } from '../kernel/act.js'
import { idArg } from '../kernel/input.js'
import { reading } from '../kernel/query.js'
import { permit } from '../vendors/permit.js'
import { contactById, customerById } from '../vendors/vendor.reads.js'
import { Contact, type ContactRow, Customer, type CustomerRow } from '../vendors/vendor.types.js'
import { anyDecisionById, decisionById, quoteById } from './boundary.reads.js'
import {
  CeilingType, ConsideredType, ContestedFactType, Decision, type DecisionRow, OutcomeType, PromisedDeadline, Quote, QuotePrice, type QuoteRow,
  type QuoteState, QuoteStateType, StatedFact,
} from './boundary.types.js'
import { ceilingOf, chargeOf } from './decision-row.js'
import { versionById } from './policies.reads.js'
import { ScopePolicyVersion, type ScopePolicyVersionRow, UnitCharge } from './policies.types.js'
import { shownCeiling, shownDeadline, shownFact, shownOutcome } from './shown.js'

@Resolver(() => Decision)
export class DecisionResolver {
  @permit('quotes:read')
  @Query(() => Decision, {
    nullable: true,
    description: 'One decision. Contacts find here those of their own customer\'s quotes; a part\'s decisions are on the part.',
  })
  async decision(@Arg('id', () => ID, { description: 'The decision.' }) id: string, @Ctx() ctx: Context): Promise<DecisionRow | null> {
    return decisionById(await reading(ctx), idArg(id, 'dec', 'id'))
  }

  @FieldResolver(() => [PromisedDeadline], { description: 'The fourth answer: by when. Empty when nothing is promised.' })
  promises(@Root() decision: DecisionRow): PromisedDeadline[] {
    return decision.promises.map(shownDeadline)
  }

  @FieldResolver(() => UnitCharge, { nullable: true, description: 'What the customer is charged as things stand; null for nothing.' })
  charge(@Root() decision: DecisionRow): UnitCharge | null {
    return chargeOf(decision)
  }

  @FieldResolver(() => CeilingType, { description: 'The most that the customer can be charged, whatever the cause turns out to be.' })
  ceiling(@Root() decision: DecisionRow): CeilingType {
    return shownCeiling(ceilingOf(decision))
  }

  @FieldResolver(() => Duty, { nullable: true, description: 'The duty of the vendor that it fulfils; null when it fulfils none.' })
  async duty(@Root() decision: DecisionRow, @Ctx() ctx: Context): Promise<DutyRow | null> {
    return decision.dutyId && dutyById(await reading(ctx), decision.dutyId)
  }

  @FieldResolver(() => ScopePolicyVersion, { description: 'The version of the scope policy that decided.' })
  async policyVersion(@Root() decision: DecisionRow, @Ctx() ctx: Context): Promise<ScopePolicyVersionRow> {
    return (await versionById(await reading(ctx), decision.policyVersionId))!
  }

  @FieldResolver(() => [StatedFact], { description: 'The statements that were believed, each with who said it and when.' })
  facts(@Root() decision: DecisionRow): StatedFact[] {
    return decision.facts.map(shownFact)
  }

  @FieldResolver(() => [ContestedFactType], { description: 'Facts on which sources disagreed; both are asked.' })
  contestedFacts(@Root() decision: DecisionRow): ContestedFactType[] {
    return decision.contestedFacts.map(({ name, statements }) => ({ name, statements: statements.map(shownFact) }))
  }

  @FieldResolver(() => [ConsideredType], { description: 'The agreements that were tried, in order, then none; and why each was taken or passed over.' })
  considered(@Root() decision: DecisionRow): readonly ConsideredType[] {
    return decision.considered
  }

  @FieldResolver(() => [OutcomeType], { description: 'What it will be and cost for each cause that it can turn out to have.' })
  outcomes(@Root() decision: DecisionRow): OutcomeType[] {
    return decision.table.map(shownOutcome)
  }
}

@Resolver(() => Quote)
export class QuoteResolver {
  @permit('quotes:read')
  @Query(() => Quote, { nullable: true, description: 'One quote; null when there is none that the caller may see.' })
  async quote(@Arg('id', () => ID, { description: 'The quote.' }) id: string, @Ctx() ctx: Context): Promise<QuoteRow | null> {
    return quoteById(await reading(ctx), idArg(id, 'quo', 'id'))
  }

  @FieldResolver(() => QuoteStateType, { description: 'Whether it still holds.' })
  async state(@Root() quote: QuoteRow, @Ctx() ctx: Context): Promise<QuoteState> {
    const { now } = await reading(ctx)
    return quote.state === 'OPEN' && now >= quote.expiresAt ? 'EXPIRED' : quote.state
  }

  @FieldResolver(() => Customer, { nullable: true, description: 'For whom it is held.' })
  async customer(@Root() quote: QuoteRow, @Ctx() ctx: Context): Promise<CustomerRow | null> {
    return customerById(await reading(ctx), quote.customerId)
  }

  @FieldResolver(() => Contact, { nullable: true, description: 'Who asked for it; null when the vendor did.' })
  async contact(@Root() quote: QuoteRow, @Ctx() ctx: Context): Promise<ContactRow | null> {
    return quote.contactId && contactById(await reading(ctx), quote.contactId)
  }

  @FieldResolver(() => Product, { nullable: true, description: 'The product that it is about.' })
  async product(@Root() quote: QuoteRow, @Ctx() ctx: Context): Promise<ProductRow | null> {
    return productById(await reading(ctx), quote.productId)
  }

  @FieldResolver(() => Component, { nullable: true, description: 'The component that it is about; null when none was named.' })
  async component(@Root() quote: QuoteRow, @Ctx() ctx: Context): Promise<ComponentRow | null> {
    return quote.componentId && componentById(await reading(ctx), quote.componentId)
  }

  @FieldResolver(() => Decision, { description: 'What was decided in advance: class, handler, payer, promises, and the charge for each cause.' })
  async decision(@Root() quote: QuoteRow, @Ctx() ctx: Context): Promise<DecisionRow> {
    return (await anyDecisionById(await reading(ctx), quote.decisionId))!
  }

  @FieldResolver(() => CeilingType, { description: 'The most that it can cost, whatever the cause turns out to be.' })
  ceiling(@Root() quote: QuoteRow): CeilingType {
    return shownCeiling(ceilingOf(quote))
  }

  @FieldResolver(() => [PromisedDeadline], { description: 'The deadlines that go with it.' })
  promises(@Root() quote: QuoteRow): PromisedDeadline[] {
    return quote.promises.map(shownDeadline)
  }

  @FieldResolver(() => QuotePrice, { nullable: true, description: 'What buying the missing units costs; null when nothing has to be bought.' })
  price(@Root() quote: QuoteRow): QuotePrice | null {
    const { priceCurrency: currency, priceNetMinor: netMinor, priceTaxMinor: taxMinor } = quote
    return currency === null || netMinor === null || taxMinor === null ? null : { netMinor, taxMinor, grossMinor: netMinor + taxMinor, currency }
  }

  @FieldResolver(() => PlanVersion, { nullable: true, description: 'The plan whose purchase brings the missing units; null when nothing has to be bought.' })
  async planVersion(@Root() quote: QuoteRow, @Ctx() ctx: Context): Promise<PlanVersionRow | null> {
    return quote.pricePlanVersionId && planVersionById(await reading(ctx), quote.pricePlanVersionId)
  }
}
