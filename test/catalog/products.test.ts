import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { openWorld, type Tenant, type World } from '../support/world.js'

let world: World
let tenant: Tenant
let other: Tenant
beforeAll(async () => {
  world = await openWorld()
  tenant = await world.signUp('havblikk')
  other = await world.signUp('tindra')
})
afterAll(() => world.close())

const done = (name: string, input: Record<string, unknown>, fields = 'id', token = tenant.token) => world.done(name, input, fields, token)
const mutate = (name: string, input: Record<string, unknown>, fields = 'id', token = tenant.token) => world.mutate(name, input, fields, token)
const aProduct = (more: Record<string, unknown> = {}, token = tenant.token) =>
  done('createProduct', { code: randomUUID(), name: 'Kartverk', description: 'Charts.', ...more }, 'id code state languages channels turnTo', token)
const aComponent = (productId: string, more: Record<string, unknown> = {}) =>
  done('createComponent', { productId, code: randomUUID(), name: 'Editor', owner: 'OWN', description: 'Draws.', ...more }, 'id owner ownerName')
const aDuty = (productId: string) => done('createDuty', { productId, code: 'DEFECT', kind: 'DEFECT', statement: 'We mend what does not work.' }, 'id statement')

async function gapsOf(productId: string): Promise<string[]> {
  const { data } = await world.ask(
    'mutation ($input: PutProductOnSaleInput!) { putProductOnSale(input: $input) { ... on Incomplete { code message next gaps { path message } } } }',
    { input: { productId, idempotencyKey: randomUUID() } }, tenant.token)
  return (data.putProductOnSale.gaps ?? []).map((g: { path: string }) => g.path)
}

it('R21 a product is refused on sale until it has a component, a duty and a word on where to turn', async () => {
  const product = await aProduct()
  expect(product).toMatchObject({ state: 'DRAFT', languages: ['nb'], channels: ['TICKET'], turnTo: null })
  expect(await gapsOf(product.id)).toEqual(['components', 'duties', 'turnTo'])
  await aComponent(product.id)
  expect(await gapsOf(product.id)).toEqual(['duties', 'turnTo'])
  await aDuty(product.id)
  expect(await gapsOf(product.id)).toEqual(['turnTo'])
  await done('updateProduct', { productId: product.id, turnTo: 'forum.havblikk.example' })
  expect(await done('putProductOnSale', { productId: product.id }, 'state')).toMatchObject({ state: 'ON_SALE' })
  expect(await done('retireProduct', { productId: product.id }, 'state')).toMatchObject({ state: 'RETIRED' })
  expect(await done('putProductOnSale', { productId: product.id }, 'state')).toMatchObject({ state: 'ON_SALE' })
})

it('a product that changes keeps what was not said, and takes back an exclusion when told null', async () => {
  const product = await aProduct({ exclusions: 'Printers.', languages: ['nb', 'en-gb', 'nb'], channels: ['TICKET', 'PHONE', 'TICKET'] })
  expect(product).toMatchObject({ languages: ['nb', 'en-GB'], channels: ['TICKET', 'PHONE'] })
  const changed = await done('updateProduct', { productId: product.id, name: 'Sjøkart' }, 'name description exclusions')
  expect(changed).toMatchObject({ name: 'Sjøkart', description: 'Charts.', exclusions: 'Printers.' })
  expect(await done('updateProduct', { productId: product.id, exclusions: null }, 'exclusions')).toMatchObject({ exclusions: null })
  expect((await mutate('updateProduct', { productId: product.id, languages: ['nb', 'not a language'] })).fields).toMatchObject([{ path: 'languages.1' }])
})

