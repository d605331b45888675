// The Stripe stand-in, spoken to by the real SDK.
import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import Stripe from 'stripe'
import { describe, expect, it } from 'vitest'
import { startSandbox } from '../sandbox/server.js'
import { connect, control, failure, incident, paid, pay, secret, successUrl, types, useSandbox } from './support/sandbox.js'
import { checkRequest, checkResponse } from './support/stripe-contract.js'

const { receive, start } = useSandbox()

it('M5 the committed contract is what the installed stripe package declares', async () => {
  await promisify(execFile)(process.execPath, ['scripts/stripe-contract.mjs', '--check'])
})

it('M5 the contract tells a wrong request and a wrong answer from right ones', () => {
  expect(checkRequest('POST', '/v1/refunds', { payment_intent: 'pi_1', amount: '100' })).toEqual([])
  expect(checkRequest('POST', '/v1/refunds', { payment_intent: 'pi_1', amount: 'all' })).toHaveLength(1)
  expect(checkRequest('POST', '/v1/refunds', { colour: 'red' })).toHaveLength(1)
  expect(checkRequest('POST', '/v1/nothing', {})).toHaveLength(1)
  expect(checkResponse('GET', '/v1/customers/cus_1', { id: 'cus_1', object: 'customer', deleted: true })).toEqual([])
  expect(checkResponse('GET', '/v1/customers/cus_1', { id: 'cus_1', object: 'customer' })).not.toEqual([])
  expect(checkResponse('GET', '/v1/customers/cus_1', { error: { type: 'wrong' } })).toHaveLength(2)
})

describe('M5 refusals to start', () => {
  it('M5 refuses to listen beyond loopback', async () => {
    await expect(startSandbox({ host: '0.0.0.0' })).rejects.toThrow('listens on loopback only')
  })

  it('M5 refuses to run in production', async () => {
    const before = process.env.NODE_ENV
    process.env.NODE_ENV = 'production'
    await expect(startSandbox()).rejects.toThrow('NODE_ENV=production').finally(() => (process.env.NODE_ENV = before))
  })

  it('M5 refuses to send webhooks beyond loopback', async () => {
    await expect(startSandbox({ webhook: { url: 'https://vendor.example/hook', secret } })).rejects.toThrow('to loopback only')
  })
})

