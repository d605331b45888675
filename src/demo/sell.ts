import { setTimeout as wait } from 'node:timers/promises'
import { purchaseById } from '../billing/billing.reads.js'
import { billingContext } from '../billing/billing-doors.js'
import { BuyPlanInput } from '../billing/billing.types.js'
import { openCheckout } from '../billing/checkout.js'
import { intendPurchase } from '../billing/purchase.js'
import { currentPolicy } from '../boundary/policies.reads.js'
import { createScopePolicy, draftScopePolicy, publishScopePolicy } from '../boundary/policies.js'
import { CreateScopePolicyInput, DraftScopePolicyInput, PublishScopePolicyInput, ScopePolicyRuleInput } from '../boundary/policies.types.js'
import type { PolicyRule } from '../boundary/policy.js'
import { CreatePlanInput, DraftPlanVersionInput, PublishPlanVersionInput } from '../catalog/catalog.inputs.js'
import { createPlan, draftPlanVersion, publishPlanVersion } from '../catalog/plans.js'
import { GrantUnitsInput } from '../entitlements/entitlements.types.js'
import { grant, grantUnits } from '../entitlements/grant.js'
import { automation } from '../kernel/actor.js'
import { change } from '../kernel/command.js'
import { inputOf } from '../kernel/input.js'
import { SetPromisesInput } from '../sla/sla.inputs.js'
import { setPromises } from '../sla/promises.js'
import { promisesOf } from './build.js'
import { type PlanSpec, plans, type VersionSpec } from './plans.js'
import type { GiftSpec, OrderSpec, PurchaseSpec } from './sales.js'
import { tick, type World } from './world.js'

const TAX_RATE_BPS = 2_500

/** Plans, each with its first version on sale. */
export async function priceList(world: World): Promise<void> {
  for (const plan of plans) {
    tick(world)
    const { versions, product, ...wanted } = plan
    const productId = product ? world.id('prd', `product ${product}`) : undefined
    const { id } = await world.perform('yasmin', 'catalog:change', CreatePlanInput, { ...wanted, productId }, createPlan)
    world.keep(`plan ${plan.code}`, id)
    await putOnSale(world, plan, versions[0])
  }
}

/** New terms in place of the first ones; agreements keep those that they were sold with. */
export async function newTerms(world: World): Promise<void> {
  for (const plan of plans) for (const version of plan.versions.slice(1)) await putOnSale(world, plan, version)
}

async function putOnSale(world: World, { code }: PlanSpec, { promises, prices, ...terms }: VersionSpec): Promise<void> {
  tick(world)
  const wanted = { planId: world.id('pln', `plan ${code}`), ...terms, prices: prices.map((price) => ({ ...price, taxRateBps: TAX_RATE_BPS })) }
  const { id: planVersionId } = await world.perform('yasmin', 'catalog:change', DraftPlanVersionInput, wanted, draftPlanVersion)
  await world.perform('yasmin', 'promises:change', SetPromisesInput, { planVersionId, promises: promisesOf(world, promises) }, setPromises)
  await world.perform('yasmin', 'catalog:change', PublishPlanVersionInput, { planVersionId }, publishPlanVersion)
  world.keep(onSale(code), planVersionId)
}

const onSale = (plan: string): string => `on sale ${plan}`

/** Publishes a version of the scope policy for every product. */
export async function drawTheLine(world: World, rules: readonly PolicyRule[], first: boolean): Promise<void> {
  if (first) {
    const { id } = await world.perform('yasmin', 'policies:change', CreateScopePolicyInput, { name: 'Where service ends and support begins' }, createScopePolicy)
    world.keep('policy', id)
  }
  const said = rules.map((rule) => inputOf(ScopePolicyRuleInput, {
    ...rule, charge: rule.charge ?? undefined, dutyCode: rule.dutyCode ?? undefined, turnTo: rule.turnTo ?? undefined, example: rule.example ?? undefined,
  }))
  const draft = await world.perform('yasmin', 'policies:change', DraftScopePolicyInput, { policyId: world.id('pol', 'policy'), rules: said }, draftScopePolicy)
  await world.perform('ingrid', 'policies:change', PublishScopePolicyInput, { versionId: draft.id }, publishScopePolicy)
}

/** An accepted order on terms: the one grant function, with the order's number as its source (E4). */
export async function order(world: World, { number, customer, plan, interval }: OrderSpec): Promise<void> {
  const product = plans.find(({ code }) => code === plan)?.product
  const planVersionId = world.id('plv', onSale(plan))
  await change(world.context(automation(world.vendorId)), async (act) => {
    const policy = product ? await currentPolicy(act, world.id('prd', `product ${product}`)) : null
    return grant(act, {
      source: { kind: 'ORDER', id: number }, customerId: world.id('cus', `customer ${customer}`), planVersionId,
      policyVersionId: policy?.version.id ?? null, at: act.now, interval,
    })
  })
}

/** Units for nothing. */
export async function give(world: World, { customer, plan, units, reason }: GiftSpec): Promise<void> {
  const wanted = { customerId: world.id('cus', `customer ${customer}`), planVersionId: world.id('plv', onSale(plan)), units, reason }
  await world.perform('per', 'units:grant', GrantUnitsInput, wanted, grantUnits)
}

const urls = { successUrl: 'https://havblikk.example/thanks', cancelUrl: 'https://havblikk.example/plans' }

/** Buys through the checkout and, when told so, pays there with the test card; what was paid is granted by its webhook. */
export async function buy(world: World, { buyer, plan, currency, paid }: PurchaseSpec, settle: () => Promise<void>): Promise<void> {
  const wanted = { planVersionId: world.id('plv', onSale(plan)), currency, quantity: 1, ...urls }
  const intended = await world.perform(buyer, 'plans:buy', BuyPlanInput, wanted, intendPurchase)
  const context = { ...billingContext({ ...world.doors.billing, clock: world.clock }, world.vendorId), actor: world.actor(buyer) }
  const opened = await openCheckout(context, intended.id)
  if ('code' in opened) throw new Error(`${buyer} could not buy ${plan}: ${opened.message}`)
  if (!paid) return
  const answer = await fetch(opened.checkoutUrl!, { method: 'POST', redirect: 'manual', body: new URLSearchParams({ card_number: '4242 4242 4242 4242' }) })
  if (answer.status !== 303) throw new Error(`The payment page of ${plan} answered ${answer.status}.`)
  await arrived(async () => (await world.read(buyer, (read) => purchaseById(read, intended.id)))?.state === 'PAID', settle)
  await settle()
}

const PATIENCE_MS = 10_000
const PAUSE_MS = 20

/** Waits for a webhook, which comes by itself, and lets its work be done. */
async function arrived(isThere: () => Promise<boolean>, settle: () => Promise<void>): Promise<void> {
  for (let waitedMs = 0; waitedMs < PATIENCE_MS; waitedMs += PAUSE_MS) {
    await settle()
    if (await isThere()) return
    await wait(PAUSE_MS)
  }
  throw new Error('The payment was made and its webhook did not come.')
}
