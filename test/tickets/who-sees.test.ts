import 'reflect-metadata'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { newId } from '../../src/kernel/ids.js'
import { type Client, type Desk, openDesk, type Opened, type Person, problemOf } from './desk.js'

let desk: Desk
let karin: Client
let stranger: Client
beforeAll(async () => {
  desk = await openDesk()
  karin = await desk.client(50)
  stranger = await desk.client(1, desk.vendor.incident, ['REQUESTER', 'APPROVER', 'ADMIN', 'SECURITY', 'BILLING'])
})
afterAll(() => desk.close())

const TICKET = 'id reference subject'
const byId = async (who: Person, id: string, fields = TICKET) => (await who.ask(`query ($id: ID!) { ticket(id: $id) { ${fields} } }`, { id })).ticket
const byReference = async (who: Person, reference: string) => (await who.ask('query ($r: String!) { ticket(reference: $r) { id } }', { r: reference })).ticket
const node = async (who: Person, id: string) => (await who.ask('query ($id: ID!) { node(id: $id) { __typename id } }', { id })).node
const listed = async (who: Person, args = '') => (await who.ask(`{ tickets${args} { totalCount edges { node { id } } } }`)).tickets
/** A ticket with everything that can be named in it: an answer, a note, a dearer decision that waits. */
async function full(): Promise<Opened & { answer: string; note: string; proposal: string }> {
  const ticket = await desk.open(karin)
  const { id: answer } = await desk.ingrid.done('reply', { ticketId: ticket.id, body: 'So.' }, 'id')
  const { id: note } = await desk.ingrid.done('reply', { ticketId: ticket.id, body: 'A difficult one.', visibility: 'INTERNAL' }, 'id')
  const { proposal } = await desk.ingrid.done('announceClass', { partId: ticket.partId, facts: [{ name: 'dataLoss', value: true }] }, 'proposal { id }')
  return { ...ticket, answer, note, proposal: proposal.id }
}

describe('another customer', () => {
  it('T1 finds no ticket, part, message or decision of ours, by id or by reference, and counts none', async () => {
    const ticket = await full()
    expect(await byId(stranger, ticket.id)).toBeNull()
    expect(await byReference(stranger, ticket.reference)).toBeNull()
    for (const id of [ticket.id, ticket.partId, ticket.answer, ticket.note, ticket.proposal]) expect(await node(stranger, id)).toBeNull()
    for (const args of ['', `(customerId: "${karin.customerId}")`]) expect(await listed(stranger, args)).toEqual({ totalCount: 0, edges: [] })
  })

  it('T1 with all ids in hand is answered in every mutation as for a thing that is not there', async () => {
    const ticket = await full()
    const [ticketId, partId, decisionId, messageId] = [newId('tkt'), newId('prt'), newId('dec'), newId('msg')]
    const mutations: [string, Record<string, unknown>, Record<string, unknown>][] = [
      ['reply', { ticketId: ticket.id, body: 'x' }, { ticketId, body: 'x' }],
      ['needNothing', { ticketId: ticket.id }, { ticketId }],
      ['notAnAnswer', { messageId: ticket.answer }, { messageId }],
      ['notAnAnswer', { messageId: ticket.note }, { messageId }],
      ['stateFacts', { partId: ticket.partId, facts: [{ name: 'customerChange', value: true }] }, { partId, facts: [{ name: 'customerChange', value: true }] }],
      ['acceptProposal', { partId: ticket.partId, decisionId: ticket.proposal }, { partId, decisionId }],
      ['declineProposal', { partId: ticket.partId, decisionId: ticket.proposal }, { partId, decisionId }],
      ['confirmResolution', { partId: ticket.partId }, { partId }],
      ['doubtResolution', { partId: ticket.partId, reason: 'x' }, { partId, reason: 'x' }],
    ]
    for (const [name, ours, none] of mutations) {
      const refused = await stranger.tried(name, ours, '__typename')
      expect([name, refused]).toEqual([name, await stranger.tried(name, none, '__typename')])
      expect(refused.code).toBe('NOT_FOUND')
    }
    expect(await desk.part(ticket.partId, 'state')).toEqual({ state: 'PROPOSED' })
  })

  it('T1 neither opens a ticket with a quote of ours nor for a contact of ours', async () => {
    const { id: quoteId } = await karin.done('requestQuote', { problem: problemOf() }, 'id')
    const opening = { subject: 'x', body: 'x' }
    expect(await stranger.code('openTicket', { ...opening, quoteId })).toBe('NOT_FOUND')
    expect(await stranger.code('openTicket', { ...opening, problem: problemOf(), acceptCeilingUnits: 1, contactId: karin.id })).toBe('INVALID_INPUT')
    expect((await karin.ask('query ($id: ID!) { quote(id: $id) { state } }', { id: quoteId })).quote.state).toBe('OPEN')
  })
})

