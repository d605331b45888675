import 'reflect-metadata'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { QuoteRow } from '../../src/boundary/boundary.types.js'
import { decideNow } from '../../src/boundary/deciding.js'
import { standingDecision } from '../../src/boundary/decisions.js'
import type { TicketKind } from '../../src/boundary/facts.js'
import { factsOf } from '../../src/boundary/facts-stated.js'
import { type CreateQuote, createQuote, extendQuote, takeQuote } from '../../src/boundary/quotes.js'
import type { Actor } from '../../src/kernel/actor.js'
import { type Id, newId } from '../../src/kernel/ids.js'
import { after, days, minutes } from '../../src/kernel/time.js'
import type { World } from '../support/world.js'
import { refusalOf, theLine } from './line.js'
import type { Buyer, Shop } from './shop.js'

const { open, act, eventsOf } = theLine()
let world: World
let shop: Shop
beforeAll(async () => {
  ({ world, shop } = await open())
})
afterAll(() => world.close())

interface Wanted { buyer?: Buyer; contactId?: Id<'con'>; kind?: TicketKind; price?: CreateQuote['price'] }
const quoted = ({ buyer = shop.customer, contactId, kind = 'QUESTION', price = null }: Wanted = {}): Promise<QuoteRow> => act(async (a) => {
  const statements = [{ name: 'kind', value: kind, source: 'CONTACT' as const, statedBy: contactId ?? null, at: a.now.getTime() }]
  const about = { productId: shop.productId, componentId: shop.components.OWN, customerId: buyer.customerId }
  const decided = await decideNow(a, { ...about, statements, candidates: [], at: a.now })
  return await createQuote(a, { ...about, contactId: contactId ?? null, kind, severity: 'NORMAL', decided, statements, price })
})
const take = (id: Id<'quo'>, actor?: Actor) => act((a) => takeQuote(a, id, newId('prt')), actor)
const show = (id: string, token: string) => world.ask(`query ($id: ID!) { quote(id: $id) { id state kind severity expiresAt usedAt ceiling { incidents minutes }
  customer { id } contact { id } product { code } component { code } price { netMinor taxMinor grossMinor currency } planVersion { id }
  decision { stage class charge { unit units } outcomes { cause } payable } } }`, { id }, token)

