import 'reflect-metadata'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { days, minutes } from '../../src/kernel/time.js'
import { type Client, type Desk, openDesk, type Opened, planOf } from './desk.js'

let desk: Desk
let karin: Client
const played: Opened[] = []
beforeAll(async () => {
  desk = await openDesk()
  karin = await desk.client(20, await planOf(desk, 'NEWS', {}, { UPDATE: 480 }))
  played.push(await aConversation(), await proposals(), await aWindow())
})
afterAll(() => desk.close())

interface Told { number: number; type: string; sentence: string; visibility: string; actorKind: string }
async function told(ticket: Opened, who: { ask: Client['ask'] } = desk.ingrid): Promise<Told[]> {
  const { ticket: found } = await who.ask('query ($id: ID!) { ticket(id: $id) { timeline(first: 100) { edges { node { number type sentence visibility actorKind } } } } }', { id: ticket.id })
  return found.timeline.edges.map((e: any) => e.node)
}
const says = (ticket: Opened, body: string, more = {}) => desk.ingrid.done('reply', { ticketId: ticket.id, body, ...more }, 'id')
const fact = (name: string, value: unknown) => ({ name, value })

/** Asked, answered, doubted, waited for; a third party; a missed deadline; resolved, doubted, resolved, confirmed. */
async function aConversation(): Promise<Opened> {
  const ticket = await desk.open(karin, { facts: [fact('customerChange', false)] })
  const { partId } = ticket
  await desk.ingrid.done('assignTicket', { ticketId: ticket.id, memberId: desk.vendor.memberId })
  await desk.ingrid.done('assignTicket', { ticketId: ticket.id })
  await says(ticket, 'Ask Tor.', { visibility: 'INTERNAL' })
  const { id: messageId } = await says(ticket, 'Which version?', { question: true })
  await karin.done('notAnAnswer', { messageId })
  await says(ticket, 'Which version, please?', { question: true })
  await karin.done('reply', { ticketId: ticket.id, body: 'Seven.' })
  await desk.ingrid.done('stateFacts', { partId, facts: [fact('customerChange', true)] })
  await desk.ingrid.done('awaitDependency', { partId, reason: 'Digdir.' })
  await desk.ingrid.done('dependencyAnswered', { partId })
  await desk.world.advance(minutes(241))
  await desk.ingrid.done('splitPart', { partId, title: 'Also' })
  await desk.resolve(partId, 'HOW_TO')
  await karin.done('doubtResolution', { partId, reason: 'No.' })
  await desk.resolve(partId, 'CODE_DEFECT')
  await karin.done('confirmResolution', { partId })
  return ticket
}

/** Proposed and declined, lapsed, withdrawn, accepted. */
async function proposals(): Promise<Opened> {
  const ticket = await desk.open(karin)
  const { partId } = ticket
  const propose = async () => (await desk.ingrid.done('announceClass', { partId, facts: [fact('dataLoss', true)] }, 'proposal { id }')).proposal.id
  await karin.done('declineProposal', { partId, decisionId: await propose() })
  await propose()
  await desk.ingrid.done('announceClass', { partId, facts: [fact('dataLoss', false)] })
  await propose()
  await desk.world.advance(days(14))
  await karin.done('acceptProposal', { partId, decisionId: await propose() })
  await says(ticket, 'What was deleted?', { question: true })
  await karin.done('needNothing', { ticketId: ticket.id })
  await says(ticket, 'What was deleted?', { question: true })
  await desk.world.advance(days(7))
  await desk.resolve(partId, 'DATA_MISTAKE')
  await karin.done('confirmResolution', { partId })
  return ticket
}

/** A report by somebody without a plan, who bought one for it, and a window that ended. */
async function aWindow(): Promise<Opened> {
  const buyer = await desk.client(0)
  const ticket = await desk.report(buyer)
  await desk.give(buyer, 5)
  const { proposal } = await desk.ingrid.done('announceClass', { partId: ticket.partId }, 'proposal { id }')
  await buyer.done('acceptProposal', { partId: ticket.partId, decisionId: proposal.id })
  await desk.resolve(ticket.partId, 'HOW_TO')
  await desk.world.advance(days(14))
  return ticket
}

it('T8 the history is the events themselves, numbered from 1 without gaps for the staff, and with gaps only where a contact may not see', async () => {
  for (const ticket of played) {
    const ours = await told(ticket)
    expect(ours.length).toBeGreaterThan(15)
    expect(ours.map((e) => e.number)).toEqual(ours.map((_, i) => i + 1))
  }
  for (const ticket of played.slice(0, 2)) {
    const [ours, theirs] = [await told(ticket), await told(ticket, karin)]
    expect(theirs).toEqual(ours.filter((e) => e.visibility === 'PUBLIC'))
  }
})

it('every event that occurs is told in a sentence of its own', async () => {
  const all = (await Promise.all(played.map((ticket) => told(ticket)))).flat()
  // An event that has no sentence of its own is told by its name, which begins with a small letter.
  for (const { type, sentence } of all) expect(`${type}: ${sentence}`).toMatch(/^[a-z._]+: [A-Z].*\.$/)
  expect(all.map((e) => e.sentence).join(' ')).not.toMatch(/undefined|null|\[object|nothing nothing/)
  expect([...new Set(all.map((e) => e.type))].sort()).toEqual([
    'clock.breached', 'clock.changed', 'clock.paused', 'clock.reopened', 'clock.resumed', 'clock.started', 'clock.stopped', 'clock.warned',
    'decision.recorded', 'fact.contested', 'fact.stated', 'message.not_an_answer', 'message.written',
    'part.class_announced', 'part.confirmed', 'part.customer_answered', 'part.customer_silent', 'part.dependency_answered', 'part.nothing_needed',
    'part.proposal_accepted', 'part.proposal_declined', 'part.proposal_lapsed', 'part.proposal_withdrawn', 'part.proposed', 'part.resolution_doubted',
    'part.resolved', 'part.split', 'part.waiting_on_customer', 'part.waiting_on_dependency',
    'ticket.assigned', 'ticket.closed', 'ticket.opened', 'units.captured', 'units.released', 'units.reserved',
  ])
})

it('R36 each says who did it: a member, a contact, or a machine', async () => {
  const by = new Map((await told(played[2]!)).map((e) => [e.type, e.actorKind]))
  expect([by.get('ticket.opened'), by.get('part.proposed'), by.get('part.proposal_accepted'), by.get('part.confirmed'), by.get('units.captured')])
    .toEqual(['CONTACT', 'MEMBER', 'CONTACT', 'AUTOMATION', 'AUTOMATION'])
})

it('a page of the history goes on where the one before ended', async () => {
  const whole = (await told(played[0]!)).map((e) => e.number)
  const paged: number[] = []
  for (let after: string | null = ''; after !== null;) {
    const { ticket } = await desk.ingrid.ask(`query ($id: ID!) { ticket(id: $id) { timeline(first: 7${after && `, after: "${after}"`}) { edges { node { number } } pageInfo { hasNextPage endCursor } } } }`, { id: played[0]!.id })
    paged.push(...ticket.timeline.edges.map((e: any) => e.node.number))
    after = ticket.timeline.pageInfo.hasNextPage ? ticket.timeline.pageInfo.endCursor : null
  }
  expect(paged).toEqual(whole)
})
