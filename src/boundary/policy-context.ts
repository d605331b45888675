import { and, eq, inArray } from 'drizzle-orm'
import { causeCodesOf, componentsOf, dutiesOf, productById, products, publishedPlans } from '../catalog/catalog.reads.js'
import type { ProductRow } from '../catalog/catalog.types.js'
import type { Read } from '../kernel/act.js'
import type { Id } from '../kernel/ids.js'
import { scopePolicy, scopePolicyVersion } from './boundary.table.js'
import type { LintContext } from './lint.js'
import type { ScopePolicyRow } from './policies.types.js'
import type { Unit } from './policy.js'

/** What the rules of a policy are checked against: the catalog of the products that it decides for. */
export async function lintContextOf(read: Read, policy: ScopePolicyRow): Promise<LintContext> {
  const reached = await reachOf(read, policy)
  const perProduct = await Promise.all(reached.map(async ({ id }) => {
    const [causes, components, duties, plans] = await Promise.all([
      causeCodesOf(read, id), componentsOf(read, id), dutiesOf(read, id), publishedPlans(read, id)])
    return { causes: codes(causes), components: codes(components), duties: codes(duties), units: plans.flatMap((p): Unit[] => (p.version.unit ? [p.version.unit] : [])) }
  }))
  return {
    causeCodes: union(perProduct.map((p) => p.causes)),
    componentCodes: union(perProduct.map((p) => p.components)),
    productCodes: codes(reached),
    // What a rule promises or charges must hold for every product that it decides for.
    dutyCodes: common(perProduct.map((p) => p.duties)),
    unitsOnSale: common(perProduct.map((p) => p.units)),
  }
}

const codes = (rows: readonly { code: string }[]): string[] => rows.map((row) => row.code)
const union = (lists: readonly string[][]): string[] => [...new Set(lists.flat())]
const common = <T>(lists: readonly T[][]): T[] => [...new Set(lists[0] ?? [])].filter((each) => lists.every((list) => list.includes(each)))

/** The products that a policy decides for: those on sale, or all of them as long as none is. */
async function reachOf(read: Read, policy: ScopePolicyRow): Promise<ProductRow[]> {
  if (policy.productId) {
    const own = await productById(read, policy.productId)
    return own ? [own] : []
  }
  const all = (await everyProduct(read)).filter((p) => p.state !== 'RETIRED')
  const decidedElsewhere = await withOwnPolicy(read, all.map((p) => p.id))
  const reached = all.filter((p) => !decidedElsewhere.has(p.id))
  const onSale = reached.filter((p) => p.state === 'ON_SALE')
  return onSale.length > 0 ? onSale : reached
}

async function everyProduct(read: Read): Promise<ProductRow[]> {
  const found: ProductRow[] = []
  for (let after: string | undefined; ;) {
    const page = await products(read, { first: 100, after })
    found.push(...page.edges.map((edge) => edge.node))
    if (!page.pageInfo.hasNextPage) return found
    after = page.pageInfo.endCursor ?? undefined
  }
}

async function withOwnPolicy(read: Read, productIds: readonly Id<'prd'>[]): Promise<Set<Id<'prd'> | null>> {
  if (productIds.length === 0) return new Set()
  const rows = await read.db.select({ productId: scopePolicy.productId }).from(scopePolicy)
    .innerJoin(scopePolicyVersion, and(eq(scopePolicyVersion.vendorId, scopePolicy.vendorId), eq(scopePolicyVersion.policyId, scopePolicy.id)))
    .where(and(eq(scopePolicy.vendorId, read.vendorId), inArray(scopePolicy.productId, [...productIds]), eq(scopePolicyVersion.state, 'PUBLISHED')))
  return new Set(rows.map((row) => row.productId))
}
