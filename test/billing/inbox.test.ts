import 'reflect-metadata'
import { randomUUID } from 'node:crypto'
import { eq } from 'drizzle-orm'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { signatureOf } from '../../sandbox/webhooks.js'
import { platformStripeInbox } from '../../src/billing/billing.table.js'
import { applyStripeEvent } from '../../src/billing/inbox.js'
import { sessionRequest } from '../../src/billing/checkout.js'
import { intendPurchase } from '../../src/billing/purchase.js'
import { change } from '../../src/kernel/command.js'
import { after, hours, minutes } from '../../src/kernel/time.js'
import { platformTimer } from '../../src/kernel/timer.table.js'
import type { Id } from '../../src/kernel/ids.js'
import { inside, openWorld, type Tenant, type World } from '../support/world.js'
import { type Buyer, buyerOf, history, sell, stored, urls } from './shop.js'

let world: World
let tenant: Tenant
let buyer: Buyer
let planVersionId: Id<'plv'>

beforeAll(async () => {
  world = await openWorld()
  tenant = await world.signUp()
  planVersionId = await sell(world, tenant)
})
beforeEach(async () => {
  buyer = await buyerOf(world, tenant, `Tind ${randomUUID().slice(0, 8)}`)
})
afterEach(() => world.sandbox.resumeWebhooks())
afterAll(() => world.close())

const wish = () => ({ planVersionId, currency: 'NOK', quantity: 1, ...urls })
const buy = () => world.done('buyPlan', wish(), 'id state checkoutUrl', buyer.token)
const inbox = () => world.app.database.platform.select().from(platformStripeInbox)
const post = async (body: string, signature?: string) => {
  const headers = signature ? { 'stripe-signature': signature } : undefined
  const answer = await fetch(`${world.url}/stripe/webhook`, { method: 'POST', body, headers })
  return { status: answer.status, text: await answer.text() }
}

/** Works all events of an object five times at once, as after a crash in which nobody noted that it was done. */
async function workAgain(objectId: string): Promise<void> {
  const { app: { database }, clock, stripe } = world
  const rows = await database.platform.update(platformStripeInbox).set({ appliedAt: null })
    .where(eq(platformStripeInbox.objectId, objectId)).returning()
  const log = { debug() {}, info() {}, warn() {}, error() {} }
  const work = () => rows.map((row) => applyStripeEvent({ database, clock, stripe, log }, String(row.id)))
  await Promise.all(Array.from({ length: 5 }, work).flat())
}

describe('M3 the inbox', () => {
  it('M3 every webhook three times, the last first, makes one payment', async () => {
    const bought = await buy()
    await world.settle()
    world.sandbox.pauseWebhooks()
    await world.pay(bought.checkoutUrl)
    expect((await stored(world, tenant, bought.id)).state).toBe('OPEN')
    const waiting = world.sandbox.undelivered().map((event) => event.id).reverse()
    expect(waiting.length).toBeGreaterThan(2)
    for (let round = 0; round < 3; round += 1) {
      await Promise.all(waiting.map((id) => world.sandbox.redeliver(id)))
      if (round > 0) await world.app.relay.settle()
    }
    expect(world.sandbox.undelivered()).toEqual([]) // every one of them was answered with 2xx
    expect((await stored(world, tenant, bought.id)).state).toBe('PAID')
    expect(await history(world, tenant, bought.id)).toEqual(['purchase.intended', 'purchase.opened', 'purchase.paid'])
    const rows = await inbox()
    for (const id of waiting) {
      expect(rows.filter((row) => row.eventId === id)).toMatchObject([{ account: 'platform', appliedAt: expect.any(Date) }])
    }
  })

  it('M3 an event that is worked again and again, and at once, changes nothing more', async () => {
    const bought = await buy()
    await world.pay(bought.checkoutUrl)
    const paid = await stored(world, tenant, bought.id)
    world.clock.advance(1000)
    await workAgain(paid.stripeSessionId!)
    expect(await stored(world, tenant, bought.id)).toEqual(paid)
    expect(await history(world, tenant, bought.id)).toHaveLength(3)
  })

  it.each([
    ['a signature of another secret', 't=1,v1=00'], ['no signature', undefined], ['an old signature', 'OLD'],
  ])('M3 refuses a webhook with %s and stores nothing', async (_what, signature) => {
    const data = { object: { id: 'cs_1' } }
    const body = JSON.stringify({ id: 'evt_1', object: 'event', type: 'checkout.session.completed', data })
    const old = signatureOf(body, 'whsec_world', Math.floor(Date.now() / 1000) - 600)
    const before = await inbox()
    const refused = { status: 400, text: expect.stringContaining('Nothing was stored') }
    expect(await post(body, signature === 'OLD' ? old : signature)).toEqual(refused)
    expect(await inbox()).toEqual(before)
  })

  it('M3 an event that needs nothing, or happened in a connected account, is stored and not worked', async () => {
    const told = [['evt_other', null, 'price.created'], ['evt_connected', 'acct_1', 'checkout.session.completed']] as const
    for (const [id, account, type] of told) {
      const body = JSON.stringify({ id, object: 'event', type, ...(account && { account }), data: { object: { id: 'cs_1' } } })
      expect((await post(body, signatureOf(body, 'whsec_world', Math.floor(Date.now() / 1000)))).status).toBe(200)
      await world.settle()
      expect(await inbox().where(eq(platformStripeInbox.eventId, id)))
        .toMatchObject([{ account: account ?? 'platform', appliedAt: expect.any(Date) }])
    }
  })
})

