import { and, eq, isNull, max } from 'drizzle-orm'
import type { Act } from '../kernel/act.js'
import { said } from '../kernel/columns.js'
import { record } from '../kernel/event.js'
import { type Id, newId } from '../kernel/ids.js'
import { conflict, invalid, naming, notFound } from '../kernel/refusal.js'
import type {
  CreatePlanInput, DraftPlanVersionInput, PlanPriceInput, PlanVersionInput, UpdatePlanInput, UpdatePlanVersionInput,
} from './catalog.inputs.js'
import { planById, pricesOf, productById } from './catalog.reads.js'
import { refuseGaps, refuseWhenFull } from './catalog.refusals.js'
import { plan, planPrice, planVersion } from './catalog.table.js'
import type { PlanRow, PlanVersionRow } from './catalog.types.js'
import { gapsOfVersion } from './complete.js'

const MOST_VERSIONS = 200
const MOST_ON_SALE = 50

/** Adds a plan. It is sold once a version of it is published. */
export async function createPlan(act: Act, input: CreatePlanInput): Promise<PlanRow> {
  if (input.productId && !(await productById(act, input.productId))) throw notFound('productId', 'product')
  const [row] = await naming({ plan_code: { path: 'code', message: 'must be unused; another plan has it.' } }, act.db.insert(plan).values({
    vendorId: act.vendorId, id: newId('pln'), code: input.code, name: input.name, kind: input.kind, productId: input.productId ?? null,
    turnTo: input.turnTo ?? null, createdAt: act.now,
  }).returning())
  await record(act, { type: 'plan.created', streamId: row!.id, visibility: 'INTERNAL' })
  return row!
}

/** Changes a plan's name or where it sends people. Its kind, product, terms and prices stay. */
export async function updatePlan(act: Act, input: UpdatePlanInput): Promise<PlanRow> {
  const before = await planById(act, input.planId)
  if (!before) throw notFound('planId', 'plan')
  const changes = said({ name: input.name, turnTo: input.turnTo })
  if (Object.keys(changes).length === 0) return before
  const [row] = await act.db.update(plan).set(changes).where(and(eq(plan.vendorId, act.vendorId), eq(plan.id, before.id))).returning()
  await record(act, { type: 'plan.updated', streamId: before.id, data: { changed: Object.keys(changes) }, visibility: 'INTERNAL' })
  return row!
}

/** Drafts new terms of a plan. Refuses a second draft beside one that is open (Conflict). */
export async function draftPlanVersion(act: Act, input: DraftPlanVersionInput): Promise<PlanVersionRow> {
  checkUnits(input.unit ?? null, input.units ?? null)
  const prices = checkPrices(input.prices ?? [])
  // Who drafts for the same plan at the same time waits here, so that numbers run without gaps.
  const [owner] = await act.db.select().from(plan).where(and(eq(plan.vendorId, act.vendorId), eq(plan.id, input.planId))).for('no key update')
  if (!owner) throw notFound('planId', 'plan')
  const ofPlan = and(eq(planVersion.vendorId, act.vendorId), eq(planVersion.planId, owner.id))
  if ((await act.db.$count(planVersion, and(ofPlan, eq(planVersion.state, 'DRAFT')))) > 0) {
    throw conflict('This plan has a draft already; it has one at a time. Nothing was changed.', 'Change that draft with updatePlanVersion, or publish it first.')
  }
  const [last] = await act.db.select({ number: max(planVersion.number) }).from(planVersion).where(ofPlan)
  refuseWhenFull(last!.number ?? 0, MOST_VERSIONS, 'versions of this plan')
  const [row] = await act.db.insert(planVersion).values({
    vendorId: act.vendorId, id: newId('plv'), planId: owner.id, number: (last!.number ?? 0) + 1, unit: input.unit ?? null, units: input.units ?? null,
    termDays: input.termDays ?? null, noticeDays: input.noticeDays ?? 0, summary: input.summary, createdAt: act.now,
  }).returning()
  await addPrices(act, row!.id, prices)
  await record(act, { type: 'plan_version.drafted', streamId: owner.id, data: { planVersionId: row!.id }, visibility: 'INTERNAL' })
  return row!
}

/** Changes a draft; its prices are replaced as a whole. Refuses a version that was published (Conflict). */
export async function updatePlanVersion(act: Act, input: UpdatePlanVersionInput): Promise<PlanVersionRow> {
  const before = await holdDraft(act, input.planVersionId)
  const wanted = {
    ...nullable({ unit: input.unit, units: input.units, termDays: input.termDays }),
    ...said({ noticeDays: input.noticeDays, summary: input.summary }),
  }
  const next = { ...before, ...wanted }
  checkUnits(next.unit, next.units)
  if (input.prices) {
    const prices = checkPrices(input.prices)
    await act.db.delete(planPrice).where(and(eq(planPrice.vendorId, act.vendorId), eq(planPrice.planVersionId, before.id)))
    await addPrices(act, before.id, prices)
  }
  if (Object.keys(wanted).length > 0) await act.db.update(planVersion).set(wanted).where(thisDraft(act, before.id))
  await record(act, {
    type: 'plan_version.updated', streamId: before.planId, visibility: 'INTERNAL',
    data: { planVersionId: before.id, changed: [...Object.keys(wanted), ...(input.prices ? ['prices'] : [])] },
  })
  return next
}

