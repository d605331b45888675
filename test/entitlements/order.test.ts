import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Held, orderAgreements } from '../../src/entitlements/agreement-order.js'
import { byDrawOrder, draw, type Drawable, lapsed, share, usable } from '../../src/entitlements/draw-order.js'
import { endOf, expiryOf, extendedExpiry, monthsAfter, pinnedUntil } from '../../src/entitlements/term.js'
import type { Id } from '../../src/kernel/ids.js'
import { after, days, hours } from '../../src/kernel/time.js'

const at = new Date('2026-03-02T08:00:00Z')
const inDays = (n: number): Date => after(at, days(n))

const lot = (id: string, more: Partial<Drawable> = {}): Drawable =>
  ({ id: `lot_${id}` as Id<'lot'>, priority: 100, expiresAt: null, createdAt: at, available: 5, ...more })
const names = (lots: readonly Drawable[]) => [...lots].sort(byDrawOrder).map((l) => l.id.slice(4))

describe('drawing from lots', () => {
  it('E4 the order is priority, then expiry with never last, then creation, then id', () => {
    expect(names([
      lot('z'), lot('a'), lot('older', { createdAt: inDays(-1) }), lot('late', { expiresAt: inDays(9) }), lot('soon', { expiresAt: inDays(2) }),
      lot('gift', { priority: 50 }),
    ])).toEqual(['gift', 'soon', 'late', 'older', 'a', 'z'])
  })

  it('E4 units are usable up to the instant of expiry, and not at it', () => {
    const ending = lot('x', { expiresAt: at })
    expect([usable(ending, after(at, -1)), usable(ending, at)]).toEqual([true, false])
    expect([lapsed(ending, after(at, -1)), lapsed(ending, at)]).toEqual([0, 5])
    expect(draw([ending, lot('y')], 6, at)).toEqual({ taken: [{ lotId: 'lot_y', units: 5 }], missing: 1 })
  })

  it('E4 a draw over several lots empties them in order', () => {
    expect(draw([lot('never'), lot('soon', { expiresAt: inDays(1), available: 2 })], 4, at))
      .toEqual({ taken: [{ lotId: 'lot_soon', units: 2 }, { lotId: 'lot_never', units: 2 }], missing: 0 })
  })

  it('E4 never takes more than is there, nor other than wanted, nor later units before earlier (seed 4)', () => {
    const some = fc.array(fc.record({
      priority: fc.constantFrom(50, 100), expiresAt: fc.option(fc.integer({ min: -2, max: 5 }).map(inDays)), available: fc.integer({ min: 0, max: 6 }),
    }), { maxLength: 6 })
    fc.assert(fc.property(some, fc.integer({ min: 1, max: 20 }), (given, wanted) => {
      const lots = given.map((g, i) => lot(String(i), g))
      const { taken, missing } = draw(lots, wanted, at)
      const total = lots.filter((l) => usable(l, at)).reduce((sum, l) => sum + l.available, 0)
      expect(missing).toBe(Math.max(0, wanted - total))
      expect(taken.reduce((sum, t) => sum + t.units, 0)).toBe(wanted - missing)
      const open = lots.filter((l) => l.available > 0 && usable(l, at)).sort(byDrawOrder)
      expect(taken.map((t) => t.lotId)).toEqual(open.slice(0, taken.length).map((l) => l.id))
      for (const [i, t] of taken.entries()) if (i < taken.length - 1) expect(t.units).toBe(open[i]!.available)
    }), { seed: 4 })
  })

  it('E3 a share takes the first portions first and leaves the rest', () => {
    expect(share([{ id: 'a', units: 2 }, { id: 'b', units: 3 }], 3))
      .toEqual({ first: [{ id: 'a', units: 2 }, { id: 'b', units: 1 }], rest: [{ id: 'b', units: 2 }] })
    expect(share([{ units: 2 }], 2)).toEqual({ first: [{ units: 2 }], rest: [] })
  })
})

describe('terms', () => {
  it('E4 units expire after the term of the plan, and never later than their agreement', () => {
    expect(expiryOf(null, at, null)).toBeNull()
    expect(expiryOf(365, at, null)).toEqual(inDays(365))
    expect(expiryOf(365, at, inDays(30))).toEqual(inDays(30))
    expect(expiryOf(null, at, inDays(30))).toEqual(inDays(30))
    expect(expiryOf(7, at, inDays(30))).toEqual(inDays(7))
  })

  it('E4 a flat plan ends with the month or year that was paid; others end with their units', () => {
    expect(endOf('PREMIUM', 'MONTH', new Date('2026-01-31T10:00:00Z'))).toEqual(new Date('2026-02-28T10:00:00Z'))
    expect(endOf('PREMIUM', 'YEAR', new Date('2024-02-29T10:00:00Z'))).toEqual(new Date('2025-02-28T10:00:00Z'))
    expect([endOf('PACKAGE', 'MONTH', at), endOf('PER_INCIDENT', 'ONE_OFF', at)]).toEqual([null, null])
    expect(monthsAfter(new Date('2026-12-15T00:00:00Z'), 1)).toEqual(new Date('2027-01-15T00:00:00Z'))
  })

  it('B7 the policy of the sale stands until renewal plus notice, and without an end as long as there are units', () => {
    expect(pinnedUntil({ endsAt: inDays(30), noticeDays: 14 })).toEqual(inDays(44))
    expect(pinnedUntil({ endsAt: null, noticeDays: 14 })).toBeNull()
  })

  it('E3 units that come back have as much time left as when they were taken', () => {
    const [expiresAt, heldAt, backAt] = [inDays(2), inDays(1), inDays(11)]
    expect(extendedExpiry(expiresAt, heldAt, backAt).getTime() - backAt.getTime()).toBe(expiresAt.getTime() - heldAt.getTime())
    expect(extendedExpiry(expiresAt, heldAt, heldAt)).toEqual(expiresAt)
  })
})

