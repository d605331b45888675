import { and, desc, eq, gte } from 'drizzle-orm'
import type { Unit } from '../catalog/words.js'
import type { Act } from '../kernel/act.js'
import { record } from '../kernel/event.js'
import { type Id, newId } from '../kernel/ids.js'
import { conflict } from '../kernel/refusal.js'
import { draw, type Drawn, share } from './draw-order.js'
import { type ReservationRow, reservationOf } from './entitlements.reads.js'
import { unitsExhausted } from './entitlements.refusals.js'
import { ledgerTransaction, reservation, reservationLot } from './entitlements.table.js'
import { endWhenSpent, expireLapsed, type Ledger, openLedger, post, putBack, reopenAgreement, withLots } from './ledger.js'
import { captured, type HeldPortion, reserved } from './posting.js'

export interface Wanted {
  readonly agreementId: Id<'agr'>
  /** The part. */
  readonly subjectId: Id
  /** The ticket, in whose history it is told as well. */
  readonly streamId: Id
  readonly unit: Unit
  readonly units: number
}

/**
 * Sets units aside for a part, from the agreement's lots in draw order (E4). Refuses when there are not enough
 * (UnitsExhausted), when the agreement has ended or the part already holds some (Conflict).
 */
export async function reserve(act: Act, wanted: Wanted): Promise<ReservationRow> {
  const { unit, units } = wanted
  const ledger = await openLedger(act, wanted.agreementId)
  const drawn = await drawFrom(act, ledger, unit, units)
  const [held] = await act.db.insert(reservation).values({
    ...wanted, vendorId: act.vendorId, id: newId('rsv'), heldAt: act.now,
  }).onConflictDoNothing().returning()
  if (!held) throw alreadyHeld()
  await hold(act, ledger, held, drawn, 0)
  await tell(act, held, 'units.reserved', { units })
  return held
}

/** Raises a held reservation to so many units in all, when a dearer decision was accepted. Refuses as `reserve` does. */
export async function enlarge(act: Act, subjectId: Id, units: number): Promise<ReservationRow> {
  const [now] = await act.db.select().from(reservation).where(heldFor(act, subjectId)).for('update')
  if (!now) throw nothingHeld()
  if (units <= now.units) return now
  const ledger = await openLedger(act, now.agreementId)
  const drawn = await drawFrom(act, ledger, now.unit, units - now.units)
  const parts = await partsOf(act, now)
  const [raised] = await act.db.update(reservation).set({ units })
    .where(and(eq(reservation.vendorId, act.vendorId), eq(reservation.id, now.id))).returning()
  await hold(act, ledger, now, drawn, parts.length)
  await tell(act, now, 'units.reserved', { units: units - now.units, inAll: units })
  return raised!
}

/** What can be drawn at this instant, expiry done first. Refuses an ended agreement, and fewer units than wanted. */
async function drawFrom(act: Act, ledger: Ledger, unit: Unit, units: number): Promise<Drawn> {
  if (!Number.isInteger(units) || units < 1) throw new RangeError('Only a whole number of units above zero can be reserved.')
  const { state, startsAt, endsAt } = ledger.agreement
  if (startsAt > act.now || (endsAt !== null && endsAt <= act.now)) {
    throw conflict('The agreement is not in force now. Nothing was reserved.', 'Name an agreement that is, or buy units.')
  }
  await expireLapsed(act, ledger)
  const drawn = draw(state === 'ACTIVE' ? ledger.lots.filter((row) => row.unit === unit) : [], units, act.now)
  if (drawn.missing > 0) throw unitsExhausted(unit, units, units - drawn.missing)
  return drawn
}

async function hold(act: Act, ledger: Ledger, held: ReservationRow, drawn: Drawn, placed: number): Promise<void> {
  const { vendorId } = act
  await act.db.insert(reservationLot).values(drawn.taken.map(({ lotId, units }, i) => ({
    vendorId, reservationId: held.id, position: placed + i, lotId, units, heldAt: act.now,
  })))
  await post(act, ledger, {
    kind: 'RESERVE', entries: reserved(drawn.taken.map((taken) => ({ ...taken, unit: held.unit }))),
    reason: 'Set aside: the most that this can cost.', subjectId: held.subjectId, reservationId: held.id,
  })
}

export interface Returning {
  /** True when the cause is not the customer's: the units that come back gain the time that they were held (E3). */
  readonly extend?: boolean
}

/**
 * Takes so many of the reserved units for good, the first drawn first; the rest returns. Zero takes none and releases all.
 * Refuses when nothing is held, or less (Conflict): a reservation resolves exactly once (E3).
 */
export async function capture(act: Act, subjectId: Id, units: number, reason: string, returning: Returning = {}): Promise<ReservationRow> {
  if (!Number.isInteger(units) || units < 0) throw new RangeError('Only a whole number of units can be captured.')
  if (units === 0) return release(act, subjectId, reason, returning)
  const { held, ledger, parts } = await resolve(act, subjectId, units)
  const { first, rest } = share(parts, units)
  await post(act, ledger, {
    kind: 'CAPTURE', entries: captured(first), reason, subjectId, reservationId: held.id,
  })
  await tell(act, held, 'units.captured', { units, reserved: held.units })
  if (rest.length > 0) await giveRest(act, ledger, held, rest, 'Not needed.', returning)
  await endWhenSpent(act, ledger)
  return held
}

