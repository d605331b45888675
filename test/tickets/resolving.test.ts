import 'reflect-metadata'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { days, hours, minutes } from '../../src/kernel/time.js'
import { type Client, type Desk, openDesk, type Opened } from './desk.js'

let desk: Desk
let karin: Client
beforeAll(async () => void (desk = await openDesk()))
afterAll(() => desk.close())
beforeEach(async () => {
  const past = (desk.world.clock.now().getTime() - Date.parse('2026-03-02T08:00:00Z')) % days(7)
  if (past > 0) await desk.world.advance(days(7) - past)
  karin = await desk.client()
})

const refused = (partId: string, cause: string, more = {}) =>
  desk.ingrid.tried('resolvePart', { partId, cause, finding: 'Looked.', answer: 'So.', ...more }, 'state chargeUnits')
const confirm = (ticket: Opened, by = karin) => by.tried('confirmResolution', { partId: ticket.partId }, 'state closedBy')
const typesOf = async (ticket: Opened): Promise<string[]> => {
  const found = (await desk.ingrid.ask('query ($id: ID!) { ticket(id: $id) { timeline(first: 100) { edges { node { type } } } } }', { id: ticket.id })).ticket
  return found.timeline.edges.map((e: any) => e.node.type)
}
const stands = 'state cause chargeUnits charge { unit units } decision { stage class payer cause reason charge { units } }'

describe('the charge', () => {
  it.each([
    ['HOW_TO', { unit: 'INCIDENT', units: 1 }, 'CUSTOMER'], ['CODE_DEFECT', null, 'VENDOR'], ['UNDETERMINED', null, 'VENDOR'],
    ['NOT_REPRODUCIBLE', null, 'VENDOR'], ['PARTNER_DEFECT', null, 'PARTNER'],
  ])('R2 B5 for %s is the row of that cause that was accepted: %j, paid by %s', async (cause, charge, payer) => {
    const ticket = await desk.open(karin)
    await desk.resolve(ticket.partId, cause)
    expect(await desk.part(ticket.partId, stands)).toMatchObject({ state: 'RESOLVED', cause, charge, decision: { stage: 'RESOLVED', payer, cause } })
    await confirm(ticket)
    expect(await desk.units(karin)).toEqual({ available: charge ? 4 : 5, reserved: 0, used: charge ? 1 : 0 })
  })

  it('B5 R2 above what was accepted is refused, and says how much it would be; below it needs no second yes', async () => {
    const ticket = await desk.open(karin, { facts: [{ name: 'dataLoss', value: true }] }, { acceptCeilingUnits: 2 })
    expect(await desk.resolve(ticket.partId, 'HOW_TO')).toMatchObject({ chargeUnits: 1 })
    const free = await desk.report(karin)
    const above = await desk.ingrid.ask(`mutation ($input: ResolvePartInput!) { resolvePart(input: $input) { ... on AboveCeiling { code ceilingUnits chargeUnits } } }`, {
      input: { idempotencyKey: 'above', partId: free.partId, cause: 'HOW_TO', finding: 'x', answer: 'x' },
    })
    expect(above.resolvePart).toEqual({ code: 'ABOVE_CEILING', ceilingUnits: 0, chargeUnits: 1 })
    expect(await desk.part(free.partId, 'state decisions { id }')).toMatchObject({ state: 'OPEN', decisions: [{}] })
  })

  it("R15 a waived charge is nothing, paid by the vendor and said so; waiving what costs nothing changes nobody's duty", async () => {
    const [help, partners, free] = [await desk.open(karin), await desk.open(karin), await desk.report(karin)]
    await desk.resolve(help.partId, 'HOW_TO', { waive: true })
    await desk.resolve(partners.partId, 'PARTNER_DEFECT', { waive: true })
    await desk.resolve(free.partId, 'HOW_TO', { waive: true })
    expect((await desk.part(help.partId, stands)).decision).toMatchObject({ payer: 'VENDOR', charge: null, reason: expect.stringMatching(/^Not charged, as goodwill\./) })
    expect((await desk.part(partners.partId, stands)).decision).toMatchObject({ payer: 'PARTNER', reason: expect.not.stringContaining('goodwill') })
    for (const ticket of [help, partners, free]) await confirm(ticket)
    expect(await desk.units(karin)).toEqual({ available: 5, reserved: 0, used: 0 })
  })

  it('a cause is one of the product, and work lies between opening and now', async () => {
    const ticket = await desk.open(karin)
    expect(await refused(ticket.partId, 'MAGIC')).toMatchObject({ fields: [{ path: 'cause', message: expect.stringContaining('HOW_TO') }] })
    expect(await refused(ticket.partId, 'HOW_TO', { workStartedAt: '2020-01-01T00:00:00Z' })).toMatchObject({ fields: [{ path: 'workStartedAt' }] })
  })
})