describe('M4 checkout', () => {
  it('M4 an incident is bought: page, redirect, events, payment, charge and balance', async () => {
    const receiver = await receive()
    const { sandbox, stripe } = await start({ webhook: { url: receiver.url, secret } })
    const customer = await stripe.customers.create({ email: 'karin@lofoten.example', name: 'Lofoten Tørrfisk' })
    const session = await stripe.checkout.sessions.create(incident({ customer: customer.id }))
    expect(session).toMatchObject({ status: 'open', payment_status: 'unpaid', amount_total: 14_900, currency: 'eur' })

    const answer = await pay(session, paid)
    expect(answer.status).toBe(303)
    expect(answer.headers.get('location')).toBe(successUrl.replace('{CHECKOUT_SESSION_ID}', session.id))

    const after = await stripe.checkout.sessions.retrieve(session.id, {
      expand: ['payment_intent.latest_charge.balance_transaction', 'customer', 'line_items'],
    })
    expect(after).toMatchObject({
      status: 'complete', payment_status: 'paid', url: null, client_reference_id: 'ord_1',
      customer: { email: 'karin@lofoten.example' },
      payment_intent: {
        status: 'succeeded', amount_received: 14_900, metadata: { order: 'ord_1' },
        latest_charge: {
          paid: true, captured: true, transfer_group: 'ord_1', balance_transaction: { amount: 14_900, fee: 462, net: 14_438 },
        },
      },
      line_items: { data: [{ description: 'One incident', amount_total: 14_900, quantity: 1 }] },
    })
    await sandbox.drain()
    expect(types(receiver)).toEqual([
      'charge.succeeded', 'checkout.session.completed', 'customer.created', 'payment_intent.created', 'payment_intent.succeeded',
      'price.created', 'product.created',
    ])
    expect(sandbox.undelivered()).toEqual([])
    expect((await pay(session, paid)).status).toBe(409)
    const intent = after.payment_intent as Stripe.PaymentIntent
    expect((await stripe.charges.list({ payment_intent: intent.id })).data).toHaveLength(1)
  })

  it('M4 a package is bought by its price: the sum is price times quantity', async () => {
    const { stripe } = await start()
    const product = await stripe.products.create({ name: 'Ten incidents', metadata: { plan: 'pln_1' } })
    const price = await stripe.prices.create({ product: product.id, currency: 'nok', unit_amount: 980_000, lookup_key: 'ten' })
    expect((await stripe.prices.list({ lookup_keys: ['ten'] })).data.map(({ id }) => id)).toEqual([price.id])
    const session = await stripe.checkout.sessions.create(incident({
      line_items: [{ price: price.id, quantity: 2 }], customer_creation: 'always',
    }))
    await pay(session, paid, { email: 'jonas@lofoten.example' })
    const lines = await stripe.checkout.sessions.listLineItems(session.id)
    expect(lines.data).toMatchObject([{ price: { id: price.id, product: product.id }, quantity: 2, amount_total: 1_960_000 }])
    const after = await stripe.checkout.sessions.retrieve(session.id, { expand: ['customer'] })
    expect(after).toMatchObject({ amount_total: 1_960_000, customer: { email: 'jonas@lofoten.example' } })
    expect((await stripe.checkout.sessions.list({ customer: (after.customer as Stripe.Customer).id })).data).toHaveLength(1)
  })

  it('M4 a declined card leaves the session payable, and the page says what happened', async () => {
    const receiver = await receive()
    const { sandbox, stripe } = await start({ webhook: { url: receiver.url, secret } })
    const session = await stripe.checkout.sessions.create(incident())
    const declined = await pay(session, '4000 0000 0000 0002')
    expect(declined.status).toBe(402)
    expect(await declined.text()).toContain('Your card was declined.')
    expect(await (await pay(session, '4000000000009995')).text()).toContain('insufficient funds')
    const unknown = await pay(session, '1234')
    expect([unknown.status, (await unknown.text()).includes('not a test card')]).toEqual([400, true])

    const open = await stripe.checkout.sessions.retrieve(session.id, { expand: ['payment_intent'] })
    expect(open).toMatchObject({
      status: 'open', payment_status: 'unpaid',
      payment_intent: {
        status: 'requires_payment_method', last_payment_error: { code: 'card_declined', decline_code: 'insufficient_funds' },
      },
    })
    expect((await pay(session, paid)).status).toBe(303)
    await sandbox.drain()
    expect(types(receiver).filter(type => /^(charge|payment_intent|checkout)/.test(type))).toEqual([
      'charge.failed', 'charge.failed', 'charge.succeeded', 'checkout.session.completed', 'payment_intent.created',
      'payment_intent.payment_failed', 'payment_intent.payment_failed', 'payment_intent.succeeded',
    ])
  })

  it('M4 an expired session cannot be paid, and its end is told once', async () => {
    const receiver = await receive()
    const { sandbox, stripe } = await start({ webhook: { url: receiver.url, secret } })
    const soon = Math.floor(sandbox.now().getTime() / 1000) + 1810
    const session = await stripe.checkout.sessions.create(incident({ expires_at: soon }))
    const early = await failure(stripe.checkout.sessions.create(incident({ expires_at: soon - 20 })))
    expect(early).toMatchObject({ statusCode: 400, param: 'expires_at' })
    await sandbox.setNow(new Date((soon - 1) * 1000))
    expect((await stripe.checkout.sessions.retrieve(session.id)).status).toBe('open')
    await sandbox.setNow(new Date((soon + 1) * 1000))
    const page = await pay(session, paid)
    expect([page.status, (await page.text()).includes('has expired')]).toEqual([410, true])
    const ended = await stripe.checkout.sessions.retrieve(session.id)
    expect(ended).toMatchObject({ status: 'expired', url: null, payment_intent: null })
    await sandbox.drain()
    expect(types(receiver).filter(type => type.startsWith('checkout'))).toEqual(['checkout.session.expired'])

    const other = await stripe.checkout.sessions.create(incident())
    await pay(other, '4000000000000002')
    expect((await stripe.checkout.sessions.expire(other.id, { expand: ['payment_intent'] })).payment_intent)
      .toMatchObject({ status: 'canceled', cancellation_reason: 'expired' })
    expect((await failure(stripe.checkout.sessions.expire(other.id))).message).toContain('Only open')
  })

  it('M5 the page escapes what it shows, and allows no script and no foreign form target', async () => {
    const { stripe } = await start()
    const session = await stripe.checkout.sessions.create(incident({
      branding_settings: { display_name: '<b>Havblikk</b> & "Co"' },
      line_items: [{
        quantity: 3, price_data: { currency: 'jpy', unit_amount: 500, product_data: { name: '<script>alert(1)</script>' } },
      }],
    }))
    const page = await fetch(session.url!)
    const text = await page.text()
    expect(text).not.toContain('<script')
    expect(text).toContain('&lt;script&gt;alert(1)&lt;/script&gt;')
    expect(text).toContain('&lt;b&gt;Havblikk&lt;/b&gt; &amp; &quot;Co&quot;')
    expect(text).toContain('¥1,500')
    const policy = page.headers.get('content-security-policy')
    expect(policy).toMatch(/default-src 'none'.*form-action 'self' https:\/\/vendor\.example;/)
    expect((await fetch(session.url!.replace('cs_test_', 'cs_test_x'))).status).toBe(404)
  })
})