describe('a quote', () => {
  it('B5 shows class, charge per cause, ceiling, and the price of the missing units, net, tax and gross', async () => {
    const { actor, token } = await shop.customer.contact('REQUESTER')
    const price = { planVersionId: shop.incidentPlan, currency: 'NOK', amountMinor: 135_000, taxRateBps: 2500, quantity: 2 }
    const { id } = await quoted({ contactId: actor.id, price })
    const { data, errors } = await show(id, token)
    expect(errors).toBeUndefined()
    expect(data.quote).toMatchObject({
      state: 'OPEN', kind: 'QUESTION', severity: 'NORMAL', ceiling: { incidents: 1, minutes: 0 }, customer: { id: shop.customer.customerId }, contact: { id: actor.id },
      product: { code: 'ledger' }, component: { code: 'core' }, planVersion: { id: shop.incidentPlan },
      price: { netMinor: 270_000, taxMinor: 67_500, grossMinor: 337_500, currency: 'NOK' },
      decision: { stage: 'QUOTED', class: 'SUPPORT', charge: { unit: 'INCIDENT', units: 1 }, payable: false },
      expiresAt: after(world.clock.now(), minutes(30)).toISOString(),
    })
    await act(async (a) => {
      expect(await standingDecision(a, id)).toMatchObject({ stage: 'QUOTED', subjectKind: 'QUOTE', number: 1 })
      expect(await factsOf(a, id)).toMatchObject([{ name: 'kind', value: 'QUESTION', source: 'CONTACT', statedBy: actor.id }])
    })
  })

  it('B5 holds until the instant before it expires, and no longer at that instant', async () => {
    const start = world.clock.now()
    const [early, late] = [await quoted(), await quoted()]
    world.clock.set(after(start, minutes(30) - 1))
    expect(await take(early.id)).toMatchObject({ state: 'USED', usedAt: world.clock.now() })
    world.clock.set(after(start, minutes(30)))
    expect(await refusalOf(take(late.id))).toMatchObject({ code: 'QUOTE_EXPIRED', expiredAt: late.expiresAt, message: expect.stringMatching(/Nothing was reserved or charged/), next: expect.stringMatching(/requestQuote/) })
    expect(await refusalOf(act((a) => extendQuote(a, late.id, after(start, minutes(60)))))).toMatchObject({ code: 'QUOTE_EXPIRED' })
    expect((await show(late.id, shop.token)).data.quote.state).toBe('EXPIRED')
  })

  it('B5 T7 its timer marks it expired and says so; a used one stays used', async () => {
    const [open, used] = [await quoted(), await quoted()]
    await take(used.id)
    await world.advance(minutes(30))
    expect(await eventsOf(open.id)).toEqual(['decision.recorded', 'quote.created', 'quote.expired'])
    expect(await eventsOf(used.id)).toEqual(['decision.recorded', 'quote.created', 'quote.used'])
    expect((await show(used.id, shop.token)).data.quote).toMatchObject({ state: 'USED' })
    expect(await refusalOf(take(open.id))).toMatchObject({ code: 'QUOTE_EXPIRED' })
  })

  it('B5 is used once: of twenty parallel uses exactly one wins', async () => {
    // Made at once, so that every connection of the pool is open before the race.
    const [{ id }] = (await Promise.all(Array.from({ length: 20 }, () => quoted()))) as [QuoteRow]
    const all = await Promise.all(Array.from({ length: 20 }, () => refusalOf(take(id))))
    expect(all.filter((refused) => refused === null)).toHaveLength(1)
    expect(all.filter((refused) => refused?.code === 'QUOTE_USED')).toHaveLength(19)
    expect((await eventsOf(id)).filter((type) => type === 'quote.used')).toHaveLength(1)
  })

  it('B5 is held longer for a checkout or an approver, up to seven days from its making, and never shorter', async () => {
    const made = await quoted()
    const until = (instant: Date) => act((a) => extendQuote(a, made.id, instant))
    const most = after(made.createdAt, days(7))
    expect(await refusalOf(until(after(most, 1)))).toMatchObject({ code: 'INVALID_INPUT', fields: [{ path: 'until' }] })
    expect((await until(most)).expiresAt).toEqual(most)
    expect((await until(after(made.createdAt, minutes(31)))).expiresAt).toEqual(most)
    await world.advance(days(7) - 1)
    expect((await show(made.id, shop.token)).data.quote.state).toBe('OPEN')
    await world.advance(1)
    expect(await eventsOf(made.id)).toEqual(['decision.recorded', 'quote.created', 'quote.extended', 'quote.expired'])
  })
})

describe('who sees a quote', () => {
  it('T1 a contact sees, uses and extends its own customer\'s; others find nothing, nor its decision', async () => {
    const [mine, theirs] = [await shop.customer.contact('REQUESTER'), await shop.other.contact('ADMIN')]
    const made = await quoted({ contactId: mine.actor.id })
    expect((await show(made.id, mine.token)).data.quote.id).toBe(made.id)
    expect((await show(made.id, theirs.token)).data.quote).toBeNull()
    for (const [token, found] of [[mine.token, made.decisionId], [theirs.token, undefined]] as const) {
      const { data } = await world.ask('query ($id: ID!) { decision(id: $id) { id } }', { id: made.decisionId }, token)
      expect(data.decision?.id).toBe(found)
    }
    expect(await refusalOf(take(made.id, theirs.actor))).toMatchObject({ code: 'NOT_FOUND', path: 'quoteId' })
    expect(await refusalOf(act((a) => extendQuote(a, made.id, after(a.now, minutes(40))), theirs.actor))).toMatchObject({ code: 'NOT_FOUND' })
    expect(await take(made.id, mine.actor)).toMatchObject({ state: 'USED' })
  })

  it('R30 one for a security report is seen by its author and by those who read security matters, not by colleagues', async () => {
    const [author, colleague, security] = [await shop.customer.contact('REQUESTER'), await shop.customer.contact('REQUESTER'), await shop.customer.contact('SECURITY')]
    const { id } = await quoted({ contactId: author.actor.id, kind: 'SECURITY_REPORT' })
    const seen = await Promise.all([author, colleague, security].map(async ({ token }) => (await show(id, token)).data.quote?.id ?? null))
    expect(seen).toEqual([id, null, id])
  })
})
