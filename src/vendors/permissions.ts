import type { Actor, ContactRole, MemberRole } from '../kernel/actor.js'

/** Who may do what: the whole policy on one page. `*` is every role of that kind of actor. */
interface Grant {
  readonly means: string
  readonly member?: '*' | readonly MemberRole[]
  readonly contact?: '*' | readonly ContactRole[]
  readonly anonymous?: true
}

const staff = '*'
const everyContact = '*'

export const permissions = {
  // Anyone, an account or not
  'vendors:sign-up': { means: 'Make a new vendor', member: staff, contact: everyContact, anonymous: true },
  'catalog:read': { means: 'Read products, plans and prices on sale', member: staff, contact: everyContact, anonymous: true },
  'policies:read': { means: 'Read the published scope policy', member: staff, contact: everyContact, anonymous: true },
  'tickets:preview': { means: 'Ask what a ticket would cost before opening it', member: staff, contact: everyContact, anonymous: true },

  // A customer's contacts, and the staff on their behalf
  'viewer:read': { means: 'Read who one is', member: staff, contact: everyContact },
  'nodes:read': { means: 'Read one thing by its id, as far as one may see it', member: staff, contact: everyContact },
  'quotes:request': { means: 'Hold a price and a ceiling', member: staff, contact: ['REQUESTER', 'APPROVER', 'ADMIN'] },
  'quotes:read': { means: 'Read quotes', member: staff, contact: everyContact },
  'tickets:open': { means: 'Open a ticket', member: staff, contact: ['REQUESTER', 'ADMIN', 'SECURITY'] },
  'tickets:read': { means: 'Read tickets one may see', member: staff, contact: everyContact },
  'tickets:reply': { means: 'Write in a ticket', member: staff, contact: ['REQUESTER', 'ADMIN', 'SECURITY', 'APPROVER'] },
  'tickets:confirm': { means: 'Confirm or doubt a resolution, accept a dearer decision', contact: ['REQUESTER', 'APPROVER', 'ADMIN'] },
  'agreements:read': { means: 'Read agreements, units and what became of each', member: staff, contact: everyContact },
  'plans:buy': { means: 'Buy a plan', contact: ['BILLING', 'APPROVER', 'ADMIN'] },
  'purchases:read': { means: 'Read purchases', member: ['ADMIN', 'BILLING'], contact: ['BILLING', 'APPROVER', 'ADMIN'] },
  'contacts:read': { means: 'Read contacts', member: staff, contact: ['ADMIN'] },
  'contacts:change': { means: 'Add, change and deactivate contacts', member: ['ADMIN', 'AGENT'], contact: ['ADMIN'] },

  // The vendor's staff
  'tickets:work': { means: 'Assign, note, announce, split, resolve', member: ['ADMIN', 'AGENT'] },
  'facts:state': { means: 'State a fact about a ticket', member: ['ADMIN', 'AGENT'], contact: ['REQUESTER', 'ADMIN', 'SECURITY'] },
  'customers:read': { means: 'Read customers', member: staff },
  'customers:change': { means: 'Add, change and deactivate customers', member: ['ADMIN', 'AGENT', 'BILLING'] },
  'members:read': { means: 'Read members', member: staff },
  'members:change': { means: 'Add, change and deactivate members', member: ['ADMIN'] },
  'tokens:issue': { means: 'Issue tokens for members and contacts', member: ['ADMIN'] },
  'vendor:change': { means: "Change the vendor's own record", member: ['ADMIN'] },
  'catalog:change': { means: 'Change and publish products, duties, plans and prices', member: ['ADMIN', 'CATALOG'] },
  'promises:change': { means: 'Change calendars and promises', member: ['ADMIN', 'CATALOG'] },
  'policies:change': { means: 'Draft and publish scope policies', member: ['ADMIN', 'CATALOG'] },
  'units:grant': { means: 'Grant units as goodwill', member: ['ADMIN', 'BILLING'] },
} as const satisfies Record<string, Grant>

export type Permission = keyof typeof permissions

/** True when the actor's kind and roles grant it. The product itself may do everything that its rules tell it to. */
export function may(actor: Actor, permission: Permission): boolean {
  const grant: Grant = permissions[permission]
  switch (actor.kind) {
    case 'AUTOMATION': return true
    case 'ANONYMOUS': return grant.anonymous === true
    case 'MEMBER': return holds(grant.member, actor.roles)
    case 'CONTACT': return holds(grant.contact, actor.roles)
  }
}

const holds = <R extends string>(wanted: '*' | readonly R[] | undefined, roles: readonly R[]): boolean =>
  wanted === '*' || (wanted ?? []).some((role) => roles.includes(role))
