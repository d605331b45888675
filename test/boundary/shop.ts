import type { PolicyRule } from '../../src/boundary/policy.js'
import { OPEN_CAUSES } from '../../src/boundary/facts.js'
import type { Actor, ContactRole } from '../../src/kernel/actor.js'
import type { Id } from '../../src/kernel/ids.js'
import { fixtureCauseCodes, fixtureDutyCodes, fixtureRules } from '../support/policy.js'
import type { Tenant, World } from '../support/world.js'

/** A vendor with one product on sale, everything that the fixture policy speaks of, and two customers. */
export interface Shop extends Tenant {
  productId: Id<'prd'>
  components: Record<'OWN' | 'DEPENDENCY' | 'CUSTOMER_OWNED' | 'PARTNER_BUILT', Id<'cmp'>>
  /** A plan version that sells one incident, and one that sells minutes. */
  incidentPlan: Id<'plv'>
  minutePlan: Id<'plv'>
  customer: Buyer
  other: Buyer
}

export interface Buyer {
  customerId: Id<'cus'>
  /** Makes a contact and answers it as an actor, with a token. */
  contact(...roles: ContactRole[]): Promise<{ actor: Actor & { kind: 'CONTACT' }; token: string }>
}

const dutyKind = (code: string) => (['DEFECT', 'AVAILABILITY', 'SECURITY_FIX', 'DATA_KEPT'].includes(code) ? code : 'STATUS_MESSAGES')

export async function openShop(world: World): Promise<Shop> {
  const tenant = await world.signUp()
  const done = (name: string, input: Record<string, unknown>) => world.done(name, input, 'id', tenant.token)
  const productId = (await done('createProduct', { code: 'ledger', name: 'Ledger', description: 'Bookkeeping.', turnTo: 'The forum.' })).id as Id<'prd'>
  const components = await addComponents(done, productId)
  for (const code of fixtureCauseCodes.filter((c) => !(OPEN_CAUSES as readonly string[]).includes(c))) {
    await done('createCauseCode', { code, name: code, description: code })
  }
  for (const code of fixtureDutyCodes) await done('createDuty', { productId, code, kind: dutyKind(code), statement: `We keep ${code}.` })
  const incidentPlan = await sell(done, 'PER_INCIDENT', { unit: 'INCIDENT', units: 1 })
  const minutePlan = await sell(done, 'PACKAGE', { unit: 'MINUTE', units: 600 })
  await done('putProductOnSale', { productId })
  return { ...tenant, productId, components, incidentPlan, minutePlan, customer: await buyer(world, tenant, 'Tind'), other: await buyer(world, tenant, 'Fjell') }
}

type Done = (name: string, input: Record<string, unknown>) => Promise<Record<string, any>>

async function addComponents(done: Done, productId: Id<'prd'>): Promise<Shop['components']> {
  const add = async (code: string, owner: string) =>
    (await done('createComponent', { productId, code, name: code, owner, description: code, ownerName: owner === 'OWN' ? null : 'Somebody' })).id as Id<'cmp'>
  return {
    OWN: await add('core', 'OWN'), DEPENDENCY: await add('pdf', 'DEPENDENCY'),
    CUSTOMER_OWNED: await add('scripts', 'CUSTOMER_OWNED'), PARTNER_BUILT: await add('warehouse', 'PARTNER_BUILT'),
  }
}

async function sell(done: Done, kind: string, units: Record<string, unknown>): Promise<Id<'plv'>> {
  const plan = await done('createPlan', { code: kind.toLowerCase(), name: kind, kind })
  const prices = [{ currency: 'NOK', amountMinor: 135_000, taxRateBps: 2500, interval: 'ONE_OFF' }]
  const draft = await done('draftPlanVersion', { planId: plan.id, ...units, summary: kind, prices })
  await done('publishPlanVersion', { planVersionId: draft.id })
  return draft.id as Id<'plv'>
}

let people = 0

async function buyer(world: World, tenant: Tenant, name: string): Promise<Buyer> {
  const { id: customerId } = await world.done('createCustomer', { name, country: 'NO' }, 'id', tenant.token)
  return {
    customerId,
    contact: async (...roles) => {
      people += 1
      const { id } = await world.done('createContact', { customerId, name, email: `person${people}@tind.example`, roles }, 'id', tenant.token)
      const { token } = await world.done('issueToken', { holderId: id }, 'token', tenant.token)
      return { actor: { kind: 'CONTACT', vendorId: tenant.vendorId, id, customerId, roles }, token }
    },
  }
}

export const memberOf = (shop: Shop): Actor & { kind: 'MEMBER' } =>
  ({ kind: 'MEMBER', vendorId: shop.vendorId, id: shop.memberId, roles: ['ADMIN'] })

export const policyFor = async (world: World, shop: Shop, productId: Id<'prd'> | null = null): Promise<Id<'pol'>> =>
  (await world.done('createScopePolicy', { name: 'The line', productId }, 'id', shop.token)).id

export const draft = async (world: World, shop: Shop, policyId: string, rules: readonly PolicyRule[] = fixtureRules): Promise<Id<'pov'>> =>
  (await world.done('draftScopePolicy', { policyId, rules }, 'id', shop.token)).id

/** Drafts and publishes rules; answers the version. */
export async function publish(world: World, shop: Shop, policyId: string, rules: readonly PolicyRule[] = fixtureRules): Promise<Id<'pov'>> {
  const versionId = await draft(world, shop, policyId, rules)
  await world.done('publishScopePolicy', { versionId }, 'id', shop.token)
  return versionId
}
