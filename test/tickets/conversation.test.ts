import 'reflect-metadata'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { change } from '../../src/kernel/command.js'
import type { Id } from '../../src/kernel/ids.js'
import { inputOf } from '../../src/kernel/input.js'
import { days, hours, minutes } from '../../src/kernel/time.js'
import { reply } from '../../src/tickets/conversation.js'
import { ReplyInput } from '../../src/tickets/ticket.inputs.js'
import { inside } from '../support/world.js'
import { type Client, type Desk, openDesk, type Opened, planOf } from './desk.js'

let desk: Desk
let news: string
let karin: Client
beforeAll(async () => {
  desk = await openDesk()
  news = await planOf(desk, 'NEWS', {}, { UPDATE: 480 })
})
afterAll(() => desk.close())

/** Every test begins on a Monday morning, with a customer of its own. */
beforeEach(async () => {
  const past = (desk.world.clock.now().getTime() - Date.parse('2026-03-02T08:00:00Z')) % days(7)
  if (past > 0) await desk.world.advance(days(7) - past)
  karin = await desk.client()
})

const later = (at: string, ms: number): string => new Date(Date.parse(at) + ms).toISOString()
const nextMove = async (ticket: Opened) =>
  (await karin.ask('query ($id: ID!) { ticket(id: $id) { state nextMove { mover dueAt } } }', { id: ticket.id })).ticket
const says = (ticket: Opened, body: string, more = {}) => desk.ingrid.done('reply', { ticketId: ticket.id, body, ...more }, 'id kind authorKind automated')
const writes = (ticket: Opened, body = 'And one more thing.') => karin.done('reply', { ticketId: ticket.id, body }, 'id kind')
/** The product itself writes, as a reaction would. */
const machineSays = (ticket: Opened, body: string, more = {}) => change(inside(desk.world, desk.vendor.vendorId), (act) =>
  reply(act, inputOf(ReplyInput, { idempotencyKey: 'machine', ticketId: ticket.id as Id<'tkt'>, body, ...more })))