it('a code that is in use is refused, for products, components, duties and cause codes', async () => {
  const product = await aProduct({ externalId: 'ext-1' })
  const taken = async (name: string, input: Record<string, unknown>, path: string) =>
    expect((await mutate(name, input)).fields).toMatchObject([{ path, message: expect.stringContaining('must be unused') }])
  await taken('createProduct', { code: product.code, name: 'X', description: 'X.' }, 'code')
  await taken('createProduct', { code: 'another', name: 'X', description: 'X.', externalId: 'ext-1' }, 'externalId')
  await aComponent(product.id, { code: 'editor' })
  await taken('createComponent', { productId: product.id, code: 'editor', name: 'X', owner: 'OWN', description: 'X.' }, 'code')
  await aDuty(product.id)
  await taken('createDuty', { productId: product.id, code: 'DEFECT', kind: 'DEFECT', statement: 'X.' }, 'code')
  await done('createCauseCode', { code: 'SETTINGS', name: 'Settings', description: 'They were wrong.' })
  await taken('createCauseCode', { code: 'SETTINGS', name: 'X', description: 'X.' }, 'code')
})

it('R9 a component belongs to one of four owners, and a dependency names its owner', async () => {
  const { id: productId } = await aProduct()
  for (const owner of ['OWN', 'CUSTOMER_OWNED', 'PARTNER_BUILT']) expect(await aComponent(productId, { owner })).toMatchObject({ owner, ownerName: null })
  const nameless = await mutate('createComponent', { productId, code: 'maps', name: 'Maps', owner: 'DEPENDENCY', description: 'Tiles.' })
  expect(nameless.fields).toMatchObject([{ path: 'ownerName' }])
  const maps = await aComponent(productId, { owner: 'DEPENDENCY', ownerName: 'Kartverket' })
  expect((await mutate('updateComponent', { componentId: maps.id, ownerName: null })).fields).toMatchObject([{ path: 'ownerName' }])
  const own = await done('updateComponent', { componentId: maps.id, owner: 'OWN', ownerName: null }, 'owner ownerName')
  expect(own).toMatchObject({ owner: 'OWN', ownerName: null })
  expect((await mutate('updateComponent', { componentId: maps.id, owner: 'DEPENDENCY' })).fields).toMatchObject([{ path: 'ownerName' }])
})

it('R25 a duty is worded anew, its kind stays', async () => {
  const duty = await aDuty((await aProduct()).id)
  expect(await done('updateDuty', { dutyId: duty.id, statement: 'We mend it within days.' }, 'statement kind')).toMatchObject({
    statement: 'We mend it within days.', kind: 'DEFECT',
  })
})

it('B3 UNDETERMINED and NOT_REPRODUCIBLE come with the first product and stay as they are', async () => {
  const fresh = await world.signUp()
  const product = await aProduct({}, fresh.token)
  await aProduct({}, fresh.token)
  const { data } = await world.ask('query ($id: ID!) { causeCodes(productId: $id) { id code product { id } } }', { id: product.id }, fresh.token)
  expect(data.causeCodes.map((c: { code: string }) => c.code).sort()).toEqual(['NOT_REPRODUCIBLE', 'UNDETERMINED'])
  for (const cause of data.causeCodes) {
    expect(cause.product).toBeNull()
    expect((await mutate('updateCauseCode', { causeCodeId: cause.id, name: 'Your fault' }, 'id', fresh.token)).code).toBe('CONFLICT')
  }
  const early = await world.signUp()
  expect((await mutate('createCauseCode', { code: 'undetermined', name: 'X', description: 'X.' }, 'id', early.token)).fields).toMatchObject([{ path: 'code' }])
})

it('B3 a product has its own causes and those of every product, not those of another one', async () => {
  const fresh = await world.signUp()
  const [a, b] = [await aProduct({}, fresh.token), await aProduct({}, fresh.token)]
  const mine = await done('createCauseCode', { productId: a.id, code: 'TILES', name: 'Tiles', description: 'They were old.' }, 'id name', fresh.token)
  expect(await done('updateCauseCode', { causeCodeId: mine.id, name: 'Old tiles' }, 'name code', fresh.token)).toMatchObject({ name: 'Old tiles', code: 'TILES' })
  const { data } = await world.ask('query ($a: ID!, $b: ID!) { a: product(id: $a) { causeCodes { code } } b: product(id: $b) { causeCodes { code } } }',
    { a: a.id, b: b.id }, fresh.token)
  expect(data.a.causeCodes.map((c: { code: string }) => c.code).sort()).toEqual(['NOT_REPRODUCIBLE', 'TILES', 'UNDETERMINED'])
  expect(data.b.causeCodes.map((c: { code: string }) => c.code).sort()).toEqual(['NOT_REPRODUCIBLE', 'UNDETERMINED'])
})

