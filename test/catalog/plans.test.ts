import 'reflect-metadata'
import { randomUUID } from 'node:crypto'
import { and, eq } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { planPrice, planVersion } from '../../src/catalog/catalog.table.js'
import { change } from '../../src/kernel/command.js'
import { constraintOf } from '../../src/kernel/database.js'
import { newId } from '../../src/kernel/ids.js'
import { inside, openWorld, type Tenant, type World } from '../support/world.js'

let world: World
let tenant: Tenant
let other: Tenant
beforeAll(async () => {
  world = await openWorld()
  tenant = await world.signUp('havblikk')
  other = await world.signUp('tindra')
})
afterAll(() => world.close())

const terms = 'id number state unit units termDays noticeDays summary publishedAt retiredAt prices { id currency amountMinor taxRateBps interval perSeat }'
const done = (name: string, input: Record<string, unknown>, fields = terms) => world.done(name, input, fields, tenant.token)
const mutate = (name: string, input: Record<string, unknown>, token = tenant.token) => world.mutate(name, input, 'id', token)
const aPlan = (kind: string, more: Record<string, unknown> = {}) => done('createPlan', { code: randomUUID(), name: kind, kind, ...more }, 'id code kind turnTo')
const draft = (planId: string, more: Record<string, unknown> = {}) => done('draftPlanVersion', { planId, summary: 'What it brings.', ...more })
const publish = (planVersionId: string) => done('publishPlanVersion', { planVersionId })
const price = (amountMinor: number, interval: string, more: Record<string, unknown> = {}) =>
  ({ currency: 'NOK', amountMinor, taxRateBps: 2500, interval, ...more })
const version = async (id: string, token = tenant.token) =>
  (await world.ask(`query ($id: ID!) { planVersion(id: $id) { __typename ${terms} } }`, { id }, token)).data.planVersion

async function gapsOf(planVersionId: string): Promise<string[]> {
  const { data } = await world.ask(
    'mutation ($input: PublishPlanVersionInput!) { publishPlanVersion(input: $input) { ... on Incomplete { code message gaps { path message } } } }',
    { input: { planVersionId, idempotencyKey: randomUUID() } }, tenant.token)
  return (data.publishPlanVersion.gaps ?? []).map((g: { path: string }) => g.path)
}

type Fields = Record<string, unknown>
const incident = { unit: 'INCIDENT', units: 1 }
const complete: Record<string, { plan?: Fields; terms: Fields }> = {
  PER_INCIDENT: { terms: { ...incident, termDays: 365, prices: [price(135_000, 'ONE_OFF'), price(12_000, 'ONE_OFF', { currency: 'EUR' })] } },
  PACKAGE: { terms: { unit: 'MINUTE', units: 600, prices: [price(900_000, 'ONE_OFF')] } },
  PREMIUM: { terms: { noticeDays: 30, prices: [price(49_000, 'MONTH', { perSeat: true }), price(490_000, 'YEAR', { perSeat: true })] } },
  COMMUNITY: { terms: {} },
  NONE: { plan: { turnTo: 'Ask at forum.havblikk.example.' }, terms: {} },
}
const incomplete: Record<string, { terms: Fields; gaps: string[] }> = {
  PER_INCIDENT: { terms: { unit: 'MINUTE', units: 60 }, gaps: ['units', 'prices'] },
  PACKAGE: { terms: { prices: [price(100, 'MONTH')] }, gaps: ['units', 'prices'] },
  PREMIUM: { terms: { prices: [price(100, 'ONE_OFF')] }, gaps: ['prices'] },
  COMMUNITY: { terms: { ...incident, prices: [price(0, 'ONE_OFF')] }, gaps: ['units', 'prices'] },
  NONE: { terms: { ...incident, termDays: 30, prices: [price(100, 'ONE_OFF')] }, gaps: ['units', 'termDays', 'prices', 'turnTo'] },
}

describe.each(Object.keys(complete))('R55 a plan of the kind %s', (kind) => {
  it('is published when it is complete, and is the version on sale', async () => {
    const plan = await aPlan(kind, complete[kind]!.plan)
    const drafted = await draft(plan.id, complete[kind]!.terms)
    const published = await publish(drafted.id)
    expect(published).toMatchObject({ ...drafted, state: 'PUBLISHED', publishedAt: world.clock.now().toISOString() })
    const { data } = await world.ask('query ($id: ID!) { plan(id: $id) { currentVersion { id plan { id } } versions { id } } }', { id: plan.id }, tenant.token)
    expect(data.plan).toEqual({ currentVersion: { id: drafted.id, plan: { id: plan.id } }, versions: [{ id: drafted.id }] })
  })
  it('is refused with every reason when it is not, and stays a draft that can be mended', async () => {
    const drafted = await draft((await aPlan(kind)).id, incomplete[kind]!.terms)
    expect([...new Set(await gapsOf(drafted.id))]).toEqual(incomplete[kind]!.gaps)
    expect(await version(drafted.id)).toMatchObject({ state: 'DRAFT', publishedAt: null })
  })
})

