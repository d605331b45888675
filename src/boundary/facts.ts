/**
 * The vocabulary of facts: everything that a rule of a scope policy may read, and how statements about a ticket
 * become one value per fact. Pure.
 */

export const FACT_SOURCES = ['CONTACT', 'PRODUCT', 'CHECK', 'MEMBER', 'PARTNER', 'SYSTEM'] as const
export type FactSource = (typeof FACT_SOURCES)[number]

export const TICKET_KINDS = [
  'QUESTION', 'DEFECT', 'OUTAGE_REPORT', 'CHANGE_REQUEST', 'TRAINING', 'CONSULTING',
  'BILLING_QUESTION', 'SECURITY_REPORT', 'DATA_REQUEST', 'COMPLAINT', 'REVIEW',
] as const
export type TicketKind = (typeof TICKET_KINDS)[number]

/** Kinds that no policy may charge for (B3). */
export const FREE_KINDS = [
  'BILLING_QUESTION', 'SECURITY_REPORT', 'DATA_REQUEST', 'COMPLAINT', 'REVIEW', 'OUTAGE_REPORT',
] as const satisfies readonly TicketKind[]

export const COMPONENT_OWNERS = ['OWN', 'DEPENDENCY', 'CUSTOMER_OWNED', 'PARTNER_BUILT'] as const
export const PLAN_KINDS = ['PER_INCIDENT', 'PACKAGE', 'PREMIUM', 'COMMUNITY', 'NONE'] as const
export type PlanKind = (typeof PLAN_KINDS)[number]

/** Stands wherever nobody has said which value of an enum it is. */
export const UNKNOWN = 'UNKNOWN'
/** Causes that every vendor has, and that every policy must name (B3). */
export const OPEN_CAUSES = ['UNDETERMINED', 'NOT_REPRODUCIBLE'] as const

export type FactValue = string | number | boolean
/** One value per fact name. Plain data: a stored decision keeps it and replays it. */
export type FactValues = Readonly<Record<string, FactValue>>
export type FactType = 'ENUM' | 'BOOL' | 'INT' | 'STRING'

export type FactDefinition = {
  readonly name: string
  readonly type: FactType
  /** The allowed values of an ENUM, UNKNOWN among them where it can be unknown; null for other types. */
  readonly values: readonly string[] | null
  readonly description: string
  /** The value that stands when nobody stated it; where a doubt is possible it favours the customer. */
  readonly whenUnstated: FactValue
  /** Who may state it. A statement from anybody else is set aside. */
  readonly sources: readonly FactSource[]
}

export type Vocabulary = { readonly facts: readonly FactDefinition[]; readonly byName: ReadonlyMap<string, FactDefinition> }

type Sources = readonly FactSource[]

const oneOf = (name: string, values: readonly string[], sources: Sources, description: string): FactDefinition =>
  ({ name, type: 'ENUM', values: [...values, UNKNOWN], description, whenUnstated: UNKNOWN, sources })
const yesNo = (name: string, sources: Sources, description: string, whenUnstated = false): FactDefinition =>
  ({ name, type: 'BOOL', values: null, description, whenUnstated, sources })
const code = (name: string, codes: readonly string[] | undefined, sources: Sources, description: string): FactDefinition =>
  codes === undefined
    ? { name, type: 'STRING', values: null, description, whenUnstated: '', sources }
    : { name, type: 'ENUM', values: [...new Set([...codes, ''])], description, whenUnstated: '', sources }

const staff: Sources = ['MEMBER', 'PARTNER']
const anyPerson: Sources = ['CONTACT', 'MEMBER', 'PARTNER']
const everybody: Sources = ['CONTACT', 'PRODUCT', 'CHECK', 'MEMBER', 'PARTNER', 'SYSTEM']
const system: Sources = ['SYSTEM']

