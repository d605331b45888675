import type { DecisionRow } from '../boundary/boundary.types.js'
import type { Unit } from '../boundary/policy.js'
import { candidatesFor, type ReservationRow, reservationOf } from '../entitlements/entitlements.reads.js'
import { unitsExhausted } from '../entitlements/entitlements.refusals.js'
import { enlarge, release, reserve } from '../entitlements/reservations.js'
import type { Act } from '../kernel/act.js'
import type { Id } from '../kernel/ids.js'
import type { HeldPart } from './parts.js'

async function heldFor(act: Act, partId: Id<'prt'>): Promise<ReservationRow | null> {
  const latest = await reservationOf(act, partId)
  return latest?.state === 'HELD' ? latest : null
}

/**
 * Sets aside what an accepted proposal can cost, and answers the agreement that carries it: the one that holds units for the
 * part already, else the one that the proposal named, else the first that has enough by now (bought since, say). Units that
 * were set aside elsewhere, or in another unit, go back. Refuses when nobody has enough (UnitsExhausted).
 */
export async function setAside(act: Act, { ticket, part }: HeldPart, proposal: DecisionRow, unit: Unit, units: number): Promise<Id> {
  const held = await heldFor(act, part.id)
  if (held?.unit === unit && held.units >= units) return held.agreementId
  const candidates = await candidatesFor(act, ticket.customerId, ticket.productId, act.now)
  const holds = (agreementId: Id): boolean => held?.unit === unit && held.agreementId === agreementId
  const inAll = candidates.map((c) => ({ ...c, units: c.available[unit] + (holds(c.agreementId) ? held!.units : 0) }))
  const able = inAll.filter((c) => !c.cannotCarry && c.units >= units)
  const taken = able.find((c) => holds(c.agreementId)) ?? able.find((c) => c.agreementId === proposal.agreementId) ?? able[0]
  if (!taken) throw unitsExhausted(unit, units, Math.max(0, ...inAll.map((c) => c.units)))
  if (holds(taken.agreementId)) {
    await enlarge(act, part.id, units)
    return taken.agreementId
  }
  if (held) await release(act, part.id, 'Another agreement or unit carries it now.', { extend: true })
  await reserve(act, { agreementId: taken.agreementId, subjectId: part.id, streamId: ticket.id, unit, units })
  return taken.agreementId
}

/** Lets what is set aside for a part go back with the time that it was held; nothing where nothing is held. */
export async function giveUpUnits(act: Act, partId: Id<'prt'>, reason: string): Promise<void> {
  if (await heldFor(act, partId)) await release(act, partId, reason, { extend: true })
}
