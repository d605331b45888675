import 'reflect-metadata'
import { type GraphQLObjectType } from 'graphql'
import { getMetadataStorage } from 'type-graphql'
import { describe, expect, it } from 'vitest'
import type { Actor } from '../src/kernel/actor.js'
import { contactRoles, memberRoles } from '../src/kernel/actor.js'
import { newId } from '../src/kernel/ids.js'
import { buildApi } from '../src/schema.js'
import { may, type Permission, permissions } from '../src/vendors/permissions.js'

interface Root { kind: string; field: string; roles: readonly unknown[] | undefined }

const schema = buildApi()
const storage = getMetadataStorage()
const inSchema = (type: GraphQLObjectType | null | undefined) => Object.keys(type?.getFields() ?? {})
const roots: Root[] = ([
  ['Query', storage.queries, schema.getQueryType()], ['Mutation', storage.mutations, schema.getMutationType()],
  ['Subscription', storage.subscriptions, schema.getSubscriptionType()],
] as const).flatMap(([kind, declared, type]) => declared.filter((root) => inSchema(type).includes(root.schemaName))
  .map((root) => ({ kind, field: root.schemaName, roles: root.roles as readonly unknown[] | undefined })))

/** What is granted elsewhere than on a root field, and where. */
const usedElsewhere: Partial<Record<Permission, string>> = {}

describe('T1 the first wall', () => {
  it('T1 every root field of the schema is declared here, once', () => {
    const declared = roots.map((root) => `${root.kind}.${root.field}`).sort()
    const all = [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()]
      .flatMap((type) => inSchema(type).map((field) => `${type!.name}.${field}`)).sort()
    expect(declared).toEqual(all)
  })

  for (const { kind, field, roles } of roots) {
    it(`T1 ${kind}.${field} names exactly one permission of the page`, () => {
      expect(roles).toHaveLength(1)
      expect(Object.keys(permissions)).toContain(roles![0])
    })
  }

  it('T1 every permission of the page is used', () => {
    const used = new Set([...roots.flatMap((root) => root.roles ?? []), ...Object.keys(usedElsewhere)])
    expect(Object.keys(permissions).filter((permission) => !used.has(permission))).toEqual([])
  })

  it('T1 a mutation never hangs on a permission to read', () => {
    expect(roots.filter((root) => root.kind === 'Mutation' && /:(read|preview)$/.test(String(root.roles?.[0]))).map((root) => root.field)).toEqual([])
  })
})

describe('T1 who may do what', () => {
  const member = (role: (typeof memberRoles)[number]): Actor => ({ kind: 'MEMBER', vendorId: newId('vnd'), id: newId('mem'), roles: [role] })
  const contact = (role: (typeof contactRoles)[number]): Actor =>
    ({ kind: 'CONTACT', vendorId: newId('vnd'), id: newId('con'), customerId: newId('cus'), roles: [role] })
  const all = Object.keys(permissions) as Permission[]

  it('T1 a person without a role may do only what everybody of that kind may', () => {
    for (const permission of all) {
      const grant: { member?: unknown; contact?: unknown } = permissions[permission]
      expect(may({ ...member('ADMIN'), roles: [] } as Actor, permission)).toBe(grant.member === '*')
      expect(may({ ...contact('ADMIN'), roles: [] } as Actor, permission)).toBe(grant.contact === '*')
    }
  })

  it('T1 an admin of the vendor may all that any member may, an admin of a customer all that any contact may', () => {
    for (const permission of all) {
      if (memberRoles.some((role) => may(member(role), permission))) expect([permission, may(member('ADMIN'), permission)]).toEqual([permission, true])
      if (contactRoles.some((role) => may(contact(role), permission))) expect([permission, may(contact('ADMIN'), permission)]).toEqual([permission, true])
    }
  })

  it('T1 no contact may change what belongs to the vendor, and nobody unknown may change anything but sign up', () => {
    const vendors: Permission[] = ['members:change', 'customers:change', 'tokens:issue', 'vendor:change', 'catalog:change', 'promises:change', 'policies:change', 'units:grant', 'tickets:work']
    for (const permission of vendors) expect(contactRoles.filter((role) => may(contact(role), permission))).toEqual([])
    const open = all.filter((permission) => may({ kind: 'ANONYMOUS', vendorId: null, id: null }, permission))
    expect(open.filter((permission) => !/:(read|preview)$/.test(permission))).toEqual(['vendors:sign-up'])
  })
})