describe('M2 payments', () => {
  it('M2 an intent is confirmed, captured, refunded in part, then wholly, and not beyond', async () => {
    const receiver = await receive()
    const { sandbox, stripe } = await start({ webhook: { url: receiver.url, secret } })
    const created = await stripe.paymentIntents.create({ amount: 5000, currency: 'eur', capture_method: 'manual' })
    expect(created.status).toBe('requires_payment_method')
    const held = await stripe.paymentIntents.confirm(created.id, { payment_method: 'pm_card_visa' })
    expect(held).toMatchObject({ status: 'requires_capture', amount_capturable: 5000, amount_received: 0 })
    expect(await stripe.paymentMethods.retrieve(held.payment_method as string)).toMatchObject({ card: { last4: '4242' } })
    const done = await stripe.paymentIntents.capture(created.id, { amount_to_capture: 4000 })
    expect(done).toMatchObject({ status: 'succeeded', amount_received: 4000 })
    const refund = await stripe.refunds.create({ payment_intent: created.id, amount: 1000, reason: 'requested_by_customer' })
    const movement = await stripe.balanceTransactions.retrieve(refund.balance_transaction as string)
    expect(movement).toMatchObject({ amount: -1000, type: 'refund' })
    expect((await failure(stripe.refunds.create({ charge: done.latest_charge as string, amount: 3001 }))).statusCode).toBe(400)
    await stripe.refunds.create({ charge: done.latest_charge as string })
    const charge = await stripe.charges.retrieve(done.latest_charge as string, { expand: ['refunds', 'payment_intent'] })
    expect(charge).toMatchObject({ amount_refunded: 4000, refunded: true })
    expect(charge.refunds?.data.map(({ amount }) => amount)).toEqual([3000, 1000])
    expect(await failure(stripe.refunds.create({ charge: charge.id }))).toMatchObject({ code: 'charge_already_refunded' })
    expect(await failure(stripe.paymentIntents.cancel(created.id))).toMatchObject({ code: 'payment_intent_unexpected_state' })
    await sandbox.drain()
    expect(types(receiver)).toEqual([
      'charge.captured', 'charge.refunded', 'charge.refunded', 'charge.succeeded', 'payment_intent.amount_capturable_updated',
      'payment_intent.created', 'payment_intent.succeeded', 'refund.created', 'refund.created',
    ])
  })

  it('M2 refusals are the SDK\'s own error classes, each with its status', async () => {
    const { sandbox, stripe } = await start()
    const declined = await failure(stripe.paymentIntents.create({
      amount: 5000, currency: 'eur', confirm: true, payment_method: 'pm_card_visa_chargeDeclined',
      allowed_payment_method_types: ['card'],
    }))
    expect(declined).toBeInstanceOf(Stripe.errors.StripeCardError)
    expect(declined).toMatchObject({ statusCode: 402, code: 'card_declined', decline_code: 'generic_decline' })
    expect(declined.payment_intent).toMatchObject({ status: 'requires_payment_method' })

    const missing = await failure(stripe.customers.retrieve('cus_none'))
    expect(missing).toBeInstanceOf(Stripe.errors.StripeInvalidRequestError)
    expect(missing).toMatchObject({ statusCode: 404, code: 'resource_missing' })
    expect(missing.requestId).toMatch(/^req_/)

    const checkout = (fields: Parameters<typeof incident>[0]) => stripe.checkout.sessions.create(incident(fields))
    const wrong: [Promise<unknown>, object][] = [
      [stripe.refunds.create({}), { code: 'parameter_missing', param: 'payment_intent' }],
      [stripe.customers.create({ colour: 'red' } as Stripe.CustomerCreateParams), { code: 'parameter_unknown', param: 'colour' }],
      [checkout({ customer: 'cus_none' }), { statusCode: 400, code: 'resource_missing', param: 'customer' }],
      [checkout({ line_items: [{ price: 'price_none', quantity: 1 }] }), { param: 'line_items[0][price]' }],
      [checkout({ success_url: '/thanks' }), { code: 'url_invalid', param: 'success_url' }],
      [checkout({ invoice_creation: { enabled: true } }), { param: 'invoice_creation[enabled]' }],
      [stripe.rawRequest('GET', '/v1/nothing'), { statusCode: 404 }],
    ]
    for (const [call, expected] of wrong) expect(await failure(call)).toMatchObject({ statusCode: 400, ...expected })

    for (const key of ['sk_live_x', 'nonsense']) {
      expect(await failure(connect(sandbox.port, key).customers.list())).toBeInstanceOf(Stripe.errors.StripeAuthenticationError)
    }
  })

  it('M2 lists are paged newest first, and auto-paging sees each thing once', async () => {
    const { stripe } = await start()
    const made = []
    for (const name of ['a', 'b', 'c', 'd', 'e']) made.push((await stripe.customers.create({ name })).id)
    await stripe.customers.del(made[2]!)
    expect(await stripe.customers.retrieve(made[2]!)).toMatchObject({ deleted: true })
    const first = await stripe.customers.list({ limit: 3 })
    expect([first.has_more, first.data.map(({ name }) => name)]).toEqual([true, ['e', 'd', 'b']])
    const rest = await stripe.customers.list({ limit: 3, starting_after: made[1]! })
    expect([rest.has_more, rest.data.map(({ name }) => name)]).toEqual([false, ['a']])
    const all = await stripe.customers.list({ limit: 2 }).autoPagingToArray({ limit: 100 })
    expect(all.map(({ name }) => name)).toEqual(['e', 'd', 'b', 'a'])
    const changed = await stripe.customers.update(made[0]!, { name: '', metadata: { x: '1' } })
    expect(changed).toMatchObject({ name: null, metadata: { x: '1' } })
    const told = await stripe.events.list({ type: 'customer.updated' })
    expect(told.data[0]!.data.previous_attributes).toEqual({ name: 'a', metadata: {} })
    expect((await stripe.events.retrieve(told.data[0]!.id)).request?.idempotency_key).toMatch(/^stripe-node-retry/)
  })
})

