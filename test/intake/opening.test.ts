import 'reflect-metadata'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { days, hours, minutes } from '../../src/kernel/time.js'
import { fixtureRules } from '../support/policy.js'
import { type Client, type Desk, openDesk, type Problem, problemOf, publish } from '../tickets/desk.js'

let desk: Desk
let karin: Client
beforeAll(async () => void (desk = await openDesk()))
afterAll(() => desk.close())
beforeEach(async () => void (karin = await desk.client()))

const words = { subject: 'How?', body: 'How does it work?' }
const quoted = async (by: Client, problem: Problem = {}) => (await by.done('requestQuote', { problem: problemOf(problem) }, 'id')).id as string
const opens = (by: Client, input: Record<string, unknown>) => by.tried('openTicket', { ...words, ...input }, 'id reference state parts { id ceiling { incidents } decision { stage class charge { units } } }')
const fieldsOf = (refused: Record<string, any>) => refused.fields?.map((f: any) => f.path)

describe('with a quote', () => {
  it('B5 E3 a quote opens one ticket, once: of twenty at the same moment one wins, and one unit is set aside', async () => {
    const quoteId = await quoted(karin)
    const all = await Promise.all(Array.from({ length: 20 }, () => opens(karin, { quoteId })))
    expect(all.filter((a) => a.state === 'OPEN')).toHaveLength(1)
    expect(all.filter((a) => a.code === 'QUOTE_USED')).toHaveLength(19)
    expect(await desk.units(karin)).toEqual({ available: 4, reserved: 1, used: 0 })
  })

  it('E3 of five quotes for the last unit one opens, and the others stay open', async () => {
    const poor = await desk.client(1, desk.vendor.incident)
    const quotes = await Promise.all(Array.from({ length: 5 }, () => quoted(poor)))
    const all = await Promise.all(quotes.map((quoteId) => opens(poor, { quoteId })))
    expect(all.map((a) => a.code ?? a.state).sort()).toEqual(['OPEN', ...Array.from({ length: 4 }, () => 'UNITS_EXHAUSTED')])
    expect(await desk.units(poor)).toEqual({ available: 0, reserved: 1, used: 0 })
    const states = await Promise.all(quotes.map(async (id) => (await poor.ask('query ($id: ID!) { quote(id: $id) { state } }', { id })).quote.state))
    expect(states.sort()).toEqual(['OPEN', 'OPEN', 'OPEN', 'OPEN', 'USED'])
  })

  it("T1 another customer's quote is not there for a contact, and is refused to a member who names somebody else's contact", async () => {
    const quoteId = await quoted(karin)
    const stranger = await desk.client()
    expect(await opens(stranger, { quoteId })).toMatchObject({ code: 'NOT_FOUND', message: expect.stringContaining('quoteId') })
    expect(fieldsOf(await desk.ingrid.tried('openTicket', { ...words, quoteId, contactId: stranger.id }))).toEqual(['contactId'])
    expect(await opens(karin, { quoteId })).toMatchObject({ state: 'OPEN' })
  })

  it('B5 binds until it expires, and not at that instant', async () => {
    const [early, late] = [await quoted(karin), await quoted(karin)]
    desk.world.clock.advance(minutes(30) - 1)
    expect(await opens(karin, { quoteId: early })).toMatchObject({ state: 'OPEN' })
    desk.world.clock.advance(1)
    expect(await opens(karin, { quoteId: late })).toMatchObject({ code: 'QUOTE_EXPIRED' })
  })

  it('S6 promises run from the opening, for the time that was quoted', async () => {
    const { id: quoteId, decision } = await karin.done('requestQuote', { problem: problemOf() }, 'id decision { promises { metric minutes } }')
    desk.world.clock.advance(minutes(20))
    const { parts } = await opens(karin, { quoteId })
    const clock = await desk.clock(parts[0].id, 'FIRST_RESPONSE')
    expect(clock).toMatchObject({ startedAt: desk.world.clock.now().toISOString(), minutes: decision.promises.find((p: any) => p.metric === 'FIRST_RESPONSE').minutes })
  })

  it('has its problem and its ceiling already', async () => {
    const quoteId = await quoted(karin)
    expect(fieldsOf(await opens(karin, { quoteId, problem: problemOf() }))).toEqual(['problem'])
    expect(fieldsOf(await opens(karin, { quoteId, acceptCeilingUnits: 1 }))).toEqual(['acceptCeilingUnits'])
    expect(fieldsOf(await opens(karin, {}))).toEqual(['quoteId'])
  })
})

