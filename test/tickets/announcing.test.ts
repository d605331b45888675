import 'reflect-metadata'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { days, minutes } from '../../src/kernel/time.js'
import { fixtureRules } from '../support/policy.js'
import { type Client, type Desk, openDesk, type Opened, planOf, publish } from './desk.js'

let desk: Desk
let karin: Client
let byTheMinute: string

/** One kind of problem is charged in minutes, whatever its cause. */
const large = {
  key: 'large-installation', condition: 'affectedUsers > 500', class: 'SUPPORT', handler: 'VENDOR', payer: 'CUSTOMER',
  charge: { unit: 'MINUTE', units: 60 }, reason: 'In so large an installation we count minutes, at most 60.', example: 'Nobody of a thousand can print.',
}

/** And one whose unit hangs on its cause, which no part can carry. */
const mixed = { ...large, key: 'mixed', condition: 'affectedUsers == 7 && cause == "HOW_TO"' }

beforeAll(async () => {
  desk = await openDesk()
  byTheMinute = await planOf(desk, 'HOURS', { unit: 'MINUTE', units: 600 })
  await publish(desk, [...fixtureRules.slice(0, 3), large, mixed, ...fixtureRules.slice(3)])
})
afterAll(() => desk.close())

/** Every test begins on a Monday morning, with a customer of its own. */
beforeEach(async () => {
  const past = (desk.world.clock.now().getTime() - Date.parse('2026-03-02T08:00:00Z')) % days(7)
  if (past > 0) await desk.world.advance(days(7) - past)
  karin = await desk.client()
})

const LOST = { name: 'dataLoss', value: true }
const fact = (name: string, value: unknown) => ({ name, value })
const announce = (ticket: Opened, facts: object[] = [], more = {}) =>
  desk.ingrid.done('announceClass', { partId: ticket.partId, facts, ...more }, 'state classAnnouncedAt proposal { id class ceiling { incidents minutes } }')
const accept = (ticket: Opened, decisionId: string, by = karin) => by.tried('acceptProposal', { partId: ticket.partId, decisionId }, 'state classAnnouncedAt')
const decided = 'state classAnnouncedAt ceiling { incidents minutes } decision { stage proposed class payer dutyCode contested charge { unit units } ceiling { incidents } }'
/** A ticket with a dearer decision, of two incidents, that waits for the customer. */
async function proposed(by = karin) {
  const ticket = await desk.open(by)
  const { proposal } = await announce(ticket, [LOST])
  return { ticket, proposal }
}

describe('announcing a class', () => {
  it('R15 B5 a cheaper class holds at once, in one mutation; nothing that was accepted grows', async () => {
    const ticket = await desk.open(karin)
    expect(await announce(ticket, [fact('cause', 'CODE_DEFECT')])).toMatchObject({ state: 'OPEN', proposal: null })
    expect(await desk.part(ticket.partId, decided)).toMatchObject({
      ceiling: { incidents: 1 }, decision: { stage: 'REVISED', proposed: false, class: 'SERVICE', payer: 'VENDOR', dutyCode: 'DEFECT', charge: null, ceiling: { incidents: 1 } },
    })
  })

  it('S6 another duty promises less: the deadline that was told stays', async () => {
    const ticket = await desk.open(karin)
    const before = await desk.clock(ticket.partId, 'RESOLUTION')
    await announce(ticket, [fact('cause', 'CODE_DEFECT')])
    expect(await desk.clock(ticket.partId, 'RESOLUTION')).toMatchObject({ state: 'RUNNING', dueAt: before.dueAt })
  })

  it('S5 R37 the class alone is no answer; a message with it is one', async () => {
    const ticket = await desk.open(karin)
    await announce(ticket)
    expect(await desk.clock(ticket.partId, 'FIRST_RESPONSE')).toMatchObject({ state: 'RUNNING' })
    await announce(ticket, [], { message: 'We have found it, and will mend it today.' })
    expect(await desk.clock(ticket.partId, 'FIRST_RESPONSE')).toMatchObject({ state: 'STOPPED' })
  })

  it('B5 when nothing can be charged any more, what was set aside goes back', async () => {
    const ticket = await desk.open(karin)
    expect(await desk.units(karin)).toEqual({ available: 4, reserved: 1, used: 0 })
    await announce(ticket, [fact('outage', true)])
    expect(await desk.units(karin)).toEqual({ available: 5, reserved: 0, used: 0 })
    expect(await desk.part(ticket.partId, decided)).toMatchObject({ ceiling: { incidents: 0 }, decision: { class: 'SERVICE' } })
    await desk.resolve(ticket.partId, 'OUTAGE')
    await karin.done('confirmResolution', { partId: ticket.partId })
    expect(await desk.units(karin)).toEqual({ available: 5, reserved: 0, used: 0 })
  })

  it('S9 what is resolved or closed is not announced again, and no decision is added', async () => {
    const ticket = await desk.open(karin)
    await desk.resolve(ticket.partId, 'HOW_TO')
    const before = await desk.part(ticket.partId, 'decisions { id }')
    expect(await desk.ingrid.code('announceClass', { partId: ticket.partId, facts: [fact('outage', true)] })).toBe('NOT_YOUR_MOVE')
    expect(await desk.part(ticket.partId, 'decisions { id }')).toEqual(before)
  })

  it('refuses a part that could be charged in two units', async () => {
    const ticket = await desk.open(karin)
    expect(await desk.ingrid.code('announceClass', { partId: ticket.partId, facts: [fact('affectedUsers', 7)] })).toBe('CONFLICT')
    expect(await desk.part(ticket.partId, 'state')).toEqual({ state: 'OPEN' })
  })
})

