import { Arg, Ctx, Mutation, Query, Resolver } from 'type-graphql'
import type { Act, Context } from '../kernel/act.js'
import { command } from '../kernel/command.js'
import { type Id, isId } from '../kernel/ids.js'
import { checkInput } from '../kernel/input.js'
import { reading, refusalOrThrow } from '../kernel/query.js'
import { answer, invalid, notFound } from '../kernel/refusal.js'
import type { Tokens } from './authenticate.js'
import { IssueTokenInput } from './people.types.js'
import { permit } from './permit.js'
import { contactById, currentVendor, memberById } from './vendor.reads.js'
import { signUpVendor, updateVendor } from './vendor.js'
import { IssuedToken, SignUpVendorInput, UpdateVendorInput, Vendor, VendorSignUp, Viewer } from './vendor.types.js'

/** Requests carry the signer of tokens beside what every context has. */
export interface TokenContext extends Context {
  readonly tokens: Tokens
}

const signUpVendorAnswer = answer('signUpVendor', VendorSignUp, [])
const issueTokenAnswer = answer<IssuedToken, (act: Act, id: never) => Promise<IssuedToken | null>>('issueToken', IssuedToken, [])
const updateVendorAnswer = answer('updateVendor', Vendor, [], currentVendor)

@Resolver(() => Vendor)
export class VendorResolver {
  @permit('viewer:read')
  @Query(() => Viewer, { description: 'Who is calling: the member or contact that the token names.' })
  async viewer(@Ctx() ctx: Context) {
    const read = await reading(ctx)
    return ctx.actor.kind === 'MEMBER' ? memberById(read, ctx.actor.id) : contactById(read, ctx.actor.id as Id<'con'>)
  }

  @permit('viewer:read')
  @Query(() => Vendor, { description: 'The vendor that the caller belongs to.' })
  async vendor(@Ctx() ctx: Context) {
    return currentVendor(await reading(ctx))
  }

  @permit('vendors:sign-up')
  @Mutation(() => signUpVendorAnswer.type, { description: 'Makes a vendor with its first admin, and a token for that admin. Open to anyone.' })
  async signUpVendor(@Arg('input', () => SignUpVendorInput, { description: 'The vendor and its first member.' }) input: SignUpVendorInput, @Ctx() ctx: TokenContext) {
    try {
      checkInput(input)
      const made = await signUpVendor(ctx, input)
      return { id: made.vendor.id, ...made, token: await ctx.tokens.issue(made.vendor.id, made.member.id) }
    } catch (error) {
      return refusalOrThrow(error, signUpVendorAnswer)
    }
  }

  @permit('vendor:change')
  @Mutation(() => updateVendorAnswer.type, { description: "Changes the vendor's own record." })
  updateVendor(@Arg('input', () => UpdateVendorInput, { description: 'What to change.' }) input: UpdateVendorInput, @Ctx() ctx: Context) {
    return command(ctx, updateVendorAnswer, input, (act) => updateVendor(act, input))
  }

  @permit('tokens:issue')
  @Mutation(() => issueTokenAnswer.type, {
    description: "Issues a token for an active member or contact: how a vendor's own server signs its people in. The token is valid for 30 days, is not stored, and stops when its holder is deactivated.",
  })
  issueToken(@Arg('input', () => IssueTokenInput, { description: 'For whom.' }) input: IssueTokenInput, @Ctx() ctx: TokenContext) {
    return command(ctx, { ...issueTokenAnswer, again: (act, id) => tokenFor(act, ctx.tokens, id) }, input, async (act) => {
      const token = await tokenFor(act, ctx.tokens, input.holderId)
      if (!token) throw notFound('holderId', 'active member or contact')
      return token
    })
  }
}

async function tokenFor(act: Act, tokens: Tokens, holderId: string): Promise<IssuedToken | null> {
  if (!isId(holderId, 'mem') && !isId(holderId, 'con')) {
    throw invalid({ path: 'holderId', message: 'must be the id of a member (mem_…) or contact (con_…).' })
  }
  const holder = isId(holderId, 'mem') ? await memberById(act, holderId) : await contactById(act, holderId)
  return holder?.active ? { id: holder.id, token: await tokens.issue(act.vendorId, holder.id) } : null
}
