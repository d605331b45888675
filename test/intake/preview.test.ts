import 'reflect-metadata'
import postgres from 'postgres'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { TICKET_KINDS } from '../../src/boundary/facts.js'
import { newId } from '../../src/kernel/ids.js'
import { fixtureRules } from '../support/policy.js'
import { type Client, type Desk, openDesk, type Person, type Problem, problemOf, publish } from '../tickets/desk.js'

let desk: Desk
let karin: Client
beforeAll(async () => {
  desk = await openDesk()
  karin = await desk.client()
})
afterAll(() => desk.close())

const PREVIEW = `query ($input: PreviewTicketInput!) { previewTicket(input: $input) { __typename ... on Refusal { code message } ... on InvalidInput { fields { path } } ... on NotFound { path }
  ... on Preview { class handler payer reason payable contested agreementId ceiling { incidents minutes } outcomes { cause class reason charge { unit units } }
    deadlines { metric dueAt } remaining { unit now afterCeiling } considered { why taken } ways { kind text planVersionId price { netMinor taxMinor grossMinor currency } } } } }`
const anyone: Pick<Person, 'ask'> = { ask: async (query, variables) => (await desk.world.ask(query, variables)).data }
const preview = async (who: Pick<Person, 'ask'>, problem: Problem & Record<string, unknown> = {}, more = {}) => (await who.ask(PREVIEW, { input: { problem: problemOf(problem), ...more } })).previewTicket
const visiting = (problem: Problem & Record<string, unknown> = {}, more = {}) => preview(anyone, problem, { vendor: desk.vendor.handle, ...more })

describe('a preview', () => {
  it('R89 R128 for every kind of problem and component says by whom, for how much and why, in at most sixty words, and where else to turn', async () => {
    for (const kind of TICKET_KINDS) {
      for (const component of ['PAYSLIPS', 'ALTINN', 'SCRIPTS', 'ADAPTER']) {
        const seen = await visiting({ kind, component })
        for (const { reason } of [seen, ...seen.outcomes]) expect(reason.split(/\s+/).length).toBeLessThanOrEqual(60)
        expect(seen.ways.at(-1)).toMatchObject({ kind: 'TURN_TO', text: expect.stringMatching(/\w/) })
        expect(seen.outcomes.map((o: any) => o.cause)).toEqual(expect.arrayContaining(['UNKNOWN', 'HOW_TO', 'CODE_DEFECT', 'UNDETERMINED']))
      }
    }
  })

  it('stores nothing: the same question has the same answer, and no quote, fact or decision is left', async () => {
    const sql = postgres(desk.world.db.superuserUrl, { max: 1 })
    const stored = () => sql`select (select count(*) from decision), (select count(*) from fact), (select count(*) from event), (select count(*) from quote)`
    const before = await stored()
    expect(await visiting()).toEqual(await visiting())
    expect(await stored()).toEqual(before)
    await sql.end()
  })

  it('shows what is left of the agreement that would carry it, and what the unit costs where none does, with tax', async () => {
    expect(await preview(karin)).toMatchObject({ payable: true, remaining: [{ unit: 'INCIDENT', now: 5, afterCeiling: 4 }], ways: [{ kind: 'TURN_TO' }] })
    const seen = await visiting({ facts: [{ name: 'dataLoss', value: true }] })
    expect(seen).toMatchObject({ payable: false, ceiling: { incidents: 2 }, remaining: [] })
    expect(seen.ways.filter((w: any) => w.kind === 'BUY').map((w: any) => [w.planVersionId, w.price.grossMinor, w.text])).toEqual([
      [desk.vendor.incident, 487_500, '2 × One incident: 2 incidents for NOK 4,875.00 including tax.'],
      [desk.vendor.pack, 1_000_000, 'Five incidents: 5 incidents for NOK 10,000.00 including tax.']])
    expect(await visiting({}, { currency: 'EUR' })).toMatchObject({ ways: [{ kind: 'TURN_TO' }] })
  })

  it('M1 rounds tax once per piece, so that a preview, a quote and the payment page say the same price', async () => {
    const { id: planId } = await desk.ingrid.done('createPlan', { code: 'ODD', name: 'Odd', kind: 'PER_INCIDENT' }, 'id')
    const prices = [{ currency: 'SEK', amountMinor: 1_002, taxRateBps: 2500, interval: 'ONE_OFF' }]
    const { id: planVersionId } = await desk.ingrid.done('draftPlanVersion', { planId, unit: 'INCIDENT', units: 1, summary: 'Odd.', prices }, 'id')
    await desk.ingrid.done('publishPlanVersion', { planVersionId })
    const lost = { facts: [{ name: 'dataLoss', value: true }] }
    const { ways } = await visiting(lost, { currency: 'SEK' })
    const { price } = await (await desk.client(0)).done('requestQuote', { problem: problemOf(lost), currency: 'SEK' }, 'price { netMinor taxMinor grossMinor currency }')
    expect(price).toEqual({ netMinor: 2_004, taxMinor: 502, grossMinor: 2_506, currency: 'SEK' })
    expect(ways[0].price).toEqual(price)
  })

  it('R3 a suspected defect can be reported free', async () => {
    const { ways } = await visiting({ kind: 'DEFECT' })
    expect(ways[0]).toMatchObject({ kind: 'REPORT_FREE', price: null })
    expect((await visiting()).ways.map((w: any) => w.kind)).not.toContain('REPORT_FREE')
  })

  it('names a free plan exactly where the policy would have it cost nothing under that plan', async () => {
    const { id: planId } = await desk.ingrid.done('createPlan', { code: 'COMMUNITY', name: 'Community', kind: 'COMMUNITY' }, 'id')
    const { id: planVersionId } = await desk.ingrid.done('draftPlanVersion', { planId, summary: 'For everybody.', prices: [] }, 'id')
    await desk.ingrid.done('publishPlanVersion', { planVersionId })
    expect((await visiting()).ways.map((w: any) => w.kind)).not.toContain('CHEAPER_PLAN')
    const kind = { ...fixtureRules.find((r) => r.key === 'premium')!, key: 'community-helps', condition: 'planKind == "COMMUNITY"', reason: 'Your Community plan includes this.' }
    const at = fixtureRules.findIndex((r) => r.key === 'premium')
    await publish(desk, [...fixtureRules.slice(0, at), kind, ...fixtureRules.slice(at).filter((r) => r.key !== 'community-question')])
    expect((await visiting()).ways[0]).toMatchObject({ kind: 'CHEAPER_PLAN', planVersionId, text: 'Community: For everybody. It costs nothing.' })
    await publish(desk, fixtureRules)
  })
})

