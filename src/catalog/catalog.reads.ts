import { and, asc, count, eq, exists, inArray, isNull, ne, or } from 'drizzle-orm'
import type { PgColumn, PgTable } from 'drizzle-orm/pg-core'
import type { Read } from '../kernel/act.js'
import type { Id } from '../kernel/ids.js'
import { byId } from '../kernel/by-id.js'
import { type Page, type PageArgs, pageOf } from '../kernel/page.js'
import { causeCode, component, duty, plan, planPrice, planVersion, product } from './catalog.table.js'
import type { CauseCodeRow, ComponentRow, DutyRow, PlanPriceRow, PlanRow, PlanVersionRow, ProductRow } from './catalog.types.js'

/** Members and the product itself see everything; everybody else sees what is, or once was, on sale. */
const seesDrafts = (read: Read): boolean => read.actor.kind === 'MEMBER' || read.actor.kind === 'AUTOMATION'

type Kept = PgTable & { vendorId: PgColumn; id: PgColumn }

/** A loader of the rows that hang on an owner (`of` is the column that names it), in a fixed order; bounded by the verbs. */
function listOf<K extends Id, R>(name: string, table: Kept, of: PgColumn, ...order: PgColumn[]) {
  return async (read: Read, ownerId: K): Promise<R[]> => (await read.loader<K, R[]>(name, async (ids) => {
    const rows = await read.db.select({ of, row: table as never }).from(table)
      .where(and(eq(table.vendorId, read.vendorId), inArray(of, [...ids]))).orderBy(...order.map((c) => asc(c)))
    return grouped(rows as { of: K; row: R }[])
  }).load(ownerId)) ?? []
}

function grouped<K, R>(rows: { of: K; row: R }[]): Map<K, R[]> {
  const groups = new Map<K, R[]>()
  for (const { of, row } of rows) groups.set(of, [...(groups.get(of) ?? []), row])
  return groups
}

/** A product; for a caller outside the vendor only once it has been on sale. Retired ones are found: what runs on them goes on. */
export const productById = byId<Id<'prd'>, ProductRow>('product', product, (read) => (seesDrafts(read) ? undefined : ne(product.state, 'DRAFT')))

/** A product by the code that the vendor gave it; seen as by its id. */
export async function productByCode(read: Read, code: string): Promise<ProductRow | null> {
  const [row] = await read.db.select({ id: product.id }).from(product).where(and(eq(product.vendorId, read.vendorId), eq(product.code, code)))
  return row ? productById(read, row.id) : null
}

/** A plan version; for a caller outside the vendor only once it has been published. Retired ones are found: agreements go on. */
export const planVersionById = byId<Id<'plv'>, PlanVersionRow>('planVersion', planVersion, (read) =>
  (seesDrafts(read) ? undefined : ne(planVersion.state, 'DRAFT')))

export const planById = byId<Id<'pln'>, PlanRow>('plan', plan)
const anyComponentById = byId<Id<'cmp'>, ComponentRow>('component', component)
const anyDutyById = byId<Id<'dty'>, DutyRow>('duty', duty)
const anyCauseCodeById = byId<Id<'cau'>, CauseCodeRow>('causeCode', causeCode)

/** What belongs to a product is seen by whoever sees the product. */
const withProduct = async <R extends { productId: Id<'prd'> | null }>(read: Read, row: R | null): Promise<R | null> =>
  row && (row.productId === null || seesDrafts(read) || (await productById(read, row.productId))) ? row : null

export const componentById = async (read: Read, id: Id<'cmp'>) => withProduct(read, await anyComponentById(read, id))
export const dutyById = async (read: Read, id: Id<'dty'>) => withProduct(read, await anyDutyById(read, id))
export const causeCodeById = async (read: Read, id: Id<'cau'>) => withProduct(read, await anyCauseCodeById(read, id))

export const componentsOf = listOf<Id<'prd'>, ComponentRow>('componentsOf', component, component.productId, component.createdAt, component.id)
export const dutiesOf = listOf<Id<'prd'>, DutyRow>('dutiesOf', duty, duty.productId, duty.createdAt, duty.id)
/** The prices of a version, by currency and interval. */
export const pricesOf = listOf<Id<'plv'>, PlanPriceRow>(
  'pricesOf', planPrice, planPrice.planVersionId, planPrice.currency, planPrice.interval, planPrice.id)

const allVersionsOf = listOf<Id<'pln'>, PlanVersionRow>('versionsOf', planVersion, planVersion.planId, planVersion.number)

/** The versions of a plan, the newest first; outside the vendor only the one on sale. */
export const versionsOf = async (read: Read, planId: Id<'pln'>): Promise<PlanVersionRow[]> =>
  (await allVersionsOf(read, planId)).filter((v) => seesDrafts(read) || v.state === 'PUBLISHED').toReversed()

/** The version of a plan that is on sale now, or null. */
export const currentVersionOf = (read: Read, planId: Id<'pln'>): Promise<PlanVersionRow | null> =>
  read.loader<Id<'pln'>, PlanVersionRow>('currentVersionOf', async (ids) => {
    const rows = await read.db.select().from(planVersion).where(and(
      eq(planVersion.vendorId, read.vendorId), inArray(planVersion.planId, [...ids]), eq(planVersion.state, 'PUBLISHED')))
    return new Map(rows.map((row) => [row.planId, row]))
  }).load(planId)

