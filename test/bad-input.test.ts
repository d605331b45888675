import postgres from 'postgres'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { idOf } from '../src/kernel/ids.js'
import { buildApi } from '../src/schema.js'
import { type Bad, badInputs } from './support/bad-values.js'
import { type Valid, validInputs } from './support/valid-inputs.js'
import { openWorld, type World } from './support/world.js'

const mutations = Object.values(buildApi().getMutationType()!.getFields())

/** What must be left out beside a field: it is one of two ways. */
const instead: Record<string, string[]> = {
  'openTicket.quoteId': ['problem', 'acceptCeilingUnits'], 'setPromises.planVersionId': ['dutyId'],
}

/** Values that look wrong and are accepted, with the reason. */
const accepted: Record<string, string> = {
  'buyPlan.quoteId of nothing': 'billing stands left of quotes and only carries the id',
  "buyPlan.quoteId another vendor's": 'the same: the id is looked up inside the own vendor, by whoever uses it',
}

let world: World
let ours: Valid
let foreign: Map<string, string>
let catalogue: postgres.Sql
beforeAll(async () => {
  world = await openWorld()
  catalogue = postgres(world.db.superuserUrl, { max: 1, onnotice: () => undefined })
  ours = await validInputs(world)
  foreign = await idsOf((await validInputs(world)).vendor.handle)
})
afterAll(async () => {
  await catalogue.end()
  await world.close()
})

/** One real id of every kind of thing that a vendor has. */
async function idsOf(handle: string): Promise<Map<string, string>> {
  const tables: Record<string, Parameters<typeof idOf>[0]> = {
    member: 'mem', customer: 'cus', contact: 'con', product: 'prd', component: 'cmp', cause_code: 'cau', duty: 'dty', plan: 'pln', plan_version: 'plv',
    calendar: 'cal', scope_policy: 'pol', scope_policy_version: 'pov', decision: 'dec', ticket: 'tkt', part: 'prt', message: 'msg', agreement: 'agr',
  }
  const found = new Map<string, string>([['quo', 'quo_01h455vb4pex5vsknk084sn02q']])
  for (const [table, prefix] of Object.entries(tables)) {
    const [row] = await catalogue`select t.id from ${catalogue(table)} t join vendor v on v.id = t.vendor_id where v.handle = ${handle} order by t.id desc limit 1`
    found.set(prefix, idOf(prefix, row!.id))
  }
  return found
}

/** Rows and content of every table, so that any change shows. */
async function checksum(): Promise<Record<string, string>> {
  const tables = await catalogue<{ name: string }[]>`select relname as name from pg_class where relnamespace = 'public'::regnamespace and relkind = 'r'`
  const sums = await catalogue.unsafe(tables.map(({ name }) =>
    `select '${name}' as name, count(*) || ' ' || coalesce(sum(hashtextextended(t::text, 0)), 0) as sum from "${name}" t`).join(' union all '))
  return Object.fromEntries(sums.map((row) => [row.name, row.sum]))
}

/** The base input with the value at the path. */
function withBad(base: Record<string, unknown>, { path, value }: Bad): Record<string, unknown> {
  const copy = structuredClone(base) as Record<string, any>
  const steps = path.split('.')
  const last = steps.pop()!
  // A value for an entry of a list comes as the whole list.
  if (/^\d+$/.test(last) && Array.isArray(value)) return withBad(base, { path: steps.join('.'), what: '', value })
  let here = copy
  for (const step of steps) here = here[step]
  if (value === undefined) delete here[last]
  else here[last] = value
  return copy
}

const within = (path: string, other: string): boolean => path === other || path.startsWith(`${other}.`) || other.startsWith(`${path}.`)
const asPath = (place: string): string => place.replace(/^input\.?/, '').replace(/\[(\d+)\]/g, '.$1')

/** Which field the answer blames: the paths in a refusal, or what graphql-js says about the variable. */
function blamed({ data, errors }: { data?: any; errors?: any[] }, name: string): string[] {
  const answer = data?.[name]
  if (answer) return answer.fields?.map((f: { path: string }) => f.path) ?? (answer.path ? [answer.path] : [])
  return (errors ?? []).filter((e) => e.extensions.code === 'BAD_USER_INPUT').map((e) => {
    const place = asPath(/ at "(input[^"]*)"/.exec(e.message)?.[1] ?? 'input')
    const missing = /Field "(\w+)" (?:of required type|is not defined)/.exec(e.message)?.[1]
    return missing ? (place ? `${place}.${missing}` : missing) : place
  })
}

async function send(name: string, input: Record<string, unknown>, token: string) {
  const type = `${name[0]!.toUpperCase()}${name.slice(1)}Input`
  return world.ask(`mutation ($input: ${type}!) { ${name}(input: $input) { __typename ... on Refusal { code message next }
    ... on InvalidInput { fields { path message } } ... on NotFound { path } } }`, { input }, token)
}

describe('bad input is refused, the field is named, and nothing is changed', () => {
  it('every mutation has a valid input here', () => {
    expect(mutations.map((m) => m.name).filter((name) => !ours.inputs[name])).toEqual([])
    expect(Object.keys(ours.inputs).filter((name) => !mutations.some((m) => m.name === name))).toEqual([])
  })

  for (const mutation of mutations) {
    const { name } = mutation
    it(`${name} refuses what is wrong with each of its fields`, async () => {
      const [caller, input] = ours.inputs[name]!
      const token = caller === 'member' ? ours.vendor.token : ours.vendor.karin
      const base = { idempotencyKey: `bad ${name}`, ...input }
      const before = await checksum()
      const wrong: string[] = []
      await inParallel(badInputs(mutation.args[0]!.type, base, foreign), async (bad) => {
        const label = `${name}.${bad.path} ${bad.what}`
        const left = instead[`${name}.${bad.path}`] ?? []
        const key = bad.path === 'idempotencyKey' ? {} : { idempotencyKey: label }
        const sent = withBad(Object.fromEntries(Object.entries({ ...base, ...key }).filter(([field]) => !left.includes(field))), bad)
        if (label in accepted) return
        const reply = await send(name, sent, token)
        const paths = blamed(reply, name)
        if (paths.some((path) => within(path, bad.what === 'an unknown field' ? `${bad.path}.nothing` : bad.path))) return
        wrong.push(`${label}: ${JSON.stringify(reply.errors?.map((e) => e.message.slice(0, 300)) ?? reply.data)}`)
      })
      expect(wrong).toEqual([])
      expect(await checksum()).toEqual(before)
    })
  }

  it('an input that holds a field of no mutation is refused whole', async () => {
    const reply = await send('createCustomer', { ...ours.inputs.createCustomer![1], idempotencyKey: 'k', isAdmin: true }, ours.vendor.token)
    expect(blamed(reply, 'createCustomer')).toEqual(['isAdmin'])
  })

  it('and the valid inputs that these were made from are accepted, every one', async () => {
    for (const [name, [caller, input]] of Object.entries(ours.inputs)) {
      const { data, errors } = await send(name, { idempotencyKey: `good ${name}`, ...input }, caller === 'member' ? ours.vendor.token : ours.vendor.karin)
      expect([name, errors, data?.[name]?.code]).toEqual([name, undefined, undefined])
    }
  })
})

async function inParallel<T>(all: readonly T[], work: (one: T) => Promise<void>): Promise<void> {
  const left = [...all]
  await Promise.all(Array.from({ length: 8 }, async () => {
    for (let one = left.pop(); one !== undefined; one = left.pop()) await work(one)
  }))
}
