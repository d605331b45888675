import type { CeilingType, OutcomeType, PromisedDeadline, StatedFact } from './boundary.types.js'
import type { Ceiling, Row } from './policy.js'
import type { FactStatement } from './statements.js'
import type { Deadline } from './stored.js'

/** How plain data of a decision is shown in the API; previews show theirs in the same way. */
export const shownCeiling = (most: Ceiling): CeilingType => ({ incidents: most.INCIDENT, minutes: most.MINUTE })

export const shownFact = ({ name, value, source, statedBy, at }: FactStatement): StatedFact => ({ name, value, source, statedBy, statedAt: new Date(at) })

export const shownDeadline = (d: Deadline): PromisedDeadline => ({ ...d, dueAt: d.dueAt === null ? null : new Date(d.dueAt) })

export const shownOutcome = ({ cause, answer }: Row): OutcomeType => ({
  cause, class: answer.class, handler: answer.handler, payer: answer.payer, charge: answer.charge, reason: answer.reason,
  ruleKey: answer.ruleKey, turnTo: answer.turnTo,
})
