import 'reflect-metadata'
import { and, eq } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { agreementById, availableOf, candidatesFor } from '../../src/entitlements/entitlements.reads.js'
import { agreement } from '../../src/entitlements/entitlements.table.js'
import { grantPurchase } from '../../src/entitlements/grant-purchase.js'
import { entriesOf, historyOf, lotsOf, transactionsOf } from '../../src/entitlements/ledger.reads.js'
import { capture, reserve } from '../../src/entitlements/reservations.js'
import type { EventRow } from '../../src/kernel/event.js'
import { event } from '../../src/kernel/event.table.js'
import { type Id, newId } from '../../src/kernel/ids.js'
import { closeReading, reading } from '../../src/kernel/query.js'
import { days } from '../../src/kernel/time.js'
import { type Buyer, buyerOf, urls } from '../billing/shop.js'
import { inside } from '../support/world.js'
import { type Books, expectSoundBooks, openBooks } from './books.js'

let books: Books
let five: Id<'plv'>
let buyer: Buyer
let stranger: Buyer
beforeAll(async () => {
  books = await openBooks()
  five = await books.plan({ termDays: 10 })
  buyer = await buyerOf(books.world, books.tenant, 'Nordlys')
  stranger = await buyerOf(books.world, books.tenant, 'Fjell')
})
afterAll(async () => {
  await expectSoundBooks(books)
  await books.world.close()
})

const gift = (more: object = {}) =>
  ({ customerId: buyer.actor.customerId, planVersionId: five, units: 3, reason: 'For the long wait.', ...more })
const fields = 'id state sourceKind sourceId startsAt endsAt customer { id } planVersion { id } available { unit units }'
const lotFields = 'edges { node { issued available reserved used expired refunded transferredOut expiresAt sourceKind } }'
const asked = (query: string, variables: object = {}, token = buyer.token) => books.world.ask(query, { ...variables }, token)

describe('goodwill', () => {
  it('E4 a member gives units; the same key gives them once', async () => {
    const input = gift({ idempotencyKey: 'gift' })
    const made = await books.world.done('grantUnits', input, fields, books.tenant.token)
    expect(made).toMatchObject({
      state: 'ACTIVE', sourceKind: 'GOODWILL', sourceId: made.id, customer: { id: buyer.actor.customerId }, planVersion: { id: five },
      available: [{ unit: 'INCIDENT', units: 3 }],
    })
    expect(await books.world.done('grantUnits', input, fields, books.tenant.token)).toEqual(made)
  })

  it('T1 a contact may not give units, and bounds are kept', async () => {
    await expect(books.world.mutate('grantUnits', gift(), 'id', buyer.token)).rejects.toThrow(/FORBIDDEN/)
    const tooMany = await books.world.mutate('grantUnits', gift({ units: 1_001, reason: ' ' }), 'id', books.tenant.token)
    expect(tooMany.fields.map((f: { path: string }) => f.path)).toEqual(['units', 'reason'])
    const unitless = await books.plan({ kind: 'PREMIUM', unit: null })
    expect(await books.world.mutate('grantUnits', gift({ planVersionId: unitless }), 'id', books.tenant.token)).toMatchObject({ code: 'INVALID_INPUT' })
    expect(await books.world.mutate('grantUnits', gift({ customerId: newId('cus') }), 'id', books.tenant.token)).toMatchObject({ code: 'NOT_FOUND' })
  })
})