describe('confirming', () => {
  it('E3 of twenty who confirm at once one wins, and the unit is taken once', async () => {
    const ticket = await desk.open(karin)
    await desk.resolve(ticket.partId, 'HOW_TO')
    const all = await Promise.all(Array.from({ length: 20 }, () => confirm(ticket)))
    expect(all.filter((a) => a.state === 'CLOSED')).toHaveLength(1)
    expect(all.filter((a) => a.code === 'NOT_YOUR_MOVE')).toHaveLength(19)
    expect(await desk.units(karin)).toEqual({ available: 4, reserved: 0, used: 1 })
    const told = await typesOf(ticket)
    for (const type of ['units.captured', 'part.confirmed', 'ticket.closed']) expect(told.filter((t) => t === type)).toHaveLength(1)
  })

  it('E3 the customer and the end of the window at the same instant close it once', async () => {
    const tickets: Opened[] = []
    for (let i = 0; i < 4; i += 1) tickets.push(await desk.open(karin))
    for (const ticket of tickets) await desk.resolve(ticket.partId, 'HOW_TO')
    desk.world.clock.advance(days(14))
    const [confirmed] = await Promise.all([Promise.all(tickets.map((ticket) => confirm(ticket))), desk.world.settle()])
    await desk.world.settle()
    for (const [i, ticket] of tickets.entries()) {
      const { state, closedBy } = await desk.part(ticket.partId, 'state closedBy')
      expect(state).toBe('CLOSED')
      expect(confirmed[i]!.code ?? confirmed[i]!.closedBy).toBe(closedBy === 'WINDOW' ? 'NOT_YOUR_MOVE' : 'CUSTOMER')
      expect((await typesOf(ticket)).filter((t) => t === 'part.confirmed')).toHaveLength(1)
    }
    expect(await desk.units(karin)).toEqual({ available: 1, reserved: 0, used: 4 })
  })

  it('E3 one answer that is sent again with its key is the same answer', async () => {
    const ticket = await desk.open(karin)
    await desk.resolve(ticket.partId, 'HOW_TO')
    const input = { partId: ticket.partId, idempotencyKey: 'yes' }
    expect(await karin.done('confirmResolution', input, 'id state')).toEqual(await karin.done('confirmResolution', input, 'id state'))
    expect((await desk.units(karin)).used).toBe(1)
  })

  it('S9 only the customer confirms, and only what is resolved', async () => {
    const ticket = await desk.open(karin)
    expect(await confirm(ticket)).toMatchObject({ code: 'NOT_YOUR_MOVE' })
    const { errors } = await desk.world.ask('mutation ($input: ConfirmResolutionInput!) { confirmResolution(input: $input) { __typename } }',
      { input: { idempotencyKey: 'staff', partId: ticket.partId } }, await desk.world.app.tokens.issue(desk.vendor.vendorId, desk.vendor.memberId))
    expect(errors?.[0]?.extensions.code).toBe('FORBIDDEN')
  })
})

