import { getNamedType, type GraphQLField, type GraphQLInputType, isEnumType, isInputObjectType, isListType, isNonNullType, isObjectType } from 'graphql'
import postgres from 'postgres'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { idOf, type Prefix, prefixes } from '../src/kernel/ids.js'
import { type Havblikk, havblikk } from './support/havblikk.js'
import { openWorld, type World } from './support/world.js'

let world: World
let ours: Havblikk
let theirs: Havblikk
/** Every id of the other vendor, as a caller would write it. */
let foreign: string[]

beforeAll(async () => {
  world = await openWorld()
  ours = await withWork(await havblikk(world, 'ours'))
  theirs = await withWork(await havblikk(world, 'theirs'))
  foreign = await everyIdOf(theirs.vendorId)
})
afterAll(() => world.close())

/** The same work at both: a purchase, a quote, a ticket that was answered and resolved. */
async function withWork(vendor: Havblikk): Promise<Havblikk> {
  const problem = { product: 'LONN', component: 'PAYSLIPS', kind: 'QUESTION', severity: 'NORMAL' }
  const page = { successUrl: 'https://x.example/ok', cancelUrl: 'https://x.example/no' }
  const { checkoutUrl } = await world.done('buyPlan', { planVersionId: vendor.pack, currency: 'NOK', quantity: 1, ...page }, 'checkoutUrl', vendor.karin)
  await world.pay(checkoutUrl)
  const { id: quoteId } = await world.done('requestQuote', { problem }, 'id', vendor.karin)
  const ticket = await world.done('openTicket', { quoteId, subject: 'How', body: 'How?' }, 'id parts { id }', vendor.karin)
  await world.done('reply', { ticketId: ticket.id, body: 'So.' }, 'id', vendor.token)
  await world.done('reply', { ticketId: ticket.id, body: 'A note.', visibility: 'INTERNAL' }, 'id', vendor.token)
  await world.done('resolvePart', { partId: ticket.parts[0].id, cause: 'HOW_TO', finding: 'How.', answer: 'So.' }, 'id', vendor.token)
  return vendor
}

const tables: Partial<Record<string, Prefix>> = {
  vendor: 'vnd', member: 'mem', customer: 'cus', contact: 'con', product: 'prd', component: 'cmp', cause_code: 'cau', duty: 'dty', plan: 'pln',
  plan_version: 'plv', plan_price: 'prc', calendar: 'cal', calendar_version: 'cav', promise: 'prm', clock: 'clk', scope_policy: 'pol',
  scope_policy_version: 'pov', fact: 'fct', decision: 'dec', quote: 'quo', purchase: 'pur', agreement: 'agr', lot: 'lot', reservation: 'rsv',
  ledger_transaction: 'ltx', ticket: 'tkt', part: 'prt', message: 'msg', event: 'evt',
}

async function everyIdOf(vendorId: string): Promise<string[]> {
  const sql = postgres(world.db.superuserUrl, { max: 1, onnotice: () => undefined })
  try {
    const uuid = (await sql`select id from vendor where handle = 'theirs'`)[0]!.id as string
    const found: string[] = []
    for (const [table, prefix] of Object.entries(tables)) {
      const rows = await sql`select id from ${sql(table)} where vendor_id = ${uuid} order by id limit 3`
      expect(rows.length, `${table} of the other vendor is empty: nothing would be proved`).toBeGreaterThan(0)
      found.push(...rows.map((row) => idOf(prefix!, row.id as string)))
    }
    expect(found).toContain(vendorId)
    return found
  } finally {
    await sql.end()
  }
}

it('T1 node answers null for every id of another vendor, to its member, its contact and to anybody', async () => {
  expect(new Set(foreign.map((id) => id.slice(0, 3)))).toEqual(new Set(Object.keys(prefixes).filter((p) => p !== 'key')))
  for (const token of [ours.token, ours.karin]) {
    for (let i = 0; i < foreign.length; i += 10) {
      const some = foreign.slice(i, i + 10)
      const { data, errors } = await world.ask(`{ ${some.map((id, k) => `n${k}: node(id: "${id}") { __typename id }`).join(' ')} }`, {}, token)
      expect(errors).toBeUndefined()
      expect(Object.values(data).every((found) => found === null)).toBe(true)
    }
  }
})

it('T1 every query that takes an id answers another vendor\'s like one that does not exist', async () => {
  const fields = Object.values(world.app.schema.getQueryType()!.getFields()).filter((f) => f.args.some((a) => takesIds(a.type)))
  expect(fields.map((f) => f.name)).toEqual(expect.arrayContaining(['agreement', 'node', 'previewTicket', 'product', 'purchase', 'quote', 'ticket', 'tickets']))
  for (const field of fields) {
    for (const id of foreign) {
      const { document, variables } = operation('query', field, id)
      for (const token of [ours.token, ours.karin]) await revealsNothing(document, variables, token, `${field.name}(${id})`, id)
    }
  }
}, 60_000)

it('T1 every mutation refuses another vendor\'s id wherever one can be given, and changes nothing there', async () => {
  const before = await checksum()
  const fields = Object.values(world.app.schema.getMutationType()!.getFields())
  for (const field of fields) {
    for (const path of idPaths(field.args[0]!.type)) {
      for (const id of foreign.filter((_, i) => i % 3 === 0)) {
        const { document, variables } = operation('mutation', field, id, path)
        for (const token of [ours.token, ours.karin]) await revealsNothing(document, variables, token, `${field.name}.${path}(${id})`, id)
      }
    }
  }
  expect(await checksum()).toBe(before)
}, 120_000)

