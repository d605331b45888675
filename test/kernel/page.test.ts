import 'reflect-metadata'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { change } from '../../src/kernel/command.js'
import { days } from '../../src/kernel/time.js'
import { inputOf } from '../../src/kernel/input.js'
import { createCustomer } from '../../src/vendors/people.js'
import { CreateCustomerInput } from '../../src/vendors/people.types.js'
import { inside, openWorld, type Tenant, type World } from '../support/world.js'

let world: World
let tenant: Tenant
beforeAll(async () => {
  world = await openWorld()
  tenant = await world.signUp()
})
afterAll(() => world.close())

/** Adds customers whose time is the world's now, so that many share one. */
const add = (...names: string[]) => change(inside(world, tenant.vendorId), async (act) => {
  for (const name of names) await createCustomer(act, inputOf(CreateCustomerInput, { idempotencyKey: name, name, country: 'NO' }))
})

async function page(first: number, after?: string | null) {
  const { data, errors } = await world.ask(`query ($first: Int, $after: String) { customers(first: $first, after: $after) {
    totalCount edges { cursor node { name } } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } }`, { first, after }, tenant.token)
  return { errors, names: data?.customers?.edges.map((e: any) => e.node.name), ...data?.customers?.pageInfo, totalCount: data?.customers?.totalCount }
}

describe('pages', () => {
  it('every row comes exactly once, in order, also where many share an instant', async () => {
    await add('a1', 'a2', 'a3', 'a4', 'a5')
    world.clock.advance(1)
    await add('b1', 'b2')
    const seen: string[] = []
    for (let at: string | null = null, more = true; more;) {
      const found: Awaited<ReturnType<typeof page>> = await page(2, at)
      seen.push(...found.names)
      at = found.endCursor
      more = found.hasNextPage
    }
    expect(seen).toEqual(['a1', 'a2', 'a3', 'a4', 'a5', 'b1', 'b2'])
  })

  it('a cursor survives inserts before it and after it', async () => {
    const first = await page(3)
    world.clock.set(new Date(world.clock.now().getTime() - days(1)))
    await add('earlier')
    world.clock.advance(days(1) + 1)
    await add('later')
    const next = await page(10, first.endCursor)
    expect(next.names).toEqual(['a4', 'a5', 'b1', 'b2', 'later'])
    expect([next.hasPreviousPage, next.hasNextPage, next.totalCount]).toEqual([true, false, 9])
  })

  it('a page past the end is empty, and says so', async () => {
    const all = await page(100)
    expect(await page(10, all.endCursor)).toMatchObject({ names: [], hasNextPage: false, startCursor: null, endCursor: null })
  })

  const cursor = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')
  const now = '2026-03-02T08:00:00.000Z'
  const bad: [string, string][] = [
    ['empty', ''], ['text', 'x'], ['no list', cursor({})], ['null', cursor(null)], ['too short', cursor([now])], ['no date', cursor(['yesterday', 'cus_01h455vb4pex5vsknk084sn02q'])],
    ['a number for a date', cursor([5, 'cus_01h455vb4pex5vsknk084sn02q'])], ['beyond every calendar', cursor(['+275760-09-13T00:00:00.000Z', 'cus_01h455vb4pex5vsknk084sn02q'])],
    ['no id', cursor([now, 'nobody'])], ['a number for an id', cursor([now, 7])], ['a zero byte', cursor([now, 'cus_\u0000'])], ['lists', cursor([[now], [now]])], ['long', 'x'.repeat(20_000)],
  ]
  for (const [what, after] of bad) {
    it(`a cursor that is ${what} is bad input, not a fault`, async () => {
      const { errors } = await page(2, after)
      expect(errors![0]!.extensions).toMatchObject({ code: 'INVALID_INPUT', fields: [{ path: 'after' }] })
    })
  }

  it('first must be 1 to 100', async () => {
    for (const first of [0, -1, 101, 2_147_483_647]) expect((await page(first)).errors![0]!.extensions).toMatchObject({ fields: [{ path: 'first' }] })
  })
})
