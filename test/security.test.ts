import 'reflect-metadata'
import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { fact } from '../src/boundary/boundary.table.js'
import type { Actor } from '../src/kernel/actor.js'
import { change } from '../src/kernel/command.js'
import { type Id, newId } from '../src/kernel/ids.js'
import { closeReading, reading } from '../src/kernel/query.js'
import { hours } from '../src/kernel/time.js'
import { messages, tickets, timeline } from '../src/tickets/ticket.reads.js'
import { type Havblikk, havblikk } from './support/havblikk.js'
import { inside, openWorld, type World } from './support/world.js'

/** What was tried against the product and once worked. */
let world: World
let ours: Havblikk
const problem = { product: 'LONN', component: 'PAYSLIPS', kind: 'DEFECT', severity: 'NORMAL' }
const asMember = (name: string, input: Record<string, unknown>, fields = 'id') => world.done(name, input, fields, ours.token)
const openTicket = (subject = 'S') => world.done('openTicket', { subject, body: 'B', problem, acceptCeilingUnits: 0 }, 'id reference', ours.karin)

beforeAll(async () => {
  world = await openWorld()
  ours = await havblikk(world, 'ours')
})
afterAll(() => world.close())

it('T1 a contact does not read the staff\'s addresses and roles through a ticket', async () => {
  const { id } = await openTicket()
  await asMember('assignTicket', { ticketId: id, memberId: ours.memberId })
  const document = `{ ticket(id: "${id}") { assignee { email roles } } node(id: "${ours.memberId}") { id } }`
  expect((await world.ask(document, {}, ours.karin)).data).toEqual({ ticket: { assignee: null }, node: null })
  expect((await world.ask(document, {}, ours.token)).data.ticket.assignee.email).toBe('ingrid@havblikk.example')
})

it('T1 a customer\'s admin neither learns nor takes the vendor\'s external ids', async () => {
  const { id: other } = await asMember('createCustomer', { name: 'Other', country: 'NO' })
  const person = { name: 'Eve', roles: ['ADMIN'] }
  await asMember('upsertContact', { ...person, customerId: other, externalId: 'crm-1', email: 'eve@other.example' }, 'outcome')
  const { id } = await asMember('createContact', { ...person, customerId: ours.customerId, email: 'adm@torrfisk.example' })
  const { token } = await asMember('issueToken', { holderId: id }, 'token')
  const own = { ...person, customerId: ours.customerId, email: 'new@torrfisk.example' }
  const told = await Promise.all(['crm-1', 'crm-unused'].flatMap((externalId) => [
    world.mutate('createContact', { ...own, externalId }, 'id', token),
    world.mutate('upsertContact', { ...own, externalId }, 'outcome', token),
  ]))
  const refused = [{ path: 'externalId', message: 'must be left out: it is for the vendor\'s staff.' }]
  expect(told.map(({ fields }) => fields)).toEqual(Array(4).fill(refused))
})

it('T4 a sign-up that is sent again answers the admin\'s token for an hour, and then never again', async () => {
  const input = {
    idempotencyKey: 'acme', name: 'Acme', handle: 'acme', referencePrefix: 'AC', locale: 'nb', timeZone: 'Europe/Oslo', currency: 'NOK',
    memberName: 'A', memberEmail: 'a@acme.example',
  }
  const { vendor } = await world.done('signUpVendor', input, 'vendor { id }')
  world.clock.advance(hours(1))
  expect((await world.done('signUpVendor', input, 'vendor { id } token')).vendor).toEqual(vendor)
  world.clock.advance(1)
  expect(await world.mutate('signUpVendor', input, 'token')).toMatchObject({ code: 'CONFLICT' })
  expect(await world.mutate('signUpVendor', { ...input, name: 'B' }, 'token')).toMatchObject({ code: 'IDEMPOTENCY_KEY_REUSED' })
  world.clock.advance(-hours(1) - 1)
})