it('T1 lists and searches of one vendor hold nothing of the other', async () => {
  const names = (await world.ask('{ members { edges { node { id } } } customers { edges { node { id } } } tickets { edges { node { id messages { edges { node { id } } } } } } agreements { edges { node { id } } } }', {}, ours.token)).data
  const seen = JSON.stringify(names)
  expect(seen).toContain(ours.customerId)
  for (const id of foreign) expect(seen).not.toContain(id)
})

/** An answer may repeat the id that was asked for inside a refusal's words, and nothing else of the other vendor. */
async function revealsNothing(document: string, variables: object, token: string, what: string, asked: string): Promise<void> {
  const { data, errors } = await world.ask(document, variables as Record<string, unknown>, token)
  const told = JSON.stringify({ data, errors: errors?.map((e) => e.message) })
  for (const id of foreign) if (id !== asked) expect(told, what).not.toContain(id)
  const thing = data && Object.values(data)[0] as { __typename?: string, code?: string, id?: string } | null
  if (thing && typeof thing === 'object' && 'id' in thing) expect(thing.id, what).not.toBe(asked)
}

async function checksum(): Promise<string> {
  const sql = postgres(world.db.superuserUrl, { max: 1, onnotice: () => undefined })
  try {
    const sums: string[] = []
    for (const table of Object.keys(tables)) {
      const [row] = await sql.unsafe(`select '${table} ' || count(*) || ' ' || coalesce(sum(hashtext(t::text)::bigint), 0) as s from "${table}" t where vendor_id = (select id from vendor where handle = 'theirs')`)
      sums.push(row!.s as string)
    }
    return sums.join('\n')
  } finally {
    await sql.end()
  }
}

const named = (type: GraphQLInputType) => getNamedType(type)
const takesIds = (type: GraphQLInputType): boolean => idPaths(type).length > 0

/** Where in an input an id can be given: '' for the argument itself, `problem.productId`, `promises.calendarId` … */
function idPaths(type: GraphQLInputType, prefix = ''): string[] {
  const inner = named(type)
  if (inner.name === 'ID') return [prefix]
  if (!isInputObjectType(inner)) return prefix.endsWith('holderId') ? [prefix] : []
  return Object.values(inner.getFields()).flatMap((f) => idPaths(f.type, prefix ? `${prefix}.${f.name}` : f.name))
}

/** A call of a field with the id at every place, or only at `path`, and plausible values elsewhere. */
function operation(kind: 'query' | 'mutation', field: GraphQLField<unknown, unknown>, id: string, path?: string) {
  const variables = Object.fromEntries(field.args.flatMap((a) => {
    const value = valueOf(a.type, id, '', path)
    return value === undefined ? [] : [[a.name, value]]
  }))
  const declared = field.args.filter((a) => a.name in variables)
  const out = getNamedType(field.type)
  const selection = isObjectType(out) ? (out.getFields().edges ? 'edges { node { __typename ... on Node { id } } }' : out.getFields().id ? 'id' : '__typename')
    : '__typename ... on Node { id } ... on Refusal { code message next }'
  return {
    document: `${kind} (${declared.map((a) => `$${a.name}: ${String(a.type)}`).join(', ')}) { ${field.name}(${declared.map((a) => `${a.name}: $${a.name}`).join(', ')}) { ${selection} } }`,
    variables,
  }
}

function valueOf(type: GraphQLInputType, id: string, at: string, path?: string): unknown {
  if (isNonNullType(type)) return valueOf(type.ofType, id, at, path) ?? plausible(type.ofType, at)
  if (isListType(type)) {
    const one = valueOf(type.ofType, id, at, path)
    return one === undefined ? undefined : [one]
  }
  if (type.name === 'ID') return path === undefined || path === at ? id : ours.productId
  if (isInputObjectType(type)) {
    return Object.fromEntries(Object.values(type.getFields()).flatMap((f) => {
      const here = at ? `${at}.${f.name}` : f.name
      const wanted = isNonNullType(f.type) || (path === undefined ? takesIds(f.type) : path.startsWith(here))
      const value = wanted ? valueOf(f.type, id, here, path) : undefined
      return value === undefined ? [] : [[f.name, value]]
    }))
  }
  return undefined
}

function plausible(type: GraphQLInputType, at: string): unknown {
  if (isListType(type)) return []
  if (isEnumType(type)) return type.getValues()[0]!.name
  const values: Record<string, unknown> = {
    Int: 1, Boolean: true, DateTimeISO: world.clock.now().toISOString(), EmailAddress: 'somebody@x.example', Locale: 'en', TimeZone: 'Europe/Oslo', FactValue: true,
  }
  const name = getNamedType(type).name
  if (at.endsWith('idempotencyKey')) return Math.random().toString(36)
  if (at.endsWith('currency')) return 'NOK'
  if (/Url$/.test(at)) return 'https://x.example/'
  return values[name] ?? (/from|to$/i.test(at) ? '08:00' : 'HOW_TO')
}
