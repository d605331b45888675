import 'reflect-metadata'
import { randomUUID } from 'node:crypto'
import postgres from 'postgres'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { stripeCustomer } from '../../src/billing/billing.table.js'
import type { BuyPlanInput } from '../../src/billing/billing.types.js'
import { sessionKey, sessionRequest } from '../../src/billing/checkout.js'
import { intendPurchase } from '../../src/billing/purchase.js'
import { change } from '../../src/kernel/command.js'
import type { Id } from '../../src/kernel/ids.js'
import { hours, minutes } from '../../src/kernel/time.js'
import { inside, MONDAY, openWorld, type Tenant, type World } from '../support/world.js'
import { atStripe, type Buyer, buyerOf, fail, history, sell, stored, urls } from './shop.js'

let world: World
let tenant: Tenant
let buyer: Buyer
let planVersionId: Id<'plv'>
let before: Record<string, number>

beforeAll(async () => {
  world = await openWorld()
  tenant = await world.signUp()
  planVersionId = await sell(world, tenant)
})
beforeEach(async () => {
  buyer = await buyerOf(world, tenant, `Tind ${randomUUID().slice(0, 8)}`)
  before = await atStripe(world)
})
afterEach(() => world.sandbox.resumeWebhooks())
afterAll(() => world.close())

const fields = `id state quantity checkoutUrl createdAt paidAt planVersion { id } customer { id }
  price { net { amountMinor } tax { amountMinor } gross { amountMinor currency } }`
const wish = (more: object = {}) => ({ planVersionId, currency: 'NOK', quantity: 1, ...urls, ...more })
const buy = (more: object = {}, token = buyer.token) => world.done('buyPlan', wish(more), fields, token)
const tryToBuy = (more: object = {}) => world.mutate('buyPlan', wish(more), fields, buyer.token)
const made = async (kind: string) => ((await atStripe(world))[kind] ?? 0) - (before[kind] ?? 0)

/** Commits the wish only, as a process does that is killed right after it. */
const intend = (more: Partial<BuyPlanInput> = {}) =>
  change(inside(world, tenant.vendorId, buyer.actor), (act) =>
    intendPurchase(act, { idempotencyKey: randomUUID(), ...wish(), ...more }))

describe('buying', () => {
  it('M4 two incidents are bought on the payment page, at the price of the plan and its tax', async () => {
    const bought = await buy({ quantity: 2 })
    expect(bought).toMatchObject({
      state: 'OPEN', quantity: 2, paidAt: null, planVersion: { id: planVersionId }, customer: { id: buyer.actor.customerId },
      price: { net: { amountMinor: 270_000 }, tax: { amountMinor: 67_500 }, gross: { amountMinor: 337_500, currency: 'NOK' } },
    })
    const page = await (await fetch(bought.checkoutUrl)).text()
    expect(page).toContain('Havblikk')
    expect(page).toMatch(/3[\s.,]?375/)

    expect(await world.pay(bought.checkoutUrl)).toBe(303)
    const query = 'query ($id: ID!) { purchase(id: $id) { state paidAt checkoutUrl } node(id: $id) { ... on Purchase { state } } }'
    const { data } = await world.ask(query, { id: bought.id }, buyer.token)
    expect(data).toEqual({
      purchase: { state: 'PAID', paidAt: world.clock.now().toISOString(), checkoutUrl: null },
      node: { state: 'PAID' },
    })
    expect(await history(world, tenant, bought.id)).toEqual(['purchase.intended', 'purchase.opened', 'purchase.paid'])
  })

  it('M2 twenty parallel calls with one key make one purchase, one customer and one page', async () => {
    const idempotencyKey = randomUUID()
    const all = await Promise.all(Array.from({ length: 20 }, () => buy({ idempotencyKey })))
    expect(new Set(all.map((p) => JSON.stringify(p))).size).toBe(1)
    expect(all[0]!.checkoutUrl).toMatch(/^http/)
    expect(await made('checkout.session')).toBe(1)
    expect(await made('customer')).toBe(1)
    expect(await history(world, tenant, all[0]!.id)).toEqual(['purchase.intended', 'purchase.opened'])
  })

  it('M2 two purchases of one customer have one customer at Stripe', async () => {
    await Promise.all([buy(), buy()])
    expect([await made('customer'), await made('checkout.session')]).toEqual([1, 2])
  })

  it('a purchase is listed newest first, to those who may see it', async () => {
    const first = await buy()
    world.clock.advance(1000)
    const second = await buy()
    const query = 'query ($of: ID) { purchases(customerId: $of) { totalCount edges { node { id } } } }'
    const mine = await world.ask(query, {}, buyer.token)
    expect(mine.data.purchases).toEqual({ totalCount: 2, edges: [second, first].map(({ id }) => ({ node: { id } })) })
    const ofVendor = await world.ask(query, { of: buyer.actor.customerId }, tenant.token)
    expect(ofVendor.data).toEqual(mine.data)
  })
})