describe('the own customer', () => {
  it('T1 R23 a colleague sees the ticket, writes in it, and reads the same next move as everybody', async () => {
    const ticket = await full()
    const per = await desk.colleague(karin, 'REQUESTER')
    const fields = 'nextMove { mover dueAt } parts { nextMove { mover dueAt } agreement { id } decision { class } } contact { name } customer { id }'
    const seen = await Promise.all([per, karin, desk.ingrid].map((who) => byId(who, ticket.id, fields)))
    expect(seen[0]).toEqual(seen[2])
    expect(seen[1]).toEqual(seen[2])
    expect(seen[0].parts[0].nextMove).toEqual(seen[0].nextMove)
    expect(seen[0].parts[0].agreement).toEqual({ id: expect.stringMatching(/^agr_/) })
    expect(await per.code('reply', { ticketId: ticket.id, body: 'I am his colleague.' })).toBe('OK')
    expect((await listed(per)).totalCount).toBe((await listed(karin)).totalCount)
  })

  it('T1 roles bound what a contact may do: who only pays bills reads, and does nothing', async () => {
    const ticket = await full()
    const payer = await desk.colleague(karin, 'BILLING')
    expect(await byId(payer, ticket.id)).toMatchObject({ reference: ticket.reference })
    for (const [name, input] of [
      ['reply', { ticketId: ticket.id, body: 'x' }], ['confirmResolution', { partId: ticket.partId }], ['acceptProposal', { partId: ticket.partId, decisionId: ticket.proposal }],
      ['openTicket', { problem: problemOf(), subject: 'x', body: 'x' }], ['announceClass', { partId: ticket.partId }], ['assignTicket', { ticketId: ticket.id }],
    ] as const) await expect(payer.tried(name, input)).rejects.toThrow('FORBIDDEN')
  })

  it('notes and internal events are nowhere: not among messages, nor counted, nor by id, nor in the history', async () => {
    const ticket = await full()
    const history = 'messages(first: 50) { totalCount edges { node { id kind visibility } } } timeline(first: 100) { totalCount edges { node { type number visibility data } } }'
    const [ours, theirs] = [await byId(desk.ingrid, ticket.id, history), await byId(karin, ticket.id, history)]
    const kinds = (seen: any) => seen.messages.edges.map((e: any) => e.node.kind)
    expect([kinds(ours), ours.messages.totalCount]).toEqual([['REQUEST', 'ANSWER', 'NOTE'], 3])
    expect([kinds(theirs), theirs.messages.totalCount]).toEqual([['REQUEST', 'ANSWER'], 2])
    expect(await node(karin, ticket.note)).toBeNull()
    expect(await node(desk.ingrid, ticket.note)).toMatchObject({ __typename: 'Message' })
    const internal = ours.timeline.edges.filter((e: any) => e.node.visibility === 'INTERNAL')
    expect(internal.length).toBeGreaterThan(0)
    expect(theirs.timeline.edges).toEqual(ours.timeline.edges.filter((e: any) => e.node.visibility === 'PUBLIC'))
    expect(theirs.timeline.totalCount).toBe(ours.timeline.totalCount - internal.length)
    expect(JSON.stringify(theirs)).not.toContain(ticket.note)
  })

  it('R30 a security report is seen by its author and by those who read security matters, and by no other colleague', async () => {
    const [guard, per] = [await desk.colleague(karin, 'SECURITY'), await desk.colleague(karin, 'REQUESTER')]
    const before = (await listed(per)).totalCount
    const ticket = await desk.open(karin, { kind: 'SECURITY_REPORT' }, { acceptCeilingUnits: 0 })
    for (const who of [karin, guard, desk.ingrid]) expect(await byId(who, ticket.id)).toMatchObject({ id: ticket.id })
    expect(await byId(per, ticket.id)).toBeNull()
    expect(await byReference(per, ticket.reference)).toBeNull()
    expect(await node(per, ticket.partId)).toBeNull()
    expect((await listed(per)).totalCount).toBe(before)
    expect(await per.code('reply', { ticketId: ticket.id, body: 'x' })).toBe('NOT_FOUND')
    expect(await guard.code('reply', { ticketId: ticket.id, body: 'Seen.' })).toBe('OK')
  })
})

describe('finding a ticket', () => {
  it('by its reference, whatever the case; one that nobody gave is null', async () => {
    const ticket = await desk.open(karin)
    expect(ticket.reference).toMatch(/^HAV-\d{4}$/)
    for (const reference of [ticket.reference, ticket.reference.toLowerCase()]) expect(await byReference(karin, reference)).toEqual({ id: ticket.id })
    expect(await byReference(karin, 'HAV-9999')).toBeNull()
    expect((await karin.ask('{ ticket { id } }')).ticket).toBeNull()
  })

  it('references are counted one after another, also of tickets that are opened at once', async () => {
    const opened = await Promise.all(Array.from({ length: 8 }, () => desk.report(karin)))
    const numbers = opened.map((t) => Number(t.reference.slice(4))).sort((a, b) => a - b)
    expect(numbers).toEqual(numbers.map((_, i) => numbers[0]! + i))
  })

  it('in lists by state, customer and member, page by page, the newest first; the queue by the earliest deadline', async () => {
    const one = await desk.open(karin)
    await desk.ingrid.done('assignTicket', { ticketId: one.id, memberId: desk.vendor.memberId })
    const ids = async (args: string) => (await listed(desk.ingrid, args)).edges.map((e: any) => e.node.id)
    expect(await ids(`(assigneeId: "${desk.vendor.memberId}")`)).toEqual([one.id])
    expect(await ids(`(customerId: "${stranger.customerId}")`)).toEqual([])
    expect((await ids('(state: PROPOSED, first: 100)')).every((id: string) => id !== one.id)).toBe(true)
    const all: string[] = []
    for (let after: string | null = ''; after !== null;) {
      const { tickets } = await desk.ingrid.ask(`{ tickets(first: 4${after && `, after: "${after}"`}) { edges { node { id } } pageInfo { hasNextPage endCursor } } }`)
      all.push(...tickets.edges.map((e: any) => e.node.id))
      after = tickets.pageInfo.hasNextPage ? tickets.pageInfo.endCursor : null
    }
    expect(all).toEqual(await ids('(first: 100)'))
    const { queue } = await desk.ingrid.ask('{ queue(first: 100) { edges { node { nextMove { mover dueAt } } } } }')
    const dues = queue.edges.map((e: any) => e.node.nextMove.dueAt)
    expect(dues).toEqual([...dues].sort())
    expect(new Set(queue.edges.map((e: any) => e.node.nextMove.mover))).toEqual(new Set(['VENDOR']))
  })
})
