import 'reflect-metadata'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { eq } from 'drizzle-orm'
import { ask } from '../../src/kernel/query.js'
import { hours } from '../../src/kernel/time.js'
import { lot, reservation } from '../../src/entitlements/entitlements.table.js'
import { clock } from '../../src/sla/sla.table.js'
import { decisionOf, nextMoveOn } from '../../src/tickets/parts.js'
import { message, part, ticket } from '../../src/tickets/ticket.table.js'
import { moverOf, nextMoveOf, type State } from '../../src/tickets/ticket-state.js'
import { inside } from '../support/world.js'
import { type Client, type Desk, openDesk, type Opened } from './desk.js'

let desk: Desk
beforeAll(async () => void (desk = await openDesk()))
afterAll(() => desk.close())

const kinds = ['ANSWER', 'QUESTION', 'RECEIPT', 'NOTE', 'CONTACT', 'NEED_NOTHING', 'DOUBT_ANSWER', 'ANNOUNCE', 'ACCEPT', 'DECLINE', 'STATE', 'AWAIT',
  'THIRD_PARTY', 'SPLIT', 'RESOLVE', 'CONFIRM', 'DOUBT', 'BUY', 'PASS'] as const
type Kind = (typeof kinds)[number]

/** What people mostly do in a state; now and then they do anything at all. */
const usual: Record<State, readonly Kind[]> = {
  OPEN: ['ANSWER', 'QUESTION', 'CONTACT', 'ANNOUNCE', 'ANNOUNCE', 'RESOLVE', 'RESOLVE', 'AWAIT', 'STATE', 'SPLIT', 'DOUBT_ANSWER'],
  WAITING_ON_CUSTOMER: ['CONTACT', 'NEED_NOTHING', 'DOUBT_ANSWER', 'PASS', 'RESOLVE'],
  WAITING_ON_DEPENDENCY: ['THIRD_PARTY', 'ANSWER', 'RESOLVE', 'PASS'],
  PROPOSED: ['ACCEPT', 'ACCEPT', 'DECLINE', 'ANNOUNCE', 'BUY', 'PASS', 'RESOLVE'],
  RESOLVED: ['CONFIRM', 'DOUBT', 'DOUBT', 'PASS'],
  CLOSED: kinds,
}
const step = fc.record({
  anything: fc.nat({ max: 4 }).map((n) => n === 0), pick: fc.nat({ max: 10_000 }), which: fc.nat({ max: 2 }),
  fact: fc.constantFrom<[string, boolean]>(['dataLoss', true], ['dataLoss', true], ['dataLoss', false], ['outage', true], ['customerChange', true]),
  cause: fc.constantFrom('HOW_TO', 'HOW_TO', 'CODE_DEFECT', 'DATA_MISTAKE', 'UNDETERMINED', 'PARTNER_DEFECT'),
  flag: fc.boolean(), inHours: fc.constantFrom(1, 30, 24 * 7, 24 * 15),
})
type Step = typeof step extends fc.Arbitrary<infer S> ? S : never

interface History { readonly karin: Client; readonly opened: Opened; readonly partIds: string[] }

/** What became of every kind of step. */
const outcomes = new Map<Kind, Set<string>>()

async function take(history: History, taken: Step): Promise<void> {
  const partId = history.partIds[taken.which % history.partIds.length]!
  const { state } = await desk.part(partId, 'state')
  const choices = taken.anything ? kinds : usual[state as State]
  const kind = choices[taken.pick % choices.length]!
  const code = await doStep(history, partId, kind, taken)
  outcomes.set(kind, (outcomes.get(kind) ?? new Set()).add(code))
}

async function doStep({ karin, opened: { id: ticketId }, partIds }: History, partId: string, kind: Kind, { fact: [name, value], cause, flag, inHours }: Step): Promise<string> {
  const { ingrid } = desk
  const says = (more = {}) => ingrid.code('reply', { ticketId, body: 'x', ...more })
  switch (kind) {
    case 'ANSWER': return says()
    case 'QUESTION': return says({ question: true })
    case 'RECEIPT': return says({ receipt: true })
    case 'NOTE': return says({ visibility: 'INTERNAL' })
    case 'CONTACT': return karin.code('reply', { ticketId, body: 'x' })
    case 'NEED_NOTHING': return karin.code('needNothing', { ticketId })
    case 'DOUBT_ANSWER': return karin.code('notAnAnswer', { messageId: await newestAnswer(ticketId) })
    case 'ANNOUNCE': return ingrid.code('announceClass', { partId, facts: [{ name, value }], ...(flag ? { message: 'x' } : {}) })
    case 'ACCEPT': case 'DECLINE': {
      const { proposal } = await desk.part(partId, 'proposal { id }')
      return proposal ? karin.code(kind === 'ACCEPT' ? 'acceptProposal' : 'declineProposal', { partId, decisionId: proposal.id }) : 'NONE'
    }
    case 'STATE': return (flag ? ingrid : karin).code('stateFacts', { partId, facts: [{ name: 'customerChange', value }] })
    case 'AWAIT': return ingrid.code('awaitDependency', { partId, reason: 'Digdir.' })
    case 'THIRD_PARTY': return ingrid.code('dependencyAnswered', { partId })
    case 'SPLIT': {
      const made = await ingrid.tried('splitPart', { partId, title: 'Also' }, 'id')
      if (made.id) partIds.push(made.id)
      return made.code ?? 'OK'
    }
    case 'RESOLVE': return ingrid.code('resolvePart', { partId, cause, finding: 'x', answer: 'x', waive: flag })
    case 'CONFIRM': return karin.code('confirmResolution', { partId })
    case 'DOUBT': return karin.code('doubtResolution', { partId, reason: 'x' })
    case 'BUY': return desk.give(karin, 5).then(() => 'OK')
    case 'PASS': return desk.world.advance(hours(inHours)).then(() => 'OK')
  }
}