describe('what cannot be bought', () => {
  it.each<[string, Parameters<typeof sell>[2], object, string]>([
    ['a premium plan', { kind: 'PREMIUM' }, {}, 'agreement'],
    ['a retired version', { version: { state: 'RETIRED', retiredAt: MONDAY } }, {}, 'published version'],
    ['a monthly price', { price: { interval: 'MONTH' } }, {}, 'Ask the vendor for a price'],
    ['a currency without a price', {}, { currency: 'EUR' }, 'Pay in NOK'],
  ])('M4 %s is not for sale, and the refusal says what to do', async (_what, plan, more, next) => {
    const id = await sell(world, tenant, plan)
    const refused = await tryToBuy({ planVersionId: id, ...more })
    const message = expect.stringContaining('Nothing was charged')
    expect(refused).toMatchObject({ code: 'NOT_FOR_SALE', next: expect.stringContaining(next), message })
    expect(await made('customer')).toBe(0)
  })

  it('T1 a draft, and another vendor\'s plan, are not found', async () => {
    const other = await world.signUp()
    const draft = await sell(world, tenant, { version: { state: 'DRAFT', publishedAt: null } })
    for (const id of [draft, await sell(world, other)]) expect((await tryToBuy({ planVersionId: id })).code).toBe('NOT_FOUND')
  })

  it('addresses that are not on the web and quantities out of bounds are named', async () => {
    const refused = await tryToBuy({ quantity: 0, successUrl: 'javascript:alert(1)' })
    expect(refused.fields.map((f: { path: string }) => f.path).sort()).toEqual(['quantity', 'successUrl'])
  })

  it('T1 a requester may not buy', async () => {
    const requester = await buyerOf(world, tenant, `Req ${randomUUID().slice(0, 8)}`, ['REQUESTER'])
    await expect(world.mutate('buyPlan', wish(), 'id', requester.token)).rejects.toThrow('plans:buy')
  })
})

describe('T1 the walls', () => {
  it('T1 another vendor, another customer and a requester do not reach a purchase', async () => {
    const { id } = await buy()
    const other = await world.signUp()
    const stranger = await buyerOf(world, tenant, `Lofoten ${randomUUID().slice(0, 8)}`)
    for (const token of [other.token, stranger.token]) {
      const query = 'query ($id: ID!) { purchase(id: $id) { id } node(id: $id) { id } purchases { edges { node { id } } } }'
      const { data } = await world.ask(query, { id }, token)
      expect(data).toEqual({ purchase: null, node: null, purchases: { edges: [] } })
    }
    const requester = await buyerOf(world, tenant, `Req ${randomUUID().slice(0, 8)}`, ['REQUESTER'])
    const { data } = await world.ask('query ($id: ID!) { node(id: $id) { id } }', { id }, requester.token)
    expect(data).toEqual({ node: null })
  })
})