describe('who asks', () => {
  it('T1 only the staff asks for a customer; a contact is answered for its own', async () => {
    expect(await visiting({}, { customerId: karin.customerId })).toMatchObject({ fields: [{ path: 'customerId' }] })
    const stranger = await desk.client(1, desk.vendor.incident)
    expect(await preview(stranger, {}, { customerId: karin.customerId })).toMatchObject({ fields: [{ path: 'customerId' }] })
    expect(await preview(karin, {}, { customerId: karin.customerId })).toMatchObject({ agreementId: expect.stringMatching(/^agr_/) })
    expect(await preview(desk.ingrid, {}, { customerId: karin.customerId })).toMatchObject({ remaining: [{ now: 5 }] })
    expect(await preview(desk.ingrid, {}, { customerId: newId('cus') })).toMatchObject({ __typename: 'NotFound', path: 'customerId' })
    expect(await preview(desk.ingrid)).toMatchObject({ agreementId: null })
  })

  it('a vendor that is not there, or not named, is a refusal of the union, not a fault', async () => {
    expect(await preview(anyone, {}, { vendor: 'nobody' })).toMatchObject({ __typename: 'NotFound', path: 'vendor' })
  })

  it('a product that is not on sale, and a component of another, are not found by their paths', async () => {
    await desk.ingrid.done('createProduct', { code: 'DRAFT', name: 'Draft', description: 'Not yet.' })
    for (const who of [anyone, karin, desk.ingrid]) {
      const vendor = who === anyone ? { vendor: desk.vendor.handle } : {}
      expect(await preview(who, { product: 'DRAFT' }, vendor)).toMatchObject({ __typename: 'NotFound', path: 'problem.product' })
      expect(await preview(who, { component: 'ENGINE' }, vendor)).toMatchObject({ __typename: 'NotFound', path: 'problem.component' })
    }
  })

  it('R6 kind and severity have fields of their own, a cause is not known yet, and other facts are checked with their paths', async () => {
    for (const name of ['kind', 'severity', 'claimsDefect', 'cause', 'outage', 'dataLos']) {
      expect(await preview(karin, { facts: [{ name: 'reinstall', value: true }, { name, value: true }] })).toMatchObject({ fields: [{ path: 'problem.facts.1.name' }] })
    }
    expect(await preview(karin, { facts: [{ name: 'dataLoss', value: 'yes' }] })).toMatchObject({ fields: [{ path: 'problem.facts.0.value' }] })
  })
})
