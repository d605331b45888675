import { and, eq, inArray, isNull, sql } from 'drizzle-orm'
import type { Act } from '../kernel/act.js'
import { record } from '../kernel/event.js'
import { type Id, newId } from '../kernel/ids.js'
import { notFound } from '../kernel/refusal.js'
import { setTimer } from '../kernel/timer.js'
import { lapsed } from './draw-order.js'
import { type AgreementRow, type LotRow, ownAgreement } from './entitlements.reads.js'
import { agreement, ledgerEntry, ledgerTransaction, lot } from './entitlements.table.js'
import {
  balanced, changesOf, type Continued, type Entry, expired, givenBack, type HeldPortion, type Portion, returned, type TransactionKind,
} from './posting.js'
import { extendedExpiry } from './term.js'

/** An agreement that this transaction alone may post to, with the lots that have units in them, as they are now. */
export interface Ledger {
  readonly agreement: AgreementRow
  readonly lots: LotRow[]
}

/**
 * Takes the agreement's row lock, then reads its lots: from here to the commit nobody else posts to it. Refuses an
 * agreement that the caller cannot reach (NotFound). The lock leaves alone whoever only refers to the row.
 */
export async function openLedger(act: Act, agreementId: Id<'agr'>): Promise<Ledger> {
  const [[row], lots] = await Promise.all([
    act.db.select().from(agreement)
      .where(and(eq(agreement.vendorId, act.vendorId), eq(agreement.id, agreementId), ownAgreement(act))).for('no key update'),
    act.db.select().from(lot).where(and(
      eq(lot.vendorId, act.vendorId), eq(lot.agreementId, agreementId), sql`${lot.available} + ${lot.reserved} > 0`)),
  ])
  if (!row) throw notFound('agreementId', 'agreement')
  return { agreement: row, lots }
}

/** Adds lots to those in hand that have no units any more. */
export async function withLots(act: Act, ledger: Ledger, ids: readonly Id<'lot'>[]): Promise<Ledger> {
  const missing = ids.filter((id) => !ledger.lots.some((row) => row.id === id))
  if (missing.length === 0) return ledger
  const rows = await act.db.select().from(lot).where(and(eq(lot.vendorId, act.vendorId), inArray(lot.id, missing)))
  return { ...ledger, lots: [...ledger.lots, ...rows] }
}

export interface Posting {
  readonly kind: TransactionKind
  readonly entries: readonly Entry[]
  /** For people: what it was for. */
  readonly reason: string
  readonly subjectId?: Id | null
  readonly reservationId?: Id<'rsv'> | null
  readonly correctsId?: Id<'ltx'> | null
}

const later = (a: Date, b: Date): Date => (a < b ? b : a)

/**
 * The one way into the ledger: a transaction, its entries and the counters of its lots, together. Throws when the
 * entries do not sum to zero; a counter that would fall below zero is stopped by the database (E2).
 */
export async function post(act: Act, ledger: Ledger, posting: Posting): Promise<Id<'ltx'>> {
  if (posting.entries.length === 0 || !balanced(posting.entries)) throw new Error(`A ${posting.kind} whose entries do not sum to zero.`)
  const { vendorId } = act
  const transactionId = newId('ltx')
  const at = later(act.now, ledger.agreement.lastPostedAt)
  const changes = changesOf(posting.entries)
  await Promise.all([
    act.db.insert(ledgerTransaction).values({
      vendorId, id: transactionId, agreementId: ledger.agreement.id, kind: posting.kind, subjectId: posting.subjectId ?? null,
      reservationId: posting.reservationId ?? null, reason: posting.reason, correctsId: posting.correctsId ?? null, at,
    }),
    act.db.insert(ledgerEntry).values(posting.entries.map((entry) => ({ ...entry, vendorId, transactionId }))),
    ...changes.map(({ lotId, changes: c }) => act.db.update(lot).set({
      issued: sql`${lot.issued} + ${c.issued}`, available: sql`${lot.available} + ${c.available}`, reserved: sql`${lot.reserved} + ${c.reserved}`,
      used: sql`${lot.used} + ${c.used}`, expired: sql`${lot.expired} + ${c.expired}`, refunded: sql`${lot.refunded} + ${c.refunded}`,
      transferredOut: sql`${lot.transferredOut} + ${c.transferredOut}`,
    }).where(and(eq(lot.vendorId, vendorId), eq(lot.id, lotId)))),
    act.db.update(agreement).set({ lastPostedAt: at }).where(and(eq(agreement.vendorId, vendorId), eq(agreement.id, ledger.agreement.id))),
  ])
  keepInStep(ledger, changes)
  return transactionId
}

