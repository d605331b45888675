import { request as httpRequest } from 'node:http'
import { connect } from 'node:net'
import postgres from 'postgres'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openWorld, type Tenant, type World } from '../support/world.js'

const MODERN = 'application/graphql-response+json'
const LEGACY = 'application/json'

let world: World
let tenant: Tenant
beforeAll(async () => {
  world = await openWorld()
  tenant = await world.signUp()
})
afterAll(() => world.close())

async function send(body: unknown, headers: Record<string, string> = {}) {
  const response = await fetch(`${world.url}/graphql`, {
    method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body: typeof body === 'string' ? body : JSON.stringify(body),
  })
  const text = await response.text()
  return { status: response.status, type: response.headers.get('content-type') ?? '', text, json: text.startsWith('{') ? JSON.parse(text) : undefined }
}
const asMember = () => ({ authorization: `Bearer ${tenant.token}` })

describe('GraphQL over HTTP', () => {
  const unrunnable: [string, object][] = [
    ['does not parse', { query: '{ vendor {' }],
    ['does not validate', { query: '{ nothing }' }],
    ['has a wrong variable', { query: 'query ($first: Int!) { customers(first: $first) { totalCount } }', variables: { first: 'many' } }],
    ['lacks a variable', { query: 'query ($first: Int!) { customers(first: $first) { totalCount } }' }],
    ['names an operation that is not there', { query: 'query a { vendor { name } }', operationName: 'b' }],
    ['is too large', { query: '{a'.repeat(1_000) }],
  ]
  for (const [what, body] of unrunnable) {
    it(`an operation that ${what} answers 400 to ${MODERN} and 200 to ${LEGACY}, without data`, async () => {
      const modern = await send(body, { accept: MODERN, ...asMember() })
      expect([modern.status, modern.type]).toEqual([400, `${MODERN}; charset=utf-8`])
      const legacy = await send(body, { accept: LEGACY, ...asMember() })
      expect([legacy.status, legacy.type]).toEqual([200, 'application/json; charset=utf-8'])
      for (const { json } of [modern, legacy]) {
        expect(json.errors[0].message).toBeTypeOf('string')
        expect(json).not.toHaveProperty('data')
        expect(JSON.stringify(json)).not.toMatch(/node_modules|stacktrace|at .*\.[jt]s:\d/)
      }
    })
  }

  it('an operation that runs answers 200 to both, with their own media type', async () => {
    const body = { query: '{ vendor { name } }' }
    for (const accept of [MODERN, LEGACY, `${MODERN}, ${LEGACY};q=0.9`, '*/*', '']) {
      const { status, type, json } = await send(body, { ...(accept && { accept }), ...asMember() })
      expect([status, json.data]).toEqual([200, { vendor: { name: 'Havblikk' } }])
      expect(type).toBe(`${accept.startsWith(MODERN) ? MODERN : LEGACY}; charset=utf-8`)
    }
  })

  it('a caller that accepts neither media type is told so with 406', async () => {
    expect((await send({ query: '{ __typename }' }, { accept: 'text/html' })).status).toBe(406)
  })

  const malformed: [string, unknown][] = [
    ['no JSON', '{"query": '], ['text', 'vendor'], ['an empty body', ''], ['a list', []], ['a batch', [{ query: '{ __typename }' }, { query: '{ __typename }' }]],
    ['a number', 7], ['null', 'null'], ['no query', {}], ['an empty query', { query: '' }], ['a query that is no text', { query: { a: 1 } }],
    ['variables that are no object', { query: '{ __typename }', variables: 'x' }], ['variables that are a list', { query: '{ __typename }', variables: [1] }],
    ['an operation name that is no text', { query: '{ __typename }', operationName: 1 }], ['a stored query', { extensions: { persistedQuery: { version: 1, sha256Hash: 'x' } } }],
  ]
  for (const [what, body] of malformed) {
    it(`a request with ${what} answers 4xx to every media type, and no stack`, async () => {
      for (const accept of [MODERN, LEGACY]) {
        const { status, text, json } = await send(body, { accept })
        if (what !== 'a stored query') expect(status).toBe(400)
        expect(json.errors[0].message.length).toBeGreaterThan(10)
        expect(json.errors[0].extensions.code).not.toBe('INTERNAL_SERVER_ERROR')
        expect(text).not.toMatch(/node_modules|stacktrace|at .*\.[jt]s:\d/)
      }
    })
  }

  it('a query may come by GET, a mutation may not', async () => {
    const get = (query: string) => fetch(`${world.url}/graphql?query=${encodeURIComponent(query)}`, { headers: { 'apollo-require-preflight': '1', ...asMember() } })
    expect((await get('{ vendor { name } }')).status).toBe(200)
    const mutation = await get('mutation { updateVendor(input: { idempotencyKey: "g", name: "G" }) { __typename } }')
    expect([mutation.status, mutation.headers.get('allow')]).toEqual([405, 'POST'])
  })

  it('another media type for the body is refused with 415', async () => {
    expect((await send('query=1', { 'content-type': 'application/graphql' })).status).toBe(415)
  })

  it('a form in a browser cannot call: what needs no preflight is refused', async () => {
    for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x']) {
      const { status, text } = await send(JSON.stringify({ query: '{ __typename }' }), { 'content-type': type })
      expect([status, text]).toEqual([400, expect.stringContaining('CSRF')])
    }
    const get = await fetch(`${world.url}/graphql?query={__typename}`)
    expect(get.status).toBe(400)
  })
})