describe('M2 idempotency keys', () => {
  it('M2 the same key and parameters give the same answer and no second object', async () => {
    const { stripe } = await start()
    const first = await stripe.customers.create({ name: 'once' }, { idempotencyKey: 'k1' })
    const second = await stripe.customers.create({ name: 'once' }, { idempotencyKey: 'k1' })
    expect(second.id).toBe(first.id)
    expect(second.lastResponse.headers['idempotent-replayed']).toBe('true')
    expect(first.lastResponse.headers['idempotent-replayed']).toBeUndefined()
    expect((await stripe.customers.list()).data).toHaveLength(1)
  })

  it('M2 the same key with other parameters or another path is refused', async () => {
    const { stripe } = await start()
    await stripe.customers.create({ name: 'one' }, { idempotencyKey: 'k1' })
    const reuses = [
      stripe.customers.create({ name: 'two' }, { idempotencyKey: 'k1' }),
      stripe.products.create({ name: 'one' }, { idempotencyKey: 'k1' }),
    ]
    for (const reuse of reuses) expect(await failure(reuse)).toBeInstanceOf(Stripe.errors.StripeIdempotencyError)
  })

  it('M2 the same key while the first request is under way is a conflict', async () => {
    const { sandbox, stripe } = await start()
    await control(sandbox, 'fail', { delay_ms: '150' })
    const first = stripe.customers.create({ name: 'slow' }, { idempotencyKey: 'k1' })
    await expect.poll(async () => (await control(sandbox, 'state')).faultsLeft).toBe(0)
    expect(await failure(stripe.customers.create({ name: 'slow' }, { idempotencyKey: 'k1' }))).toMatchObject({ statusCode: 409 })
    expect((await first).name).toBe('slow')
  })

  it('M2 a decline is kept for its key; a request that was wrong is not', async () => {
    const { stripe } = await start()
    const params = { amount: 5000, currency: 'eur', confirm: true, payment_method: 'pm_card_visa_chargeDeclined' }
    const first = await failure(stripe.paymentIntents.create(params, { idempotencyKey: 'k1' }))
    const second = await failure(stripe.paymentIntents.create(params, { idempotencyKey: 'k1' }))
    expect(second.payment_intent?.id).toBe(first.payment_intent?.id)
    await failure(stripe.customers.create({ colour: 'red' } as Stripe.CustomerCreateParams, { idempotencyKey: 'k2' }))
    expect((await stripe.customers.create({ name: 'right' }, { idempotencyKey: 'k2' })).name).toBe('right')
  })

  it('M2 a lost answer is found again by the SDK\'s retry, which makes nothing twice', async () => {
    const { sandbox, stripe } = await start()
    await control(sandbox, 'fail', { status: '0', when: 'after' })
    const customer = await stripe.customers.create({ name: 'lost' })
    expect(customer.lastResponse.headers['idempotent-replayed']).toBe('true')
    expect((await stripe.customers.list()).data).toHaveLength(1)
    await control(sandbox, 'fail', { status: '429', times: '2' })
    expect(await failure(stripe.customers.list())).toBeInstanceOf(Stripe.errors.StripeRateLimitError)
    expect(await failure(stripe.customers.list())).toBeInstanceOf(Stripe.errors.StripeRateLimitError)
    expect((await stripe.customers.list()).data).toHaveLength(1)
  })
})
