import fc from 'fast-check'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { openBudget } from '../../plugins/budget.js'
import { openWorld, type World } from '../support/world.js'

const SIZE = { burst: 1_000, perSecond: 100 }

it('T5 a caller spends its burst at once, then waits, and has it again with time', () => {
  let now = 0
  const budget = openBudget(SIZE, () => now)
  expect(budget.spend('karin', 900)).toEqual({ left: 100, waitSeconds: 0 })
  expect(budget.spend('karin', 300)).toEqual({ left: 100, waitSeconds: 2 })
  expect(budget.spend('jonas', 300)).toEqual({ left: 700, waitSeconds: 0 })
  now = 2_000
  expect(budget.spend('karin', 300)).toEqual({ left: 0, waitSeconds: 0 })
  now = 60_000
  expect(budget.spend('karin', 1_000)).toEqual({ left: 0, waitSeconds: 0 })
})

it('T5 over any time nobody spends more than the burst and what came since (seed 31)', () => {
  fc.assert(fc.property(fc.array(fc.record({ wait: fc.nat(3_000), cost: fc.nat(1_000) }), { maxLength: 60 }), (steps) => {
    let now = 0
    let spent = 0
    const budget = openBudget(SIZE, () => now)
    for (const { wait, cost } of steps) {
      now += wait
      if (budget.spend('karin', cost).waitSeconds === 0) spent += cost
      expect(spent).toBeLessThanOrEqual(SIZE.burst + (now / 1_000) * SIZE.perSecond + 1e-6)
    }
  }), { seed: 31 })
})

it('T5 ten thousand strangers do not fill the memory', () => {
  const budget = openBudget(SIZE, () => 0)
  for (let i = 0; i < 30_000; i += 1) budget.spend(`address ${i}`, 1)
  expect(budget.spend('address 29999', 1).left).toBe(998)
})

let world: World
beforeAll(async () => { world = await openWorld() })
afterAll(() => world.close())

it('T5 who asks for too much in a short time is answered 429 and when to come back; others are served', async () => {
  const heavy = `{ ${Array.from({ length: 2 }, (_, i) => `t${i}: tickets(first: 50) { edges { node { parts { decisions { facts { name } } } } } }`).join(' ')} }`
  const { token } = await world.signUp('busy')
  const other = await world.signUp('calm')
  let last = await world.ask(heavy, {}, token)
  expect(last.errors).toBeUndefined()
  for (let i = 0; i < 60 && !last.errors; i += 1) last = await world.ask(heavy, {}, token)
  expect(last.status).toBe(429)
  expect(last.errors?.[0]?.extensions).toMatchObject({ code: 'TOO_OFTEN', retryAfterSeconds: expect.any(Number) })
  expect((await world.ask('{ vendor { name } }', {}, other.token)).errors).toBeUndefined()
})