it('T5 texts that the database cannot hold, and names of what every object has, are the caller\'s mistake and no fault', async () => {
  const asked = await Promise.all([
    world.ask('query ($text: String!) { products(vendor: $text) { totalCount } }', { text: 'a\0b' }),
    world.ask('query ($text: String!) { ticket(reference: $text) { id } }', { text: 'HAV-\0' }, ours.karin),
    world.ask(`{ node(id: "constructor_${ours.customerId.slice(4)}") { id } }`, {}, ours.karin),
  ])
  expect(asked.flatMap(({ errors }) => errors?.map((e) => e.extensions.code) ?? [])).toEqual(['NOT_FOUND'])
  expect(await world.mutate('updateVendor', { name: 'Half a pair: \ud800' }, 'id', ours.token)).toMatchObject({ code: 'INVALID_INPUT' })
})

it('T5 pages inside a list cost one question for all rows of the list, and hold what each page alone would', async () => {
  const made = await Promise.all(['A', 'B', 'C'].map((subject) => openTicket(subject)))
  for (const { id } of made) {
    await asMember('reply', { ticketId: id, body: 'A note.', visibility: 'INTERNAL' })
    await asMember('reply', { ticketId: id, body: `An answer to ${id}.` })
  }
  const karin: Actor = {
    kind: 'CONTACT', vendorId: ours.vendorId, id: ours.contactId as Id<'con'>, customerId: ours.customerId as Id<'cus'>, roles: ['REQUESTER'],
  }
  for (const actor of [karin, undefined]) {
    const ctx = inside(world, ours.vendorId, actor)
    const read = await reading(ctx)
    const found = (await tickets(read, {}, {})).edges.map(({ node }) => node.id)
    const pages = (of: typeof read, id: Id<'tkt'>) => Promise.all([
      messages(of, id, { first: 2 }), messages(of, id, { first: 2 }), timeline(of, id, { first: 3 }),
    ]).then((all) => Promise.all(all.map(async ({ edges, pageInfo, count }) => ({ edges, pageInfo, count: await count() }))))
    const together = await Promise.all(found.map((id) => pages(read, id)))
    await closeReading(ctx)
    expect(ctx.statements).toBe(5)
    expect(found.length).toBeGreaterThan(2)
    for (const [i, id] of found.entries()) {
      const alone = inside(world, ours.vendorId, actor)
      expect(together[i]).toEqual(await pages(await reading(alone), id))
      await closeReading(alone)
    }
    expect(JSON.stringify(together).includes('A note.')).toBe(actor === undefined)
  }
})

it('B3 proofs about drafts are bounded: none for discarded ones, at most ten drafts in one request', async () => {
  const rules = [{
    key: 'default', condition: 'outage', class: 'NOT_OFFERED', handler: 'NOBODY', payer: 'NOBODY', reason: 'R', turnTo: 'T',
  }]
  const ids = await Promise.all(Array.from({ length: 11 }, async (_, i) => {
    const { id: productId } = await asMember('createProduct', { code: `P${i}`, name: 'P', description: 'P' })
    const { id: policyId } = await asMember('createScopePolicy', { name: `${i}`, productId })
    for (let draft = 0; draft < (i ? 1 : 3); draft += 1) await asMember('draftScopePolicy', { policyId, rules })
    return policyId as string
  }))
  const versions = await world.ask(
    `{ node(id: "${ids[0]}") { ... on ScopePolicy { versions { edges { node { state problems { code } } } } } } }`, {}, ours.token)
  expect(versions.data.node.versions.edges.map((e: any) => [e.node.state, e.node.problems.length > 0]))
    .toEqual([['DRAFT', true], ['DISCARDED', false], ['DISCARDED', false]])
  const asked = ids.map((id, i) => `p${i}: node(id: "${id}") { ... on ScopePolicy { draft { problems { code } again: problems { code } } } }`)
  const { errors } = await world.ask(`{ ${asked.join(' ')} }`, {}, ours.token)
  expect(errors?.length).toBeGreaterThan(0)
  expect(errors?.every((e) => e.extensions.code === 'INVALID_INPUT' && /at most 10 drafts/.test(e.message))).toBe(true)
})