describe('M2 crashes and outages', () => {
  it('M2 a process that dies between the wish and the call: the timer opens one page', async () => {
    const { id } = await intend()
    expect(await made('checkout.session')).toBe(0)
    await world.advance(minutes(1))
    expect((await stored(world, tenant, id)).state).toBe('OPEN')
    await world.advance(minutes(30))
    expect(await made('checkout.session')).toBe(1)
    expect(await world.pay((await stored(world, tenant, id)).checkoutUrl!)).toBe(303)
    expect(await history(world, tenant, id)).toEqual(['purchase.intended', 'purchase.opened', 'purchase.paid'])
  })

  /** Commits the wish and asks Stripe, as a process does that is killed before it keeps the answer. */
  async function intendAndAsk() {
    const purchase = await intend()
    const customer = await world.stripe.createCustomer({ name: 'Tind', metadata: {} }, randomUUID())
    const { vendorId, customerId } = buyer.actor
    await change(inside(world, vendorId), ({ db, now }) =>
      db.insert(stripeCustomer).values({ vendorId, customerId, stripeCustomerId: customer, createdAt: now }))
    const page = await world.stripe.createCheckoutSession(sessionRequest(purchase, customer), sessionKey(purchase.id))
    return { purchase, page }
  }

  it('M2 a process that dies between the call and its answer: the timer finds the same page', async () => {
    const { purchase, page } = await intendAndAsk()
    await world.advance(minutes(1))
    expect(await stored(world, tenant, purchase.id))
      .toMatchObject({ state: 'OPEN', stripeSessionId: page.sessionId, checkoutUrl: page.url })
    expect(await made('checkout.session')).toBe(1)
  })

  it('M2 a page that is paid before its answer was kept is PAID, and the timer then does nothing', async () => {
    const { purchase, page } = await intendAndAsk()
    expect(await world.pay(page.url)).toBe(303)
    expect(await stored(world, tenant, purchase.id)).toMatchObject({ state: 'PAID', stripeSessionId: page.sessionId })
    await world.advance(hours(24))
    expect(await history(world, tenant, purchase.id)).toEqual(['purchase.intended', 'purchase.paid'])
    expect(await made('checkout.session')).toBe(1)
  })

  it('M2 an answer that is lost on the way is asked for again with the same key', async () => {
    await fail(world, { times: '1', status: '0', when: 'after', path: '/v1/checkout/sessions' })
    expect((await buy()).state).toBe('OPEN')
    expect(await made('checkout.session')).toBe(1)
  })

  it('M2 while Stripe is down the wish is kept, nothing is charged, and the same key goes on later', async () => {
    const idempotencyKey = randomUUID()
    await fail(world, { times: '3', status: '503', path: '/v1/checkout/sessions' })
    const refused = await tryToBuy({ idempotencyKey })
    expect(refused).toMatchObject({ code: 'PAYMENT_PROVIDER_UNAVAILABLE', next: expect.stringContaining('same idempotency key') })
    expect(await made('checkout.session')).toBe(0)
    const bought = await buy({ idempotencyKey })
    expect(bought.state).toBe('OPEN')
    expect(await made('checkout.session')).toBe(1)
  })

  it('M2 what Stripe will never take fails for good, with the same refusal for the same key', async () => {
    const tooCheap = await sell(world, tenant, { price: { amountMinor: 100, taxRateBps: 0 } })
    const input = { idempotencyKey: randomUUID(), planVersionId: tooCheap }
    const first = await tryToBuy(input)
    expect(first).toMatchObject({ code: 'PAYMENT_PROVIDER_REFUSED', message: expect.stringContaining('at least 300 nok') })
    expect(await tryToBuy(input)).toEqual(first)
    const [{ node }] = (await world.ask('{ purchases { edges { node { id state } } } }', {}, buyer.token)).data.purchases.edges
    expect(node.state).toBe('FAILED')
    expect(await history(world, tenant, node.id)).toEqual(['purchase.intended', 'purchase.failed'])
  })

  it('M2 a wish whose time ran out before Stripe could be asked fails in words, and makes no page', async () => {
    const { id } = await intend()
    await world.advance(hours(23))
    const failure = 'The payment page could not be opened in time.'
    expect(await stored(world, tenant, id)).toMatchObject({ state: 'FAILED', failure })
    expect(await made('checkout.session')).toBe(0)
  })

  /** How many transactions stand open, at a few instants while Stripe keeps a caller waiting. */
  async function openWhileWaiting(start: () => Promise<unknown>): Promise<number[]> {
    const sql = postgres(world.db.superuserUrl, { max: 1 })
    before = await atStripe(world)
    await fail(world, { times: '1', delay_ms: '400', when: 'after', path: '/v1/checkout/sessions' })
    const done = start()
    while ((await made('checkout.session')) === 0) await Promise.race([done, atStripe(world)])
    const seen: number[] = []
    while (seen.length < 5) {
      const [row] = await sql`select count(*)::int as open from pg_stat_activity
        where datname = ${world.db.name} and state like 'idle in transaction%'`
      seen.push((row as { open: number }).open)
    }
    await done
    await sql.end()
    return seen
  }

  it('M2 no transaction is open while Stripe is asked, neither by a caller nor by the timer', async () => {
    expect(await openWhileWaiting(() => buy())).toEqual([0, 0, 0, 0, 0])
    await intend()
    expect(await openWhileWaiting(() => world.advance(minutes(1)))).toEqual([0, 0, 0, 0, 0])
  })
})
