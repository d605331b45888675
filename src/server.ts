import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { ApolloServer, type ApolloServerPlugin, HeaderMap } from '@apollo/server'
import { ApolloServerPluginCacheControlDisabled, ApolloServerPluginLandingPageDisabled } from '@apollo/server/plugin/disabled'
import { GraphQLError, type GraphQLSchema } from 'graphql'
import { httpStatus, statusOfRefused } from '../plugins/http-status.js'
import { openBudget } from '../plugins/budget.js'
import { checkDocument, limiting } from '../plugins/limits.js'
import { masking } from '../plugins/masking.js'
import { contextOf, type Doors, type RequestContext } from './context.js'
import { endRequest } from './kernel/query.js'

const LARGEST_BODY = 256 * 1024

export interface ServerOptions extends Doors {
  readonly schema: GraphQLSchema
  /** Verifies and stores one Stripe webhook; answers the HTTP status. */
  readonly receiveStripe: (rawBody: Buffer, signature: string | undefined) => Promise<{ status: number; message: string }>
  /** True while requests may be taken. */
  readonly isReady: () => Promise<boolean>
}

export interface ApiServer {
  readonly http: Server
  listen(port: number, host: string): Promise<number>
  /** Takes no new requests, lets those under way finish (at most `graceMs`), and closes. */
  drain(graceMs?: number): Promise<void>
}

/** What one caller may ask for: a busy screen at once, and then about a quarter of what one core can answer. */
const ALLOWANCE = { burst: 300_000, perSecond: 10_000 }

/** Ends the request's read transaction before the answer is sent, and when a plugin fails. */
const ending: ApolloServerPlugin<RequestContext> = {
  requestDidStart: async () => ({ willSendResponse: async ({ contextValue }) => endRequest(contextValue) }),
  unexpectedErrorProcessingRequest: async ({ requestContext }) => endRequest(requestContext.contextValue),
}

export async function openServer(options: ServerOptions): Promise<ApiServer> {
  const masked = masking(options.log)
  const apollo = new ApolloServer<RequestContext>({
    schema: options.schema, introspection: true, includeStacktraceInErrorResponses: false, stopOnTerminationSignals: false,
    formatError: masked.formatError, persistedQueries: false, allowBatchedHttpRequests: false,
    plugins: [
      ApolloServerPluginCacheControlDisabled(), ApolloServerPluginLandingPageDisabled(), masked.plugin, limiting(openBudget(ALLOWANCE)), ending, httpStatus,
    ],
  })
  await apollo.start()
  const http = createServer((request, response) => {
    route(apollo, options, request, response).catch((error: unknown) => {
      if (request.destroyed && !request.complete) return // the caller went away in the middle of the request
      options.log.error('A request could not be answered.', { error })
      if (!response.headersSent) send(response, 500, 'Something failed on our side; send it again.')
      else response.destroy()
    })
  })
  http.requestTimeout = 30_000
  return {
    http,
    listen: (port, host) => new Promise((resolve, reject) => {
      http.once('error', reject)
      http.listen(port, host, () => resolve((http.address() as AddressInfo).port))
    }),
    drain: async (graceMs = 10_000) => {
      const closed = new Promise<void>((resolve) => http.close(() => resolve()))
      http.closeIdleConnections()
      const force = setTimeout(() => http.closeAllConnections(), graceMs)
      await closed
      clearTimeout(force)
      await apollo.stop()
    },
  }
}

