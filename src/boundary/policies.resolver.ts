import { Arg, Args, Ctx, FieldResolver, ID, Mutation, Query, Resolver, Root } from 'type-graphql'
import { productById } from '../catalog/catalog.reads.js'
import { Product, type ProductRow } from '../catalog/catalog.types.js'
import type { Context } from '../kernel/act.js'
import { command } from '../kernel/command.js'
import { idArg } from '../kernel/input.js'
import { PageArgs } from '../kernel/page.js'
import { reading } from '../kernel/query.js'
import { answer } from '../kernel/refusal.js'
import { permit } from '../vendors/permit.js'
import { visit } from '../vendors/visit.js'
import { PolicyProblem, PolicyRefused } from './boundary.refusals.js'
import type { Problem } from './lint.js'
import * as verbs from './policies.js'
import { currentPolicy, policyById, scopePolicies, scopePolicyById, versionById, versionIn, versionsOf } from './policies.reads.js'
import {
  CreateScopePolicyInput, DraftScopePolicyInput, PublishScopePolicyInput, ScopePolicy, ScopePolicyConnection, type ScopePolicyRow, ScopePolicyRule,
  ScopePolicyVersion, ScopePolicyVersionConnection, type ScopePolicyVersionRow,
} from './policies.types.js'
import type { PolicyRule } from './policy.js'

const createScopePolicy = answer('createScopePolicy', ScopePolicy, [], scopePolicyById)
const draftScopePolicy = answer('draftScopePolicy', ScopePolicyVersion, [], versionById)
const publishScopePolicy = answer('publishScopePolicy', ScopePolicyVersion, [PolicyRefused], versionById)

@Resolver(() => ScopePolicy)
export class ScopePolicyResolver {
  @permit('policies:read')
  @Query(() => ScopePolicyVersion, {
    nullable: true,
    description: 'The published rules that decide for a product: where service ends and support begins, in order, each with its reason, class, payer, charge and example. Open to anyone. Null when nothing is published; then nothing can be charged.',
  })
  async scopePolicy(
    @Arg('productId', () => ID, { description: 'The product.' }) productId: string, @Ctx() ctx: Context,
    @Arg('vendor', () => String, { nullable: true, description: 'The vendor\'s handle. Needed without a token; with one it must be the own vendor\'s.' }) vendor?: string,
  ) {
    await visit(ctx, vendor)
    const read = await reading(ctx)
    const product = await productById(read, idArg(productId, 'prd', 'productId'))
    return product && ((await currentPolicy(read, product.id))?.version ?? null)
  }

  @permit('policies:change')
  @Query(() => ScopePolicyConnection, { description: 'The vendor\'s scope policies, the oldest first.' })
  async scopePolicies(@Args(() => PageArgs) page: PageArgs, @Ctx() ctx: Context) {
    return scopePolicies(await reading(ctx), page)
  }

  @FieldResolver(() => Product, { nullable: true, description: 'The product that it decides for; null for every product without a policy of its own.' })
  async product(@Root() policy: ScopePolicyRow, @Ctx() ctx: Context): Promise<ProductRow | null> {
    return policy.productId && productById(await reading(ctx), policy.productId)
  }

  @FieldResolver(() => ScopePolicyVersion, { nullable: true, description: 'The version that decides now; null when none is published.' })
  async published(@Root() policy: ScopePolicyRow, @Ctx() ctx: Context): Promise<ScopePolicyVersionRow | null> {
    return versionIn(await reading(ctx), policy.id, 'PUBLISHED')
  }

  @FieldResolver(() => ScopePolicyVersion, { nullable: true, description: 'The draft; null when there is none, and for everybody but members.' })
  async draft(@Root() policy: ScopePolicyRow, @Ctx() ctx: Context): Promise<ScopePolicyVersionRow | null> {
    return versionIn(await reading(ctx), policy.id, 'DRAFT')
  }

  @FieldResolver(() => ScopePolicyVersionConnection, { description: 'Its versions, the newest first; only members see those that were never published.' })
  async versions(@Root() policy: ScopePolicyRow, @Args(() => PageArgs) page: PageArgs, @Ctx() ctx: Context) {
    return versionsOf(await reading(ctx), policy.id, page)
  }

  @permit('policies:change')
  @Mutation(() => createScopePolicy.type, { description: 'Makes a scope policy, still without rules: for one product, or for every product without its own.' })
  createScopePolicy(@Arg('input', () => CreateScopePolicyInput, { description: 'The policy.' }) input: CreateScopePolicyInput, @Ctx() ctx: Context) {
    return command(ctx, createScopePolicy, input, (act) => verbs.createScopePolicy(act, input))
  }

  @permit('policies:change')
  @Mutation(() => draftScopePolicy.type, { description: 'Saves all rules of a draft, in place of the draft before. A draft decides nothing and may have `problems`.' })
  draftScopePolicy(@Arg('input', () => DraftScopePolicyInput, { description: 'The draft.' }) input: DraftScopePolicyInput, @Ctx() ctx: Context) {
    return command(ctx, draftScopePolicy, input, (act) => verbs.draftScopePolicy(act, input))
  }

  @permit('policies:change')
  @Mutation(() => publishScopePolicy.type, {
    description: 'Publishes a draft: it decides from now on. The version before stays readable, and agreements sold with it keep it as far as it is better for them.',
  })
  publishScopePolicy(@Arg('input', () => PublishScopePolicyInput, { description: 'Which draft.' }) input: PublishScopePolicyInput, @Ctx() ctx: Context) {
    return command(ctx, publishScopePolicy, input, (act) => verbs.publishScopePolicy(act, input))
  }
}

@Resolver(() => ScopePolicyVersion)
export class ScopePolicyVersionResolver {
  @FieldResolver(() => ScopePolicy, { description: 'The policy that it is a version of.' })
  async policy(@Root() version: ScopePolicyVersionRow, @Ctx() ctx: Context): Promise<ScopePolicyRow> {
    return (await scopePolicyById(await reading(ctx), version.policyId))!
  }

  @FieldResolver(() => [ScopePolicyRule], { description: 'Its rules in order: the first whose condition is true decides. At most 200.' })
  async rules(@Root() version: ScopePolicyVersionRow, @Ctx() ctx: Context): Promise<readonly PolicyRule[]> {
    return (await policyById(await reading(ctx), version.id))?.rules ?? []
  }

  @FieldResolver(() => [PolicyProblem], { description: 'Why this draft could not be published as things are now; empty when it could, and for what is no draft any more. For at most 10 drafts in one request.' })
  async problems(@Root() version: ScopePolicyVersionRow, @Ctx() ctx: Context): Promise<readonly Problem[]> {
    return verbs.problemsOf(await reading(ctx), version)
  }
}
