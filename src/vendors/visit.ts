import { GraphQLError } from 'graphql'
import { anonymous } from '../kernel/actor.js'
import type { Context } from '../kernel/act.js'
import type { Id } from '../kernel/ids.js'
import { invalid, notFound } from '../kernel/refusal.js'
import { vendorIdByHandle } from './vendor.reads.js'

/** The options of the argument `vendor`, which every field that is open to anyone has. */
export const theVendor = { nullable: true, description: "The vendor's handle. Needed without a token; with one it must be the own vendor's." }

/** Whom each request's anonymous caller visits; kept while the request lives. */
const visits = new WeakMap<Context, { handle: string; found: Promise<Id<'vnd'> | null> }>()

/**
 * Lets a caller without an account ask one vendor, named by its handle: the first line of every field that is open to
 * anyone. One request asks one vendor. A caller that we know asks its own; another vendor's handle is answered like none at all.
 */
export async function visit(ctx: Context, handle: string | undefined | null): Promise<void> {
  if (ctx.actor.kind !== 'ANONYMOUS' || (ctx.actor.vendorId && !visits.has(ctx))) return checkOwn(ctx, handle)
  if (!handle) throw unnamed()
  const wanted = handle.toLowerCase()
  const first = visits.get(ctx) ?? { handle: wanted, found: vendorIdByHandle(ctx, wanted) }
  // Said before anything is awaited, so that fields that run side by side agree on who was first.
  visits.set(ctx, first)
  if (first.handle !== wanted) {
    throw invalid({ path: 'vendor', message: `must be ${first.handle}, as in the fields before it: one request asks one vendor.` })
  }
  const vendorId = await first.found
  if (!vendorId) throw notFound('vendor', 'vendor')
  ctx.actor = anonymous(vendorId)
}

async function checkOwn(ctx: Context, handle: string | undefined | null): Promise<void> {
  if (handle && (await vendorIdByHandle(ctx, handle)) !== ctx.actor.vendorId) throw notFound('vendor', 'vendor')
}

const unnamed = () => new GraphQLError(
  'This question is about one vendor. Name it by its handle in the argument `vendor`, or send a bearer token.',
  { extensions: { code: 'UNAUTHENTICATED' } })
