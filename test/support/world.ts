import 'reflect-metadata'
import { randomUUID } from 'node:crypto'
import { type Sandbox, startSandbox } from '../../sandbox/server.js'
import { type App, openApp } from '../../src/app.js'
import { openStripe, type StripeDoor } from '../../src/billing/stripe.js'
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
  /** Where the product's requests to Stripe go; on the world's clock. Its webhooks come to the product. */
  readonly sandbox: Sandbox
  readonly stripe: StripeDoor
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
  /** Lets webhooks arrive and jobs be worked until nothing is left. */
  settle(): Promise<void>
  /** Posts a card on a payment page and settles; answers the page's HTTP status: 303 paid, 402 declined, 410 expired. */
  pay(checkoutUrl: string, card?: string): Promise<number>
  /** Throws when the product sent Stripe a request, or got an answer, that Stripe does not declare. */
  close(): Promise<void>
}

export interface Tenant { vendorId: Id<'vnd'>; memberId: Id<'mem'>; token: string; handle: string }

const STRIPE = { secretKey: 'sk_test_world', webhookSecret: 'whsec_world' }

/** The product over real HTTP on a database of its own, with a clock that the test sets. */
export async function openWorld(start: Date = MONDAY): Promise<World> {
  const template = await prepareTemplate('product', async (urls) => migrate(urls))
  const db = await createDatabase('world', template)
  const clock = manualClock(start)
  const log = openLog(process.env.LOG_LEVEL === 'debug' ? 'debug' : 'error', clock.now)
  const violations: string[] = []
  const sandbox = await openSandbox(clock, violations)
  const stripe = openStripe({ ...STRIPE, host: sandbox.host, port: sandbox.port, protocol: 'http' })
  const app = await openApp({
    appUrl: db.appUrl, jobsUrl: db.jobsUrl, clock, log, tokenSecret: 'a secret for tests that is long enough', stripe,
  })
  const port = await app.server.listen(0, '127.0.0.1')
  const url = `http://127.0.0.1:${port}`
  sandbox.setWebhook({ url: `${url}/stripe/webhook`, secret: STRIPE.webhookSecret })
  const world: World = {
    app, db, clock, url, sandbox, stripe,
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
      await sandbox.tick()
      await world.settle()
    },
    settle: async () => {
      await sandbox.drain()
      await app.relay.settle()
      if (!sandbox.undelivered().some((event) => event.attempts === 0)) return
      await sandbox.drain() // a job made something happen at Stripe
      await app.relay.settle()
    },
    pay: async (checkoutUrl, card = '4242 4242 4242 4242') => {
      const body = new URLSearchParams({ card_number: card })
      const { status } = await fetch(checkoutUrl, { method: 'POST', redirect: 'manual', body })
      await world.settle()
      return status
    },
    close: async () => {
      await sandbox.stop()
      await app.close()
      await db.drop()
      if (violations.length > 0) throw new Error(`Stripe declares something else:\n${violations.join('\n')}`)
    },
  }
  return world
}

/** The stand-in for Stripe; the contract, which is large, is read at the first request. */
async function openSandbox(clock: ManualClock, violations: string[]): Promise<Sandbox> {
  const contract = () => import('./stripe-contract.js')
  let checked: Promise<void> = Promise.resolve()
  const sandbox = await startSandbox({
    now: clock.now, retryDelaysMs: [20, 40],
    onRequest: ({ method, path, params, status, body }) => {
      checked = checked.then(async () => {
        const { checkRequest, checkResponse } = await contract()
        const wrong = [...checkRequest(method, path, params), ...(status === 0 ? [] : checkResponse(method, path, body))]
        violations.push(...wrong.map((w) => `${method} ${path} ${status} ${w}`))
      }, (error: unknown) => void violations.push(String(error)))
    },
  })
  const { stop } = sandbox
  return Object.assign(sandbox, { stop: async () => {
    await stop()
    await checked
  } })
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