describe('response clocks', () => {
  it('S5 a second message of the customer does not restart a response clock that runs', async () => {
    const ticket = await desk.open(karin)
    const first = await desk.clock(ticket.partId, 'FIRST_RESPONSE')
    await desk.world.advance(hours(1))
    await writes(ticket)
    expect(await desk.clock(ticket.partId, 'FIRST_RESPONSE')).toEqual(first)
    expect(await desk.clock(ticket.partId, 'NEXT_RESPONSE')).toBeNull()
    await says(ticket, 'Like this.')
    await writes(ticket)
    const next = await desk.clock(ticket.partId, 'NEXT_RESPONSE')
    expect(next).toMatchObject({ state: 'RUNNING', dueAt: later(next.startedAt, minutes(240)) })
    await desk.world.advance(minutes(30))
    await writes(ticket)
    expect(await desk.clock(ticket.partId, 'NEXT_RESPONSE')).toEqual(next)
  })

  it('S5 R37 a receipt, a note and waiting for a third party stop no response clock; an answer and a question do', async () => {
    const ticket = await desk.open(karin)
    expect(await says(ticket, 'We have got it.', { receipt: true })).toMatchObject({ kind: 'RECEIPT' })
    expect(await says(ticket, 'Ask Tor.', { visibility: 'INTERNAL' })).toMatchObject({ kind: 'NOTE' })
    await desk.ingrid.done('awaitDependency', { partId: ticket.partId, reason: 'The maker of the viewer has it.' })
    expect(await desk.clock(ticket.partId, 'FIRST_RESPONSE')).toMatchObject({ state: 'RUNNING' })
    expect(await says(ticket, 'Press Correct.')).toMatchObject({ kind: 'ANSWER' })
    expect(await desk.clock(ticket.partId, 'FIRST_RESPONSE')).toMatchObject({ state: 'STOPPED', stoppedAt: desk.world.clock.now().toISOString() })
    const asked = await desk.open(karin)
    await says(asked, 'Which version?', { question: true })
    expect(await desk.clock(asked.partId, 'FIRST_RESPONSE')).toMatchObject({ state: 'STOPPED' })
  })

  it('R36 a machine says that it is one, stops no clock, asks nothing and is no update', async () => {
    const ticket = await desk.open(await desk.client(5, news))
    const update = await desk.clock(ticket.partId, 'UPDATE')
    await desk.world.advance(minutes(5))
    const written = await machineSays(ticket, 'Your message has arrived. Write "person" to reach one.', { question: true })
    expect(written).toMatchObject({ kind: 'RECEIPT', authorKind: 'AUTOMATION', authorId: null, automated: true })
    expect(await desk.clock(ticket.partId, 'FIRST_RESPONSE')).toMatchObject({ state: 'RUNNING' })
    expect(await desk.clock(ticket.partId, 'UPDATE')).toEqual(update)
    expect(await desk.part(ticket.partId, 'state')).toEqual({ state: 'OPEN' })
  })

  it('S7 S9 an answer that comes late finds the clock breached, and the vendor still has the move', async () => {
    const ticket = await desk.open(karin)
    await desk.world.advance(minutes(241))
    expect(await desk.clock(ticket.partId, 'FIRST_RESPONSE')).toMatchObject({ state: 'RUNNING', breachedAt: expect.any(String) })
    expect(await nextMove(ticket)).toMatchObject({ nextMove: { mover: 'VENDOR', dueAt: (await desk.clock(ticket.partId, 'FIRST_RESPONSE')).dueAt } })
  })

  it('S5 a hand-over restarts no clock, and is told once', async () => {
    const ticket = await desk.open(karin)
    const before = await desk.part(ticket.partId, 'clocks { metric startedAt dueAt state }')
    await desk.world.advance(minutes(20))
    const to = { ticketId: ticket.id, memberId: desk.vendor.memberId }
    expect(await desk.ingrid.done('assignTicket', to, 'assignee { id }')).toMatchObject({ assignee: { id: desk.vendor.memberId } })
    await desk.ingrid.done('assignTicket', to)
    expect(await desk.part(ticket.partId, 'clocks { metric startedAt dueAt state }')).toEqual(before)
    expect(await desk.ingrid.done('assignTicket', { ticketId: ticket.id }, 'assignee { id }')).toMatchObject({ assignee: null })
    const { timeline } = (await karin.ask('query ($id: ID!) { ticket(id: $id) { timeline(first: 50) { edges { node { type } } } } }', { id: ticket.id })).ticket
    expect(timeline.edges.filter((e: any) => e.node.type === 'ticket.assigned')).toHaveLength(2)
  })

  it('a member who is not there, or not active any more, is given nothing', async () => {
    const ticket = await desk.open(karin)
    const { id } = await desk.ingrid.done('createMember', { name: 'Tor', email: 'tor@havblikk.example', roles: ['AGENT'] }, 'id')
    await desk.ingrid.done('updateMember', { memberId: id, active: false })
    expect(await desk.ingrid.tried('assignTicket', { ticketId: ticket.id, memberId: id })).toMatchObject({ code: 'NOT_FOUND' })
  })
})

describe('waiting for the customer', () => {
  it('S5 S9 a question pauses resolution and hands over the move, for seven days; the answer takes it back, time spent kept', async () => {
    const ticket = await desk.open(karin)
    const { dueAt } = await desk.clock(ticket.partId, 'RESOLUTION')
    await desk.world.advance(hours(1))
    await says(ticket, 'Which version?', { question: true })
    expect(await desk.clock(ticket.partId, 'RESOLUTION')).toMatchObject({ state: 'PAUSED', dueAt: null })
    expect(await nextMove(ticket)).toEqual({ state: 'WAITING_ON_CUSTOMER', nextMove: { mover: 'CUSTOMER', dueAt: later(desk.world.clock.now().toISOString(), days(7)) } })
    await desk.world.advance(days(1))
    await writes(ticket, 'Version 7.')
    expect(await desk.clock(ticket.partId, 'RESOLUTION')).toMatchObject({ state: 'RUNNING', dueAt: later(dueAt, days(1)) })
    const { dueAt: next } = await desk.clock(ticket.partId, 'NEXT_RESPONSE')
    expect(await nextMove(ticket)).toEqual({ state: 'OPEN', nextMove: { mover: 'VENDOR', dueAt: next } })
  })

  it('R46 "you need nothing from me" goes on at once, and can only be said while a question waits', async () => {
    const ticket = await desk.open(karin)
    expect(await karin.code('needNothing', { ticketId: ticket.id })).toBe('CONFLICT')
    const { dueAt } = await desk.clock(ticket.partId, 'RESOLUTION')
    await says(ticket, 'Which version?', { question: true })
    expect(await karin.done('needNothing', { ticketId: ticket.id }, 'state')).toMatchObject({ state: 'OPEN' })
    expect(await desk.clock(ticket.partId, 'RESOLUTION')).toMatchObject({ state: 'RUNNING', dueAt })
    expect(await desk.clock(ticket.partId, 'NEXT_RESPONSE')).toBeNull()
  })

  it('S9 silence gives the move back after seven days, not before, and a question asked again starts its seven days anew', async () => {
    const ticket = await desk.open(karin)
    await says(ticket, 'Which version?', { question: true })
    await desk.world.advance(days(6))
    await says(ticket, 'Are you there? Which version?', { question: true })
    await desk.world.advance(days(7) - 1)
    expect((await nextMove(ticket)).state).toBe('WAITING_ON_CUSTOMER')
    await desk.world.advance(1)
    expect(await nextMove(ticket)).toMatchObject({ state: 'OPEN', nextMove: { mover: 'VENDOR' } })
    expect(await desk.clock(ticket.partId, 'RESOLUTION')).toMatchObject({ state: 'RUNNING' })
  })

  it('S5 a question to the customer is public', async () => {
    const ticket = await desk.open(karin)
    expect(await desk.ingrid.tried('reply', { ticketId: ticket.id, body: '?', question: true, visibility: 'INTERNAL' })).toMatchObject({ fields: [{ path: 'visibility' }] })
    expect(await desk.ingrid.tried('reply', { ticketId: ticket.id, body: '?', question: true, receipt: true })).toMatchObject({ fields: [{ path: 'receipt' }] })
    expect(await desk.part(ticket.partId, 'state')).toEqual({ state: 'OPEN' })
  })
})