/** Puts a draft on sale in place of the version sold so far, for good. Refuses one whose kind asks for more (Incomplete). */
export async function publishPlanVersion(act: Act, input: PlanVersionInput): Promise<PlanVersionRow> {
  const before = await holdDraft(act, input.planVersionId)
  const [itsPlan, prices] = await Promise.all([planById(act, before.planId), pricesOf(act, before.id)])
  refuseGaps(`Version ${before.number} of the plan ${itsPlan!.name}`, gapsOfVersion(itsPlan!, before, prices))
  await refuseCrowd(act, itsPlan!)
  await act.db.update(planVersion).set({ state: 'RETIRED', retiredAt: act.now })
    .where(and(eq(planVersion.vendorId, act.vendorId), eq(planVersion.planId, before.planId), eq(planVersion.state, 'PUBLISHED')))
  const [row] = await act.db.update(planVersion).set({ state: 'PUBLISHED', publishedAt: act.now }).where(thisDraft(act, before.id)).returning()
  await record(act, { type: 'plan_version.published', streamId: before.planId, data: { planVersionId: before.id, number: before.number } })
  return row!
}

async function refuseCrowd(act: Act, entering: PlanRow): Promise<void> {
  const beside = entering.productId ? eq(plan.productId, entering.productId) : isNull(plan.productId)
  const onSale = await act.db.$count(
    act.db.select({ id: plan.id }).from(plan).innerJoin(planVersion, and(
      eq(planVersion.vendorId, plan.vendorId), eq(planVersion.planId, plan.id), eq(planVersion.state, 'PUBLISHED')))
      .where(and(eq(plan.vendorId, act.vendorId), beside)).as('on_sale'))
  refuseWhenFull(onSale, MOST_ON_SALE, 'plans on sale for the same')
}

/** Ends the sale of a published version; agreements on it go on. Refuses a draft, which was never sold (Conflict). */
export async function retirePlanVersion(act: Act, input: PlanVersionInput): Promise<PlanVersionRow> {
  const before = await holdVersion(act, input.planVersionId)
  if (before.state === 'RETIRED') return before
  if (before.state === 'DRAFT') {
    throw conflict('This version is a draft: it was never on sale. Nothing was changed.', 'Change it with updatePlanVersion, or leave it.')
  }
  const [row] = await act.db.update(planVersion).set({ state: 'RETIRED', retiredAt: act.now })
    .where(and(eq(planVersion.vendorId, act.vendorId), eq(planVersion.id, before.id), eq(planVersion.state, 'PUBLISHED'))).returning()
  await record(act, { type: 'plan_version.retired', streamId: before.planId, data: { planVersionId: before.id } })
  return row!
}

async function holdVersion(act: Act, planVersionId: Id<'plv'>): Promise<PlanVersionRow> {
  const [row] = await act.db.select().from(planVersion)
    .where(and(eq(planVersion.vendorId, act.vendorId), eq(planVersion.id, planVersionId))).for('update')
  if (!row) throw notFound('planVersionId', 'plan version')
  return row
}

/**
 * Takes a draft and holds it to the end of the transaction, so that it cannot be published under the hands of whoever
 * changes it or what hangs on it. Refuses a version that was published (Conflict): it never changes.
 */
export async function holdDraft(act: Act, planVersionId: Id<'plv'>): Promise<PlanVersionRow> {
  const row = await holdVersion(act, planVersionId)
  if (row.state === 'DRAFT') return row
  throw conflict(
    `Version ${row.number} was published: its terms and prices never change, since customers have bought them. Nothing was changed.`,
    'Draft a new version with draftPlanVersion and publish that.')
}

/** Only while it is a draft, whatever a verb believes: a published row matches nothing. */
const thisDraft = (act: Act, planVersionId: Id<'plv'>) =>
  and(eq(planVersion.vendorId, act.vendorId), eq(planVersion.id, planVersionId), eq(planVersion.state, 'DRAFT'))

const nullable = <T extends object>(fields: T): Partial<T> =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Partial<T>

function checkUnits(unit: string | null, units: number | null): void {
  if ((unit === null) === (units === null)) return
  throw invalid(unit === null
    ? { path: 'unit', message: 'must say what the units are when there are units.' }
    : { path: 'units', message: 'must say how many when there is a unit.' })
}

function checkPrices(prices: readonly PlanPriceInput[]): readonly PlanPriceInput[] {
  const twice = prices.findIndex((p, i) => prices.findIndex((other) => other.currency === p.currency && other.interval === p.interval) < i)
  if (twice >= 0) throw invalid({ path: `prices.${twice}`, message: 'must be the only one of its currency and interval.' })
  return prices
}

async function addPrices(act: Act, planVersionId: Id<'plv'>, prices: readonly PlanPriceInput[]): Promise<void> {
  if (prices.length === 0) return
  await act.db.insert(planPrice).values(prices.map((p) => ({
    vendorId: act.vendorId, id: newId('prc'), planVersionId, currency: p.currency, amountMinor: p.amountMinor, taxRateBps: p.taxRateBps,
    interval: p.interval, perSeat: p.perSeat ?? false,
  })))
}