it('an upsert says CREATED, UNCHANGED and UPDATED, and the code stays', async () => {
  const input = { externalId: 'erp-7', code: 'loggbok', name: 'Loggbok', description: 'Logs.', exclusions: 'Paper.' }
  const upsert = (more = {}) => done('upsertProduct', { ...input, ...more }, 'outcome product { id name languages exclusions }')
  const first = await upsert()
  expect(first.outcome).toBe('CREATED')
  expect((await upsert()).outcome).toBe('UNCHANGED')
  expect(await upsert({ name: 'Skipslogg', exclusions: undefined })).toMatchObject({
    outcome: 'UPDATED', product: { id: first.product.id, name: 'Skipslogg', languages: ['nb'], exclusions: 'Paper.' },
  })
  expect((await mutate('upsertProduct', { ...input, code: 'other' }, 'outcome')).fields).toMatchObject([{ path: 'code' }])
  expect((await mutate('upsertProduct', { ...input, externalId: 'erp-8' }, 'outcome')).fields).toMatchObject([{ path: 'code' }])
})

it('twenty parallel upserts of one new product make one, and none is refused', async () => {
  const input = { externalId: 'erp-9', code: 'havn', name: 'Havn', description: 'Berths.' }
  const all = await Promise.all(Array.from({ length: 20 }, () => done('upsertProduct', input, 'outcome product { id }')))
  expect(new Set(all.map((u) => u.product.id)).size).toBe(1)
  expect(all.filter((u) => u.outcome === 'CREATED')).toHaveLength(1)
})

it("T1 another vendor's ids are not found, by mutation and by query", async () => {
  const product = await aProduct()
  const component = await aComponent(product.id)
  const duty = await aDuty(product.id)
  const cause = await done('createCauseCode', { productId: product.id, code: 'WALL', name: 'Wall', description: 'It stood.' })
  const stranger = async (name: string, input: Record<string, unknown>, path: string) =>
    expect(await mutate(name, input, 'id', other.token)).toMatchObject({ __typename: 'NotFound', message: expect.stringContaining(path) })
  await stranger('updateProduct', { productId: product.id, name: 'Mine' }, 'productId')
  await stranger('putProductOnSale', { productId: product.id }, 'productId')
  await stranger('retireProduct', { productId: product.id }, 'productId')
  await stranger('createComponent', { productId: product.id, code: 'x', name: 'X', owner: 'OWN', description: 'X.' }, 'productId')
  await stranger('updateComponent', { componentId: component.id, name: 'X' }, 'componentId')
  await stranger('createDuty', { productId: product.id, code: 'x', kind: 'DEFECT', statement: 'X.' }, 'productId')
  await stranger('updateDuty', { dutyId: duty.id, statement: 'X.' }, 'dutyId')
  await stranger('createCauseCode', { productId: product.id, code: 'x', name: 'X', description: 'X.' }, 'productId')
  await stranger('updateCauseCode', { causeCodeId: cause.id, name: 'X' }, 'causeCodeId')
  for (const id of [product.id, component.id, duty.id, cause.id]) {
    expect((await world.ask('query ($id: ID!) { node(id: $id) { id } }', { id }, other.token)).data).toEqual({ node: null })
    expect((await world.ask('query ($id: ID!) { node(id: $id) { id } }', { id }, tenant.token)).data).toEqual({ node: { id } })
  }
})

it('a product has at most 100 components', async () => {
  const { id: productId } = await aProduct()
  for (let i = 0; i < 10; i += 1) await Promise.all(Array.from({ length: 10 }, () => aComponent(productId)))
  expect((await mutate('createComponent', { productId, code: 'more', name: 'X', owner: 'OWN', description: 'X.' })).code).toBe('CONFLICT')
})
