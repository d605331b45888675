import 'reflect-metadata'
import { randomUUID } from 'node:crypto'
import { graphql } from 'graphql'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { anonymous } from '../../src/kernel/actor.js'
import { closeReading } from '../../src/kernel/query.js'
import { inside, openWorld, type Tenant, type World } from '../support/world.js'

let world: World
let tenant: Tenant
let contactToken: string
let onSale: Record<string, any>
let hidden: Record<string, any>
let sold: Record<string, any>
let drafted: Record<string, any>
let retired: Record<string, any>
let draftPlan: Record<string, any>

const done = (name: string, input: Record<string, unknown>, fields = 'id') => world.done(name, input, fields, tenant.token)

async function aProduct(code: string, put = true): Promise<Record<string, any>> {
  const product = await done('createProduct', { code, name: code, description: 'Charts.', turnTo: 'The forum.', exclusions: 'Printers.' })
  await done('createComponent', { productId: product.id, code: 'editor', name: 'Editor', owner: 'OWN', description: 'Draws.' })
  await done('createDuty', { productId: product.id, code: 'DEFECT', kind: 'DEFECT', statement: 'We mend it.' })
  await done('createCauseCode', { productId: product.id, code: `${code}-TILES`, name: 'Tiles', description: 'They were old.' })
  if (put) await done('putProductOnSale', { productId: product.id })
  return product
}

async function aVersion(planId: string, publish = true): Promise<Record<string, any>> {
  const version = await done('draftPlanVersion', {
    planId, unit: 'INCIDENT', units: 1, summary: 'One problem.', prices: [{ currency: 'NOK', amountMinor: 135_000, taxRateBps: 2500, interval: 'ONE_OFF' }],
  })
  if (publish) await done('publishPlanVersion', { planVersionId: version.id })
  return version
}
const aPlan = (productId?: string) => done('createPlan', { productId, code: randomUUID(), name: 'One', kind: 'PER_INCIDENT' })

beforeAll(async () => {
  world = await openWorld()
  tenant = await world.signUp('havblikk')
  await world.signUp('tindra')
  onSale = await aProduct('kart')
  hidden = await aProduct('ny', false)
  sold = await aPlan(onSale.id)
  retired = await aVersion(sold.id)
  drafted = await aVersion(sold.id)
  drafted = { current: drafted, next: await aVersion(sold.id, false) }
  draftPlan = await aPlan()
  await aVersion(draftPlan.id, false)
  await aVersion((await aPlan(hidden.id)).id)
  await aVersion((await aPlan()).id)
  const customer = await done('createCustomer', { name: 'Tind', country: 'NO' })
  const contact = await done('createContact', { customerId: customer.id, name: 'Kari', email: 'kari@tind.example', roles: ['ADMIN'] })
  contactToken = (await done('issueToken', { holderId: contact.id }, 'token')).token
})
afterAll(() => world.close())

const page = `edges { node {
  code state languages channels exclusions turnTo components { code owner } duties { code } causeCodes { code }
  plans { kind currentVersion { prices { amountMinor currency } } versions { number state } } } }`

const seen = {
  code: 'kart', state: 'ON_SALE', languages: ['nb'], channels: ['TICKET'], exclusions: 'Printers.', turnTo: 'The forum.',
  components: [{ code: 'editor', owner: 'OWN' }], duties: [{ code: 'DEFECT' }],
  causeCodes: expect.arrayContaining(['UNDETERMINED', 'NOT_REPRODUCIBLE', 'kart-TILES'].map((code) => ({ code }))),
  plans: [
    { kind: 'PER_INCIDENT', currentVersion: { prices: [{ amountMinor: 135_000, currency: 'NOK' }] }, versions: [{ number: 2, state: 'PUBLISHED' }] },
    { kind: 'PER_INCIDENT', currentVersion: { prices: [{ amountMinor: 135_000, currency: 'NOK' }] }, versions: [{ number: 1, state: 'PUBLISHED' }] },
  ],
}

it('R21 anyone reads what a vendor sells and says about support, by its handle and without an account', async () => {
  const { data, errors } = await world.ask(`{ products(vendor: "Havblikk") { ${page} totalCount } }`)
  expect(errors).toBeUndefined()
  expect(data.products).toEqual({ edges: [{ node: seen }], totalCount: 1 })
})