describe('doubting', () => {
  const doubt = (ticket: Opened) => karin.tried('doubtResolution', { partId: ticket.partId, reason: 'It still prints twice.' }, 'state chargeUnits')

  it('R39 opens it again at no cost; what was decided before stands again and the resolution clock goes on from where it was', async () => {
    const ticket = await desk.open(karin)
    const { dueAt } = await desk.clock(ticket.partId, 'RESOLUTION')
    await desk.world.advance(hours(1))
    await desk.resolve(ticket.partId, 'CODE_DEFECT')
    await desk.world.advance(days(1))
    expect(await doubt(ticket)).toMatchObject({ state: 'OPEN', chargeUnits: null })
    expect(await desk.clock(ticket.partId, 'RESOLUTION')).toMatchObject({ state: 'RUNNING', dueAt: new Date(Date.parse(dueAt) + days(1)).toISOString() })
    expect(await desk.clock(ticket.partId, 'NEXT_RESPONSE')).toMatchObject({ state: 'RUNNING', startedAt: desk.world.clock.now().toISOString() })
    expect(await desk.clock(ticket.partId, 'FIRST_RESPONSE')).toMatchObject({ state: 'STOPPED' })
    expect(await desk.part(ticket.partId, stands)).toMatchObject({ cause: null, charge: null, decision: { stage: 'REVISED', class: 'SUPPORT', cause: null, charge: { units: 1 } } })
    await desk.ingrid.done('announceClass', { partId: ticket.partId })
    expect(await desk.part(ticket.partId, 'state')).toEqual({ state: 'OPEN' })
  })

  it('E3 after a doubt the window charges nothing; resolved again, it is charged once', async () => {
    const ticket = await desk.open(karin)
    await desk.resolve(ticket.partId, 'HOW_TO')
    await doubt(ticket)
    await desk.world.advance(days(14))
    expect(await desk.part(ticket.partId, 'state')).toEqual({ state: 'OPEN' })
    expect(await desk.units(karin)).toEqual({ available: 4, reserved: 1, used: 0 })
    await desk.resolve(ticket.partId, 'HOW_TO')
    await desk.world.advance(days(14))
    expect(await desk.part(ticket.partId, 'state closedBy')).toEqual({ state: 'CLOSED', closedBy: 'WINDOW' })
    expect(await desk.units(karin)).toEqual({ available: 4, reserved: 0, used: 1 })
  })

  it('S5 an answer before the resolution is not doubted with it', async () => {
    const ticket = await desk.open(karin)
    await desk.ingrid.done('reply', { ticketId: ticket.id, body: 'Press Correct.' })
    await desk.world.advance(minutes(10))
    await karin.done('reply', { ticketId: ticket.id, body: 'Where?' })
    await desk.ingrid.done('reply', { ticketId: ticket.id, body: 'At the top.' })
    const answered = await desk.clock(ticket.partId, 'NEXT_RESPONSE')
    await desk.world.advance(minutes(10))
    await desk.resolve(ticket.partId, 'HOW_TO')
    await doubt(ticket)
    const { clocks } = await desk.part(ticket.partId, 'clocks { metric state startedAt dueAt stoppedAt breachedAt minutes kind }')
    expect(clocks).toContainEqual(answered)
    expect(clocks.filter((c: any) => c.metric === 'NEXT_RESPONSE')).toHaveLength(2)
  })

  it('E3 when the window has ended there is nothing to doubt', async () => {
    const ticket = await desk.open(karin)
    await desk.resolve(ticket.partId, 'HOW_TO')
    await desk.world.advance(days(14))
    expect(await doubt(ticket)).toMatchObject({ code: 'NOT_YOUR_MOVE' })
  })
})

