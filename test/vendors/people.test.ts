import { afterAll, beforeAll, expect, it } from 'vitest'
import { openWorld, type Tenant, type World } from '../support/world.js'

let world: World
let tenant: Tenant
beforeAll(async () => {
  world = await openWorld()
  tenant = await world.signUp('havblikk')
})
afterAll(() => world.close())

it('a vendor signs up and its first member is an admin who can call', async () => {
  const { data } = await world.ask('{ viewer { __typename ... on Member { name roles } } vendor { name handle } }', {}, tenant.token)
  expect(data).toEqual({ viewer: { __typename: 'Member', name: 'Ingrid Solheim', roles: ['ADMIN'] }, vendor: { name: 'Havblikk', handle: 'havblikk' } })
})

it('T4 the same key and input answer the same customer; another input with the key is refused', async () => {
  const input = { idempotencyKey: 'one', name: 'Tind', country: 'NO' }
  const first = await world.done('createCustomer', input, 'id name', tenant.token)
  const second = await world.done('createCustomer', input, 'id name', tenant.token)
  expect(second).toEqual(first)
  const third = await world.mutate('createCustomer', { ...input, name: 'Other' }, 'id', tenant.token)
  expect(third.code).toBe('IDEMPOTENCY_KEY_REUSED')
})

it('T4 forty parallel calls with one key make one customer', async () => {
  const input = { idempotencyKey: 'many', name: 'Many', country: 'NO' }
  const all = await Promise.all(Array.from({ length: 40 }, () => world.done('createCustomer', input, 'id', tenant.token)))
  expect(new Set(all.map((c) => c.id)).size).toBe(1)
})

it('bad input names every field', async () => {
  const answer = await world.mutate('createCustomer', { name: ' ', country: 'XX' }, 'id', tenant.token)
  expect(answer.__typename).toBe('InvalidInput')
  expect(answer.fields.map((f: { path: string }) => f.path)).toEqual(['name'])
})

it('lists page by cursor', async () => {
  const page = await world.ask('{ customers(first: 1) { totalCount edges { cursor node { name } } pageInfo { hasNextPage endCursor } } }', {}, tenant.token)
  expect(page.errors).toBeUndefined()
  expect(page.data.customers.totalCount).toBe(2)
  const next = await world.ask('query ($after: String) { customers(first: 1, after: $after) { edges { node { name } } pageInfo { hasNextPage } } }',
    { after: page.data.customers.pageInfo.endCursor }, tenant.token)
  expect(next.data.customers).toEqual({ edges: [{ node: { name: 'Many' } }], pageInfo: { hasNextPage: false } })
})