describe('"this is not an answer"', () => {
  const doubt = (messageId: string) => karin.code('notAnAnswer', { messageId })

  it('S5 R37 the response clock goes on from where it was', async () => {
    const ticket = await desk.open(karin)
    await desk.world.advance(hours(1))
    const { id } = await says(ticket, 'Have you tried it again?')
    await desk.world.advance(days(1))
    expect(await doubt(id)).toBe('OK')
    const { startedAt, ...clock } = await desk.clock(ticket.partId, 'FIRST_RESPONSE')
    expect(clock).toMatchObject({ state: 'RUNNING', dueAt: later(startedAt, days(1) + minutes(240)) })
    expect(await doubt(id)).toBe('CONFLICT')
  })

  it('S5 only the newest answer, receipts not counted, and only what that answer stopped', async () => {
    const ticket = await desk.open(karin)
    const first = await says(ticket, 'Press Correct.')
    await desk.world.advance(minutes(1))
    await writes(ticket)
    await desk.world.advance(minutes(1))
    const second = await says(ticket, 'As I said.')
    const { id: receipt } = await says(ticket, 'Sent to you by mail as well.', { receipt: true })
    expect(await doubt(first.id)).toBe('INVALID_INPUT')
    expect(await doubt(receipt)).toBe('INVALID_INPUT')
    expect(await doubt(second.id)).toBe('OK')
    expect(await desk.clock(ticket.partId, 'FIRST_RESPONSE')).toMatchObject({ state: 'STOPPED' })
    expect(await desk.clock(ticket.partId, 'NEXT_RESPONSE')).toMatchObject({ state: 'RUNNING' })
  })

  it('S5 an answer that nobody waited for stopped no clock, and there is nothing to go on', async () => {
    const ticket = await desk.open(karin)
    await says(ticket, 'Press Correct.')
    await desk.world.advance(minutes(1))
    const { id } = await says(ticket, 'And then Send.')
    expect(await doubt(id)).toBe('CONFLICT')
    expect(await desk.clock(ticket.partId, 'FIRST_RESPONSE')).toMatchObject({ state: 'STOPPED' })
  })

  it('S5 within seven days, and no longer', async () => {
    const [one, other] = [await desk.open(karin), await desk.open(karin)]
    const [early, late] = [await says(one, 'Hm.'), await says(other, 'Hm.')]
    await desk.world.advance(days(7))
    expect(await doubt(early.id)).toBe('OK')
    await desk.world.advance(1)
    expect(await doubt(late.id)).toBe('CONFLICT')
  })

  it('R46 a question that was none hands the move back', async () => {
    const ticket = await desk.open(karin)
    const { id } = await says(ticket, 'Can you wait?', { question: true })
    expect(await doubt(id)).toBe('OK')
    expect(await desk.part(ticket.partId, 'state')).toEqual({ state: 'OPEN' })
    expect(await desk.clock(ticket.partId, 'RESOLUTION')).toMatchObject({ state: 'RUNNING' })
    expect(await desk.clock(ticket.partId, 'FIRST_RESPONSE')).toMatchObject({ state: 'RUNNING' })
  })

  it('S5 what a contact wrote, or a note, is no answer of the vendor', async () => {
    const ticket = await desk.open(karin)
    const { id: own } = await writes(ticket)
    const { id: note } = await says(ticket, 'Hm.', { visibility: 'INTERNAL' })
    expect(await doubt(own)).toBe('INVALID_INPUT')
    expect(await doubt(note)).toBe('NOT_FOUND')
  })
})