describe('M3 what becomes of a payment page', () => {
  it('M3 a declined card is told once, and the page can still be paid', async () => {
    const bought = await buy()
    expect(await world.pay(bought.checkoutUrl, '4000 0000 0000 9995')).toBe(402)
    const [told] = (await inbox().where(eq(platformStripeInbox.type, 'payment_intent.payment_failed'))).slice(-1)
    await workAgain(told!.objectId!)
    expect((await stored(world, tenant, bought.id)).state).toBe('OPEN')
    expect(await world.pay(bought.checkoutUrl, '4000 0000 0000 0002')).toBe(402)
    expect(await world.pay(bought.checkoutUrl)).toBe(303)
    expect(await history(world, tenant, bought.id))
      .toEqual(['purchase.intended', 'purchase.opened', 'purchase.declined', 'purchase.declined', 'purchase.paid'])
  })

  it('M3 a decline that is told after the payment says nothing', async () => {
    const bought = await buy()
    world.sandbox.pauseWebhooks()
    await world.pay(bought.checkoutUrl, '4000 0000 0000 0002')
    await world.pay(bought.checkoutUrl)
    world.sandbox.resumeWebhooks()
    await world.settle()
    expect(await history(world, tenant, bought.id)).toEqual(['purchase.intended', 'purchase.opened', 'purchase.paid'])
  })

  it('M3 a page that nobody pays expires', async () => {
    const bought = await buy()
    await world.advance(hours(23))
    expect(await stored(world, tenant, bought.id)).toMatchObject({ state: 'EXPIRED', checkoutUrl: null, paidAt: null })
    expect(await world.pay(bought.checkoutUrl)).toBe(410)
    await world.advance(hours(1))
    expect(await history(world, tenant, bought.id)).toEqual(['purchase.intended', 'purchase.opened', 'purchase.expired'])
  })

  it('M3 a page that is closed at Stripe is EXPIRED at once', async () => {
    const bought = await buy()
    await world.stripe.expireCheckoutSession((await stored(world, tenant, bought.id)).stripeSessionId!)
    await world.settle()
    expect((await stored(world, tenant, bought.id)).state).toBe('EXPIRED')
  })

  it('M2 when no webhook ever comes, the timer asks what became of the page', async () => {
    const bought = await buy()
    const [timer] = await world.app.database.platform.select().from(platformTimer).where(eq(platformTimer.subjectId, bought.id))
    const { expiresAt } = await stored(world, tenant, bought.id)
    expect(timer?.fireAt).toEqual(after(expiresAt, minutes(5))) // and not before: Stripe is not asked for nothing
    world.sandbox.pauseWebhooks()
    await world.pay(bought.checkoutUrl)
    await world.advance(hours(23) + minutes(5))
    expect((await stored(world, tenant, bought.id)).state).toBe('PAID')
  })
})

describe('M3 payments that are not what was asked for', () => {
  const intend = () => change(inside(world, tenant.vendorId, buyer.actor), (act) =>
    intendPurchase(act, { idempotencyKey: randomUUID(), ...wish() }))
  const page = async (purchase: Awaited<ReturnType<typeof intend>>, changes: object) => {
    const customer = await world.stripe.createCustomer({ name: 'Tind', metadata: {} }, randomUUID())
    return world.stripe.createCheckoutSession({ ...sessionRequest(purchase, customer), ...changes }, randomUUID())
  }

  it.each([
    ['a lower amount', { unitGrossMinor: 168_749 }], ['another currency', { currency: 'EUR' }],
  ])('M3 %s grants nothing and is told once', async (_what, changes) => {
    const purchase = await intend()
    const { url, sessionId } = await page(purchase, changes)
    await world.pay(url)
    for (const row of await inbox().where(eq(platformStripeInbox.objectId, sessionId))) await world.sandbox.redeliver(row.eventId)
    await world.settle()
    const failure = expect.stringContaining('where NOK 1,687.50 was asked for')
    expect(await stored(world, tenant, purchase.id)).toMatchObject({ state: 'FAILED', paidAt: null, failure })
    expect(await history(world, tenant, purchase.id)).toEqual(['purchase.intended', 'purchase.mismatch'])
  })

  it('T1 a paid session that names another vendor\'s purchase, or is not the purchase\'s own, is ignored', async () => {
    const bought = await buy()
    const mine = await stored(world, tenant, bought.id)
    const other = await world.signUp()
    const another = { metadata: { vendor: other.vendorId, purchase: mine.id } }
    for (const changes of [{}, another, { reference: 'pur_somebody' }, { metadata: { shop: 'another' } }]) {
      await world.pay((await page(mine, changes)).url)
    }
    expect(await stored(world, tenant, mine.id)).toEqual(mine)
    expect(await history(world, tenant, mine.id)).toEqual(['purchase.intended', 'purchase.opened'])
    expect((await inbox()).filter((row) => !row.appliedAt)).toEqual([])
  })

  it('M1 amounts in a currency that Stripe writes with two decimals come back as they went', async () => {
    const purchase = { ...(await intend()), currency: 'ISK', grossMinor: 12_500 }
    const { sessionId, url } = await page(purchase, {})
    expect(await world.stripe.retrieveCheckoutSession(sessionId)).toMatchObject({ amountMinor: 12_500, currency: 'ISK' })
    expect(await (await fetch(url)).text()).toMatch(/12[.,\s\u00a0]?500/)
  })
})