describe('buying', () => {
  it('E4 a paid purchase grants its units once, however often that is told', async () => {
    const planVersionId = await books.plan({ productId: null })
    const bought = await books.world.done('buyPlan', { planVersionId, currency: 'NOK', quantity: 2, ...urls }, 'id checkoutUrl', buyer.token)
    await books.world.pay(bought.checkoutUrl)
    const found = () => books.ask((read) => read.db.select().from(agreement).where(and(eq(agreement.vendorId, read.vendorId), eq(agreement.sourceId, bought.id))))
    const [made] = await found()
    expect(made).toMatchObject({ customerId: buyer.actor.customerId, planVersionId, sourceKind: 'PURCHASE', productId: null })
    expect(await books.lots(made!.id)).toMatchObject([{ issued: 10, available: 10 }])
    await books.change(async (act) => {
      const [paid] = await act.db.select().from(event).where(and(eq(event.vendorId, act.vendorId), eq(event.streamId, bought.id), eq(event.type, 'purchase.paid')))
      await grantPurchase.run(act, paid as EventRow)
    })
    expect(await found()).toHaveLength(1)
    expect(await books.lots(made!.id)).toMatchObject([{ issued: 10 }])
  })
})

describe('reading', () => {
  it('R62 a customer sees where each unit came from and went: grant, reservation, use, return, with the part', async () => {
    const { id } = await books.bought(five, { customerId: buyer.actor.customerId })
    const [subjectId, streamId] = [newId('prt'), newId('tkt')]
    await books.change((act) => reserve(act, { agreementId: id, subjectId, streamId, unit: 'INCIDENT', units: 3 }))
    await books.change((act) => capture(act, subjectId, 1, 'Solved: a setting.'))
    const query = `query ($id: ID!, $after: String) { agreement(id: $id) { available { unit units } lots { totalCount ${lotFields} }
      history(first: 3, after: $after) { totalCount pageInfo { hasNextPage endCursor } edges { node { kind subjectId reason entries { account amount } } } } } }`
    const { data, errors } = await asked(query, { id })
    expect(errors).toBeUndefined()
    expect(data.agreement.available).toEqual([{ unit: 'INCIDENT', units: 4 }])
    expect(data.agreement.lots).toMatchObject({ totalCount: 1, edges: [{ node: { issued: 5, available: 4, reserved: 0, used: 1, sourceKind: 'PURCHASE' } }] })
    const { totalCount, pageInfo, edges } = data.agreement.history
    expect([totalCount, pageInfo.hasNextPage]).toEqual([4, true])
    expect(edges.map((e: any) => [e.node.kind, e.node.subjectId])).toEqual([['GRANT', null], ['RESERVE', subjectId], ['CAPTURE', subjectId]])
    expect(edges[2].node).toMatchObject({ reason: 'Solved: a setting.', entries: [{ account: 'RESERVED', amount: -1 }, { account: 'USED', amount: 1 }] })
    const next = await asked(query, { id, after: pageInfo.endCursor })
    expect(next.data.agreement.history.edges.map((e: any) => e.node.kind)).toEqual(['RELEASE'])
    const ofPart = await books.ask((read) => transactionsOf(read, subjectId))
    expect(ofPart.map((t) => t.kind)).toEqual(['RESERVE', 'CAPTURE', 'RELEASE'])
  })

  it('E4 expired units are shown as expired at the very instant, before any timer', async () => {
    const { id } = await books.bought(five, { customerId: buyer.actor.customerId })
    books.world.clock.set((await books.lots(id))[0]!.expiresAt!)
    const { data } = await asked(`query ($id: ID!) { agreement(id: $id) { available { units } lots { ${lotFields} } } }`, { id })
    expect(data.agreement).toMatchObject({ available: [], lots: { edges: [{ node: { issued: 5, available: 0, expired: 5 } }] } })
    await books.world.settle()
  })

  it('T1 a contact reaches the agreements of its own customer only, by every way', async () => {
    const { id } = await books.bought(five, { customerId: stranger.actor.customerId })
    const lotId = (await books.lots(id))[0]!.id
    const transactionId = (await books.ask((read) => historyOf(read, id, {}))).edges[0]!.node.id
    const query = `query ($id: ID!, $lot: ID!, $tx: ID!, $cus: ID!) { agreement(id: $id) { id } a: node(id: $id) { id } b: node(id: $lot) { id } c: node(id: $tx) { id }
      agreements(customerId: $cus) { totalCount edges { node { id } } } }`
    const variables = { id, lot: lotId, tx: transactionId, cus: stranger.actor.customerId }
    const theirs = await asked(query, variables)
    expect(theirs.data).toEqual({ agreement: null, a: null, b: null, c: null, agreements: { totalCount: 0, edges: [] } })
    const own = await asked(query, variables, stranger.token)
    expect(own.data).toEqual({ agreement: { id }, a: { id }, b: { id: lotId }, c: { id: transactionId }, agreements: { totalCount: 1, edges: [{ node: { id } }] } })
    const read = { ...inside(books.world, books.tenant.vendorId, buyer.actor) }
    expect(await candidatesFor(await reading(read), stranger.actor.customerId, books.productId)).toEqual([])
    await closeReading(read)
    await expect(books.world.mutate('grantUnits', gift(), 'id', stranger.token)).rejects.toThrow(/FORBIDDEN/)
  })

  it('T1 another vendor reaches none of it', async () => {
    const { id } = await books.bought(five)
    const other = await books.world.signUp()
    const { data } = await asked('query ($id: ID!) { agreement(id: $id) { id } agreements { totalCount } node(id: $id) { id } }', { id }, other.token)
    expect(data).toEqual({ agreement: null, agreements: { totalCount: 0 }, node: null })
  })

  it('a page of agreements with lots, history and entries asks as often for ten as for one', async () => {
    const statements = async (count: number) => {
      const ctx = inside(books.world, books.tenant.vendorId)
      const customer = await books.world.done('createCustomer', { name: `Many ${count}`, country: 'NO' }, 'id', books.tenant.token)
      const made = await Promise.all(Array.from({ length: count }, () => books.bought(five, { customerId: customer.id })))
      const read = await reading(ctx)
      await Promise.all(made.map(async ({ id }) => {
        const [, , lots, history] = await Promise.all([agreementById(read, id), availableOf(read, id), lotsOf(read, id, { first: 5 }), historyOf(read, id, { first: 5 })])
        await Promise.all([lots.count(), history.count(), ...history.edges.map((e) => entriesOf(read, e.node.id))])
        expect([lots.edges.length, history.edges.length]).toEqual([1, 1])
      }))
      await closeReading(ctx)
      return ctx.statements
    }
    const [one, ten] = [await statements(1), await statements(10)]
    expect(ten).toBe(one)
    expect(one).toBe(7)
  })

  it('E5 candidates come in one question, in the order in which they are tried', async () => {
    const customer = await books.world.done('createCustomer', { name: 'Choosy', country: 'NO' }, 'id', books.tenant.token)
    const [general, never] = [await books.plan({ productId: null }), await books.plan()]
    const made = {
      general: await books.bought(general, { customerId: customer.id }), never: await books.bought(never, { customerId: customer.id }),
      expiring: await books.bought(five, { customerId: customer.id }),
    }
    const ctx = inside(books.world, books.tenant.vendorId)
    const found = await candidatesFor(await reading(ctx), customer.id, books.productId)
    await closeReading(ctx)
    expect(ctx.statements).toBe(1)
    expect(found.map((c) => [c.agreementId, c.available.INCIDENT, c.cannotCarry])).toEqual([
      [made.expiring.id, 5, null], [made.never.id, 5, null], [made.general.id, 5, null],
    ])
    expect(found[0]!.why).toMatch(/^Tried first: its units expire first, on \d{4}-\d\d-\d\d\.$/)
    await books.world.advance(days(10))
    const later = await books.ask((read) => candidatesFor(read, customer.id, books.productId))
    expect(later.map((c) => c.agreementId)).toEqual([made.never.id, made.general.id, made.expiring.id])
    expect(later[2]).toMatchObject({ cannotCarry: 'its units are used up or have expired.', available: { INCIDENT: 0, MINUTE: 0 } })
  })
})
