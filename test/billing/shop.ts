import { and, asc, eq } from 'drizzle-orm'
import type { PurchaseRow } from '../../src/billing/billing.types.js'
import { purchaseById } from '../../src/billing/billing.reads.js'
import { plan, planPrice, planVersion } from '../../src/catalog/catalog.table.js'
import type { Actor } from '../../src/kernel/actor.js'
import { change } from '../../src/kernel/command.js'
import { event } from '../../src/kernel/event.table.js'
import { type Id, newId } from '../../src/kernel/ids.js'
import { ask } from '../../src/kernel/query.js'
import { inside, type Tenant, type World } from '../support/world.js'

type PlanRow = typeof plan.$inferInsert
type VersionRow = typeof planVersion.$inferInsert
type PriceRow = typeof planPrice.$inferInsert

interface Offered { kind?: PlanRow['kind']; version?: Partial<VersionRow>; price?: Partial<PriceRow> }

/** Puts a plan with one version and one price on sale; NOK 1,350.00 and a quarter of tax unless told otherwise. */
export async function sell(
  world: World, { vendorId }: Tenant, { kind = 'PER_INCIDENT', version = {}, price = {} }: Offered = {},
): Promise<Id<'plv'>> {
  const now = world.clock.now()
  const [planId, planVersionId] = [newId('pln'), newId('plv')]
  await change(inside(world, vendorId), async ({ db }) => {
    await db.insert(plan).values({ vendorId, id: planId, code: planId, name: 'One incident', kind, createdAt: now })
    await db.insert(planVersion).values({
      vendorId, id: planVersionId, planId, number: 1, state: 'PUBLISHED', unit: 'INCIDENT', units: 1, noticeDays: 30,
      summary: 'One question, answered.', createdAt: now, publishedAt: now, ...version,
    })
    await db.insert(planPrice).values({
      vendorId, id: newId('prc'), planVersionId, currency: 'NOK', amountMinor: 135_000, taxRateBps: 2_500, interval: 'ONE_OFF',
      perSeat: false, ...price,
    })
  })
  return planVersionId
}

export interface Buyer { token: string; actor: Extract<Actor, { kind: 'CONTACT' }> }

/** A contact of a customer of its own, who may buy. */
export async function buyerOf(
  world: World, tenant: Tenant, name: string, roles: ('BILLING' | 'REQUESTER')[] = ['BILLING'],
): Promise<Buyer> {
  const customer = await world.done('createCustomer', { name, country: 'NO' }, 'id', tenant.token)
  const email = `${name.toLowerCase().replaceAll(' ', '.')}@example.com`
  const person = { customerId: customer.id, name: 'Karin Nilsen', email, roles }
  const contact = await world.done('createContact', person, 'id', tenant.token)
  const { token } = await world.done('issueToken', { holderId: contact.id }, 'token', tenant.token)
  return { token, actor: { kind: 'CONTACT', vendorId: tenant.vendorId, id: contact.id, customerId: customer.id, roles } }
}

export const urls = { successUrl: 'https://tind.example/thanks', cancelUrl: 'https://tind.example/plans' }

/** What the product keeps of a purchase. */
export const stored = async (world: World, { vendorId }: Tenant, id: string): Promise<PurchaseRow> =>
  (await ask(inside(world, vendorId), (read) => purchaseById(read, id as Id<'pur'>)))!

/** The types of what was recorded of a purchase, in order. */
export async function history(world: World, { vendorId }: Tenant, id: string): Promise<string[]> {
  const rows = await ask(inside(world, vendorId), (read) => read.db.select({ type: event.type }).from(event)
    .where(and(eq(event.vendorId, vendorId), eq(event.streamId, id as Id))).orderBy(asc(event.number)))
  return rows.map((row) => row.type)
}

/** How many things of each kind there are at Stripe. */
export async function atStripe(world: World): Promise<Record<string, number>> {
  const state = (await (await fetch(`${world.sandbox.url}/_sandbox/state`)).json()) as { counts: Record<string, number> }
  return state.counts
}

/** The next calls to Stripe fail, or are slow, or lose their answer. */
export async function fail(world: World, fault: Record<string, string>): Promise<void> {
  const answer = await fetch(`${world.sandbox.url}/_sandbox/fail`, { method: 'POST', body: new URLSearchParams(fault) })
  if (!answer.ok) throw new Error(await answer.text())
}
