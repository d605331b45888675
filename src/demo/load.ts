import { randomUUID } from 'node:crypto'
import { anonymous, automation } from '../kernel/actor.js'
import { contextFor } from '../kernel/act.js'
import { ask } from '../kernel/query.js'
import { manualClock } from '../kernel/time.js'
import { contacts, members, vendorIdByHandle } from '../vendors/vendor.reads.js'
import { memberMail, signUp, stock, welcome } from './build.js'
import { vendor, members as staff } from './people.js'
import { play } from './player.js'
import { scopeRules } from './policy.js'
import { gifts, orders, purchases } from './sales.js'
import { buy, drawTheLine, give, newTerms, order, priceList } from './sell.js'
import { stories } from './stories/stories.js'
import { type Happening, walk } from './walk.js'
import { calendariumAt } from './when.js'
import type { DemoDoors } from './world.js'

/** Havblikk begins so many office days before the instant of loading; a newer scope policy and newer prices come later. */
const FIRST_DAY = { day: 25, at: '08:00' }
const NEW_TERMS = { day: 17, at: '11:00' }
/** The first scope policy charged from the first question on. */
const LATER_RULES = ['first-month']

export interface LoadOptions {
  /** True when a stand-in plays Stripe: purchases are made and paid there. Nobody can pay on Stripe's own pages by program. */
  readonly canPay: boolean
}

/**
 * Makes Havblikk, its customers and five weeks of their life, up to this instant: through the product's own verbs, on a clock
 * that walks through those weeks, with every timer fired at its instant. No other relay may run meanwhile: it would fire them
 * all at once by the real time.
 */
export async function loadDemo(doors: DemoDoors, { canPay }: LoadOptions): Promise<void> {
  const loadedAt = doors.billing.clock.now()
  const calendarium = calendariumAt(loadedAt)
  const clock = manualClock(calendarium.at(FIRST_DAY))
  const relay = doors.relayOn(clock)
  const settle = () => relay.settle()
  try {
    const world = await signUp(doors, clock)
    await stock(world, loadedAt)
    await priceList(world)
    await drawTheLine(world, scopeRules.filter(({ key }) => !LATER_RULES.includes(key)), true)
    await welcome(world)
    const changes: Happening[] = [
      { at: calendarium.at(NEW_TERMS), what: 'The new scope policy', play: () => drawTheLine(world, scopeRules, false) },
      { at: calendarium.at(NEW_TERMS), what: 'The new prices', play: () => newTerms(world) },
      ...orders.map((each): Happening => ({ at: calendarium.at(each.start), what: `Order ${each.number}`, play: () => order(world, each) })),
      ...gifts.map((each): Happening => ({ at: calendarium.at(each.start), what: `The gift to ${each.customer}`, play: () => give(world, each) })),
    ]
    await walk(world, settle, [...changes, ...stories.flatMap((story) => play(world, calendarium, story))], loadedAt)
    if (canPay) for (const purchase of purchases) await buy(world, purchase, settle)
    await settle()
  } finally {
    await relay.stop()
  }
}

/** Bearer tokens for Ingrid at Havblikk and Karin at Lofoten Tørrfisk; none when this database has no such people. */
export async function demoTokens({ billing, tokens }: Pick<DemoDoors, 'billing' | 'tokens'>): Promise<{ member?: string; contact?: string }> {
  const { database, clock } = billing
  const vendorId = await vendorIdByHandle(contextFor(database, clock, anonymous(), randomUUID()), vendor.handle)
  if (!vendorId) return {}
  const [ingrid, karin] = await ask(contextFor(database, clock, automation(vendorId), randomUUID()), async (read) => {
    const [atHavblikk, atCustomers] = await Promise.all([members(read, { first: 100 }), contacts(read, { first: 100 })])
    return [
      atHavblikk.edges.find(({ node }) => node.email === memberMail(staff[0])), atCustomers.edges.find(({ node }) => node.externalId === 'karin'),
    ] as const
  })
  return {
    ...(ingrid && { member: await tokens.issue(vendorId, ingrid.node.id) }),
    ...(karin && { contact: await tokens.issue(vendorId, karin.node.id) }),
  }
}