it('a contact sees what anyone sees, and a member all, drafts included', async () => {
  const { data } = await world.ask(`{ products { ${page} totalCount } }`, {}, contactToken)
  expect(data.products).toEqual({ edges: [{ node: seen }], totalCount: 1 })
  const member = await world.ask(`{ products { edges { node { code state } } } plans { totalCount edges { node { versions { number state } } } } }`, {}, tenant.token)
  expect(member.data.products.edges.map((e: any) => e.node)).toEqual([{ code: 'kart', state: 'ON_SALE' }, { code: 'ny', state: 'DRAFT' }])
  expect(member.data.plans.totalCount).toBe(4)
  expect(member.data.plans.edges[0].node.versions).toEqual([
    { number: 3, state: 'DRAFT' }, { number: 2, state: 'PUBLISHED' }, { number: 1, state: 'RETIRED' },
  ])
})

const single = `query ($product: ID!, $hidden: ID!, $plan: ID!, $draftPlan: ID!, $current: ID!, $next: ID!, $retired: ID!, $vendor: String) {
  product(id: $product, vendor: $vendor) { id } hidden: product(id: $hidden, vendor: $vendor) { id }
  plan(id: $plan, vendor: $vendor) { id } draftPlan: plan(id: $draftPlan, vendor: $vendor) { id }
  current: planVersion(id: $current, vendor: $vendor) { id } next: planVersion(id: $next, vendor: $vendor) { id }
  retired: planVersion(id: $retired, vendor: $vendor) { id }
  causes: causeCodes(productId: $product, vendor: $vendor) { code } none: causeCodes(productId: $hidden, vendor: $vendor) { code }
  plans(vendor: $vendor) { totalCount } ofProduct: plans(vendor: $vendor, productId: $product) { totalCount } }`
const ids = () => ({
  product: onSale.id, hidden: hidden.id, plan: sold.id, draftPlan: draftPlan.id, current: drafted.current.id, next: drafted.next.id, retired: retired.id,
})

it('T1 drafts and what is retired are found by members only, one by one as in lists', async () => {
  const anyone = { product: { id: onSale.id }, hidden: null, plan: { id: sold.id }, draftPlan: null, current: { id: drafted.current.id }, next: null,
    retired: null, none: [], plans: { totalCount: 2 }, ofProduct: { totalCount: 2 } }
  for (const [vendor, token] of [['havblikk', undefined], [undefined, contactToken], ['havblikk', contactToken]]) {
    const { data, errors } = await world.ask(single, { ...ids(), vendor }, token)
    expect(errors).toBeUndefined()
    expect(data).toMatchObject(anyone)
    expect(data.causes).toHaveLength(3)
  }
  const { data } = await world.ask(single, ids(), tenant.token)
  expect(data).toMatchObject({ hidden: { id: hidden.id }, draftPlan: { id: draftPlan.id }, next: { id: drafted.next.id }, retired: { id: retired.id },
    plans: { totalCount: 4 }, ofProduct: { totalCount: 3 } })
})

it('T1 nodes are found as far as the caller may see them', async () => {
  const found = async (id: string, token: string) => (await world.ask('query ($id: ID!) { node(id: $id) { id } }', { id }, token)).data.node?.id ?? null
  for (const id of [onSale.id, sold.id, drafted.current.id]) expect(await found(id, contactToken)).toBe(id)
  for (const id of [hidden.id, draftPlan.id, drafted.next.id, retired.id]) {
    expect(await found(id, contactToken)).toBeNull()
    expect(await found(id, tenant.token)).toBe(id)
  }
  const { data } = await world.ask('query ($id: ID!) { product(id: $id) { components { id } duties { id } causeCodes { id code } } }', { id: hidden.id }, tenant.token)
  const own = data.product.causeCodes.find((c: { code: string }) => c.code === 'ny-TILES')
  for (const { id } of [data.product.components[0], data.product.duties[0], own]) {
    expect(await found(id, contactToken)).toBeNull()
    expect(await found(id, tenant.token)).toBe(id)
  }
})

const codeOf = (reply: { errors?: { extensions: Record<string, any> }[] }) => reply.errors?.map((e) => e.extensions.code)

it('T1 a caller without an account names one vendor, and one only, in each field', async () => {
  expect(codeOf(await world.ask('{ products { totalCount } }'))).toEqual(['UNAUTHENTICATED'])
  expect(codeOf(await world.ask('{ products(vendor: "nobody") { totalCount } }'))).toEqual(['NOT_FOUND'])
  const two = await world.ask('{ a: products(vendor: "havblikk") { totalCount } b: plans(vendor: "tindra") { totalCount } }')
  expect(two.errors).toMatchObject([{ path: ['b'], extensions: { code: 'INVALID_INPUT', fields: [{ path: 'vendor' }] } }])
  const same = await world.ask('{ a: products(vendor: "havblikk") { totalCount } b: plans(vendor: "HAVBLIKK") { totalCount } }')
  expect(same.data).toEqual({ a: { totalCount: 1 }, b: { totalCount: 2 } })
})