describe('splitting', () => {
  const split = async (ticket: Opened, more = {}): Promise<Opened> =>
    ({ ...ticket, partId: (await desk.ingrid.done('splitPart', { partId: ticket.partId, title: 'And the colours', ...more }, 'id')).id })

  it('B11 R13 never raises the price: the new part may cost nothing until its class is accepted by name', async () => {
    const ticket = await desk.open(karin)
    await desk.ingrid.done('stateFacts', { partId: ticket.partId, facts: [{ name: 'cause', value: 'SETTINGS' }, { name: 'regression', value: true }] })
    const second = await split(ticket)
    expect(await desk.part(second.partId, 'number ceiling { incidents } classAnnouncedAt facts { name } decision { stage }'))
      .toMatchObject({ number: 2, ceiling: { incidents: 0 }, classAnnouncedAt: null, decision: { stage: 'OPENED' } })
    const { facts } = await desk.part(second.partId, 'facts { name }')
    expect(facts.map((f: any) => f.name)).toEqual(['kind', 'severity', 'regression'])
    expect(await refused(second.partId, 'CUSTOMER_SYSTEM')).toMatchObject({ code: 'ABOVE_CEILING' })
    expect(await desk.units(karin)).toEqual({ available: 4, reserved: 1, used: 0 })
    const { proposal } = await desk.ingrid.done('announceClass', { partId: second.partId }, 'proposal { id }')
    await karin.done('acceptProposal', { partId: second.partId, decisionId: proposal.id })
    expect(await desk.units(karin)).toEqual({ available: 3, reserved: 2, used: 0 })
    await desk.resolve(ticket.partId, 'HOW_TO')
    await desk.resolve(second.partId, 'CUSTOMER_SYSTEM')
    for (const part of [ticket, second]) await confirm(part)
    expect(await desk.units(karin)).toEqual({ available: 3, reserved: 0, used: 2 })
  })

  it('B11 one cause is charged once, however many parts it is in', async () => {
    const ticket = await desk.open(karin)
    const second = await split(ticket)
    await desk.resolve(ticket.partId, 'HOW_TO')
    expect(await desk.resolve(second.partId, 'HOW_TO')).toMatchObject({ chargeUnits: 0 })
    expect((await desk.part(second.partId, stands)).decision).toMatchObject({ charge: null, reason: expect.stringContaining('charged with part 1') })
    for (const part of [ticket, second]) await confirm(part)
    expect(await desk.units(karin)).toEqual({ available: 4, reserved: 0, used: 1 })
  })

  it('S9 the ticket is as open as its most open part, closes with its last, and shows the earliest move of whoever has it', async () => {
    const ticket = await desk.open(karin)
    await desk.world.advance(hours(1))
    const second = await split(ticket)
    const shown = async () => (await karin.ask('query ($id: ID!) { ticket(id: $id) { state closedAt nextMove { mover dueAt } parts { state nextMove { mover dueAt } } } }', { id: ticket.id })).ticket
    const both = await shown()
    expect(both.nextMove).toEqual(both.parts[0].nextMove)
    expect(both.parts[1].nextMove.dueAt > both.parts[0].nextMove.dueAt).toBe(true)
    await desk.resolve(ticket.partId, 'HOW_TO')
    expect(await shown()).toMatchObject({ state: 'OPEN', nextMove: both.parts[1].nextMove, parts: [{ state: 'RESOLVED' }, { state: 'OPEN' }] })
    await desk.ingrid.done('awaitDependency', { partId: second.partId, reason: 'Digdir.' })
    expect(await shown()).toMatchObject({ state: 'WAITING_ON_DEPENDENCY', nextMove: { mover: 'VENDOR' } })
    await desk.resolve(second.partId, 'CODE_DEFECT')
    await confirm(ticket)
    expect(await shown()).toMatchObject({ state: 'RESOLVED', closedAt: null, nextMove: { mover: 'CUSTOMER' } })
    await confirm(second)
    expect(await shown()).toMatchObject({ state: 'CLOSED', closedAt: expect.any(String), nextMove: { mover: 'NOBODY', dueAt: null } })
    expect(await desk.ingrid.code('splitPart', { partId: ticket.partId, title: 'More' })).toBe('CONFLICT')
  })

  it('takes a component of the same product, decides by it, and makes at most twenty parts', async () => {
    const ticket = await desk.open(karin)
    const elsewhere = await split(ticket, { componentId: desk.vendor.components.CUSTOMER_OWNED })
    expect(await desk.part(elsewhere.partId, 'component { code } decision { ruleKey outcomes { cause ruleKey } }')).toMatchObject({ component: { code: 'SCRIPTS' } })
    const other = await desk.world.signUp()
    const { id: componentId } = await desk.world.done('createComponent', {
      productId: (await desk.world.done('createProduct', { code: 'X', name: 'X', description: 'X.' }, 'id', other.token)).id,
      code: 'X', name: 'X', owner: 'OWN', description: 'X.',
    }, 'id', other.token)
    expect(await desk.ingrid.code('splitPart', { partId: ticket.partId, title: 'More', componentId })).toBe('NOT_FOUND')
    for (let i = 3; i <= 20; i += 1) await split(ticket)
    expect(await desk.ingrid.code('splitPart', { partId: ticket.partId, title: 'More' })).toBe('INVALID_INPUT')
  })
})
