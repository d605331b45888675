// /v1: authenticate, find the route, read the parameters, do the work once per idempotency key, keep it, answer.
import { setTimeout as wait } from 'node:timers/promises'
import { catalogRoutes } from './catalog.js'
import { paymentMethodRoutes } from './cards.js'
import { chargeRoutes } from './charges.js'
import { checkoutRoutes } from './checkout.js'
import type { Context } from './context.js'
import { customerRoutes } from './customers.js'
import { invalid, noSuchPath, StripeFailure, unauthenticated } from './errors.js'
import { apiVersion, eventRoutes } from './events.js'
import { expand } from './expand.js'
import type { Fault, Faults } from './faults.js'
import type { Form } from './form.js'
import type { Answer, Idempotency } from './idempotency.js'
import { paymentRoutes } from './payments.js'
import { refundRoutes } from './refunds.js'
import { match, type Matched, type Route } from './routes.js'
import { newId } from './state.js'

/** Every operation that the sandbox serves. */
const routes: Route[] = [
  ...customerRoutes, ...catalogRoutes, ...checkoutRoutes, ...paymentRoutes, ...paymentMethodRoutes, ...chargeRoutes,
  ...refundRoutes, ...eventRoutes,
]

export interface ApiRequest { method: string; path: string; params: Form; headers: Record<string, string | string[] | undefined> }
export interface ApiAnswer extends Answer { headers: Record<string, string> }

export interface Api {
  ctx: Context
  faults: Faults
  idempotency: Idempotency
  log(line: string): void
}

function header(request: ApiRequest, name: string): string | undefined {
  const value = request.headers[name]
  return Array.isArray(value) ? value[0] : value
}

function authenticate(request: ApiRequest): void {
  const key = /^Bearer (\S+)$/.exec(header(request, 'authorization') ?? '')?.[1]
  if (!key) {
    throw unauthenticated('You did not provide an API key: send Authorization: Bearer and a key that begins with sk_test_.')
  }
  if (!/^(sk|rk)_test_./.test(key)) {
    throw unauthenticated(`Invalid API Key provided: ${key.slice(0, 8)}***. The sandbox takes keys that begin with sk_test_.`)
  }
  if (header(request, 'stripe-account')) throw invalid('The sandbox does not serve connected accounts (Stripe-Account).')
}

function find(request: ApiRequest): Matched {
  const found = match(routes, request.method, request.path)
  if (!found) throw noSuchPath(request.method, request.path)
  return found
}

const failureOf = (api: Api, error: unknown): StripeFailure => {
  if (error instanceof StripeFailure) return error
  api.log(`error: ${error instanceof Error ? error.stack : String(error)}`)
  return new StripeFailure(500, { type: 'api_error', message: 'The sandbox failed: its log says why.' })
}

/** Runs the handler. Its refusals are answers like any other: they are kept for the key too. */
function work(api: Api, ctx: Context, { route, ids }: Matched, params: Form): { run: () => Answer } {
  const handle = route.prepare(params)
  const paths = Array.isArray(params.expand) ? params.expand.map(String) : []
  return {
    run: () => {
      try {
        return { status: 200, body: expand(ctx, handle(ctx, ids), paths) }
      } catch (error) {
        const { status, body } = failureOf(api, error)
        return { status, body: structuredClone(body) }
      }
    },
  }
}

interface Once extends Answer { isReplay: boolean }

async function once(api: Api, ctx: Context, request: ApiRequest, found: Matched, fault: Fault | undefined): Promise<Once> {
  const key = request.method === 'POST' ? ctx.request?.idempotency_key : undefined
  const asked = `${request.method} ${request.path} ${JSON.stringify(request.params)}`
  const kept = key ? api.idempotency.begin(ctx, key, asked) : undefined
  if (kept) return { ...kept, isReplay: true }
  try {
    const answer = work(api, ctx, found, request.params).run()
    if (key) api.idempotency.keep(ctx, key, answer)
    if (request.method !== 'GET') await ctx.store.save()
    if (fault) await wait(fault.delayMs)
    return { ...answer, isReplay: false }
  } finally {
    if (key) api.idempotency.release(key)
  }
}

const faultAnswer = (status: number): Answer => ({
  status,
  body: {
    error: {
      type: status >= 500 ? 'api_error' : 'invalid_request_error', message: `The sandbox was told to fail with ${status}.`,
    },
  },
})

/** Answers a request; undefined means that the connection is to be closed without an answer. */
export async function answerApi(api: Api, request: ApiRequest): Promise<ApiAnswer | undefined> {
  const key = header(request, 'idempotency-key') ?? null
  const ctx: Context = { ...api.ctx, request: { id: newId('req_', 14), idempotency_key: key } }
  const headers: Record<string, string> = {
    'request-id': ctx.request!.id, 'stripe-version': header(request, 'stripe-version') ?? apiVersion,
  }
  if (key) headers['idempotency-key'] = key
  const fault = api.faults.take(request.path)
  if (fault?.when === 'BEFORE' && fault.status !== null) {
    await wait(fault.delayMs)
    return fault.status === 0 ? undefined : { ...faultAnswer(fault.status), headers }
  }
  try {
    authenticate(request)
    const { isReplay, ...answer } = await once(api, ctx, request, find(request), fault)
    if (isReplay) headers['idempotent-replayed'] = 'true'
    if (fault && fault.status !== null) return fault.status === 0 ? undefined : { ...faultAnswer(fault.status), headers }
    return { ...answer, headers }
  } catch (error) {
    const { status, body } = failureOf(api, error)
    return { status, body, headers }
  }
}