it("T1 a known caller's own handle is fine; another vendor's is answered like none at all", async () => {
  expect((await world.ask('{ products(vendor: "havblikk") { totalCount } }', {}, contactToken)).data.products.totalCount).toBe(1)
  const others = await world.ask('{ products(vendor: "tindra") { totalCount } }', {}, contactToken)
  const nobodys = await world.ask('{ products(vendor: "nobody") { totalCount } }', {}, contactToken)
  expect(codeOf(others)).toEqual(['NOT_FOUND'])
  expect(others.errors).toEqual(nobodys.errors)
})

it('T1 contacts and callers without an account change nothing, whatever their roles', async () => {
  const [productId, planId, planVersionId] = [onSale.id, sold.id, drafted.next.id]
  const text = { code: 'x', name: 'X', description: 'X.' }
  const all: Record<string, object> = {
    createProduct: text, updateProduct: { productId }, upsertProduct: { ...text, externalId: 'x' }, putProductOnSale: { productId }, retireProduct: { productId },
    createComponent: { ...text, productId, owner: 'OWN' }, updateComponent: { componentId: 'x' }, createCauseCode: text, updateCauseCode: { causeCodeId: 'x' },
    createDuty: { productId, code: 'x', kind: 'DEFECT', statement: 'X.' }, updateDuty: { dutyId: 'x' },
    createPlan: { code: 'x', name: 'X', kind: 'NONE' }, updatePlan: { planId }, draftPlanVersion: { planId, summary: 'X.' },
    updatePlanVersion: { planVersionId }, publishPlanVersion: { planVersionId }, retirePlanVersion: { planVersionId },
  }
  for (const [name, input] of Object.entries(all)) {
    const type = `${name[0]!.toUpperCase()}${name.slice(1)}Input`
    const document = `mutation ($input: ${type}!) { ${name}(input: $input) { __typename } }`
    const variables = { input: { ...input, idempotencyKey: 'x' } }
    expect([name, codeOf(await world.ask(document, variables, contactToken))]).toEqual([name, ['FORBIDDEN']])
    expect([name, codeOf(await world.ask(document, variables))]).toEqual([name, ['UNAUTHENTICATED']])
  }
})

it('products and plans come in pages', async () => {
  const first = await world.ask('{ products(first: 1) { edges { node { code } } pageInfo { hasNextPage endCursor } } }', {}, tenant.token)
  expect(first.data.products).toMatchObject({ edges: [{ node: { code: 'kart' } }], pageInfo: { hasNextPage: true } })
  const next = await world.ask('query ($after: String) { products(first: 1, after: $after) { edges { node { code } } pageInfo { hasNextPage } } }',
    { after: first.data.products.pageInfo.endCursor }, tenant.token)
  expect(next.data.products).toEqual({ edges: [{ node: { code: 'ny' } }], pageInfo: { hasNextPage: false } })
  const all: string[] = []
  for (let after: string | null = null; ;) {
    const { data } = await world.ask('query ($after: String) { plans(first: 1, after: $after) { edges { node { id } } pageInfo { hasNextPage endCursor } } }',
      { after }, tenant.token)
    all.push(...data.plans.edges.map((e: any) => e.node.id))
    if (!data.plans.pageInfo.hasNextPage) break
    after = data.plans.pageInfo.endCursor
  }
  expect(new Set(all).size).toBe(4)
})

it('a page of many products with all that hangs on them costs as many statements as a page of one', async () => {
  const whole = `{ products(vendor: "tindra2", first: 50) { edges { node {
    code components { code product { code } } duties { code product { code } } causeCodes { code product { code } }
    plans { code product { code } currentVersion { number plan { code } prices { amountMinor } } versions { number prices { currency } } } } } } }`
  const wide = await world.signUp('tindra2')
  const before = tenant
  tenant = wide
  const statements = async (): Promise<number> => {
    const ctx = inside(world, wide.vendorId, anonymous())
    const { data, errors } = await graphql({ schema: world.app.schema, source: whole, contextValue: ctx })
    await closeReading(ctx)
    expect(errors).toBeUndefined()
    expect((data as any).products.edges.every((e: any) => e.node.plans.length > 0 && e.node.plans[0].currentVersion.prices.length === 1)).toBe(true)
    return ctx.statements
  }
  await aVersion((await aPlan((await aProduct('first')).id)).id)
  const one = await statements()
  for (let i = 0; i < 6; i += 1) await aVersion((await aPlan((await aProduct(`more${i}`)).id)).id)
  expect(await statements()).toBe(one)
  // products, components, duties, causes, plans on sale with their prices, current versions, all versions, and the things that these name.
  expect(one).toBeLessThanOrEqual(12)
  tenant = before
})