describe('a dearer class', () => {
  it('R15 B5 is only proposed: nothing is set aside, resolution waits, and the customer has the move for fourteen days', async () => {
    const { ticket, proposal } = await proposed()
    expect(proposal).toMatchObject({ class: 'SUPPORT', ceiling: { incidents: 2 } })
    const part = await desk.part(ticket.partId, `${decided} nextMove { mover dueAt } proposal { proposed stage }`)
    expect(part).toMatchObject({ state: 'PROPOSED', ceiling: { incidents: 1 }, decision: { stage: 'OPENED' }, proposal: { proposed: true, stage: 'REVISED' } })
    expect(part.nextMove).toEqual({ mover: 'CUSTOMER', dueAt: new Date(desk.world.clock.now().getTime() + days(14)).toISOString() })
    expect(await desk.clock(ticket.partId, 'RESOLUTION')).toMatchObject({ state: 'PAUSED' })
    expect(await desk.units(karin)).toEqual({ available: 4, reserved: 1, used: 0 })
  })

  it('B5 while it waits, the part can be resolved on the terms that were accepted, not on those proposed', async () => {
    const { ticket, proposal } = await proposed()
    expect(await desk.resolve(ticket.partId, 'DATA_MISTAKE')).toMatchObject({ state: 'RESOLVED', chargeUnits: 1 })
    expect(await accept(ticket, proposal.id)).toMatchObject({ code: 'CONFLICT' })
    await karin.done('confirmResolution', { partId: ticket.partId })
    expect(await desk.units(karin)).toEqual({ available: 4, reserved: 0, used: 1 })
  })

  it('B5 B6 is set aside when it is accepted, and counts as announced from then on', async () => {
    const { ticket, proposal } = await proposed()
    await desk.world.advance(days(1))
    expect(await accept(ticket, proposal.id)).toMatchObject({ state: 'OPEN', classAnnouncedAt: desk.world.clock.now().toISOString() })
    expect(await desk.units(karin)).toEqual({ available: 3, reserved: 2, used: 0 })
    expect(await desk.part(ticket.partId, `${decided} decisions { acceptsId }`)).toMatchObject({ ceiling: { incidents: 2 }, decisions: [{}, {}, { acceptsId: proposal.id }] })
    expect(await desk.clock(ticket.partId, 'RESOLUTION')).toMatchObject({ state: 'RUNNING' })
    expect(await accept(ticket, proposal.id)).toMatchObject({ code: 'CONFLICT' })
  })

  it('B5 declined, it leaves everything as it was accepted', async () => {
    const { ticket, proposal } = await proposed()
    expect(await karin.done('declineProposal', { partId: ticket.partId, decisionId: proposal.id, reason: 'Too dear.' }, 'state proposal { id }')).toMatchObject({ state: 'OPEN', proposal: null })
    expect(await desk.part(ticket.partId, decided)).toMatchObject({ ceiling: { incidents: 1 }, decision: { stage: 'OPENED' } })
    expect(await accept(ticket, proposal.id)).toMatchObject({ code: 'CONFLICT' })
    expect(await desk.resolve(ticket.partId, 'HOW_TO')).toMatchObject({ chargeUnits: 1 })
  })

  it('B5 S9 lapses after fourteen days, not before, and the vendor has the move', async () => {
    const { ticket, proposal } = await proposed()
    await desk.world.advance(days(14) - 1)
    expect(await desk.part(ticket.partId, 'state')).toEqual({ state: 'PROPOSED' })
    await desk.world.advance(1)
    expect(await desk.part(ticket.partId, 'state nextMove { mover }')).toEqual({ state: 'OPEN', nextMove: { mover: 'VENDOR' } })
    expect(await accept(ticket, proposal.id)).toMatchObject({ code: 'CONFLICT' })
    expect(await desk.units(karin)).toEqual({ available: 4, reserved: 1, used: 0 })
  })

  it('B5 E4 needs the units, which may be bought after it was proposed; those set aside elsewhere go back', async () => {
    const poor = await desk.client(1, desk.vendor.incident)
    const { ticket, proposal } = await proposed(poor)
    expect(await accept(ticket, proposal.id, poor)).toMatchObject({ code: 'UNITS_EXHAUSTED' })
    expect(await desk.part(ticket.partId, 'state')).toEqual({ state: 'PROPOSED' })
    await desk.give(poor, 5)
    expect(await accept(ticket, proposal.id, poor)).toMatchObject({ state: 'OPEN' })
    expect(await desk.units(poor)).toEqual({ available: 4, reserved: 2, used: 0 })
    await desk.resolve(ticket.partId, 'DATA_MISTAKE')
    await poor.done('confirmResolution', { partId: ticket.partId })
    expect(await desk.units(poor)).toEqual({ available: 4, reserved: 0, used: 2 })
  })

  it('E2 in another unit takes the place of what was set aside in the first', async () => {
    await desk.give(karin, 600, byTheMinute)
    const ticket = await desk.open(karin)
    const { proposal } = await announce(ticket, [fact('affectedUsers', 900)])
    expect(proposal.ceiling).toEqual({ incidents: 0, minutes: 60 })
    expect(await accept(ticket, proposal.id)).toMatchObject({ state: 'OPEN' })
    expect(await desk.units(karin)).toEqual({ available: 5 + 540, reserved: 60, used: 0 })
    expect(await desk.part(ticket.partId, 'ceiling { incidents minutes }')).toEqual({ ceiling: { incidents: 0, minutes: 60 } })
    expect(await desk.resolve(ticket.partId, 'HOW_TO')).toMatchObject({ chargeUnits: 60 })
    await karin.done('confirmResolution', { partId: ticket.partId })
    expect(await desk.units(karin)).toEqual({ available: 5 + 540, reserved: 0, used: 60 })
  })

  it('B5 a new proposal takes the place of the one before, and gives fourteen days again', async () => {
    const { ticket, proposal } = await proposed()
    await desk.world.advance(days(7))
    const { proposal: second } = await announce(ticket)
    expect(await accept(ticket, proposal.id)).toMatchObject({ code: 'CONFLICT' })
    await desk.world.advance(days(8))
    expect(await accept(ticket, second.id)).toMatchObject({ state: 'OPEN' })
  })

  it('B5 S9 is withdrawn when what holds now is no dearer: nobody waits for an answer to nothing', async () => {
    const { ticket, proposal } = await proposed()
    expect(await announce(ticket, [fact('dataLoss', false), fact('cause', 'CODE_DEFECT')])).toMatchObject({ state: 'OPEN', proposal: null })
    expect(await accept(ticket, proposal.id)).toMatchObject({ code: 'CONFLICT' })
    expect(await desk.clock(ticket.partId, 'RESOLUTION')).toMatchObject({ state: 'RUNNING' })
    await desk.world.advance(days(14))
    expect(await desk.part(ticket.partId, 'state decision { class }')).toEqual({ state: 'OPEN', decision: { class: 'SERVICE' } })
  })

  it('B1 only the proposal that was read can be accepted', async () => {
    const { ticket } = await proposed()
    const { proposal: other } = await proposed()
    expect(await accept(ticket, other.id)).toMatchObject({ code: 'NOT_FOUND' })
    expect(await desk.ingrid.tried('announceClass', { partId: ticket.partId }, 'state')).toMatchObject({ state: 'PROPOSED' })
  })

  it('E3 twenty who accept at once set aside once', async () => {
    const { ticket, proposal } = await proposed()
    const all = await Promise.all(Array.from({ length: 20 }, () => accept(ticket, proposal.id)))
    expect(all.filter((a) => a.state === 'OPEN')).toHaveLength(1)
    expect(all.filter((a) => a.code === 'CONFLICT')).toHaveLength(19)
    expect(await desk.units(karin)).toEqual({ available: 3, reserved: 2, used: 0 })
  })
})