const reads = <T>(question: Parameters<typeof ask<T>>[1]) => ask(inside(desk.world, desk.vendor.vendorId), question)
const newestAnswer = (ticketId: string) => reads(async (read) => {
  const said = await read.db.select().from(message).where(eq(message.ticketId, ticketId as never)).orderBy(message.at, message.id)
  return said.findLast((m) => m.authorKind === 'MEMBER')?.id ?? said[0]!.id
})

/** Everything that must be true of a ticket at every moment. */
const check = ({ opened, karin }: History) => reads(async (read) => {
  const [of] = await read.db.select().from(ticket).where(eq(ticket.id, opened.id as never))
  const parts = await read.db.select().from(part).where(eq(part.ticketId, of!.id))
  const held = await read.db.select().from(reservation).where(eq(reservation.state, 'HELD'))
  const moves: { state: State; move: Awaited<ReturnType<typeof nextMoveOn>> }[] = []
  for (const p of parts) {
    const [decision, move, clocks] = [await decisionOf(read, p.id), await nextMoveOn(read, p), await read.db.select().from(clock).where(eq(clock.subjectId, p.id))]
    moves.push({ state: p.state, move })
    expect([move.mover, move.dueAt === null]).toEqual([moverOf[p.state], p.state === 'CLOSED'])
    const open = clocks.filter((c) => c.state === 'RUNNING' || c.state === 'PAUSED')
    expect(new Set(open.map((c) => c.metric)).size).toBe(open.length)
    if (p.state === 'RESOLVED' || p.state === 'CLOSED') expect(open).toEqual([])
    const most = { INCIDENT: p.ceilingIncidents, MINUTE: p.ceilingMinutes }
    if (p.chargeUnits) expect(p.chargeUnits).toBeLessThanOrEqual(most[p.chargeUnit!])
    expect([decision.ceilingIncidents, decision.ceilingMinutes]).toEqual([most.INCIDENT, most.MINUTE])
    const own = held.filter((h) => h.subjectId === p.id)
    if (p.state === 'CLOSED') expect(own).toEqual([])
    else expect(own.map((h) => h.units >= most.INCIDENT)).toEqual(most.INCIDENT > 0 ? [true] : [])
    if (own[0]) expect([p.agreementId, decision.agreementId]).toEqual([own[0].agreementId, own[0].agreementId])
  }
  const next = nextMoveOf(moves)
  expect([of!.nextMover, of!.nextDueAt]).toEqual([next.mover, next.dueAt])
  expect(of!.closedAt === null).toBe(of!.state !== 'CLOSED')
  await checkLots(read, karin, parts.reduce((sum, p) => sum + (p.state === 'CLOSED' ? p.chargeUnits ?? 0 : 0), 0))
})

/** E2 for every lot; and what the client has used is exactly what closed parts charged. */
async function checkLots(read: Parameters<Parameters<typeof ask>[1]>[0], karin: Client, charged: number): Promise<void> {
  for (const l of await read.db.select().from(lot)) expect(l.issued).toBe(l.available + l.reserved + l.used + l.expired + l.refunded + l.transferredOut)
  expect((await desk.units(karin)).used).toBe(charged)
}

it('S9 E2 E3 B5 after every step of any history one party has the move, books and ceilings hold, and nothing lingers (seed 20)', async () => {
  await fc.assert(fc.asyncProperty(fc.boolean(), fc.array(step, { minLength: 10, maxLength: 13 }), async (free, steps) => {
    const karin = await desk.client(3)
    const opened = free ? await desk.report(karin) : await desk.open(karin)
    const history: History = { karin, opened, partIds: [opened.partId] }
    for (const taken of steps) {
      await take(history, taken)
      await check(history)
    }
  }), { seed: 20, numRuns: 24, endOnFailure: true })
  // The histories would show little if some kind of step was never taken.
  expect(kinds.filter((kind) => !outcomes.get(kind)?.has('OK'))).toEqual([])
})
