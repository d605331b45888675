// A running sandbox, the real SDK pointed at it, and a webhook endpoint. Every request, answer and event is checked
// against the contract; what is wrong is collected and fails the test that caused it.
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer, type Server, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Stripe from 'stripe'
import { afterEach, beforeEach, expect } from 'vitest'
import { startSandbox, type Sandbox, type SandboxOptions } from '../../sandbox/server.js'
import { checkEvent, checkRequest, checkResponse } from './stripe-contract.js'

export const secret = 'whsec_test'
export const paid = '4242 4242 4242 4242'
export const successUrl = 'https://vendor.example/thanks?session={CHECKOUT_SESSION_ID}'

export interface Receiver { url: string; events: Stripe.Event[]; ids: string[]; answers: number[] }

export interface SandboxBench {
  /** A folder that goes with the test. */
  readonly folder: string
  /** A webhook endpoint that verifies as the product does. Its `answers` are the next statuses; then 200. */
  receive(): Promise<Receiver>
  start(options?: SandboxOptions): Promise<{ sandbox: Sandbox; stripe: Stripe }>
  /** Ends with the test, the last one first. */
  onEnd(end: () => Promise<unknown>): void
}

/** Call once per test file: sets up and clears around each test, and fails a test with violations of the contract. */
export function useSandbox(): SandboxBench {
  let violations: string[] = []
  let ending: (() => Promise<unknown>)[] = []
  let folder = ''

  beforeEach(() => {
    violations = []
    ending = []
    folder = mkdtempSync(join(tmpdir(), 'sandbox-'))
  })
  afterEach(async () => {
    for (const end of ending.reverse()) await end()
    rmSync(folder, { recursive: true })
    expect(violations).toEqual([])
  })

  async function receive(): Promise<Receiver> {
    const server = createServer()
    const receiver: Receiver = { url: '', events: [], ids: [], answers: [] }
    const take = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
      const chunks: Buffer[] = []
      for await (const chunk of request) chunks.push(chunk as Buffer)
      const event = Stripe.webhooks.constructEvent(Buffer.concat(chunks), request.headers['stripe-signature'] as string, secret)
      violations.push(...checkEvent(event).map(wrong => `event ${event.type} ${wrong}`))
      const status = receiver.answers.shift() ?? 200
      receiver.ids.push(event.id)
      if (status === 200) receiver.events.push(event)
      response.writeHead(status).end()
    }
    server.on('request', (request, response) => void take(request, response))
    receiver.url = `http://127.0.0.1:${await listen(server)}/stripe/webhook`
    ending.push(() => close(server))
    return receiver
  }

  async function start(options: SandboxOptions = {}): Promise<{ sandbox: Sandbox; stripe: Stripe }> {
    const sandbox = await startSandbox({
      retryDelaysMs: [20, 40],
      onRequest: ({ method, path, params, status, body }) => {
        if (status === 0) return // closed without an answer, as told
        const wrong = [...(status < 400 ? checkRequest(method, path, params) : []), ...checkResponse(method, path, body)]
        violations.push(...wrong.map(violation => `${method} ${path} ${status} ${violation}`))
      },
      ...options,
    })
    ending.push(() => sandbox.stop())
    return { sandbox, stripe: connect(sandbox.port) }
  }

  return { receive, start, onEnd: end => void ending.push(end), get folder() { return folder } }
}

async function listen(server: Server): Promise<number> {
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  return (server.address() as AddressInfo).port
}

const close = (server: Server) => new Promise<void>(resolve => {
  server.close(() => resolve())
  server.closeAllConnections()
})

/** The SDK as it is, without retries of its own. */
export const connect = (port: number, key = 'sk_test_x'): Stripe =>
  new Stripe(key, { host: '127.0.0.1', port, protocol: 'http', maxNetworkRetries: 0, telemetry: false })

/** Parameters of a session that sells one incident for 149 euros. */
export const incident = (fields: Partial<Stripe.Checkout.SessionCreateParams> = {}): Stripe.Checkout.SessionCreateParams => ({
  mode: 'payment', success_url: successUrl, cancel_url: 'https://vendor.example/cancelled',
  line_items: [{ quantity: 1, price_data: { currency: 'eur', unit_amount: 14_900, product_data: { name: 'One incident' } } }],
  client_reference_id: 'ord_1', metadata: { order: 'ord_1' },
  payment_intent_data: { metadata: { order: 'ord_1' }, transfer_group: 'ord_1' },
  ...fields,
})

type Payable = Pick<Stripe.Checkout.Session, 'url'>

/** Posts a card number to the session's page, as its form does. */
export async function pay({ url }: Payable, cardNumber: string, fields?: Record<string, string>): Promise<Response> {
  const body = new URLSearchParams({ card_number: cardNumber, ...fields })
  return fetch(url!, { method: 'POST', redirect: 'manual', body })
}

/** Calls a control of the sandbox: POST with fields, GET without. */
export async function control(sandbox: Sandbox, name: string, fields?: Record<string, string>): Promise<Record<string, unknown>> {
  const request = fields ? { method: 'POST', body: new URLSearchParams(fields) } : {}
  const answer = await fetch(`${sandbox.url}/_sandbox/${name}`, request)
  return await answer.json() as Record<string, unknown>
}

/** The Stripe error that a call fails with. */
export const failure = async (promise: Promise<unknown>): Promise<Stripe.errors.StripeError> => {
  const error = await promise.then(() => undefined, (thrown: unknown) => thrown)
  expect(error).toBeInstanceOf(Stripe.errors.StripeError)
  return error as Stripe.errors.StripeError
}

/** The types of the events taken, in alphabetical order. */
export const types = (receiver: Receiver) => receiver.events.map(event => event.type).sort()