/** The cause codes of a product: its own and those of every product, the oldest first. */
export const causeCodesOf = async (read: Read, productId: Id<'prd'>): Promise<CauseCodeRow[]> =>
  (await read.loader<Id<'prd'>, CauseCodeRow[]>('causeCodesOf', async (ids) => {
    const rows = await read.db.select().from(causeCode)
      .where(and(eq(causeCode.vendorId, read.vendorId), or(inArray(causeCode.productId, [...ids]), isNull(causeCode.productId))))
      .orderBy(causeCode.createdAt, causeCode.id)
    return forEach(ids, rows, (row) => row.productId)
  }).load(productId)) ?? []

/** Shares rows out: those of one product to it, those of none to every product. */
const forEach = <R>(ids: readonly Id<'prd'>[], rows: R[], of: (row: R) => Id<'prd'> | null) =>
  new Map(ids.map((id) => [id, rows.filter((row) => of(row) === null || of(row) === id)]))

/** A plan with the terms and prices that it is sold with now. */
export interface PlanOnSale {
  readonly plan: PlanRow
  readonly version: PlanVersionRow
  readonly prices: PlanPriceRow[]
}

/** The plans on sale with a product: its own and those of every product, the oldest first. */
export async function publishedPlans(read: Read, productId: Id<'prd'>): Promise<PlanOnSale[]> {
  const found = await read.loader<Id<'prd'>, { plan: PlanRow; version: PlanVersionRow }[]>('publishedPlans', async (ids) => {
    const rows = await read.db.select({ plan, version: planVersion }).from(plan).innerJoin(planVersion, publishedOf)
      .where(and(eq(plan.vendorId, read.vendorId), or(inArray(plan.productId, [...ids]), isNull(plan.productId))))
      .orderBy(plan.createdAt, plan.id)
    return forEach(ids, rows, (row) => row.plan.productId)
  }).load(productId)
  return Promise.all((found ?? []).map(async (row) => ({ ...row, prices: await pricesOf(read, row.version.id) })))
}

const publishedOf = and(eq(planVersion.vendorId, plan.vendorId), eq(planVersion.planId, plan.id), eq(planVersion.state, 'PUBLISHED'))

/** The product for the page of products: outside the vendor only while it is on sale. */
export async function shownProduct(read: Read, id: Id<'prd'>): Promise<ProductRow | null> {
  const row = await productById(read, id)
  return row && (seesDrafts(read) || row.state === 'ON_SALE') ? row : null
}

/** The plan; outside the vendor only while a version of it, and its product, are on sale. */
export async function shownPlan(read: Read, id: Id<'pln'>): Promise<PlanRow | null> {
  const row = await planById(read, id)
  if (!row || seesDrafts(read)) return row
  const [version, itsProduct] = await Promise.all([currentVersionOf(read, id), row.productId && shownProduct(read, row.productId)])
  return version && (row.productId === null || itsProduct) ? row : null
}

/** The version; outside the vendor only while it and its product are on sale. */
export async function shownPlanVersion(read: Read, id: Id<'plv'>): Promise<PlanVersionRow | null> {
  const row = await planVersionById(read, id)
  if (!row || seesDrafts(read)) return row
  return row.state === 'PUBLISHED' && (await shownPlan(read, row.planId)) ? row : null
}

/** A page of products, the oldest first; outside the vendor those on sale. */
export async function products(read: Read, args: PageArgs): Promise<Page<ProductRow>> {
  const all = and(eq(product.vendorId, read.vendorId), seesDrafts(read) ? undefined : eq(product.state, 'ON_SALE'))
  return pageOf<ProductRow>(args, { by: product.createdAt, id: product.id }, {
    rows: (past, order, limit) => read.db.select().from(product).where(and(all, past)).orderBy(...order).limit(limit),
    count: async () => (await read.db.select({ n: count() }).from(product).where(all))[0]!.n,
    at: (row) => row.createdAt,
  })
}

/** A page of plans, the oldest first: of one product (and of every product), or all; outside the vendor those on sale. */
export async function plans(read: Read, args: PageArgs, productId?: Id<'prd'>): Promise<Page<PlanRow>> {
  const all = and(
    eq(plan.vendorId, read.vendorId), productId && or(eq(plan.productId, productId), isNull(plan.productId)),
    seesDrafts(read) ? undefined : and(exists(read.db.select().from(planVersion).where(publishedOf)), or(isNull(plan.productId), exists(
      read.db.select().from(product).where(and(eq(product.vendorId, plan.vendorId), eq(product.id, plan.productId), eq(product.state, 'ON_SALE')))))))
  return pageOf<PlanRow>(args, { by: plan.createdAt, id: plan.id }, {
    rows: (past, order, limit) => read.db.select().from(plan).where(and(all, past)).orderBy(...order).limit(limit),
    count: async () => (await read.db.select({ n: count() }).from(plan).where(all))[0]!.n,
    at: (row) => row.createdAt,
  })
}