describe('a free report', () => {
  it('R3 R26 somebody without units or plan opens one, and is told the class within the time that the product promises', async () => {
    const nobody = await desk.client(0)
    const ticket = await desk.report(nobody)
    expect(await desk.part(ticket.partId, decided, nobody)).toMatchObject({ classAnnouncedAt: null, ceiling: { incidents: 0 } })
    const clock = await desk.clock(ticket.partId, 'CLASS_ANNOUNCED')
    expect(clock).toMatchObject({ state: 'RUNNING', minutes: 480, kind: 'TARGET' })
    expect(await announce(ticket, [fact('cause', 'CODE_DEFECT')])).toMatchObject({ state: 'OPEN', proposal: null, classAnnouncedAt: expect.any(String) })
    expect(await desk.clock(ticket.partId, 'CLASS_ANNOUNCED')).toMatchObject({ state: 'STOPPED', breachedAt: null })
    expect(await desk.part(ticket.partId, decided)).toMatchObject({ ceiling: { incidents: 0 }, decision: { class: 'SERVICE', charge: null } })
  })

  it('R3 R26 a class that is announced late is a promise missed, told like any other', async () => {
    const ticket = await desk.report(await desk.client(0))
    await desk.world.advance(days(2))
    const { clocks } = await desk.part(ticket.partId, 'clocks { metric breachedAt }')
    expect(clocks.filter((c: any) => c.breachedAt).map((c: any) => c.metric).sort()).toEqual(['CLASS_ANNOUNCED', 'FIRST_RESPONSE'])
  })

  it('B6 R4 nothing done before the class was announced can be charged', async () => {
    const ticket = await desk.report(karin)
    const resolve = (more = {}) => desk.ingrid.tried('resolvePart', { partId: ticket.partId, cause: 'HOW_TO', finding: 'Asked how.', answer: 'So.', ...more }, 'chargeUnits')
    expect(await resolve()).toMatchObject({ code: 'ABOVE_CEILING' })
    const opened = desk.world.clock.now()
    await desk.world.advance(minutes(30))
    const { proposal } = await announce(ticket)
    expect(await desk.units(karin)).toEqual({ available: 5, reserved: 0, used: 0 })
    await desk.world.advance(minutes(30))
    await accept(ticket, proposal.id)
    const announced = desk.world.clock.now()
    await desk.world.advance(minutes(30))
    for (const workStartedAt of [opened, new Date(announced.getTime() - 1)]) expect(await resolve({ workStartedAt })).toMatchObject({ code: 'WORK_BEFORE_ANNOUNCEMENT' })
    expect(await resolve({ workStartedAt: new Date(opened.getTime() - 1) })).toMatchObject({ code: 'INVALID_INPUT' })
    expect(await resolve({ workStartedAt: new Date(desk.world.clock.now().getTime() + 1) })).toMatchObject({ code: 'INVALID_INPUT' })
    expect(await resolve({ workStartedAt: announced })).toMatchObject({ chargeUnits: 1 })
  })

  it('S1 an accepted proposal is kept by the promises of the plan that carries it', async () => {
    const buyer = await desk.client(0)
    const ticket = await desk.report(buyer)
    expect(await desk.clock(ticket.partId, 'RESOLUTION')).toMatchObject({ minutes: 2400 })
    const { proposal } = await announce(ticket)
    await desk.give(buyer, 5)
    await accept(ticket, proposal.id, buyer)
    expect(await desk.clock(ticket.partId, 'RESOLUTION')).toMatchObject({ state: 'RUNNING', minutes: 960 })
  })
})

