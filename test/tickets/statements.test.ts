import 'reflect-metadata'
import { graphql } from 'graphql'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Actor } from '../../src/kernel/actor.js'
import { command } from '../../src/kernel/command.js'
import type { Id } from '../../src/kernel/ids.js'
import { inputOf } from '../../src/kernel/input.js'
import { endRequest } from '../../src/kernel/query.js'
import { answer } from '../../src/kernel/refusal.js'
import { OpenTicketInput } from '../../src/intake/intake.types.js'
import { openTicket } from '../../src/intake/open-ticket.js'
import { ticketById } from '../../src/tickets/ticket.reads.js'
import { Ticket } from '../../src/tickets/ticket.types.js'
import { inside } from '../support/world.js'
import { type Client, type Desk, openDesk, problemOf } from './desk.js'

let desk: Desk
let clients: Client[]
beforeAll(async () => {
  desk = await openDesk()
  clients = await Promise.all(Array.from({ length: 4 }, () => desk.client(10)))
  // The first, which heads the queue, and the last, which heads the list, have everything that a ticket can show.
  for (let i = 0; i <= 24; i += 1) {
    const ticket = await desk.open(clients[i % 4]!)
    if (i % 3 === 0) await desk.ingrid.done('splitPart', { partId: ticket.partId, title: 'Also' })
    if (i % 4 === 0) await desk.ingrid.done('assignTicket', { ticketId: ticket.id, memberId: desk.vendor.memberId })
    if (i % 5 === 0 || i === 24) await desk.ingrid.done('announceClass', { partId: ticket.partId, facts: [{ name: 'dataLoss', value: true }] })
  }
})
afterAll(() => desk.close())

const member = (): Actor => ({ kind: 'MEMBER', vendorId: desk.vendor.vendorId, id: desk.vendor.memberId, roles: ['ADMIN'] })
const contact = (of: Client): Actor => ({ kind: 'CONTACT', vendorId: desk.vendor.vendorId, id: of.id as Id<'con'>, customerId: of.customerId, roles: ['REQUESTER', 'APPROVER'] })

/** Runs a question and answers how many statements it took, and how many tickets it showed. */
async function counted(actor: Actor, source: string): Promise<{ statements: number; shown: number }> {
  const ctx = inside(desk.world, desk.vendor.vendorId, actor)
  const { data, errors } = await graphql({ schema: desk.world.app.schema, source, contextValue: ctx })
  await endRequest(ctx)
  expect(errors).toBeUndefined()
  return { statements: ctx.statements, shown: (Object.values(data!)[0] as { edges: unknown[] }).edges.length }
}

const ROW = `reference subject state nextMove { mover dueAt } customer { name } contact { name } product { name } assignee { name }
  parts { title state nextMove { mover dueAt } component { name } agreement { planKind } decision { class payer reason promises { dueAt } } proposal { id } clocks { metric state dueAt } facts { name } }`

it.each(['tickets', 'queue'])('N+1: a page of %s takes as many statements for twenty tickets as for one, and at most fourteen', async (list) => {
  const ask = (first: number) => counted(member(), `{ ${list}(first: ${first}) { edges { node { ${ROW} } } } }`)
  const [one, twenty] = [await ask(1), await ask(20)]
  expect([one.shown, twenty.shown]).toEqual([1, 20])
  expect(twenty.statements).toBe(one.statements)
  expect(twenty.statements).toBeLessThanOrEqual(14)
})

it('N+1: the usual columns of a list take one statement for each kind of thing, for one ticket and for twenty', async () => {
  const row = 'reference customer { name } contact { name } product { name } parts { state decision { class } clocks { metric } }'
  const ask = async (first: number) => (await counted(member(), `{ tickets(first: ${first}) { edges { node { ${row} } } } }`)).statements
  expect([await ask(1), await ask(20)]).toEqual([7, 7])
})

it('N+1: the messages and the history of twenty tickets are read together', async () => {
  const row = 'messages(first: 5) { edges { node { body } } } timeline(first: 10) { edges { node { sentence } } }'
  const ask = async (first: number) => (await counted(member(), `{ tickets(first: ${first}) { edges { node { ${row} } } } }`)).statements
  expect([await ask(1), await ask(20)]).toEqual([3, 3])
})

it("the staff's queue and a contact's own list are one statement each", async () => {
  expect(await counted(member(), '{ queue(first: 20) { edges { node { reference nextMove { dueAt } } } } }')).toEqual({ statements: 1, shown: 20 })
  expect(await counted(contact(clients[0]!), '{ tickets(first: 20) { edges { node { reference nextMove { dueAt } } } } }')).toEqual({ statements: 1, shown: 7 })
})

it('opening a ticket with a quote, everything that follows included, takes a bounded number of statements', async () => {
  const { id: quoteId } = await clients[1]!.done('requestQuote', { problem: problemOf() }, 'id')
  const ctx = inside(desk.world, desk.vendor.vendorId, contact(clients[1]!))
  const input = inputOf(OpenTicketInput, { idempotencyKey: 'count', quoteId, subject: 'How?', body: 'How?' })
  const opened = await command(ctx, answer('countedOpening', Ticket, [], ticketById), input, (act) => openTicket(act, input))
  expect(opened).toMatchObject({ state: 'OPEN' })
  // Seven events of the ticket, one of the quote and one of the agreement take three statements each.
  expect(ctx.statements).toBeLessThanOrEqual(78)
})