describe('waiting for a third party, and news', () => {
  it('R47 pauses no clock, keeps the move with the vendor, and goes on when the third party answered', async () => {
    const ticket = await desk.open(await desk.client(5, news))
    const before = await desk.clock(ticket.partId, 'RESOLUTION')
    await desk.ingrid.done('awaitDependency', { partId: ticket.partId, reason: 'Digdir has it.' })
    const part = await desk.part(ticket.partId, 'state nextMove { mover } clocks { state } ticket { messages { edges { node { kind } } } }')
    expect(part).toMatchObject({ state: 'WAITING_ON_DEPENDENCY', nextMove: { mover: 'VENDOR' } })
    expect(part.clocks.map((c: any) => c.state)).not.toContain('PAUSED')
    expect(part.ticket.messages.edges.map((e: any) => e.node.kind)).toEqual(['REQUEST', 'UPDATE'])
    await desk.world.advance(days(1))
    expect(await desk.clock(ticket.partId, 'RESOLUTION')).toMatchObject({ state: 'RUNNING', dueAt: before.dueAt })
    expect(await desk.ingrid.done('dependencyAnswered', { partId: ticket.partId }, 'state')).toMatchObject({ state: 'OPEN' })
    expect(await desk.ingrid.code('dependencyAnswered', { partId: ticket.partId })).toBe('NOT_YOUR_MOVE')
  })

  it('R47 every public message of a member is the news that was promised, and starts the time to the next', async () => {
    const ticket = await desk.open(await desk.client(5, news))
    const started: string[] = []
    const running = async () => {
      const { clocks } = await desk.part(ticket.partId, 'clocks { metric state startedAt }')
      const [only, ...more] = clocks.filter((c: any) => c.metric === 'UPDATE' && c.state === 'RUNNING')
      expect(more).toEqual([])
      started.push(only.startedAt)
    }
    await running()
    for (const more of [{}, { receipt: true }, { visibility: 'INTERNAL' }, { question: true }]) {
      await desk.world.advance(minutes(1))
      await says(ticket, 'We are at it.', more)
      await running()
    }
    const [opened, answer, receipt, note, question] = started
    expect([answer! > opened!, receipt! > answer!, note === receipt, question! > note!]).toEqual([true, true, true, true])
  })
})

describe('who writes what', () => {
  it('S5 a contact writes in public, and neither questions nor receipts', async () => {
    const ticket = await desk.open(karin)
    const refused = async (more: object) => (await karin.tried('reply', { ticketId: ticket.id, body: 'x', ...more })).fields?.map((f: any) => f.path)
    expect(await refused({ visibility: 'INTERNAL' })).toEqual(['visibility'])
    expect(await refused({ question: true, receipt: true })).toEqual(['question', 'receipt'])
  })

  it('a closed ticket takes no message, and says what to do instead', async () => {
    const ticket = await desk.open(karin)
    await desk.resolve(ticket.partId, 'HOW_TO')
    await karin.done('confirmResolution', { partId: ticket.partId })
    for (const one of [karin, desk.ingrid]) {
      expect(await one.tried('reply', { ticketId: ticket.id, body: 'Thanks.' })).toMatchObject({ code: 'CONFLICT', next: expect.stringContaining('new ticket') })
    }
  })

  it('T4 the same key writes once', async () => {
    const ticket = await desk.open(karin)
    const input = { ticketId: ticket.id, body: 'Once.', idempotencyKey: 'once' }
    const [one, two] = [await karin.done('reply', input, 'id'), await karin.done('reply', input, 'id')]
    expect(two.id).toBe(one.id)
    const { totalCount } = (await karin.ask('query ($id: ID!) { ticket(id: $id) { messages { totalCount } } }', { id: ticket.id })).ticket.messages
    expect(totalCount).toBe(2)
  })
})
