/** The catalog's words for states and kinds: what its tables, its types and its rules have in common. Pure. */

export const productStates = ['DRAFT', 'ON_SALE', 'RETIRED'] as const
export type ProductState = (typeof productStates)[number]

export const supportChannels = ['TICKET', 'EMAIL', 'CHAT', 'PHONE'] as const
export type SupportChannel = (typeof supportChannels)[number]

export const componentOwners = ['OWN', 'DEPENDENCY', 'CUSTOMER_OWNED', 'PARTNER_BUILT'] as const
export type ComponentOwner = (typeof componentOwners)[number]

export const dutyKinds = ['DEFECT', 'AVAILABILITY', 'SECURITY_FIX', 'DATA_KEPT', 'STATUS_MESSAGES'] as const
export type DutyKind = (typeof dutyKinds)[number]

export const planKinds = ['PER_INCIDENT', 'PACKAGE', 'PREMIUM', 'COMMUNITY', 'NONE'] as const
export type PlanKind = (typeof planKinds)[number]

export const planVersionStates = ['DRAFT', 'PUBLISHED', 'RETIRED'] as const
export type PlanVersionState = (typeof planVersionStates)[number]

export const units = ['INCIDENT', 'MINUTE'] as const
export type Unit = (typeof units)[number]

export const priceIntervals = ['ONE_OFF', 'MONTH', 'YEAR'] as const
export type PriceInterval = (typeof priceIntervals)[number]

/** The causes that every vendor has: every scope policy must say what they cost. */
export const fixedCauseCodes = [
  { code: 'UNDETERMINED', name: 'Undetermined', description: 'Work was done and the cause was not found.' },
  { code: 'NOT_REPRODUCIBLE', name: 'Not reproducible', description: 'The problem could not be made to happen again.' },
] as const

/** Agreed business impact, the gravest first. */
export const severities = ['CRITICAL', 'HIGH', 'NORMAL', 'LOW'] as const
export type Severity = (typeof severities)[number]
