import 'reflect-metadata'
import { randomUUID } from 'node:crypto'
import { type App, openApp } from '../../src/app.js'
import { type Actor, automation } from '../../src/kernel/actor.js'
import { contextFor } from '../../src/kernel/act.js'
import type { Id } from '../../src/kernel/ids.js'
import { openLog } from '../../src/kernel/log.js'
import { type ManualClock, manualClock } from '../../src/kernel/time.js'
import { migrate } from '../../src/migrate.js'
import { createDatabase, prepareTemplate, type TestDatabase } from './postgres.js'

/** A Monday morning in Oslo, and nobody's holiday. */
export const MONDAY = new Date('2026-03-02T08:00:00Z')

export interface Reply<T = Record<string, any>> {
  status: number
  data: T
  errors?: { message: string; path?: (string | number)[]; extensions: Record<string, any> }[]
}

export interface World {
  readonly app: App
  readonly db: TestDatabase
  readonly clock: ManualClock
  readonly url: string
  /** Asks over real HTTP. */
  ask(document: string, variables?: Record<string, unknown>, token?: string): Promise<Reply>
  /**
   * Runs one mutation over HTTP with an input, and answers its result, `__typename` included. Selects `fields` of the thing,
   * and code, message, next and bad fields of any refusal. An idempotency key is made when the input has none.
   */
  mutate(name: string, input: Record<string, unknown>, fields: string, token?: string): Promise<Record<string, any>>
  /** The same, and throws unless the thing itself came back. */
  done(name: string, input: Record<string, unknown>, fields: string, token?: string): Promise<Record<string, any>>
  /** Signs up a vendor; answers its id, first admin and token. */
  signUp(handle?: string): Promise<Tenant>
  /** Moves the clock and lets everything that is due happen. */
  advance(ms: number): Promise<void>
  settle(): Promise<void>
  close(): Promise<void>
}

export interface Tenant { vendorId: Id<'vnd'>; memberId: Id<'mem'>; token: string; handle: string }

/** The product over real HTTP on a database of its own, with a clock that the test sets. */
export async function openWorld(start: Date = MONDAY): Promise<World> {
  const template = await prepareTemplate('product', async (urls) => migrate(urls))
  const db = await createDatabase('world', template)
  const clock = manualClock(start)
  const log = openLog(process.env.LOG_LEVEL === 'debug' ? 'debug' : 'error', clock.now)
  const app = await openApp({ appUrl: db.appUrl, jobsUrl: db.jobsUrl, clock, log, tokenSecret: 'a secret for tests that is long enough' })
  const port = await app.server.listen(0, '127.0.0.1')
  const url = `http://127.0.0.1:${port}`
  const world: World = {
    app, db, clock, url,
    ask: (document, variables, token) => post(`${url}/graphql`, document, variables, token),
    mutate: (name, input, fields, token) => mutate(world, name, input, fields, token),
    done: async (name, input, fields, token) => {
      const result = await world.mutate(name, input, fields, token)
      if ('code' in result && 'next' in result) throw new Error(`${name} refused: ${JSON.stringify(result)}`)
      return result
    },
    signUp: (handle = `v${randomUUID().slice(0, 8)}`) => signUp(world, handle),
    advance: async (ms) => {
      clock.advance(ms)
      await app.relay.settle()
    },
    settle: () => app.relay.settle(),
    close: async () => {
      await app.close()
      await db.drop()
    },
  }
  return world
}

async function post(url: string, query: string, variables: Record<string, unknown> = {}, token?: string): Promise<Reply> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(token ? { authorization: `Bearer ${token}` } : {}) },
    body: JSON.stringify({ query, variables }),
  })
  return { status: response.status, ...((await response.json()) as Omit<Reply, 'status'>) }
}

async function mutate(world: World, name: string, input: Record<string, unknown>, fields: string, token?: string) {
  const type = `${name[0]!.toUpperCase()}${name.slice(1)}`
  const thing = thingOf(world, `${type}Result`)
  const { data, errors } = await world.ask(
    `mutation ($input: ${type}Input!) { ${name}(input: $input) { __typename
      ... on ${thing} { ${fields} } ... on Refusal { code message next } ... on InvalidInput { fields { path message } } } }`,
    { input: { idempotencyKey: randomUUID(), ...input } }, token)
  if (errors) throw new Error(`${name}: ${JSON.stringify(errors)}`)
  return data[name] as Record<string, any>
}

/** The member of a result union that is no refusal. */
function thingOf(world: World, union: string): string {
  const type = world.app.schema.getType(union)
  if (!type || !('getTypes' in type)) throw new Error(`There is no union ${union}.`)
  return type.getTypes()[0]!.name
}

async function signUp(world: World, handle: string): Promise<Tenant> {
  const made = await world.done('signUpVendor', {
    name: 'Havblikk', handle, referencePrefix: 'HAV', locale: 'nb', timeZone: 'Europe/Oslo', currency: 'NOK',
    memberName: 'Ingrid Solheim', memberEmail: 'ingrid@havblikk.example',
  }, 'vendor { id } member { id } token')
  return { vendorId: made.vendor.id, memberId: made.member.id, token: made.token, handle }
}

/** A context inside a vendor for calling verbs directly, as the product itself unless told otherwise. */
export const inside = (world: World, vendorId: Id<'vnd'>, actor: Actor = automation(vendorId)) =>
  contextFor(world.app.database, world.clock, actor, randomUUID())