describe('who calls', () => {
  it('a bearer token that is no good answers 401 before any work, whatever the media type', async () => {
    const [header, payload, signature] = tenant.token.split('.')
    const unsigned = `${Buffer.from('{"alg":"none"}').toString('base64url')}.${payload}.`
    const bad = ['Bearer x', 'Bearer', 'Basic abc', `Bearer ${header}.${payload}.${signature!.slice(0, -2)}AA`, `Bearer ${unsigned}`, `Bearer ${'a'.repeat(5_000)}`]
    for (const authorization of bad) {
      for (const accept of [MODERN, LEGACY]) {
        const { status, json } = await send({ query: '{ vendor { name } }' }, { authorization, accept })
        expect([authorization.slice(0, 20), status, json.errors[0].extensions.code]).toEqual([authorization.slice(0, 20), 401, 'UNAUTHENTICATED'])
      }
    }
  })

  it('a token stops when its holder is deactivated', async () => {
    const member = await world.done('createMember', { name: 'Out', email: 'out@havblikk.example', roles: ['AGENT'] }, 'id', tenant.token)
    const { token } = await world.done('issueToken', { holderId: member.id }, 'token', tenant.token)
    const viewer = () => send({ query: '{ viewer { __typename } }' }, { authorization: `Bearer ${token}` })
    expect((await viewer()).status).toBe(200)
    await world.done('updateMember', { memberId: member.id, active: false }, 'id', tenant.token)
    expect((await viewer()).status).toBe(401)
  })
})

describe('paths', () => {
  it('unknown paths answer 404, and /graphql other methods 405', async () => {
    const status = async (method: string, path: string) => (await fetch(`${world.url}${path}`, { method })).status
    expect(await Promise.all(['/', '/graphql/', '/admin', '/graphqlx', '/.env', '/livez/x'].map((path) => status('GET', path)))).toEqual(Array(6).fill(404))
    expect(await Promise.all(['PUT', 'DELETE', 'PATCH', 'HEAD', 'OPTIONS'].map((method) => status(method, '/graphql')))).toEqual(Array(5).fill(405))
  })

  it('/livez and /readyz answer', async () => {
    for (const path of ['/livez', '/readyz']) expect((await fetch(`${world.url}${path}`)).status).toBe(200)
  })

  it('a body of more than 256 kB is refused with 413, told beforehand or not, and the connection can carry that answer', async () => {
    const large = JSON.stringify({ query: `{ a(x: "${'y'.repeat(3_000_000)}") }` })
    const options = { method: 'POST', headers: { 'content-type': 'application/json' } }
    expect((await fetch(`${world.url}/graphql`, { ...options, body: large })).status).toBe(413)
    const chunked = new ReadableStream({
      start(controller) {
        for (let i = 0; i < 30; i++) controller.enqueue(new TextEncoder().encode('x'.repeat(100_000)))
        controller.close()
      },
    })
    expect((await fetch(`${world.url}/graphql`, { ...options, body: chunked, duplex: 'half' } as RequestInit)).status).toBe(413)
    expect((await fetch(`${world.url}/stripe/webhook`, { ...options, body: large })).status).toBe(413)
  })
})

