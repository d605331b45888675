import { setTimeout as wait } from 'node:timers/promises'
import { actorName } from './actor.js'
import { type Act, type Context, readIn } from './act.js'
import { sqlState } from './database.js'
import { claimKey, hashOf, keepResult } from './idempotency.js'
import type { Id } from './ids.js'
import { checkInput } from './input.js'
import { closeReading, refusalOrThrow, vendorOf } from './query.js'
import type { Answer, RefusalData } from './refusal.js'

type Thing = { id: Id }
type Again<T> = (act: Act, id: never) => Promise<T | null>

/**
 * The one write path. In one transaction: vendor and actor are set, the idempotency key is claimed (or what came of it
 * before is read again), the instant is fixed, the verb runs. All is committed or nothing; a refusal that the answer
 * declares rolls back and is answered as data, anything else is a fault. Deadlocks and serialization failures are run again.
 */
export async function command<T extends Thing>(
  ctx: Context, may: Answer<T, Again<T>>, input: { idempotencyKey: string }, verb: (act: Act) => Promise<T>,
): Promise<T | RefusalData> {
  await closeReading(ctx)
  try {
    checkInput(input)
    const inputHash = hashOf(may.name, { ...input, idempotencyKey: undefined })
    return await change(ctx, async (act) => {
      const before = await claimKey(act, input.idempotencyKey, inputHash)
      if (before) return await readAgain(act, may, before.resultId)
      const thing = await verb(act)
      await keepResult(act, input.idempotencyKey, thing.id)
      return thing
    })
  } catch (error) {
    return refusalOrThrow(error, may)
  }
}

async function readAgain<T>(act: Act, may: Answer<T, Again<T>>, resultId: Id | null): Promise<T> {
  const thing = resultId && (await may.again(act, resultId as never))
  if (!thing) throw new Error(`${may.name}: what came of this idempotency key before can no longer be read.`)
  return thing
}

/**
 * A change that the product makes itself (a timer, a reaction, a webhook): the same transaction, with a key in place of
 * an input. Done once: a second run with the same key does nothing.
 */
export async function changeOnce(ctx: Context, onceKey: string, verb: (act: Act) => Promise<void>): Promise<void> {
  await change(ctx, async (act) => {
    if (await claimKey(act, onceKey, onceKey)) return
    await verb(act)
  })
}

const RUN_AGAIN = new Set(['40P01', '40001'])
const ATTEMPTS = 6

/** One write transaction without a key: for what carries its own proof of having happened. */
export async function change<T>(ctx: Context, work: (act: Act) => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await once(ctx, work)
    } catch (error) {
      if (attempt === ATTEMPTS || !RUN_AGAIN.has(sqlState(error) ?? '')) throw error
      await wait(Math.random() * 10 * 2 ** attempt)
    }
  }
}

async function once<T>(ctx: Context, work: (act: Act) => Promise<T>): Promise<T> {
  const vendorId = vendorOf(ctx)
  const transaction = await ctx.database.begin(vendorId, actorName(ctx.actor), 'WRITE')
  try {
    const read = readIn(transaction, vendorId, ctx.actor, ctx.clock.now(), false)
    const result = await work({ ...read, requestId: ctx.requestId, changing: true })
    await transaction.commit()
    return result
  } catch (error) {
    await transaction.rollback()
    throw error
  } finally {
    ctx.statements += transaction.statements()
  }
}
