import { GraphQLError } from 'graphql'
import { actorName } from './actor.js'
import { type Context, type Read, readIn } from './act.js'
import { checkInput } from './input.js'
import { type Answer, Refused, type RefusalData } from './refusal.js'

/** The vendor whose rows this request may see. Throws for an anonymous caller who has not named one. */
export function vendorOf(ctx: Context) {
  if (ctx.actor.vendorId) return ctx.actor.vendorId
  throw new GraphQLError('This question is about one vendor. Send a bearer token, or name the vendor by its handle where the field takes one.', {
    extensions: { code: 'UNAUTHENTICATED' },
  })
}

/**
 * The request's READ ONLY transaction, opened at the first question and shared by all of them: one snapshot for one
 * answer. `closeReading` ends it before the answer is sent; a command ends it, so that what follows sees the change.
 */
export async function reading(ctx: Context): Promise<Read> {
  ctx.reading ??= open(ctx)
  return (await ctx.reading).read
}

async function open(ctx: Context) {
  const vendorId = vendorOf(ctx)
  if (ctx.answered) throw new Error('The answer was sent already; nothing more is read for it.')
  const transaction = await ctx.database.begin(vendorId, actorName(ctx.actor), 'READ')
  return { read: readIn(transaction, vendorId, ctx.actor, ctx.clock.now(), true), transaction }
}

export async function closeReading(ctx: Context): Promise<void> {
  const open = ctx.reading
  ctx.reading = null
  const found = await open?.catch(() => null)
  if (!found) return
  ctx.statements += found.transaction.statements()
  await found.transaction.commit().catch(() => undefined)
}

/**
 * The last thing done for a request. Fields can still be under way then: one that failed beside them has already settled
 * the answer. What they would read comes to nothing, and they cannot leave a transaction open.
 */
export async function endRequest(ctx: Context): Promise<void> {
  ctx.answered = true
  await closeReading(ctx)
}

/** One question outside a GraphQL request: a job, a page, a test. */
export async function ask<T>(ctx: Context, question: (read: Read) => Promise<T>): Promise<T> {
  try {
    return await question(await reading(ctx))
  } finally {
    await closeReading(ctx)
  }
}

/** A question with an input that can be refused: checks the input, asks, and answers a refusal as data. */
export async function query<T>(ctx: Context, may: Answer<T>, input: object, question: (read: Read) => Promise<T>): Promise<T | RefusalData> {
  try {
    checkInput(input)
    return await question(await reading(ctx))
  } catch (error) {
    return refusalOrThrow(error, may)
  }
}

/** A declared refusal becomes data; anything else is a fault and flies on. */
export function refusalOrThrow(error: unknown, may: Pick<Answer<unknown>, 'name' | 'refusals'>): RefusalData {
  if (!(error instanceof Refused)) throw error
  if (may.refusals.some((r) => r.name === error.data.__typename)) return error.data
  throw new Error(`${may.name} refused with ${error.data.__typename}, which it does not declare: ${error.data.message}`, { cause: error })
}