/** Lets all reserved units go back to their lots. Refuses when nothing is held (Conflict). */
export async function release(act: Act, subjectId: Id, reason: string, returning: Returning = {}): Promise<ReservationRow> {
  const { held, ledger, parts } = await resolve(act, subjectId, 0)
  await giveRest(act, ledger, held, parts, reason, returning)
  await endWhenSpent(act, ledger)
  return held
}

/**
 * Returns what was captured for a part, by a correction of that capture, when a review finds that it should not have been;
 * the units gain the time that they were away. Refuses when nothing was captured or it was given back before (Conflict).
 */
export async function giveBack(act: Act, subjectId: Id, reason: string): Promise<ReservationRow> {
  const [found] = await act.db.select({ held: reservation, capture: ledgerTransaction }).from(reservation)
    .innerJoin(ledgerTransaction, and(
      eq(ledgerTransaction.vendorId, reservation.vendorId), eq(ledgerTransaction.reservationId, reservation.id),
      eq(ledgerTransaction.kind, 'CAPTURE')))
    .where(and(eq(reservation.vendorId, act.vendorId), eq(reservation.subjectId, subjectId), eq(reservation.state, 'CAPTURED')))
    .orderBy(desc(reservation.heldAt), desc(reservation.id)).limit(1)
  if (!found) throw nothingHeld()
  const { held, capture: corrected } = found
  const { first } = share(await partsOf(act, held), held.capturedUnits)
  const ledger = await withLots(act, await openLedger(act, held.agreementId), first.map((portion) => portion.lotId))
  const [before] = await act.db.select({ id: ledgerTransaction.id }).from(ledgerTransaction)
    .where(and(eq(ledgerTransaction.vendorId, act.vendorId), eq(ledgerTransaction.correctsId, corrected.id)))
  if (before) throw conflict('These units were given back before. Nothing was changed.', 'Read the history of the agreement.')
  await putBack(act, ledger, first, { kind: 'CORRECTION', extend: true, reason, subjectId, reservationId: held.id, correctsId: corrected.id })
  await reopenAgreement(act, ledger)
  await tell(act, held, 'units.given_back', { units: held.capturedUnits })
  return held
}

/** The conditional update that only one of many can win (E3). */
async function resolve(act: Act, subjectId: Id, capturedUnits: number) {
  const [held] = await act.db.update(reservation)
    .set({ state: capturedUnits > 0 ? 'CAPTURED' : 'RELEASED', capturedUnits, resolvedAt: act.now })
    .where(and(heldFor(act, subjectId), gte(reservation.units, capturedUnits))).returning()
  if (!held) throw (await reservationOf(act, subjectId))?.state === 'HELD' ? tooFew(capturedUnits) : nothingHeld()
  const [ledger, parts] = await Promise.all([openLedger(act, held.agreementId), partsOf(act, held)])
  return { held, ledger, parts }
}

const heldFor = (act: Act, subjectId: Id) =>
  and(eq(reservation.vendorId, act.vendorId), eq(reservation.subjectId, subjectId), eq(reservation.state, 'HELD'))

async function partsOf(act: Act, held: ReservationRow): Promise<HeldPortion[]> {
  const rows = await act.db.select().from(reservationLot)
    .where(and(eq(reservationLot.vendorId, act.vendorId), eq(reservationLot.reservationId, held.id))).orderBy(reservationLot.position)
  return rows.map(({ lotId, units, heldAt }) => ({ lotId, units, heldAt, unit: held.unit }))
}

async function giveRest(
  act: Act, ledger: Ledger, held: ReservationRow, rest: readonly HeldPortion[], reason: string, { extend = false }: Returning,
): Promise<void> {
  await putBack(act, ledger, rest, { kind: 'RELEASE', extend, reason, subjectId: held.subjectId, reservationId: held.id })
  await tell(act, held, 'units.released', { units: rest.reduce((sum, portion) => sum + portion.units, 0), extended: extend })
}

/** Told in the history of the agreement and in that of the ticket. */
async function tell(act: Act, held: ReservationRow, type: string, more: Record<string, unknown>): Promise<void> {
  const { id, agreementId, subjectId, streamId, unit } = held
  const data = { reservationId: id, agreementId, subjectId, unit, ...more }
  await record(act, { type, streamId: agreementId, data })
  await record(act, { type, streamId, data })
}

const alreadyHeld = () => conflict(
  'Units are already reserved for this part. Nothing more was reserved.', 'Enlarge, capture or release the reservation that it has.')
const nothingHeld = () => conflict(
  'No units are held for this part: none were, or they were captured or released before. Nothing was changed.', 'Read its reservation.')
const tooFew = (units: number) => conflict(
  `${units} units are more than are reserved. Nothing was captured.`, 'Capture at most what is reserved, or enlarge the reservation first.')