describe('with an accepted ceiling', () => {
  it('R2 below what it can cost is refused with how much that is; nothing is opened', async () => {
    const lost = problemOf({ facts: [{ name: 'dataLoss', value: true }] })
    expect(await opens(karin, { problem: lost, acceptCeilingUnits: 1 })).toMatchObject({ code: 'ABOVE_CEILING', next: expect.stringContaining('acceptCeilingUnits: 2') })
    expect(await opens(karin, { problem: lost })).toMatchObject({ code: 'ABOVE_CEILING' })
    expect((await karin.ask('{ tickets { totalCount } }')).tickets.totalCount).toBe(0)
    expect(await opens(karin, { problem: lost, acceptCeilingUnits: 7 })).toMatchObject({ parts: [{ ceiling: { incidents: 2 } }] })
  })

  it.each(['BILLING_QUESTION', 'SECURITY_REPORT', 'DATA_REQUEST', 'COMPLAINT', 'REVIEW', 'OUTAGE_REPORT'])('B3 %s costs nobody anything, with or without units', async (kind) => {
    const nobody = await desk.client(0)
    const { parts } = await opens(nobody, { problem: problemOf({ kind }) })
    expect(parts[0]).toMatchObject({ ceiling: { incidents: 0 }, decision: { class: 'SERVICE', charge: null } })
  })

  it('R26 a defect that a customer without a plan reports has deadlines from the product, whose clocks warn and breach', async () => {
    await desk.world.advance(days(7) - ((desk.world.clock.now().getTime() - Date.parse('2026-03-02T08:00:00Z')) % days(7)))
    const nobody = await desk.client(0)
    const ticket = await desk.report(nobody)
    const metrics = async () => (await desk.part(ticket.partId, 'clocks { metric state dueAt breachedAt }', nobody)).clocks
    expect((await metrics()).map((c: any) => [c.metric, c.state])).toEqual(expect.arrayContaining([['FIRST_RESPONSE', 'RUNNING'], ['CLASS_ANNOUNCED', 'RUNNING'], ['RESOLUTION', 'RUNNING']]))
    await desk.world.advance(hours(4) + 1)
    expect((await metrics()).filter((c: any) => c.breachedAt).map((c: any) => c.metric)).toEqual(['FIRST_RESPONSE'])
    const { timeline } = (await desk.ingrid.ask('query ($id: ID!) { ticket(id: $id) { timeline(first: 50) { edges { node { type } } } } }', { id: ticket.id })).ticket
    expect(timeline.edges.map((e: any) => e.node.type)).toEqual(expect.arrayContaining(['clock.warned', 'clock.breached']))
  })
})

describe('by whom', () => {
  it('a member opens for a contact, and states facts as a member', async () => {
    const opened = await desk.ingrid.done('openTicket', { ...words, problem: problemOf(), contactId: karin.id },
      'contact { id } customer { id } parts { facts { name source statedBy } }')
    expect(opened).toMatchObject({ contact: { id: karin.id }, customer: { id: karin.customerId } })
    expect(opened.parts[0].facts).toContainEqual({ name: 'kind', source: 'MEMBER', statedBy: desk.ingrid.id })
    expect(fieldsOf(await desk.ingrid.tried('openTicket', { ...words, problem: problemOf() }))).toEqual(['contactId'])
  })

  it('B6 a member cannot accept a price for the customer: it opens at nothing, and the class waits for the contact', async () => {
    const asked = { ...words, problem: problemOf(), contactId: karin.id }
    expect(fieldsOf(await desk.ingrid.tried('openTicket', { ...asked, acceptCeilingUnits: 1 }))).toEqual(['acceptCeilingUnits'])
    const { id: quoteId } = await desk.ingrid.done('requestQuote', { problem: problemOf(), contactId: karin.id }, 'id')
    expect(fieldsOf(await desk.ingrid.tried('openTicket', { ...words, quoteId, contactId: karin.id }))).toEqual(['quoteId'])
    const { parts } = await desk.ingrid.done('openTicket', asked, 'parts { id classAnnouncedAt ceiling { incidents } }')
    expect(parts[0]).toMatchObject({ classAnnouncedAt: null, ceiling: { incidents: 0 } })
    const proposed = await desk.ingrid.done('announceClass', { partId: parts[0].id }, 'state')
    expect(proposed.state).toBe('PROPOSED')
  })

  it('nobody opens for a contact or a customer that is not active any more', async () => {
    const gone = await desk.colleague(karin, 'REQUESTER')
    const closed = await desk.client()
    await desk.ingrid.done('updateContact', { contactId: gone.id, active: false })
    await desk.ingrid.done('updateCustomer', { customerId: closed.customerId, active: false })
    for (const contactId of [gone.id, closed.id]) {
      expect(await desk.ingrid.code('openTicket', { ...words, problem: problemOf(), contactId })).toBe('NOT_FOUND')
    }
  })

  it("the vendor's own id is used by one ticket, and given by the staff only", async () => {
    const open = (externalId: string) => desk.ingrid.tried('openTicket', { ...words, problem: problemOf(), contactId: karin.id, externalId }, 'externalId')
    expect(await open('crm-1')).toMatchObject({ externalId: 'crm-1' })
    expect(fieldsOf(await open('crm-1'))).toEqual(['externalId'])
    expect(fieldsOf(await opens(karin, { problem: problemOf(), acceptCeilingUnits: 1, externalId: 'mine' }))).toEqual(['externalId'])
    expect(await desk.units(karin)).toEqual({ available: 5, reserved: 0, used: 0 })
  })

  it('T4 the same key opens one ticket', async () => {
    const input = { problem: problemOf(), acceptCeilingUnits: 1, idempotencyKey: 'one' }
    expect((await opens(karin, input)).id).toBe((await opens(karin, input)).id)
    expect(await opens(karin, { ...input, subject: 'Other' })).toMatchObject({ code: 'IDEMPOTENCY_KEY_REUSED' })
    expect(await desk.units(karin)).toEqual({ available: 4, reserved: 1, used: 0 })
  })
})