describe('what is under way when the answer or the caller is gone', () => {
  let admin: postgres.Sql
  beforeAll(() => { admin = postgres(world.db.superuserUrl, { max: 2, onnotice: () => undefined }) })
  afterAll(() => admin.end())
  const inTransaction = async () => (await admin`select query, wait_event_type from pg_stat_activity
    where datname = current_database() and application_name = 'demarc' and (state like 'idle in transaction%' or state = 'active')`)
  const until = async (what: () => Promise<boolean>) => {
    for (const end = performance.now() + 5_000; !(await what());) if (performance.now() > end) throw new Error('It did not come to that.')
  }
  const body = JSON.stringify({ query: '{ customers { edges { node { id } } } members { edges { node { id } } } }' })

  it('a caller who leaves in the middle of a read leaves no transaction open', async () => {
    const lock = await admin.reserve()
    await lock`begin`
    await lock`lock table customer in access exclusive mode`
    const callers = Array.from({ length: 15 }, () => {
      const call = httpRequest(`${world.url}/graphql`, { method: 'POST', headers: { 'content-type': 'application/json', 'content-length': body.length, ...asMember() } })
      call.on('error', () => undefined)
      call.end(body)
      return call
    })
    await until(async () => (await inTransaction()).filter((t) => t.wait_event_type === 'Lock').length >= 10)
    for (const call of callers) call.destroy()
    await lock`commit`
    lock.release()
    await until(async () => (await inTransaction()).length === 0)
    expect((await send({ query: '{ vendor { name } }' }, asMember())).status).toBe(200)
  })

  it('a caller who leaves in the middle of a body is forgotten without a word', async () => {
    const { hostname, port } = new URL(world.url)
    const socket = connect(Number(port), hostname)
    socket.write(`POST /graphql HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 1000\r\n\r\n{"query"`)
    await new Promise<void>((resolve) => { setImmediate(() => socket.destroy()); socket.on('close', () => resolve()) })
    expect((await send({ query: '{ vendor { name } }' }, asMember())).status).toBe(200)
  })

  it('a field that fails while others are still being read leaves no transaction open', async () => {
    const { id: customerId } = await world.done('createCustomer', { name: 'Tind', country: 'NO' }, 'id', tenant.token)
    await world.done('createContact', { customerId, name: 'Kari', email: 'kari@tind.example', roles: ['ADMIN'] }, 'id', tenant.token)
    const query = '{ early: customers(first: 0) { totalCount } a: customers { edges { node { id } } } b: contacts { totalCount edges { node { customer { name } } } } viewer { __typename } }'
    const answers = await Promise.all(Array.from({ length: 40 }, () => send({ query }, asMember())))
    for (const { json } of answers) expect(json.errors[0].extensions).toMatchObject({ code: 'INVALID_INPUT', fields: [{ path: 'first' }] })
    await until(async () => (await inTransaction()).length === 0)
    expect((await send({ query: '{ vendor { name } }' }, asMember())).status).toBe(200)
  })

  it('a connection that the server closes fails its request only', async () => {
    const lock = await admin.reserve()
    await lock`begin`
    await lock`lock table customer in access exclusive mode`
    const doomed = Promise.all(Array.from({ length: 4 }, () => send({ query: '{ customers { edges { node { id } } } members { totalCount } }' }, asMember())))
    await until(async () => (await inTransaction()).filter((t) => t.wait_event_type === 'Lock').length === 4)
    await admin`select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and application_name = 'demarc'`
    for (const { status, json } of await doomed) {
      expect([status, json.data, json.errors[0].extensions.code]).toEqual([200, null, 'INTERNAL_SERVER_ERROR'])
      expect(json.errors[0].message).toMatch(/Something failed on our side \(request [\w-]{36}\)/)
    }
    await lock`rollback`
    lock.release()
    expect((await send({ query: '{ vendor { name } }' }, asMember())).json.data).toEqual({ vendor: { name: 'Havblikk' } })
  })
})
