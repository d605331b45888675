import { Arg, Args, Ctx, FieldResolver, ID, Mutation, Query, Resolver, Root } from 'type-graphql'
import type { Context } from '../kernel/act.js'
import { command } from '../kernel/command.js'
import { idArg } from '../kernel/input.js'
import { PageArgs } from '../kernel/page.js'
import { reading } from '../kernel/query.js'
import { answer } from '../kernel/refusal.js'
import { permit } from '../vendors/permit.js'
import { theVendor, visit } from '../vendors/visit.js'
import {
  CreatePlanInput, DraftPlanVersionInput, PublishPlanVersionInput, RetirePlanVersionInput, UpdatePlanInput, UpdatePlanVersionInput,
} from './catalog.inputs.js'
import {
  currentVersionOf, planById, plans, planVersionById, pricesOf, productById, shownPlan, shownPlanVersion, versionsOf,
} from './catalog.reads.js'
import { Incomplete } from './catalog.refusals.js'
import { Plan, PlanConnection, PlanPrice, type PlanRow, PlanVersion, type PlanVersionRow, Product } from './catalog.types.js'
import * as verbs from './plans.js'

const createPlan = answer('createPlan', Plan, [], planById)
const updatePlan = answer('updatePlan', Plan, [], planById)
const draftPlanVersion = answer('draftPlanVersion', PlanVersion, [], planVersionById)
const updatePlanVersion = answer('updatePlanVersion', PlanVersion, [], planVersionById)
const publishPlanVersion = answer('publishPlanVersion', PlanVersion, [Incomplete], planVersionById)
const retirePlanVersion = answer('retirePlanVersion', PlanVersion, [], planVersionById)

@Resolver(() => Plan)
export class PlanResolver {
  @permit('catalog:read')
  @Query(() => PlanConnection, { description: 'Plans, the oldest first: those on sale; all of them, drafts included, for members.' })
  async plans(
    @Args(() => PageArgs) page: PageArgs, @Ctx() ctx: Context,
    @Arg('productId', () => ID, { nullable: true, description: 'Only those that are sold with this product.' }) productId?: string,
    @Arg('vendor', () => String, theVendor) vendor?: string,
  ) {
    await visit(ctx, vendor)
    return plans(await reading(ctx), page, productId ? idArg(productId, 'prd', 'productId') : undefined)
  }

  @permit('catalog:read')
  @Query(() => Plan, { nullable: true, description: 'One plan; null when there is none, or it is not on sale and the caller is no member.' })
  async plan(
    @Arg('id', () => ID, { description: 'The plan.' }) id: string, @Ctx() ctx: Context, @Arg('vendor', () => String, theVendor) vendor?: string,
  ) {
    await visit(ctx, vendor)
    return shownPlan(await reading(ctx), idArg(id, 'pln', 'id'))
  }

  @FieldResolver(() => Product, { nullable: true, description: 'The product that it is sold with; null when it is sold with every product.' })
  async product(@Root() plan: PlanRow, @Ctx() ctx: Context) {
    return plan.productId && productById(await reading(ctx), plan.productId)
  }

  @FieldResolver(() => PlanVersion, { nullable: true, description: 'The version on sale now; null when there is none.' })
  async currentVersion(@Root() plan: PlanRow, @Ctx() ctx: Context) {
    return currentVersionOf(await reading(ctx), plan.id)
  }

  @FieldResolver(() => [PlanVersion], { description: 'Its versions, the newest first: all of them for members, the one on sale for everybody else.' })
  async versions(@Root() plan: PlanRow, @Ctx() ctx: Context) {
    return versionsOf(await reading(ctx), plan.id)
  }

  @permit('catalog:change')
  @Mutation(() => createPlan.type, { description: 'Adds a plan. It is sold once a version of it is published.' })
  createPlan(@Arg('input', () => CreatePlanInput, { description: 'The plan.' }) input: CreatePlanInput, @Ctx() ctx: Context) {
    return command(ctx, createPlan, input, (act) => verbs.createPlan(act, input))
  }

  @permit('catalog:change')
  @Mutation(() => updatePlan.type, { description: "Changes a plan's name or where it sends people. Terms and prices are changed by a new version." })
  updatePlan(@Arg('input', () => UpdatePlanInput, { description: 'What to change.' }) input: UpdatePlanInput, @Ctx() ctx: Context) {
    return command(ctx, updatePlan, input, (act) => verbs.updatePlan(act, input))
  }
}

@Resolver(() => PlanVersion)
export class PlanVersionResolver {
  @permit('catalog:read')
  @Query(() => PlanVersion, {
    nullable: true, description: 'One version of a plan; null when there is none, or it is not on sale and the caller is no member.',
  })
  async planVersion(
    @Arg('id', () => ID, { description: 'The version.' }) id: string, @Ctx() ctx: Context, @Arg('vendor', () => String, theVendor) vendor?: string,
  ) {
    await visit(ctx, vendor)
    return shownPlanVersion(await reading(ctx), idArg(id, 'plv', 'id'))
  }

  @FieldResolver(() => Plan, { description: 'The plan that it is a version of.' })
  async plan(@Root() version: PlanVersionRow, @Ctx() ctx: Context) {
    return planById(await reading(ctx), version.planId)
  }

  @FieldResolver(() => [PlanPrice], { description: 'What it costs, by currency and interval; empty when it is not for money.' })
  async prices(@Root() version: PlanVersionRow, @Ctx() ctx: Context) {
    return pricesOf(await reading(ctx), version.id)
  }

  @permit('catalog:change')
  @Mutation(() => draftPlanVersion.type, { description: 'Drafts new terms and prices of a plan. Nobody outside sees them before they are published.' })
  draftPlanVersion(@Arg('input', () => DraftPlanVersionInput, { description: 'The terms.' }) input: DraftPlanVersionInput, @Ctx() ctx: Context) {
    return command(ctx, draftPlanVersion, input, (act) => verbs.draftPlanVersion(act, input))
  }

  @permit('catalog:change')
  @Mutation(() => updatePlanVersion.type, { description: 'Changes a draft. A published version never changes.' })
  updatePlanVersion(@Arg('input', () => UpdatePlanVersionInput, { description: 'What to change.' }) input: UpdatePlanVersionInput, @Ctx() ctx: Context) {
    return command(ctx, updatePlanVersion, input, (act) => verbs.updatePlanVersion(act, input))
  }

  @permit('catalog:change')
  @Mutation(() => publishPlanVersion.type, { description: 'Puts a draft on sale, for good, in place of the version sold so far.' })
  publishPlanVersion(@Arg('input', () => PublishPlanVersionInput, { description: 'The draft.' }) input: PublishPlanVersionInput, @Ctx() ctx: Context) {
    return command(ctx, publishPlanVersion, input, (act) => verbs.publishPlanVersion(act, input))
  }

  @permit('catalog:change')
  @Mutation(() => retirePlanVersion.type, { description: 'Ends the sale of a published version. Agreements on it go on.' })
  retirePlanVersion(@Arg('input', () => RetirePlanVersionInput, { description: 'The version.' }) input: RetirePlanVersionInput, @Ctx() ctx: Context) {
    return command(ctx, retirePlanVersion, input, (act) => verbs.retirePlanVersion(act, input))
  }
}