/** The rows in hand follow what was posted. */
function keepInStep(ledger: Ledger, changes: ReturnType<typeof changesOf>): void {
  for (const { lotId, changes: change } of changes) {
    const row = ledger.lots.find((each) => each.id === lotId)
    if (!row) throw new Error(`The lot ${lotId} does not belong to the agreement ${ledger.agreement.id}.`)
    for (const name of Object.keys(change) as (keyof typeof change)[]) row[name] += change[name]
  }
}

export type NewLot = Pick<LotRow, 'unit' | 'expiresAt' | 'priority' | 'sourceKind' | 'sourceId' | 'continuesLotId'>

/** Adds an empty lot, which expires by itself; its units come by a posting. */
export async function addLot(act: Act, ledger: Ledger, fields: NewLot): Promise<LotRow> {
  const [row] = await act.db.insert(lot)
    .values({ ...fields, vendorId: act.vendorId, id: newId('lot'), agreementId: ledger.agreement.id, createdAt: act.now }).returning()
  if (fields.expiresAt) await setTimer(act, 'lot.expire', row!.id, fields.expiresAt)
  ledger.lots.push(row!)
  return row!
}

/**
 * Expires what lies in lots whose time has passed, as their timers do; called before every taking and after every
 * return, so that nothing depends on a timer having fired.
 */
export async function expireLapsed(act: Act, ledger: Ledger): Promise<void> {
  const portions: Portion[] = ledger.lots.filter((row) => lapsed(row, act.now) > 0)
    .map((row) => ({ lotId: row.id, unit: row.unit, units: row.available }))
  if (portions.length === 0) return
  await post(act, ledger, { kind: 'EXPIRE', entries: expired(portions), reason: 'The time in which they could be used has passed.' })
  for (const { lotId, unit, units } of portions) {
    await record(act, { type: 'units.expired', streamId: ledger.agreement.id, data: { lotId, unit, units } })
  }
}

export interface PutBack extends Omit<Posting, 'kind' | 'entries'> {
  /** RELEASE for what was held, CORRECTION for what was used. */
  readonly kind: 'RELEASE' | 'CORRECTION'
  /** True when the cause is not the customer's: units whose time runs gain the time that they were away (E3). */
  readonly extend: boolean
}

/**
 * Units go back to where they came from. With `extend`, those of a lot that expires go on in a lot that continues it, with
 * as much time left as when they were taken; without, what comes back too late expires at once.
 */
export async function putBack(act: Act, ledger: Ledger, portions: readonly HeldPortion[], { kind, extend, ...why }: PutBack): Promise<void> {
  const plain: Portion[] = []
  const extended: Continued[] = []
  for (const portion of portions) {
    const from = ledger.lots.find((row) => row.id === portion.lotId)!
    if (!extend || from.expiresAt === null || portion.heldAt >= act.now) {
      plain.push(portion)
    } else {
      const { unit, priority, sourceKind, sourceId, expiresAt } = from
      const into = await addLot(act, ledger, {
        unit, priority, sourceKind, sourceId, continuesLotId: from.id, expiresAt: extendedExpiry(expiresAt, portion.heldAt, act.now),
      })
      extended.push({ ...portion, intoLotId: into.id })
    }
  }
  const entries = (kind === 'RELEASE' ? returned : givenBack)(plain, extended)
  await post(act, ledger, { ...why, kind, entries })
  await expireLapsed(act, ledger)
}

/** Ends an agreement without an end of its own when no unit of it is left to use or held. */
export async function endWhenSpent(act: Act, ledger: Ledger): Promise<void> {
  const { id, state, endsAt } = ledger.agreement
  if (state === 'ENDED' || endsAt !== null || ledger.lots.some((row) => row.available + row.reserved > 0)) return
  await endAgreement(act, id, 'SPENT')
}

/** Ends an agreement, unless it has ended. */
export async function endAgreement(act: Act, id: Id<'agr'>, because: 'SPENT' | 'TERM'): Promise<void> {
  const ended = await act.db.update(agreement).set({ state: 'ENDED' })
    .where(and(eq(agreement.vendorId, act.vendorId), eq(agreement.id, id), eq(agreement.state, 'ACTIVE'))).returning({ id: agreement.id })
  if (ended.length > 0) await record(act, { type: 'agreement.ended', streamId: id, data: { because } })
}

/** An agreement that had ended because it was spent goes on when units come back to it. */
export async function reopenAgreement(act: Act, ledger: Ledger): Promise<void> {
  await act.db.update(agreement).set({ state: 'ACTIVE' }).where(and(
    eq(agreement.vendorId, act.vendorId), eq(agreement.id, ledger.agreement.id), eq(agreement.state, 'ENDED'), isNull(agreement.endsAt)))
}
