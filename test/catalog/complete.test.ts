import { describe, expect, it } from 'vitest'
import { gapsOfProduct, gapsOfVersion } from '../../src/catalog/complete.js'
import { componentOwners, fixedCauseCodes, planKinds, type PlanKind } from '../../src/catalog/words.js'
import { COMPONENT_OWNERS, OPEN_CAUSES, PLAN_KINDS } from '../../src/boundary/facts.js'

const once = { amountMinor: 135_000, interval: 'ONE_OFF', perSeat: false } as const
const monthly = { amountMinor: 490_000, interval: 'MONTH', perSeat: false } as const
const seat = { ...monthly, perSeat: true }
const none = { unit: null, units: null, termDays: null } as const
const one = { ...none, unit: 'INCIDENT', units: 1 } as const
const ten = { unit: 'INCIDENT', units: 10, termDays: 365 } as const
const hours = { unit: 'MINUTE', units: 600, termDays: null } as const

type Version = [terms: Parameters<typeof gapsOfVersion>[1], prices: Parameters<typeof gapsOfVersion>[2], turnTo?: string]

const good: Record<PlanKind, Version[]> = {
  PER_INCIDENT: [[one, [once]], [{ ...one, termDays: 30 }, [once, once]]],
  PACKAGE: [[ten, [once]], [hours, [once]], [one, [once]]],
  PREMIUM: [[none, [monthly]], [hours, [monthly]], [ten, [seat, { ...seat, interval: 'YEAR' }]]],
  COMMUNITY: [[none, []]],
  NONE: [[none, [], 'the forum']],
}

const bad: Record<PlanKind, [string[], ...Version][]> = {
  PER_INCIDENT: [
    [['units'], none, [once]], [['units'], ten, [once]], [['units'], { ...one, unit: 'MINUTE' }, [once]], [['prices'], one, []],
    [['prices'], one, [monthly]], [['prices'], one, [{ ...once, amountMinor: 0 }]], [['prices'], one, [{ ...once, perSeat: true }]],
    [['units', 'prices'], none, []],
  ],
  PACKAGE: [[['units'], none, [once]], [['prices'], ten, []], [['prices'], ten, [once, monthly]], [['prices'], ten, [{ ...once, perSeat: true }]]],
  PREMIUM: [[['prices'], none, []], [['prices'], none, [once]], [['prices'], none, [monthly, { ...seat, interval: 'YEAR' }]],
    [['prices'], none, [{ ...monthly, amountMinor: 0 }]]],
  COMMUNITY: [[['units'], one, []], [['prices'], none, [once]], [['prices'], none, [{ ...once, amountMinor: 0 }]], [['termDays'], { ...none, termDays: 1 }, []]],
  NONE: [[['turnTo'], none, []], [['units'], one, [], 'the forum'], [['prices'], none, [once], 'the forum']],
}

describe.each(planKinds)('R55 a plan of the kind %s', (kind) => {
  it.each(good[kind])('is complete with %o', (terms, prices, turnTo) => {
    expect(gapsOfVersion({ kind, turnTo: turnTo ?? null }, terms, prices)).toEqual([])
  })
  it.each(bad[kind])('lacks %o', (paths, terms, prices, turnTo) => {
    expect(gapsOfVersion({ kind, turnTo: turnTo ?? null }, terms, prices).map((g) => g.path)).toEqual(paths)
  })
})

it('R21 a product names everything that it lacks at once', () => {
  const bare = { turnTo: null, languages: [], channels: [] }
  expect(gapsOfProduct(bare, 0, 0).map((g) => g.path)).toEqual(['components', 'duties', 'languages', 'channels', 'turnTo'])
  expect(gapsOfProduct({ turnTo: 'the forum', languages: ['nb'], channels: ['TICKET'] }, 1, 1)).toEqual([])
})

it('B3 the catalog and the scope policies speak of the same owners, plan kinds and open causes', () => {
  expect(componentOwners).toEqual(COMPONENT_OWNERS)
  expect(planKinds).toEqual(PLAN_KINDS)
  expect(fixedCauseCodes.map((c) => c.code)).toEqual(OPEN_CAUSES)
})
