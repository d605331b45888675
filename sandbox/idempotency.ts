// Idempotency keys: one key, one request, one answer, for a day.
import { createHash } from 'node:crypto'
import type { Context } from './context.js'
import { invalid, keyInUse, keyReused } from './errors.js'
import type { Row, Table } from './state.js'

export interface Answer { status: number; body: object }

/** The answer kept for a key; the id is the key. */
interface Kept extends Row, Answer { fingerprint: string; createdAtMs: number }

const rows = (ctx: Pick<Context, 'store'>): Table<Kept> => ctx.store.table('_idempotency')
const dayMs = 24 * 60 * 60 * 1000

export interface Idempotency {
  /**
   * The kept answer, or undefined when the request is the first with its key and may go on.
   * Throws when the key is in use, or was used for another request.
   */
  begin(ctx: Context, key: string, request: string): Answer | undefined
  /** Keeps the answer for a day. */
  keep(ctx: Context, key: string, answer: Answer): void
  /** The request is over: the next one with its key gets the kept answer, or is worked on if there is none. */
  release(key: string): void
}

/** Keeps answers in the state, and in memory which keys are being worked on. */
export function trackIdempotency(): Idempotency {
  const inProgress = new Map<string, string>()
  return {
    begin(ctx, key, request) {
      if (key.length > 255) throw invalid('Idempotency keys have at most 255 characters.')
      const kept = rows(ctx).get(key)
      const isFresh = kept !== undefined && ctx.now().getTime() - kept.createdAtMs < dayMs
      const fingerprint = createHash('sha256').update(request).digest('base64url')
      const earlier = inProgress.get(key) ?? (isFresh ? kept.fingerprint : undefined)
      if (earlier !== undefined && earlier !== fingerprint) throw keyReused(key)
      if (inProgress.has(key)) throw keyInUse(key)
      if (isFresh) return { status: kept.status, body: kept.body }
      inProgress.set(key, fingerprint)
      return undefined
    },
    keep(ctx, key, answer) {
      const fingerprint = inProgress.get(key)
      if (fingerprint) rows(ctx).put({ id: key, fingerprint, createdAtMs: ctx.now().getTime(), ...answer })
    },
    release: key => void inProgress.delete(key),
  }
}

/** Forgets answers that are older than a day. */
export function forgetOldKeys(ctx: Context): void {
  for (const kept of rows(ctx).all()) if (ctx.now().getTime() - kept.createdAtMs >= dayMs) rows(ctx).delete(kept.id)
}