it('a draft changes in part: what is not said stays, null takes away, prices are replaced as a whole', async () => {
  const { id: planVersionId, ...first } = await draft((await aPlan('PACKAGE')).id, { ...incident, termDays: 30, noticeDays: 5, prices: [price(1, 'ONE_OFF')] })
  expect(first.prices).toMatchObject([price(1, 'ONE_OFF', { perSeat: false })])
  expect(await done('updatePlanVersion', { planVersionId, units: 5 })).toMatchObject({ ...first, units: 5 })
  const bare = await done('updatePlanVersion', { planVersionId, unit: null, units: null, termDays: null, prices: [] })
  expect(bare).toMatchObject({ unit: null, units: null, termDays: null, noticeDays: 5, prices: [] })
  expect(await version(planVersionId)).toEqual(bare)
})

it('units say what and how many, and a price is the only one of its currency and interval', async () => {
  const { id: planId } = await aPlan('PACKAGE')
  const refused = async (more: object, path: string, name = 'draftPlanVersion', of: object = { planId, summary: 'X.' }) =>
    expect((await mutate(name, { ...of, ...more })).fields).toMatchObject([{ path }])
  await refused({ unit: 'MINUTE' }, 'units')
  await refused({ units: 3 }, 'unit')
  await refused({ units: 0, unit: 'MINUTE' }, 'units')
  await refused({ prices: [price(1, 'ONE_OFF'), price(1, 'MONTH'), price(2, 'ONE_OFF')] }, 'prices.2')
  await refused({ prices: [price(-1, 'ONE_OFF')] }, 'prices.0.amountMinor')
  await refused({ prices: [price(1, 'ONE_OFF', { taxRateBps: 10_001 })] }, 'prices.0.taxRateBps')
  await refused({ prices: [price(1, 'ONE_OFF', { currency: 'XXQ' })] }, 'prices.0.currency')
  const { id: planVersionId } = await draft(planId, { unit: 'MINUTE', units: 3 })
  await refused({ unit: null }, 'unit', 'updatePlanVersion', { planVersionId })
})

it('a published version and its prices are changed by no mutation; new terms are a new version that takes its place', async () => {
  const plan = await aPlan('PER_INCIDENT')
  const first = await draft(plan.id, complete.PER_INCIDENT!.terms)
  const published = await publish(first.id)
  for (const change of [{ units: 2 }, { summary: 'More.' }, { noticeDays: 1 }, { prices: [] }, { prices: [price(1, 'ONE_OFF')] }, {}]) {
    expect(await mutate('updatePlanVersion', { planVersionId: first.id, ...change })).toMatchObject({ code: 'CONFLICT' })
  }
  expect(await mutate('publishPlanVersion', { planVersionId: first.id })).toMatchObject({ code: 'CONFLICT' })
  expect(await version(first.id)).toEqual(published)

  world.clock.advance(1000)
  const second = await draft(plan.id, { ...complete.PER_INCIDENT!.terms, summary: 'Dearer.' })
  expect(second.number).toBe(2)
  expect(await version(first.id)).toEqual(published)
  await publish(second.id)
  const retired = await version(first.id)
  expect(retired).toEqual({ ...published, state: 'RETIRED', retiredAt: world.clock.now().toISOString() })
  expect(await mutate('updatePlanVersion', { planVersionId: first.id, units: 2 })).toMatchObject({ code: 'CONFLICT' })
  expect(await mutate('publishPlanVersion', { planVersionId: first.id })).toMatchObject({ code: 'CONFLICT' })
  const { data } = await world.ask('query ($id: ID!) { plan(id: $id) { versions { number state } currentVersion { number } } }', { id: plan.id }, tenant.token)
  expect(data.plan).toEqual({ versions: [{ number: 2, state: 'PUBLISHED' }, { number: 1, state: 'RETIRED' }], currentVersion: { number: 2 } })
})

it('what is published under parallel changes is what was sold: no change lands after it', async () => {
  for (let round = 0; round < 8; round += 1) {
    const { id: planVersionId } = await draft((await aPlan('PER_INCIDENT')).id, complete.PER_INCIDENT!.terms)
    const change = (i: number) => world.mutate('updatePlanVersion', { planVersionId, summary: `Change ${i}.`, prices: [price(1000 + i, 'ONE_OFF')] }, terms, tenant.token)
    const wishes = Array.from({ length: 6 }, (_, i) => change(i))
    const publishings = Array.from({ length: 3 }, () => world.mutate('publishPlanVersion', { planVersionId }, terms, tenant.token))
    const sold = (await Promise.all(publishings)).filter((p) => p.__typename === 'PlanVersion')
    await Promise.all(wishes)
    const late = await change(99)
    expect(sold).toHaveLength(1)
    expect(late.code).toBe('CONFLICT')
    const asSold = sold[0]!
    expect(await version(planVersionId)).toEqual(asSold)
    if (asSold.prices.length === 1) expect(asSold.prices[0].amountMinor).toBe(1000 + Number(/\d+/.exec(asSold.summary)![0]))
  }
})