/** These publish other policies, one after another, and so come last. */
describe('when the policy changes', () => {
  const changed = (key: string, to: object) => fixtureRules.map((rule) => (rule.key === key ? { ...rule, ...to } : rule))

  it('B5 what became cheaper since the quote applies; what became dearer does not', async () => {
    const [cheaper, dearer] = [await desk.client(0), await desk.client(0)]
    const forCheaper = await quoted(cheaper)
    await publish(desk, changed('how-to', { payer: 'VENDOR', charge: null }).map((r) => (r.key === 'anything-else' ? r : { ...r, payer: r.payer === 'CUSTOMER' ? 'VENDOR' : r.payer, charge: null })))
    const { parts } = await opens(cheaper, { quoteId: forCheaper })
    expect(parts[0].decision).toMatchObject({ stage: 'OPENED', charge: null })
    await publish(desk, fixtureRules)
    const forDearer = await quoted(dearer)
    await publish(desk, changed('how-to', { charge: { unit: 'INCIDENT', units: 3 } }))
    await desk.give(dearer, 5)
    expect(await opens(dearer, { problem: problemOf(), acceptCeilingUnits: 1 })).toMatchObject({ code: 'ABOVE_CEILING' })
    const kept = await opens(dearer, { quoteId: forDearer })
    expect(kept.parts[0]).toMatchObject({ ceiling: { incidents: 1 }, decision: { charge: { units: 1 } } })
    expect(await desk.resolve(kept.parts[0].id, 'HOW_TO')).toMatchObject({ chargeUnits: 1 })
  })

  it('B7 R5 after a stricter policy, what was sold before is decided by the policy of its sale; a better one applies at once', async () => {
    await publish(desk, fixtureRules)
    desk.world.clock.advance(minutes(1))
    const before = await desk.client(5)
    await publish(desk, changed('own-defect', { class: 'SUPPORT', payer: 'CUSTOMER', dutyCode: null, charge: { unit: 'INCIDENT', units: 1 } }))
    const after = await desk.client(5)
    const [old, recent] = [await desk.open(before), await desk.open(after)]
    expect(await desk.resolve(old.partId, 'CODE_DEFECT')).toMatchObject({ chargeUnits: 0 })
    expect(await desk.resolve(recent.partId, 'CODE_DEFECT')).toMatchObject({ chargeUnits: 1 })
    const { decision } = await desk.part(old.partId, 'decision { considered { why taken } }')
    expect(decision.considered.find((c: any) => c.taken).why).toContain('you bought under is kept')
    const again = await desk.open(after)
    await publish(desk, fixtureRules)
    expect(await desk.resolve(again.partId, 'CODE_DEFECT')).toMatchObject({ chargeUnits: 0 })
  })
})
