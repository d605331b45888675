import 'reflect-metadata'
import { randomUUID } from 'node:crypto'
import { expect } from 'vitest'
import type { ContactRole } from '../../src/kernel/actor.js'
import type { Id } from '../../src/kernel/ids.js'
import { type Havblikk, havblikk } from '../support/havblikk.js'
import { openWorld, type World } from '../support/world.js'

/** Somebody who does things and is refused things, signed in anew each time, since a test can take months. */
export interface Person {
  readonly id: string
  /** Does it, and throws when refused. */
  done(name: string, input: Record<string, unknown>, fields?: string): Promise<Record<string, any>>
  /** The refusal's code, or OK. */
  code(name: string, input: Record<string, unknown>): Promise<string>
  /** Everything that came back, refused or not. */
  tried(name: string, input: Record<string, unknown>, fields?: string): Promise<Record<string, any>>
  ask(query: string, variables?: Record<string, unknown>): Promise<Record<string, any>>
}

export interface Client extends Person { readonly customerId: Id<'cus'> }

export interface Problem { kind?: string; severity?: string; component?: string; facts?: { name: string; value: unknown }[] }

export interface Opened { readonly id: string; readonly partId: string; readonly reference: string }

/** The desk of a vendor that sells, over the real API. */
export interface Desk {
  readonly world: World
  readonly vendor: Havblikk
  /** The first admin of the vendor. */
  readonly ingrid: Person
  /** A new customer with units of a plan (the package of five, unless told otherwise), and a contact. */
  client(units?: number, planVersionId?: string, roles?: ContactRole[]): Promise<Client>
  colleague(of: Client, ...roles: ContactRole[]): Promise<Client>
  give(to: Client, units: number, planVersionId?: string): Promise<Record<string, any>>
  /** A ticket whose ceiling the client accepts. */
  open(by: Client, problem?: Problem, more?: Record<string, unknown>): Promise<Opened>
  /** What may be the vendor's defect, reported with a ceiling of nothing. */
  report(by: Client, problem?: Problem): Promise<Opened>
  resolve(partId: string, cause: string, more?: Record<string, unknown>): Promise<Record<string, any>>
  part(partId: string, fields: string, by?: Person): Promise<any>
  clock(partId: string, metric: string): Promise<any>
  /** Units of a client, by where they are. */
  units(of: Client): Promise<{ available: number; reserved: number; used: number }>
  close(): Promise<void>
}

/** What a problem says when nothing else is said: a question about an own component. */
export const problemOf = (given: Problem = {}) => ({ product: 'LONN', component: 'PAYSLIPS', kind: 'QUESTION', severity: 'NORMAL', ...given })

function person(world: World, vendorId: Id<'vnd'>, id: Id<'mem'> | Id<'con'>): Person {
  const token = () => world.app.tokens.issue(vendorId, id)
  const tried = async (name: string, input: Record<string, unknown>, fields = '__typename') => world.mutate(name, input, fields, await token())
  return {
    id, tried,
    done: async (name, input, fields = '__typename') => world.done(name, input, fields, await token()),
    code: async (name, input) => (await tried(name, input)).code ?? 'OK',
    ask: async (query, variables) => {
      const { data, errors } = await world.ask(query, variables, await token())
      expect(errors).toBeUndefined()
      return data
    },
  }
}

const OPENED = 'id reference parts { id }'
const openedOf = (ticket: Record<string, any>): Opened => ({ id: ticket.id, partId: ticket.parts[0].id, reference: ticket.reference })

