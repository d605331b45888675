import type { DecisionRow } from './boundary.types.js'
import type { Answer, Ceiling, Charge } from './policy.js'

/** The ceiling that a stored decision or quote was accepted with. */
export const ceilingOf = (row: Pick<DecisionRow, 'ceilingIncidents' | 'ceilingMinutes'>): Ceiling =>
  ({ INCIDENT: row.ceilingIncidents, MINUTE: row.ceilingMinutes })

export const chargeOf = (row: Pick<DecisionRow, 'unit' | 'units'>): Charge | null => (row.unit ? { unit: row.unit, units: row.units } : null)

/** The answer of a stored decision, as the policy gave it. */
export const answerOf = (row: DecisionRow): Answer => ({
  ruleKey: row.ruleKey, class: row.class, handler: row.handler, payer: row.payer, charge: chargeOf(row), dutyCode: row.dutyCode,
  reason: row.reason, turnTo: row.turnTo, threw: row.threw,
})
