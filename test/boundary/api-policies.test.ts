import postgres from 'postgres'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { PolicyRule } from '../../src/boundary/policy.js'
import { uuidOf } from '../../src/kernel/ids.js'
import { fixtureRules } from '../support/policy.js'
import { openWorld, type World } from '../support/world.js'
import { draft, openShop, policyFor, publish, type Shop } from './shop.js'

let world: World
let shop: Shop
beforeAll(async () => {
  world = await openWorld()
  shop = await openShop(world)
})
afterAll(() => world.close())

const changed = (key: string, to: Partial<PolicyRule>): PolicyRule[] => fixtureRules.map((rule) => (rule.key === key ? { ...rule, ...to } : rule))
const without = (...keys: string[]): PolicyRule[] => fixtureRules.filter((rule) => !keys.includes(rule.key))
const extra: PolicyRule = {
  key: 'extra', condition: 'outage && consumer', class: 'SUPPORT', handler: 'VENDOR', payer: 'VENDOR', charge: null, dutyCode: null, reason: 'Because.',
  turnTo: null, example: null,
}
const refusing = 'id number state problems { code ruleKey }'

/** Publishes through the API and answers the result with the problems of a refusal. */
async function tryPublish(versionId: string, token = shop.token) {
  const { data, errors } = await world.ask(`mutation ($input: PublishScopePolicyInput!) { publishScopePolicy(input: $input) { __typename
    ... on ScopePolicyVersion { number } ... on Refusal { code message next } ... on PolicyRefused { problems { ruleKey code message } } } }`,
  { input: { idempotencyKey: `${versionId}${Math.random()}`, versionId } }, token)
  expect(errors).toBeUndefined()
  return data.publishScopePolicy
}

const publicly = (productId: string) => world.ask(`query ($productId: ID!, $vendor: String) { scopePolicy(productId: $productId, vendor: $vendor) {
  number policy { name draft { id } versions { totalCount edges { node { number state } } } }
  rules { key class handler payer charge { unit units } reason example dutyCode turnTo } } }`, { productId, vendor: shop.handle })