export async function openDesk(): Promise<Desk> {
  const world = await openWorld()
  const vendor = await havblikk(world)
  const ingrid = person(world, vendor.vendorId, vendor.memberId)
  const contactOf = async (customerId: Id<'cus'>, roles: readonly ContactRole[]): Promise<Client> => {
    const { id } = await ingrid.done('createContact', { customerId, name: 'Karin', email: `${randomUUID()}@torrfisk.example`, roles }, 'id')
    return { ...person(world, vendor.vendorId, id), customerId }
  }
  const desk: Desk = {
    world, vendor, ingrid,
    client: async (units = 5, planVersionId = vendor.pack, roles = ['REQUESTER', 'APPROVER', 'BILLING']) => {
      const { id } = await ingrid.done('createCustomer', { name: 'Lofoten Tørrfisk', country: 'NO' }, 'id')
      const made = await contactOf(id, roles)
      if (units > 0) await desk.give(made, units, planVersionId)
      return made
    },
    colleague: (of, ...roles) => contactOf(of.customerId, roles),
    give: (to, units, planVersionId = vendor.pack) => ingrid.done('grantUnits', { customerId: to.customerId, planVersionId, units, reason: 'For the test.' }, 'id'),
    open: async (by, problem, more = {}) => openedOf(await by.done('openTicket', {
      problem: problemOf(problem), acceptCeilingUnits: 1, subject: 'How?', body: 'How does it work?', ...more,
    }, OPENED)),
    report: async (by, problem = {}) => openedOf(await by.done('openTicket', {
      problem: problemOf({ kind: 'DEFECT', severity: 'HIGH', ...problem }), acceptCeilingUnits: 0, subject: 'Your defect?', body: 'I think it is yours.',
    }, OPENED)),
    resolve: (partId, cause, more = {}) => ingrid.done('resolvePart', { partId, cause, finding: 'Looked.', answer: 'Do it so.', ...more }, 'state chargeUnits confirmBy'),
    part: async (partId, fields, by = ingrid) => (await by.ask(`query ($id: ID!) { node(id: $id) { ... on Part { ${fields} } } }`, { id: partId })).node,
    clock: async (partId, metric) => {
      const { clocks } = await desk.part(partId, 'clocks { metric state startedAt dueAt stoppedAt breachedAt minutes kind }')
      return clocks.filter((c: any) => c.metric === metric).at(-1) ?? null
    },
    units: async (of) => {
      const { agreements } = await of.ask('{ agreements { edges { node { lots { edges { node { available reserved used } } } } } } }')
      const lots = agreements.edges.flatMap((a: any) => a.node.lots.edges.map((l: any) => l.node))
      const sum = (name: string): number => lots.reduce((n: number, lot: any) => n + lot[name], 0)
      return { available: sum('available'), reserved: sum('reserved'), used: sum('used') }
    },
    close: () => world.close(),
  }
  return desk
}

/** A package on sale with promises of its own: five incidents, an answer in four office hours, unless told otherwise. */
export async function planOf({ ingrid, vendor: { calendarId } }: Desk, code: string, terms: object = {}, minutes: Record<string, number> = {}): Promise<string> {
  const { id: planId } = await ingrid.done('createPlan', { code, name: code, kind: 'PACKAGE' }, 'id')
  const prices = [{ currency: 'NOK', amountMinor: 900_000, taxRateBps: 2500, interval: 'ONE_OFF' }]
  const { id } = await ingrid.done('draftPlanVersion', { planId, unit: 'INCIDENT', units: 5, termDays: 365, summary: `${code}.`, prices, ...terms }, 'id')
  const promised = { FIRST_RESPONSE: 240, NEXT_RESPONSE: 240, RESOLUTION: 960, ...minutes }
  await ingrid.done('setPromises', { planVersionId: id, promises: Object.entries(promised).map(([metric, length]) => ({ metric, minutes: length, calendarId, kind: 'TARGET' })) })
  await ingrid.done('publishPlanVersion', { planVersionId: id })
  return id
}

/** Publishes other rules, a minute after whatever came before; what was sold before keeps the rules of its sale. */
export async function publish({ world, ingrid, vendor: { policyId } }: Desk, rules: readonly object[]): Promise<void> {
  world.clock.advance(60_000)
  const { id: versionId } = await ingrid.done('draftScopePolicy', { policyId, rules }, 'id')
  await ingrid.done('publishScopePolicy', { versionId })
}