/** Nothing that we answer is for a cache, or for a browser to guess what it is. */
const SAFE = { 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' }

function send(response: ServerResponse, status: number, body: string, headers: Record<string, string> = {}): void {
  response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8', ...SAFE, ...headers })
  response.end(body)
}

async function route(apollo: ApolloServer<RequestContext>, options: ServerOptions, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const path = (request.url ?? '/').split('?')[0]
  switch (`${request.method} ${path}`) {
    case 'POST /graphql': case 'GET /graphql': return graphql(apollo, options, request, response)
    case 'POST /stripe/webhook': return webhook(options, request, response)
    case 'GET /livez': return send(response, 200, 'alive\n')
    case 'GET /readyz': return (await options.isReady()) ? send(response, 200, 'ready\n') : send(response, 503, 'not ready\n')
    default:
      if (path === '/graphql') return send(response, 405, 'Send GraphQL by POST, or a query by GET.\n', { allow: 'GET, POST' })
      return send(response, 404, 'There is nothing here. The API is at /graphql (POST).\n')
  }
}

async function graphql(apollo: ApolloServer<RequestContext>, options: ServerOptions, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const body = request.method === 'POST' ? await readBody(request) : Buffer.alloc(0)
  if (!body) return send(response, 413, `A request may have at most ${LARGEST_BODY} bytes.\n`)
  const headers = new HeaderMap()
  for (const [name, value] of Object.entries(request.headers)) {
    if (value !== undefined) headers.set(name, Array.isArray(value) ? value.join(', ') : value)
  }
  const search = new URL(request.url ?? '/', 'http://x').search
  const json = parsed(body)
  const answer = await apollo.executeHTTPGraphQLRequest({
    httpGraphQLRequest: { method: request.method ?? 'GET', headers, search, body: json },
    context: async () => {
      checkRequest(request, json, search)
      return contextOf(options, request.headers, request.socket.remoteAddress ?? 'unknown')
    },
  })
  response.statusCode = answer.status ?? 200
  for (const [name, value] of Object.entries(SAFE)) response.setHeader(name, value)
  for (const [name, value] of answer.headers) response.setHeader(name, value)
  if (answer.body.kind === 'complete') return void response.end(answer.body.string)
  for await (const chunk of answer.body.asyncIterator) response.write(chunk)
  response.end()
}

/** Before anything else is done for a request: is it JSON, and is its document within the limits? Throws what is answered. */
function checkRequest(request: IncomingMessage, json: unknown, search: string): void {
  const isPost = request.method === 'POST'
  if (isPost && !/^application\/json *(;|$)/i.test(request.headers['content-type'] ?? '')) {
    throw malformed('The body must be JSON: send the header `content-type: application/json`.', 415)
  }
  if (isPost && typeof json === 'string') throw malformed('The body is not JSON. It must be an object such as {"query": "{ vendor { name } }"}.', 400)
  const source = isPost ? (json as { query?: unknown } | null | undefined)?.query : new URLSearchParams(search).get('query')
  const checked = typeof source === 'string' && source !== '' ? checkDocument(source) : null
  if (checked instanceof GraphQLError) {
    const status = statusOfRefused(request.headers.accept)
    throw Object.assign(checked, { extensions: { ...checked.extensions, http: { status } } })
  }
}

const malformed = (message: string, status: number) => new GraphQLError(message, { extensions: { code: 'BAD_REQUEST', http: { status } } })

/** The body as JSON; as it is when it is none. */
function parsed(body: Buffer): unknown {
  if (body.length === 0) return undefined
  try {
    return JSON.parse(body.toString('utf8'))
  } catch {
    return body.toString('utf8')
  }
}

async function webhook(options: ServerOptions, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const body = await readBody(request)
  if (!body) return send(response, 413, 'Too large.\n')
  const { status, message } = await options.receiveStripe(body, request.headers['stripe-signature'] as string | undefined)
  send(response, status, `${message}\n`)
}

/** The whole body, or null when it is larger than we read. */
async function readBody(request: IncomingMessage): Promise<Buffer | null> {
  const chunks: Buffer[] = []
  let size = Number(request.headers['content-length'] ?? 0)
  if (size <= LARGEST_BODY) {
    size = 0
    // The connection stays open when we stop reading: it has to carry the answer that says why.
    for await (const chunk of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
      size += chunk.length
      if (size > LARGEST_BODY) break
      chunks.push(chunk)
    }
  }
  if (size <= LARGEST_BODY) return Buffer.concat(chunks)
  request.resume()
  return null
}
