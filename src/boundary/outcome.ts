import { compareCeilings, compareCharges, helpOf, samePairs } from './better.js'
import { ceiling } from './decide.js'
import type { Answer, Ceiling, Charge, Row } from './policy.js'

export type ResolutionCharge = {
  /** The accepted answer for the cause that was found; null when the quote did not list the cause. */
  readonly answer: Answer | null
  /** What may be charged without another yes; null for nothing. */
  readonly charge: Charge | null
  /** What lies above the accepted ceiling, or was never accepted: refused until a new quote is. */
  readonly aboveCeiling: Charge | null
}

const chargeOf = (charge: Charge, units: number): Charge | null => (units > 0 ? { unit: charge.unit, units } : null)

/**
 * The charge at resolution: the accepted row of the cause that was found, never above the accepted ceiling (B5). A cause
 * that the quote did not list has no accepted price and costs nothing.
 */
export function chargeAt(table: readonly Row[], cause: string, acceptedCeiling: Ceiling): ResolutionCharge {
  const answer = table.find(row => row.cause === cause)?.answer ?? null
  const charge = answer?.charge ?? null
  if (charge === null) return { answer, charge: null, aboveCeiling: null }
  const allowed = Math.min(charge.units, acceptedCeiling[charge.unit])
  return { answer, charge: chargeOf(charge, allowed), aboveCeiling: chargeOf(charge, charge.units - allowed) }
}

export type Comparison = 'SAME' | 'CHEAPER' | 'DEARER'
/** The part of a decision that a customer agrees to. */
export type Agreed = { readonly answer: Answer; readonly table: readonly Row[] }

/**
 * Compares a decision that was accepted with one made anew (B5, R15). CHEAPER, applied at once: no cause costs more or
 * gets less help, and something costs less or gets more. DEARER, PROPOSED until accepted: anything costs more, gets
 * less help, becomes new work, or is counted in another unit.
 */
export function compareDecisions(accepted: Agreed, revised: Agreed): Comparison {
  const pairs = samePairs(accepted.table, revised.table)
  pairs.push({ cause: '', accepted: accepted.answer, other: revised.answer })
  const charges = pairs.map(pair => compareCharges(pair.other.charge, pair.accepted.charge))
  const ceilings = compareCeilings(ceiling(revised.table), ceiling(accepted.table))
  const orders = [...charges, ceilings]
  const help = pairs.map(pair => helpOf(pair.other) - helpOf(pair.accepted))
  if (orders.some(order => order === 'HIGHER' || order === 'UNCLEAR') || help.some(change => change < 0)) return 'DEARER'
  return orders.includes('LOWER') || help.some(change => change > 0) ? 'CHEAPER' : 'SAME'
}