it('a plan has one draft at a time, whoever drafts side by side', async () => {
  const { id: planId } = await aPlan('COMMUNITY')
  const all = await Promise.all(Array.from({ length: 10 }, () => mutate('draftPlanVersion', { planId, summary: 'Free.' })))
  expect(all.filter((v) => v.__typename === 'PlanVersion')).toHaveLength(1)
  expect(all.filter((v) => v.code === 'CONFLICT')).toHaveLength(9)
})

it('the database itself keeps one draft and one version on sale of a plan, and one price of a currency and interval', async () => {
  const { id: planId } = await aPlan('PER_INCIDENT')
  const { id } = await publish((await draft(planId, complete.PER_INCIDENT!.terms)).id)
  const { vendorId } = tenant
  const broken = (work: Parameters<typeof change>[1]) => change(inside(world, vendorId), work).then(() => null, constraintOf)
  const now = world.clock.now()
  const row = { vendorId, planId: planId as never, summary: 'X.', noticeDays: 0, createdAt: now }
  const put = (more: object) => broken((act) => act.db.insert(planVersion).values({ ...row, number: 9, ...more, id: newId('plv') }))
  expect(await put({ state: 'PUBLISHED', publishedAt: now })).toBe('plan_version_one_on_sale')
  expect(await put({ state: 'PUBLISHED' })).toBe('plan_version_instants')
  expect(await put({ units: 3 })).toBe('plan_version_units')
  expect(await broken((act) => act.db.update(planVersion).set({ state: 'DRAFT' })
    .where(and(eq(planVersion.vendorId, vendorId), eq(planVersion.id, id))))).toBe('plan_version_instants')
  expect(await broken((act) => act.db.insert(planPrice).values({
    vendorId, id: newId('prc'), planVersionId: id, currency: 'NOK', amountMinor: 1, taxRateBps: 0, interval: 'ONE_OFF', perSeat: false,
  }))).toBe('plan_price_once')
})

it('a version is retired once; a draft was never sold', async () => {
  const { id: planId } = await aPlan('COMMUNITY')
  const drafted = await draft(planId)
  expect(await mutate('retirePlanVersion', { planVersionId: drafted.id })).toMatchObject({ code: 'CONFLICT' })
  await publish(drafted.id)
  const retired = await done('retirePlanVersion', { planVersionId: drafted.id })
  expect(retired).toMatchObject({ state: 'RETIRED', retiredAt: world.clock.now().toISOString() })
  world.clock.advance(1000)
  expect(await done('retirePlanVersion', { planVersionId: drafted.id })).toEqual(retired)
  expect((await world.ask('query ($id: ID!) { plan(id: $id) { currentVersion { id } } }', { id: planId }, tenant.token)).data.plan.currentVersion).toBeNull()
})

it('a plan changes its name and where it sends people, and its code is its own', async () => {
  const plan = await aPlan('NONE')
  expect(await done('updatePlan', { planId: plan.id, name: 'Ingen', turnTo: 'The forum.' }, 'name turnTo kind')).toMatchObject({
    name: 'Ingen', turnTo: 'The forum.', kind: 'NONE',
  })
  expect((await mutate('createPlan', { code: plan.code, name: 'X', kind: 'NONE' })).fields).toMatchObject([{ path: 'code' }])
})

it("T1 another vendor's plans and versions are not found, by mutation and by query", async () => {
  const plan = await aPlan('COMMUNITY')
  const drafted = await draft(plan.id)
  const stranger = async (name: string, input: Record<string, unknown>) =>
    expect(await mutate(name, input, other.token)).toMatchObject({ __typename: 'NotFound' })
  await stranger('updatePlan', { planId: plan.id, name: 'Mine' })
  await stranger('draftPlanVersion', { planId: plan.id, summary: 'Mine.' })
  await stranger('updatePlanVersion', { planVersionId: drafted.id, summary: 'Mine.' })
  await stranger('publishPlanVersion', { planVersionId: drafted.id })
  await stranger('retirePlanVersion', { planVersionId: drafted.id })
  const product = await done('createProduct', { code: 'p', name: 'P', description: 'P.' }, 'id')
  await stranger('createPlan', { productId: product.id, code: 'x', name: 'X', kind: 'NONE' })
  const { data } = await world.ask('query ($p: ID!, $v: ID!) { plan(id: $p) { id } planVersion(id: $v) { id } a: node(id: $p) { id } b: node(id: $v) { id } }',
    { p: plan.id, v: drafted.id }, other.token)
  expect(data).toEqual({ plan: null, planVersion: null, a: null, b: null })
})