describe('drafting and publishing', () => {
  let policyId: string
  beforeAll(async () => {
    policyId = await policyFor(world, shop)
  })

  it('B3 a draft may be saved with problems, says them, and decides nothing', async () => {
    const saved = await world.done('draftScopePolicy', { policyId, rules: changed('how-to', { condition: 'knd == "QUESTION"' }) }, refusing, shop.token)
    expect(saved).toMatchObject({ state: 'DRAFT', number: null, problems: [{ code: 'CONDITION', ruleKey: 'how-to' }] })
    expect((await publicly(shop.productId)).data.scopePolicy).toBeNull()
  })

  it.each<[string, string, string | null, PolicyRule[]]>([
    ['an unknown fact', 'CONDITION', 'how-to', changed('how-to', { condition: 'knd == "QUESTION"' })],
    ['a cause that the catalog does not have', 'CONDITION', 'how-to', changed('how-to', { condition: 'cause == "HOWTO"' })],
    ['a condition that is not boolean', 'CONDITION', 'how-to', changed('how-to', { condition: 'kind' })],
    ['a rule that can never be reached', 'UNREACHABLE', 'extra', fixtureRules.flatMap((r) => (r.key === 'how-to' ? [extra, r] : [r]))],
    ['a missing reason', 'REASON', 'how-to', changed('how-to', { reason: undefined as never })],
    ['a duty that the product does not have', 'DUTY', 'outage', changed('outage', { dutyCode: 'COFFEE' })],
    ['no rule for UNDETERMINED', 'OPEN_CAUSE_MISSING', null, without('undetermined')],
    ['no rule for NOT_REPRODUCIBLE', 'OPEN_CAUSE_MISSING', null, without('not-reproducible')],
    ['a charge for a billing question', 'CHARGES_FREE_KIND', 'anything-else', without('account-matters')],
    ['a charge for a security report', 'CHARGES_FREE_KIND', 'anything-else', without('security-report')],
    ['no default', 'NO_DEFAULT', null, without('anything-else')],
  ])('B3 R10 publishing refuses %s, by name', async (_, code, ruleKey, rules) => {
    const refused = await tryPublish(await draft(world, shop, policyId, rules))
    expect(refused).toMatchObject({ __typename: 'PolicyRefused', code: 'POLICY_REFUSED', problems: expect.arrayContaining([expect.objectContaining({ code, ruleKey })]) })
    expect(refused.message).toMatch(/not published.*Nothing is published yet, so nothing can be charged/)
    expect((await publicly(shop.productId)).data.scopePolicy).toBeNull()
  })

  it('B3 publishing refuses a charge in units that no plan on sale carries', async () => {
    const versionId = await draft(world, shop, policyId)
    await world.done('retirePlanVersion', { planVersionId: shop.minutePlan }, 'id', shop.token)
    const refused = await tryPublish(versionId)
    expect(refused.problems).toEqual([expect.objectContaining({ code: 'CHARGE_NOT_ON_SALE', ruleKey: 'customised-code' })])
    const { id } = await world.done('createPlan', { code: 'hours', name: 'Hours', kind: 'PACKAGE' }, 'id', shop.token)
    const terms = { planId: id, unit: 'MINUTE', units: 60, summary: 'An hour.', prices: [{ currency: 'NOK', amountMinor: 100, taxRateBps: 0, interval: 'ONE_OFF' }] }
    const again = await world.done('draftPlanVersion', terms, 'id', shop.token)
    await world.done('publishPlanVersion', { planVersionId: again.id }, 'id', shop.token)
    expect(await tryPublish(versionId)).toMatchObject({ __typename: 'ScopePolicyVersion', number: 1 })
  })

  it('B12 anyone reads the published rules in order, each with reason, class, payer, charge and example; nobody outside sees drafts', async () => {
    await draft(world, shop, policyId, without('premium'))
    const { data, errors } = await publicly(shop.productId)
    expect(errors).toBeUndefined()
    expect(data.scopePolicy.rules.map((r: PolicyRule) => r.key)).toEqual(fixtureRules.map((r) => r.key))
    expect(data.scopePolicy.rules.find((r: PolicyRule) => r.key === 'data-recovery')).toMatchObject({
      class: 'SUPPORT', payer: 'CUSTOMER', charge: { unit: 'INCIDENT', units: 2 }, reason: expect.stringMatching(/two incidents/),
      example: 'Somebody imports last year’s price list over this year’s.',
    })
    expect(data.scopePolicy.policy).toMatchObject({ name: 'The line', draft: null, versions: { totalCount: 1, edges: [{ node: { number: 1, state: 'PUBLISHED' } }] } })
  })

  it('B3 only who may change policies drafts and publishes', async () => {
    const { token } = await shop.customer.contact('ADMIN')
    const { errors } = await world.ask('mutation { publishScopePolicy(input: { idempotencyKey: "x", versionId: "x" }) { __typename } }', {}, token)
    expect(errors?.[0]?.extensions.code).toBe('FORBIDDEN')
    expect((await world.ask('{ scopePolicies { edges { node { id } } } }', {}, token)).errors?.[0]?.extensions.code).toBe('FORBIDDEN')
  })

  it('B7 the next version retires the one before, which stays readable with its rules', async () => {
    const before = (await world.ask('query ($p: ID!) { scopePolicy(productId: $p) { id } }', { p: shop.productId }, shop.token)).data.scopePolicy.id
    await publish(world, shop, policyId, without('premium'))
    const { data } = await world.ask('query ($id: ID!) { node(id: $id) { ... on ScopePolicyVersion { number state retiredAt rules { key } problems { code } } } }',
      { id: before }, (await shop.customer.contact('REQUESTER')).token)
    expect(data.node).toMatchObject({ number: 1, state: 'RETIRED', retiredAt: world.clock.now().toISOString(), problems: [] })
    expect(data.node.rules).toHaveLength(fixtureRules.length)
    expect((await publicly(shop.productId)).data.scopePolicy).toMatchObject({ number: 2 })
  })

  it('B3 a published version is published once, and a draft that was replaced not at all', async () => {
    const first = await draft(world, shop, policyId)
    const second = await draft(world, shop, policyId)
    expect(await tryPublish(first)).toMatchObject({ code: 'CONFLICT', message: expect.stringMatching(/newer draft took the place/) })
    expect(await tryPublish(second)).toMatchObject({ number: 3 })
    expect(await tryPublish(second)).toMatchObject({ code: 'CONFLICT', message: expect.stringMatching(/This is version 3, which was published already and never changes/) })
  })

  it('B3 ten parallel publications of one draft publish it once', async () => {
    const versionId = await draft(world, shop, policyId)
    const all = await Promise.all(Array.from({ length: 10 }, () => tryPublish(versionId)))
    expect(all.filter((r) => r.number === 4)).toHaveLength(1)
    expect(all.filter((r) => r.code === 'CONFLICT')).toHaveLength(9)
  })

  it('B3 parallel drafts and publications leave one published version and numbers without gaps', async () => {
    await Promise.all(Array.from({ length: 12 }, async () => tryPublish(await draft(world, shop, policyId))))
    const { data } = await world.ask(`{ scopePolicies { edges { node { published { number } versions(first: 100) { edges { node { number state } } } } } } }`, {}, shop.token)
    const { published, versions } = data.scopePolicies.edges[0].node
    const numbers = versions.edges.map((e: any) => e.node.number).filter((n: number | null) => n !== null)
    expect(numbers.sort((a: number, b: number) => a - b)).toEqual(Array.from({ length: numbers.length }, (__, i) => i + 1))
    expect(numbers.length).toBeGreaterThan(4)
    expect(versions.edges.filter((e: any) => e.node.state === 'PUBLISHED')).toHaveLength(1)
    expect(published.number).toBe(numbers.length)
  })

  it('B3 the login of the application cannot change a rule', async () => {
    const sql = postgres(world.db.appUrl, { max: 1 })
    try {
      const attempt = sql.begin(async (tx) => {
        await tx`select set_config('app.vendor_id', ${uuidOf(shop.vendorId)}, true)`
        await tx`update scope_policy_rule set units = 5`
      })
      await expect(attempt).rejects.toMatchObject({ code: '42501' })
    } finally {
      await sql.end()
    }
  })
})