const reported = (): FactDefinition[] => [
  oneOf('kind', TICKET_KINDS, ['CONTACT', 'PRODUCT', 'MEMBER', 'PARTNER', 'SYSTEM'],
    'What the contact wants: an answer, a mended defect, new work …'),
  oneOf('severity', ['CRITICAL', 'HIGH', 'NORMAL', 'LOW'], ['CONTACT', 'MEMBER', 'SYSTEM'], 'The agreed business impact.'),
  oneOf('environment', ['PRODUCTION', 'TEST', 'DEVELOPMENT'], everybody, 'Where it happens.'),
  yesNo('claimsDefect', ['CONTACT'], 'The contact says that it is the vendor’s defect.'),
  yesNo('customerChange', everybody, 'The customer changed something (settings, network, data, own code) just before it began.'),
  yesNo('regression', ['CONTACT', 'CHECK', 'MEMBER', 'PARTNER'], 'It worked in the version before, in the same surroundings.'),
  yesNo('dataLoss', anyPerson, 'Data is missing or damaged and has to be brought back.'),
  yesNo('reinstall', anyPerson, 'It is about moving, installing or setting up the product again.'),
  { name: 'affectedUsers', type: 'INT', values: null, description: 'How many people cannot work because of it; 0 when not said.',
    whenUnstated: 0, sources: ['CONTACT', 'PRODUCT', 'CHECK', 'MEMBER', 'PARTNER'] },
]

const known = (components?: readonly string[], products?: readonly string[]): FactDefinition[] => [
  code('product', products, ['PRODUCT', 'SYSTEM', 'CONTACT', 'MEMBER'], 'The code of the product; empty when not said.'),
  code('component', components, everybody, 'The code of the component that it happens in; empty when not said.'),
  oneOf('componentOwner', COMPONENT_OWNERS, ['SYSTEM', ...staff],
    'Whose the component is: the vendor’s own, a dependency, the customer’s, or built by a partner.'),
  yesNo('versionSupported', ['PRODUCT', 'CHECK', 'MEMBER', 'PARTNER', 'SYSTEM'],
    'The installed version is within its support dates; taken as true until shown otherwise.', true),
  yesNo('customised', ['PRODUCT', 'CHECK', 'MEMBER', 'PARTNER'],
    'The place where it happens has been changed by code that is not the vendor’s.'),
  yesNo('outage', ['CHECK', 'MEMBER', 'SYSTEM'], 'It belongs to an outage that the vendor has declared.'),
  yesNo('checkFailed', ['CHECK'], 'A check signed by the vendor fails on the component.'),
  yesNo('knownFix', ['MEMBER', 'SYSTEM'], 'A fix was public before the ticket was opened, or was shown in the preview.'),
]

const agreed = (): FactDefinition[] => [
  oneOf('planKind', PLAN_KINDS, system, 'The kind of plan of the agreement being tried; NONE when none is.'),
  yesNo('hasAgreement', system, 'The decision is being tried under one of the customer’s agreements.'),
  yesNo('consumer', ['SYSTEM', 'MEMBER'], 'The customer bought as a consumer.'),
  yesNo('onboarding', ['SYSTEM', 'MEMBER'], 'The customer is within its first 30 days with the product.'),
]

/**
 * The facts that a vendor's policy may read. `cause` has the vendor's own codes; component and product codes are
 * checked too when they are given.
 */
export function vocabularyFor(input: {
  causeCodes: readonly string[]
  componentCodes?: readonly string[]
  productCodes?: readonly string[]
}): Vocabulary {
  const causes = [...new Set([...input.causeCodes, ...OPEN_CAUSES])].filter(code => code !== UNKNOWN)
  const cause = oneOf('cause', causes, staff, 'The agreed code of what it was; UNKNOWN before resolution.')
  const facts = [...reported(), cause, ...known(input.componentCodes, input.productCodes), ...agreed()]
  return { facts, byName: new Map(facts.map(fact => [fact.name, fact])) }
}

/** Whether a value is one that the fact can have. */
export function fitsFact(fact: FactDefinition, value: unknown): value is FactValue {
  if (fact.type === 'BOOL') return typeof value === 'boolean'
  if (fact.type === 'INT') return Number.isSafeInteger(value)
  return typeof value === 'string' && (fact.values === null || fact.values.includes(value))
}