const product = 'prd_1' as Id<'prd'>
const held = (id: string, more: Partial<Held> = {}): Held => ({
  id: `agr_${id}` as Id<'agr'>, planVersionId: 'plv_1' as Id<'plv'>, planKind: 'PACKAGE', productId: product, policyVersionId: null, noticeDays: 30,
  state: 'ACTIVE', startsAt: inDays(-10), endsAt: null, usable: [{ unit: 'INCIDENT', units: 5, expiresAt: null }], ...more,
})
const tried = (...all: Held[]) => orderAgreements(all, product, at).map((c) => [c.agreementId.slice(4), c.why])

describe('which agreement is tried first', () => {
  it('E5 flat plans, then those of this product, then what expires first, then the older; each says why', () => {
    expect(tried(
      held('general', { productId: null }), held('newer', { startsAt: inDays(-1) }), held('older'),
      held('expiring', { usable: [{ unit: 'INCIDENT', units: 1, expiresAt: inDays(20) }] }),
      held('flat', { planKind: 'PREMIUM', usable: [], endsAt: inDays(100) }),
    )).toEqual([
      ['flat', 'Tried first: its kind of plan gives the most.'],
      ['expiring', 'Tried after another: a kind of plan that gives more comes before it.'],
      ['older', 'Tried after another: units that expire earlier are used before it.'],
      ['newer', 'Tried after another: an older one comes before it.'],
      ['general', 'Tried after another: one bought for this product comes before it.'],
    ])
  })

  it('E5 the only one says so, and the first of two says by what', () => {
    expect(tried(held('one'))).toEqual([['one', 'Tried first: no other agreement covers this product.']])
    const soon = held('soon', { usable: [{ unit: 'INCIDENT', units: 1, expiresAt: inDays(20) }] })
    expect(tried(held('one'), soon)[0]).toEqual(['soon', 'Tried first: its units expire first, on 2026-03-22.'])
  })

  it('E5 those that cannot carry it come last and say why', () => {
    const found = orderAgreements([
      held('other', { productId: 'prd_2' as Id<'prd'> }), held('over', { endsAt: at, startsAt: inDays(-30) }),
      held('spent', { state: 'ENDED', usable: [], startsAt: inDays(-40) }), held('coming', { startsAt: after(at, hours(1)) }), held('good'),
    ], product, at)
    expect(found.map((c) => [c.agreementId.slice(4), c.cannotCarry])).toEqual([
      ['good', null], ['coming', 'it starts on 2026-03-02.'], ['other', 'it covers another product.'], ['over', 'it ended on 2026-03-02.'],
      ['spent', 'its units are used up or have expired.'],
    ])
    expect(found[1]!.why).toBe('Passed over: it starts on 2026-03-02.')
  })

  it('E5 names at most three that have ended, the latest', () => {
    const ended = [1, 2, 3, 4, 5].map((n) => held(`ended${n}`, { state: 'ENDED', usable: [], startsAt: inDays(-n) }))
    expect(tried(...ended).map(([id]) => id)).toEqual(['ended1', 'ended2', 'ended3'])
  })

  it('E5 says what can be taken, per unit', () => {
    const [first] = orderAgreements([held('both', { usable: [
      { unit: 'INCIDENT', units: 2, expiresAt: null }, { unit: 'INCIDENT', units: 3, expiresAt: inDays(1) }, { unit: 'MINUTE', units: 90, expiresAt: null },
    ] })], product, at)
    expect(first!.available).toEqual({ INCIDENT: 5, MINUTE: 90 })
  })

  it('E5 the order does not depend on the order in which agreements are found (seed 5)', () => {
    const any = fc.record({
      planKind: fc.constantFrom('PREMIUM' as const, 'PACKAGE' as const, 'PER_INCIDENT' as const), productId: fc.constantFrom(product, null),
      startsAt: fc.integer({ min: -3, max: -1 }).map(inDays), usable: fc.constantFrom([], [{ unit: 'INCIDENT' as const, units: 1, expiresAt: inDays(3) }]),
    })
    fc.assert(fc.property(fc.array(any, { maxLength: 6 }), (given) => {
      const all = given.map((g, i) => held(String(i), g))
      expect(tried(...all.toReversed())).toEqual(tried(...all))
    }), { seed: 5 })
  })
})
