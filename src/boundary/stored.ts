import type { Metric, PromiseKind } from '../sla/metric.js'
import type { PlanKind } from './facts.js'
import type { Charge, DecisionClass } from './policy.js'
import type { FactStatement } from './statements.js'

/** What a decision keeps as plain data beside its columns. */

/** An agreement that was tried, or none (agreementId null), in the order tried. */
export type Considered = {
  readonly agreementId: string | null
  readonly planKind: PlanKind
  readonly policy: 'PINNED' | 'CURRENT'
  readonly policyVersionId: string
  /** What it would have been; null when the agreement could not carry the ticket at all. */
  readonly class: DecisionClass | null
  readonly charge: Charge | null
  readonly payable: boolean
  readonly taken: boolean
  readonly why: string
}

/** A fact on which sources disagree, with what each said. */
export type ContestedFact = { readonly name: string; readonly statements: readonly FactStatement[] }

/** A deadline as it was told. `dueAt` is an ISO instant; null when it starts later than the telling. */
export type Deadline = {
  readonly metric: Metric
  readonly kind: PromiseKind
  readonly minutes: number
  readonly dueAt: string | null
  readonly calendarName: string | null
}