describe('which policy decides', () => {
  it('B3 a product or the vendor has one policy; a second is refused', async () => {
    expect(await world.mutate('createScopePolicy', { name: 'Again' }, 'id', shop.token)).toMatchObject({ code: 'INVALID_INPUT', fields: [{ path: 'productId' }] })
  })

  it('B3 the policy of a product comes before the one for all products, once it is published', async () => {
    const policyId = await policyFor(world, shop, shop.productId)
    const before = (await publicly(shop.productId)).data.scopePolicy
    expect(before.policy.name).toBe('The line')
    await publish(world, shop, policyId, without('premium', 'first-month'))
    const { data } = await publicly(shop.productId)
    expect(data.scopePolicy.number).toBe(1)
    expect(data.scopePolicy.rules).toHaveLength(fixtureRules.length - 2)
  })

  it('T1 another vendor reaches neither policy nor version', async () => {
    const stranger = await world.signUp()
    const mine = (await world.ask('query ($p: ID!) { scopePolicy(productId: $p) { id policy { id } } }', { p: shop.productId }, shop.token)).data.scopePolicy
    for (const id of [mine.id, mine.policy.id]) {
      expect((await world.ask('query ($id: ID!) { node(id: $id) { id } }', { id }, stranger.token)).data.node).toBeNull()
    }
    expect((await world.ask('query ($p: ID!) { scopePolicy(productId: $p) { id } }', { p: shop.productId }, stranger.token)).data.scopePolicy).toBeNull()
    expect(await world.mutate('draftScopePolicy', { policyId: mine.policy.id, rules: [extra] }, 'id', stranger.token)).toMatchObject({ code: 'NOT_FOUND', next: expect.any(String) })
    expect(await tryPublish(mine.id, stranger.token)).toMatchObject({ code: 'NOT_FOUND' })
  })
})
