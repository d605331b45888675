import { getIntrospectionQuery, GraphQLError } from 'graphql'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { checkDocument, limits } from '../../plugins/limits.js'
import { openWorld, type Tenant, type World } from '../support/world.js'

let world: World
let tenant: Tenant
beforeAll(async () => {
  world = await openWorld()
  tenant = await world.signUp()
})
afterAll(() => world.close())

const times = (n: number, part: (i: number) => string) => Array.from({ length: n }, (_, i) => part(i)).join(' ')
const refusal = (source: string) => {
  const checked = checkDocument(source)
  return checked instanceof GraphQLError ? checked.extensions : null
}

describe('T5 a document is refused before any work', () => {
  const nested = (n: number) => `${'{ a '.repeat(n)}${'}'.repeat(n)}`
  const tooBig: [string, string, string][] = [
    ['too long', 'characters', `{ a(x: "${'y'.repeat(limits.characters)}") }`],
    ['nested ten thousand deep', 'brackets', '{a'.repeat(10_000)],
    ['with a list nested ten thousand deep', 'brackets', `{ a(x: ${'['.repeat(10_000)}`],
    ['with deep nesting behind a string that ends in a backslash', 'brackets', `{ a(x: "\\\\") ${'{a'.repeat(5_000)}`],
    ['with deep nesting behind a block string', 'brackets', `{ a(x: """ \\""" " """) ${'{a'.repeat(5_000)}`],
    ['with deep nesting behind a comment', 'brackets', `# "\n${'{a'.repeat(5_000)}`],
    ['with a thousand operations', 'operations', times(1_000, (i) => `query q${i} { a }`)],
    ['with a thousand aliases', 'aliases', `{ ${times(1_000, (i) => `a${i}: a`)} }`],
    ['with a hundred directives', 'directives', `{ a ${times(100, () => '@skip(if: true)')} }`],
    ['with fields too deep', 'depth', nested(limits.depth + 1)],
    ['with fields too deep through fragments', 'depth',
      `{ ...f0 } ${times(limits.depth + 1, (i) => `fragment f${i} on A { a { ...f${i + 1} } }`)} fragment f${limits.depth + 1} on A { a }`],
    ['with too many fields', 'fields', `{ r { ${times(limits.fields, () => 'a')} } }`],
    ['with fragments that double thirty times', 'fields',
      `{ r { ...f0 } } ${times(30, (i) => `fragment f${i} on A { ...f${i + 1} ...f${i + 1} }`)} fragment f30 on A { a }`],
    ['with too many root fields', 'rootFields', `{ ${times(limits.rootFields + 1, () => 'a')} }`],
    ['with too many mutations', 'rootMutations', `mutation { ${times(limits.rootMutations + 1, () => 'a')} }`],
    ['with too many mutations in fragments', 'rootMutations',
      `mutation { ...f ...f } fragment f on Mutation { ... on Mutation { ${times(limits.rootMutations / 2 + 1, () => 'a')} } }`],
  ]
  for (const [what, limit, source] of tooBig) {
    it(`T5 ${what}`, () => {
      expect(refusal(source)).toMatchObject({ code: 'TOO_LARGE', limit, allowed: limits[limit as keyof typeof limits] })
    })
  }

  it('T5 with too many tokens', () => {
    expect(refusal(`{ a ${times(limits.tokens, () => 'a')} }`)).toMatchObject({ code: 'GRAPHQL_PARSE_FAILED' })
  })

  it('T5 a fragment that contains itself is measured once and left to validation', () => {
    expect(refusal('{ ...a } fragment a on Query { vendor { name } ...b } fragment b on Query { ...a }')).toBeNull()
  })

  it('T5 brackets in strings and comments do not count', () => {
    expect(refusal(`{ a(x: "${'{'.repeat(100)}", y: """${'['.repeat(100)}""") } # ${'('.repeat(100)}`)).toBeNull()
  })

  it('T5 the worst document is measured in a few milliseconds', () => {
    const worst = [...tooBig.map(([, , source]) => source), `${'{a'.repeat(25_000)}`, `{ a(x: "${'\\"'.repeat(24_000)}`, '"'.repeat(49_000), '"""'.repeat(16_000)]
    for (const source of worst) {
      const start = performance.now()
      checkDocument(source)
      expect(performance.now() - start).toBeLessThan(200)
    }
  })
})

it('T5 the standard introspection passes', async () => {
  const { data, errors } = await world.ask(getIntrospectionQuery({ inputValueDeprecation: true, specifiedByUrl: true }))
  expect(errors).toBeUndefined()
  expect(data.__schema.types.length).toBeGreaterThan(20)
})

const customers = 'query ($first: Int) { customers(first: $first) { edges { node { id } } } }'

it('T5 the answer tells its cost and the limit; the cost grows with first', async () => {
  const asked = async (first: number) => ((await world.ask(customers, { first }, tenant.token)) as any).extensions.cost
  const [one, ten] = [await asked(1), await asked(10)]
  expect(one).toEqual({ requested: 1 + 2, limit: limits.cost, left: expect.any(Number) })
  expect(ten.left).toBeLessThan(one.left)
  expect(ten.requested).toBe(1 + 2 * 10)
})

it('T5 a costly operation is refused before it runs, with what to do', async () => {
  const contacts = `contacts(first: 100) { edges { node { ${times(40, () => 'customer { id }')} } } }`
  const { data, errors } = await world.ask(`{ ${times(5, (i) => `a${i}: ${contacts}`)} }`, {}, tenant.token)
  expect(data).toBeUndefined()
  expect(errors![0]!.extensions).toMatchObject({ code: 'TOO_LARGE', limit: 'cost', found: 5 * (1 + 100 * 42) })
  expect(errors![0]!.message).toMatch(/Take a smaller `first`/)
  expect((await world.ask(`{ ${contacts} }`, {}, tenant.token)).errors).toBeUndefined()
})

it('T5 at most twenty errors, and none of them long', async () => {
  const many = await world.ask(`{ vendor { ${times(80, (i) => `nope${i}`)} } }`, {}, tenant.token)
  expect(many.errors).toHaveLength(limits.errors)
  const long = await world.ask('mutation ($input: CreateCustomerInput!) { createCustomer(input: $input) { __typename } }',
    { input: { filler: 'x'.repeat(100_000) } }, tenant.token)
  expect(JSON.stringify(long.errors).length).toBeLessThan(limits.errors * (limits.errorCharacters + 200))
})
