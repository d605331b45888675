import type { TicketKind } from './facts.js'

export const DECISION_CLASSES = ['SERVICE', 'SUPPORT', 'THIRD_PARTY', 'NEW_WORK', 'NOT_OFFERED'] as const
export type DecisionClass = (typeof DECISION_CLASSES)[number]
export const HANDLERS = ['VENDOR', 'PARTNER', 'CUSTOMER', 'NOBODY'] as const
export type Handler = (typeof HANDLERS)[number]
export const PAYERS = ['CUSTOMER', 'VENDOR', 'PARTNER', 'NOBODY'] as const
export type Payer = (typeof PAYERS)[number]
export const UNITS = ['INCIDENT', 'MINUTE'] as const
export type Unit = (typeof UNITS)[number]

/** Units that the customer gives for the help. Money only buys units. */
export type Charge = { readonly unit: Unit; readonly units: number }

/** One line of a scope policy. */
export type PolicyRule = {
  /** Stable name of the rule within the policy. */
  readonly key: string
  /** CEL over the facts; the rule applies when it is true and no earlier rule was. */
  readonly condition: string
  readonly class: DecisionClass
  readonly handler: Handler
  readonly payer: Payer
  readonly charge: Charge | null
  /** The vendor's duty that a SERVICE rule cites. */
  readonly dutyCode: string | null
  /** What the customer reads, in at most 60 words. */
  readonly reason: string
  /** Whom else the customer can turn to; required where nobody here helps. */
  readonly turnTo: string | null
  /** A plain example for the policy page. */
  readonly example: string | null
}

/** One version of a scope policy. First match wins; the last rule is the default. */
export type Policy = { readonly id: string; readonly rules: readonly PolicyRule[] }

/** What the first matching rule says (B2). */
export type Answer = {
  readonly ruleKey: string
  readonly class: DecisionClass
  readonly handler: Handler
  readonly payer: Payer
  /** What the customer is charged; null when the payer is anybody else. */
  readonly charge: Charge | null
  readonly dutyCode: string | null
  readonly reason: string
  readonly turnTo: string | null
  /** Keys of rules that could not be evaluated and were passed over: any makes the decision CONTESTED (B4). */
  readonly threw: readonly string[]
}

/** The answer for one cause. */
export type Row = { readonly cause: string; readonly answer: Answer }
/** The most that each unit can cost over all causes. */
export type Ceiling = Readonly<Record<Unit, number>>
export const NO_CHARGE: Ceiling = Object.freeze({ INCIDENT: 0, MINUTE: 0 })

export const DEFAULT_CONDITION = 'true'
export const LONGEST_REASON_WORDS = 60
export const MOST_RULES = 200

/** '2 incidents', '1 minute'. */
export const sayUnits = (unit: Unit, units: number): string => `${units} ${unit.toLowerCase()}${units === 1 ? '' : 's'}`

/** 'BILLING_QUESTION' → 'billing question'. */
export const sayKind = (kind: TicketKind): string => kind.toLowerCase().replaceAll('_', ' ')
