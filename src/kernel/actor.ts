import type { Id } from './ids.js'

export const memberRoles = ['ADMIN', 'AGENT', 'CATALOG', 'BILLING', 'REVIEWER'] as const
export type MemberRole = (typeof memberRoles)[number]

export const contactRoles = ['REQUESTER', 'APPROVER', 'BILLING', 'SECURITY', 'ADMIN'] as const
export type ContactRole = (typeof contactRoles)[number]

/** Who is calling. An anonymous caller names the vendor by its handle; until then it has none. */
export type Actor =
  | { readonly kind: 'MEMBER'; readonly vendorId: Id<'vnd'>; readonly id: Id<'mem'>; readonly roles: readonly MemberRole[] }
  | {
      readonly kind: 'CONTACT'; readonly vendorId: Id<'vnd'>; readonly id: Id<'con'>
      readonly customerId: Id<'cus'>; readonly roles: readonly ContactRole[]
    }
  | { readonly kind: 'AUTOMATION'; readonly vendorId: Id<'vnd'>; readonly id: null }
  | { readonly kind: 'ANONYMOUS'; readonly vendorId: Id<'vnd'> | null; readonly id: null }

export type ActorKind = Actor['kind']

/** The product itself, acting on its own rules: timers, reactions, webhooks. */
export const automation = (vendorId: Id<'vnd'>): Actor => ({ kind: 'AUTOMATION', vendorId, id: null })

export const anonymous = (vendorId: Id<'vnd'> | null = null): Actor => ({ kind: 'ANONYMOUS', vendorId, id: null })

/** One word for an actor in a key or a log: its id, or its kind where it has none. */
export const actorName = (actor: Actor): string => actor.id ?? actor.kind
