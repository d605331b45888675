import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { ApolloServer, type ApolloServerPlugin, HeaderMap } from '@apollo/server'
import { ApolloServerPluginCacheControlDisabled, ApolloServerPluginLandingPageDisabled } from '@apollo/server/plugin/disabled'
import type { GraphQLSchema } from 'graphql'
import { masking } from '../plugins/masking.js'
import { contextOf, type Doors, type RequestContext } from './context.js'
import { closeReading } from './kernel/query.js'

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

/** Ends the request's read transaction before the answer is sent. */
const endReading: ApolloServerPlugin<RequestContext> = {
  requestDidStart: async () => ({ willSendResponse: async ({ contextValue }) => closeReading(contextValue) }),
}

export async function openServer(options: ServerOptions): Promise<ApiServer> {
  const apollo = new ApolloServer<RequestContext>({
    schema: options.schema, introspection: true, includeStacktraceInErrorResponses: false, stopOnTerminationSignals: false,
    formatError: masking(options.log), persistedQueries: false, allowBatchedHttpRequests: false,
    plugins: [ApolloServerPluginCacheControlDisabled(), ApolloServerPluginLandingPageDisabled(), endReading],
  })
  await apollo.start()
  const http = createServer((request, response) => {
    route(apollo, options, request, response).catch((error: unknown) => {
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

function send(response: ServerResponse, status: number, body: string, headers: Record<string, string> = {}): void {
  response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'no-store', 'x-content-type-options': 'nosniff', ...headers })
  response.end(body)
}

async function route(apollo: ApolloServer<RequestContext>, options: ServerOptions, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const path = (request.url ?? '/').split('?')[0]
  switch (`${request.method} ${path}`) {
    case 'POST /graphql': case 'GET /graphql': return graphql(apollo, options, request, response)
    case 'POST /stripe/webhook': return webhook(options, request, response)
    case 'GET /livez': return send(response, 200, 'alive\n')
    case 'GET /readyz': return (await options.isReady()) ? send(response, 200, 'ready\n') : send(response, 503, 'not ready\n')
    default: return send(response, 404, 'There is nothing here. The API is at /graphql (POST).\n')
  }
}

async function graphql(apollo: ApolloServer<RequestContext>, options: ServerOptions, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const body = request.method === 'POST' ? await readBody(request) : Buffer.alloc(0)
  if (!body) return send(response, 413, `A request may have at most ${LARGEST_BODY} bytes.\n`)
  const headers = new HeaderMap()
  for (const [name, value] of Object.entries(request.headers)) {
    if (value !== undefined) headers.set(name, Array.isArray(value) ? value.join(', ') : value)
  }
  const answer = await apollo.executeHTTPGraphQLRequest({
    httpGraphQLRequest: { method: request.method ?? 'GET', headers, search: new URL(request.url ?? '/', 'http://x').search, body: parsed(body) },
    context: () => contextOf(options, request.headers),
  })
  response.statusCode = answer.status ?? 200
  for (const [name, value] of answer.headers) response.setHeader(name, value)
  if (answer.body.kind === 'complete') return void response.end(answer.body.string)
  for await (const chunk of answer.body.asyncIterator) response.write(chunk)
  response.end()
}

/** Bad JSON is left as text: Apollo answers it with a clear error and no stack. */
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
  let size = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length
    if (size > LARGEST_BODY) return null
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}