it('M1 a price that 32 bits cannot hold is told like any other', async () => {
  const { id: planId } = await asMember('createPlan', { code: 'BIG', name: 'Big', kind: 'PACKAGE' })
  const { id: planVersionId } = await asMember('draftPlanVersion', {
    planId, unit: 'INCIDENT', units: 1, summary: 'Big.',
    prices: [{ currency: 'EUR', amountMinor: 2_000_000_000, taxRateBps: 2500, interval: 'ONE_OFF' }],
  })
  await asMember('publishPlanVersion', { planVersionId })
  const question = { ...problem, kind: 'QUESTION' }
  const { data, errors } = await world.ask(
    'query ($input: PreviewTicketInput!) { previewTicket(input: $input) { ... on Preview { ways { kind price { grossMinor } } } } }',
    { input: { vendor: 'ours', currency: 'EUR', problem: question } })
  expect(errors).toBeUndefined()
  expect(data.previewTicket.ways).toContainEqual({ kind: 'BUY', price: { grossMinor: 2_500_000_000 } })
  const quote = await world.done('requestQuote', { currency: 'EUR', problem: question }, 'price { grossMinor }', ours.karin)
  expect(quote.price.grossMinor).toBe(2_500_000_000)
})

it('M5 an address to come back to holds no line breaks, and one beyond ASCII leads back all the same', async () => {
  const wish = { planVersionId: ours.pack, currency: 'NOK', quantity: 1, cancelUrl: 'https://x.example/no' }
  for (const successUrl of ['https://x.example/\r\nset-cookie: a=b', 'https://x.example/a b', 'https://x.example/\0']) {
    expect((await world.mutate('buyPlan', { ...wish, successUrl }, 'id', ours.karin)).fields).toMatchObject([{ path: 'successUrl' }])
  }
  const { checkoutUrl } = await world.done('buyPlan', { ...wish, successUrl: 'https://x.example/tørrfisk✓' }, 'checkoutUrl', ours.karin)
  const paid = await fetch(checkoutUrl, { method: 'POST', redirect: 'manual', body: new URLSearchParams({ card_number: '4242424242424242' }) })
  expect([paid.status, paid.headers.get('location')]).toEqual([303, 'https://x.example/t%C3%B8rrfisk%E2%9C%93'])
  await world.settle()
})

it('T5 a connection does not keep statements with long lists, and they say the same', async () => {
  const rows = (n: number) => Array.from({ length: n }, (_, i) => ({
    vendorId: ours.vendorId, id: newId('fct'), subjectId: ours.contactId as Id, name: `f${i}`, value: [true, i, 'text'][i % 3]!,
    source: 'MEMBER' as const, statedBy: ours.memberId, statedAt: world.clock.now(),
  }))
  // Several at once, so that not only the pool's first connection is asked.
  await Promise.all(Array.from({ length: 4 }, () => change(inside(world, ours.vendorId), async (act) => {
    for (const n of [3, 40, 41, 3]) {
      const given = rows(n)
      const stored = await act.db.insert(fact).values(given).returning()
      expect(stored.map(({ value, statedAt }) => [value, statedAt])).toEqual(given.map(({ value, statedAt }) => [value, statedAt]))
    }
    const [kept] = await act.db.execute(sql`select max(cardinality(parameter_types)) as most from pg_prepared_statements`)
    expect(kept!.most).toBeGreaterThan(8)
    expect(kept!.most).toBeLessThanOrEqual(128)
  })))
})

it('T1 answers are not for caches, nor for a browser to guess what they are', async () => {
  const { headers } = await fetch(`${world.url}/graphql`, {
    method: 'POST', headers: { 'content-type': 'application/json' }, body: '{"query":"{ __typename }"}',
  })
  expect([headers.get('cache-control'), headers.get('x-content-type-options')]).toEqual(['no-store', 'nosniff'])
})