describe('facts', () => {
  const state = (by: { tried: Client['tried'] }, ticket: Opened, ...facts: object[]) => by.tried('stateFacts', { partId: ticket.partId, facts }, 'state')

  it('B8 R6 sources that disagree make the decision contested, and both are shown to everybody', async () => {
    const ticket = await desk.open(karin, { facts: [fact('customerChange', false)] })
    await state(desk.ingrid, ticket, fact('customerChange', true))
    const shown = 'facts { name value source statedBy } decision { contested contestedFacts { name statements { source value statedBy } } }'
    const part = await desk.part(ticket.partId, shown, karin)
    expect(part.decision).toEqual({ contested: true, contestedFacts: [{ name: 'customerChange', statements: [
      { source: 'MEMBER', value: true, statedBy: desk.ingrid.id }, { source: 'CONTACT', value: false, statedBy: karin.id }] }] })
    expect(part.facts.filter((f: any) => f.name === 'customerChange').map((f: any) => f.source)).toEqual(['CONTACT', 'MEMBER'])
    await state(karin, ticket, fact('customerChange', true))
    expect((await desk.part(ticket.partId, shown)).decision.contested).toBe(false)
  })

  it('B5 what becomes cheaper by a fact applies at once; what becomes dearer waits until it is announced', async () => {
    const ticket = await desk.open(karin)
    await state(desk.ingrid, ticket, LOST)
    expect(await desk.part(ticket.partId, decided)).toMatchObject({ state: 'OPEN', decision: { stage: 'OPENED' } })
    await state(desk.ingrid, ticket, fact('outage', true))
    expect(await desk.part(ticket.partId, decided)).toMatchObject({ ceiling: { incidents: 0 }, decision: { stage: 'REVISED', class: 'SERVICE', payer: 'VENDOR' } })
    expect(await desk.units(karin)).toEqual({ available: 5, reserved: 0, used: 0 })
  })

  it('B6 a fact announces nothing to somebody who was not told the class yet', async () => {
    const ticket = await desk.report(karin)
    await state(desk.ingrid, ticket, fact('outage', true))
    expect(await desk.part(ticket.partId, decided)).toMatchObject({ classAnnouncedAt: null, decision: { class: 'SERVICE' } })
    expect(await desk.clock(ticket.partId, 'CLASS_ANNOUNCED')).toMatchObject({ state: 'RUNNING' })
  })

  it('B3 what never costs anything is not made something else by a statement; severity stays as agreed', async () => {
    const security = await desk.client(5, desk.vendor.pack, ['REQUESTER', 'SECURITY'])
    const ticket = await desk.open(security, { kind: 'SECURITY_REPORT' }, { acceptCeilingUnits: 0 })
    expect(await state(desk.ingrid, ticket, fact('kind', 'QUESTION'))).toMatchObject({ fields: [{ path: 'facts.0.name' }] })
    expect(await desk.ingrid.code('announceClass', { partId: ticket.partId, facts: [fact('kind', 'QUESTION')] })).toBe('INVALID_INPUT')
    expect(await state(desk.ingrid, ticket, fact('dataLoss', true), fact('severity', 'LOW'))).toMatchObject({ fields: [{ path: 'facts.1.name' }] })
    expect(await desk.resolve(ticket.partId, 'HOW_TO')).toMatchObject({ chargeUnits: 0 })
    const question = await desk.open(karin)
    expect(await state(desk.ingrid, question, fact('kind', 'DEFECT'))).toMatchObject({ state: 'OPEN' })
  })

  it('a closed part takes no facts', async () => {
    const ticket = await desk.open(karin)
    await desk.resolve(ticket.partId, 'HOW_TO')
    await karin.done('confirmResolution', { partId: ticket.partId })
    expect(await state(desk.ingrid, ticket, LOST)).toMatchObject({ code: 'CONFLICT' })
  })
})
