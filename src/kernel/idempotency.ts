import { createHash } from 'node:crypto'
import { and, eq } from 'drizzle-orm'
import type { Act } from './act.js'
import { actorName } from './actor.js'
import type { Db } from './database.js'
import { idempotency, platformIdempotency } from './idempotency.table.js'
import type { Id } from './ids.js'
import { conflict, IdempotencyKeyReused, refuse } from './refusal.js'
import { after, hours } from './time.js'

/** A hash of what was asked; the order of an object's keys does not matter. */
export function hashOf(name: string, input: object): string {
  const stable = JSON.stringify([name, input], (_key, value: unknown) =>
    value && typeof value === 'object' && !Array.isArray(value) && !(value instanceof Date)
      ? Object.fromEntries(Object.entries(value).filter(([, v]) => v !== undefined).sort(([a], [b]) => (a < b ? -1 : 1)))
      : value)
  return createHash('sha256').update(stable).digest('base64url')
}

/**
 * Claims the key for this transaction, or tells what came of it before. A second call that runs at the same time waits
 * here until the first has committed or rolled back.
 */
export async function claimKey(act: Act, key: string, inputHash: string): Promise<{ resultId: Id | null } | null> {
  const mine = { vendorId: act.vendorId, actor: actorName(act.actor), key }
  const claimed = await act.db.insert(idempotency).values({ ...mine, inputHash, createdAt: act.now })
    .onConflictDoNothing().returning({ key: idempotency.key })
  if (claimed.length > 0) return null
  const [before] = await act.db.select().from(idempotency).where(sameKey(mine))
  if (before?.inputHash !== inputHash) {
    throw refuse(IdempotencyKeyReused, {
      message: 'This idempotency key was used before with another input. Nothing was changed or charged by this call.',
      next: 'Send the first input again to get its result, or take a new key for a new wish.',
    })
  }
  return { resultId: before.resultId }
}

export async function keepResult(act: Act, key: string, resultId: Id | null): Promise<void> {
  if (!resultId) return
  await act.db.update(idempotency).set({ resultId }).where(sameKey({ vendorId: act.vendorId, actor: actorName(act.actor), key }))
}

const sameKey = (k: { vendorId: Id<'vnd'>; actor: string; key: string }) =>
  and(eq(idempotency.vendorId, k.vendorId), eq(idempotency.actor, k.actor), eq(idempotency.key, k.key))

/** Every stranger shares these keys, and a replay answers a token: it works only as long as a lost answer is still missed. */
const REPLAYED = hours(1)

/** What came of a key before a vendor was known: the vendor that was made with it, or null. Refuses another input, and an hour later any. */
export async function vendorMadeWith(platform: Db, scope: string, key: string, inputHash: string, now: Date): Promise<Id<'vnd'> | null> {
  const [before] = await platform.select().from(platformIdempotency).where(and(eq(platformIdempotency.scope, scope), eq(platformIdempotency.key, key)))
  if (before && before.inputHash !== inputHash) {
    throw refuse(IdempotencyKeyReused, {
      message: 'This idempotency key was used before with another input. No vendor was made by this call.', next: 'Take a new key for a new vendor.',
    })
  }
  if (before && now > after(before.createdAt, REPLAYED)) {
    throw conflict('A vendor was made with this key more than an hour ago, and its token is shown no more. No vendor was made by this call.',
      'Use the token that came with it, or take a new key for a new vendor.')
  }
  return before?.vendorId ?? null
}

/** Keeps the key with the vendor that is being made; a key in use by another call right now violates `PLATFORM_KEY`. */
export const keepVendorKey = async (act: Act, scope: string, key: string, inputHash: string): Promise<void> =>
  void (await act.db.insert(platformIdempotency).values({ scope, key, inputHash, vendorId: act.vendorId, createdAt: act.now }))

export const PLATFORM_KEY = 'platform_idempotency_scope_key_pk'
