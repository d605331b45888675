// The HTTP server: reads the request, hands it to the API, the pay page or the controls, writes the answer.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { answerApi, type Api } from './api.js'
import { answerControl, type Controls } from './controls.js'
import { noSuchPath, StripeFailure } from './errors.js'
import { parseForm, type Form } from './form.js'
import { answerPage } from './pay-page.js'

const bodyAtMost = 1_000_000

export interface RequestRecord { method: string; path: string; params: Form; status: number; body: unknown }

export interface Parts {
  api: Api
  controls: Controls
  /** Lets time do what is due, before a request is answered. */
  tick(): Promise<void>
  /** Sends what the request has caused. */
  settled(): void
  onRequest?(record: RequestRecord): void
}

interface Reply { status: number; headers: Record<string, string>; body: string }

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length
    if (size > bodyAtMost) {
      throw new StripeFailure(413, { type: 'invalid_request_error', message: 'The request body is too large.' })
    }
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}

/** 127.0.0.0/8, ::1 and the names for them. */
export const isLoopback = (host: string): boolean =>
  /^(localhost|127(\.\d{1,3}){3}|\[?::1\]?|(\[?::ffff:127(\.\d{1,3}){3}\]?))$/i.test(host)

// A web page that was opened in the same machine's browser must not steer the sandbox: scripts send no Origin.
function refuseStrangers(request: IncomingMessage): void {
  const host = (request.headers.host ?? '').replace(/:\d+$/, '')
  const isOurs = isLoopback(request.socket.remoteAddress ?? '') && isLoopback(host) && request.headers.origin === undefined
  if (!isOurs) throw new StripeFailure(403, { type: 'invalid_request_error', message: 'The controls answer local scripts only.' })
}

const json = (status: number, body: unknown, headers: Record<string, string> = {}): Reply =>
  ({ status, headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify(body, undefined, 2) })

async function reply(parts: Parts, request: IncomingMessage): Promise<Reply | undefined> {
  const method = request.method ?? 'GET'
  const [path, query] = splitUrl(request.url ?? '/')
  const params = parseForm([query, await readBody(request)].filter(part => part !== '').join('&'))
  await parts.tick()
  if (path.startsWith('/v1/')) {
    const answer = await answerApi(parts.api, { method, path, params, headers: request.headers })
    parts.onRequest?.({ method, path, params, status: answer?.status ?? 0, body: answer?.body })
    return answer && json(answer.status, answer.body, answer.headers)
  }
  const page = /^\/pay\/([\w-]+)$/.exec(path)
  if (page && (method === 'GET' || method === 'POST')) {
    const answer = answerPage(parts.controls.ctx, method, page[1]!, params)
    if (method === 'POST') await parts.controls.ctx.store.save()
    return answer
  }
  if (!path.startsWith('/_sandbox/')) throw noSuchPath(method, path)
  refuseStrangers(request)
  const answer = await answerControl(parts.controls, method, path, params)
  return json(answer.status, answer.body)
}

function splitUrl(url: string): [path: string, query: string] {
  const mark = url.indexOf('?')
  return mark < 0 ? [url, ''] : [url.slice(0, mark), url.slice(mark + 1)]
}

async function handle(parts: Parts, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const answer = await reply(parts, request).catch((error: unknown) => {
    if (error instanceof StripeFailure) return json(error.status, error.body)
    parts.api.log(`error: ${error instanceof Error ? error.stack : String(error)}`)
    return json(500, { error: { type: 'api_error', message: 'The sandbox failed: its log says why.' } })
  })
  if (!answer) request.socket.destroy()
  else {
    response.writeHead(answer.status, { ...answer.headers, 'content-length': Buffer.byteLength(answer.body) }).end(answer.body)
  }
  parts.settled()
}

/** A server that is not listening yet. */
export const createHttpServer = (parts: Parts): Server =>
  createServer((request, response) => {
    handle(parts, request, response).catch((error: unknown) => {
      parts.api.log(`error: ${error instanceof Error ? error.stack : String(error)}`)
      response.destroy()
    })
  })
