import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Id } from '../../src/kernel/ids.js'
import {
  balanced, captured, changesOf, continued, countersOf, type Entry, expired, givenBack, granted, netted, released, replay, reserved, returned, reversed,
} from '../../src/entitlements/posting.js'

const lotIds = ['lot_a', 'lot_b', 'lot_c'] as Id<'lot'>[]
const portion = fc.record({ lotId: fc.constantFrom(...lotIds), unit: fc.constant('INCIDENT' as const), units: fc.integer({ min: 0, max: 9 }) })
const portions = fc.array(portion, { maxLength: 5 })
const onward = fc.array(portion.map((p) => ({ ...p, intoLotId: `${p.lotId}_2` as Id<'lot'> })), { maxLength: 5 })
const one = (units: number, lotId = lotIds[0]!) => [{ lotId, unit: 'INCIDENT' as const, units }]
const totals = (entries: readonly Entry[]) => new Map([...Map.groupBy(entries, (e) => e.unit)].map(([unit, own]) => [unit, own.reduce((s, e) => s + e.amount, 0)]))

describe('postings', () => {
  it('E1 every kind of transaction sums to zero per unit over all accounts, for any portions (seed 62)', () => {
    fc.assert(fc.property(portions, onward, (plain, extended) => {
      const all = [granted, reserved, captured, released, expired].map((post) => post(plain))
      for (const entries of [...all, continued(extended), returned(plain, extended), givenBack(plain, extended)]) {
        expect(balanced(entries)).toBe(true)
        expect([...totals(entries).values()].every((sum) => sum === 0)).toBe(true)
        expect(entries.every((entry) => entry.amount !== 0)).toBe(true)
      }
    }), { seed: 62 })
  })

  it('E1 entries that do not sum to zero, or only across lots or units, are not balanced', () => {
    const [first, second] = granted(one(3)) as [Entry, Entry]
    expect(balanced([first])).toBe(false)
    expect(balanced([first, { ...second, amount: 2 }])).toBe(false)
    expect(balanced([first, { ...second, lotId: lotIds[1]! }])).toBe(false)
    expect(balanced([first, { ...second, unit: 'MINUTE' }])).toBe(false)
  })

  it('E1 a reversal turns the postings round: with what it reverses, nothing has moved', () => {
    const entries = captured(one(4))
    expect(reversed(entries)).toEqual([
      { lotId: 'lot_a', unit: 'INCIDENT', account: 'RESERVED', amount: 4 }, { lotId: 'lot_a', unit: 'INCIDENT', account: 'USED', amount: -4 },
    ])
    expect(netted([...entries, ...reversed(entries)])).toEqual([])
  })

  it('E1 giving back what was used takes it from USED and leaves nothing reserved', () => {
    expect(givenBack(one(2), [])).toEqual([
      { lotId: 'lot_a', unit: 'INCIDENT', account: 'USED', amount: -2 }, { lotId: 'lot_a', unit: 'INCIDENT', account: 'AVAILABLE', amount: 2 },
    ])
  })

  it('E2 a lot is the sum of where its units are, after each step of a life', () => {
    const [a, b] = [lotIds[0]!, lotIds[1]!]
    const life = [
      granted(one(10)), reserved(one(6)), captured(one(3)), released(one(1)), expired(one(5)), continued([{ ...one(2)[0]!, intoLotId: b }]),
    ]
    const seen = life.map((_, i) => countersOf(replay(life.slice(0, i + 1).flat().filter((e) => e.lotId === a))))
    for (const c of seen) expect(c.issued).toBe(c.available + c.reserved + c.used + c.expired + c.refunded + c.transferredOut)
    expect(seen.at(-1)).toEqual({ issued: 10, available: 0, reserved: 0, used: 3, expired: 5, refunded: 0, transferredOut: 2 })
    expect(changesOf(life.at(-1)!).find((c) => c.lotId === b)?.changes).toMatchObject({ issued: 2, available: 2 })
  })
})
