import { and, count, eq, inArray, isNotNull, isNull, or, type SQL } from 'drizzle-orm'
import type { Read } from '../kernel/act.js'
import type { Id } from '../kernel/ids.js'
import { type Page, type PageArgs, pageOf } from '../kernel/page.js'
import { scopePolicy, scopePolicyRule, scopePolicyVersion } from './boundary.table.js'
import type { Policy, PolicyRule } from './policy.js'
import type { ScopePolicyRow, ScopePolicyVersionRow } from './policies.types.js'

/**
 * Policies in memory, so that their conditions are compiled once. The rules of a version never change, so nothing here
 * can be out of date; the vendor is part of the key, so that nothing is found across the wall.
 */
const remembered = new Map<string, Policy>()
const MOST_REMEMBERED = 500

function remember(key: string, policy: Policy): Policy {
  if (remembered.size >= MOST_REMEMBERED) remembered.delete(remembered.keys().next().value!)
  remembered.set(key, policy)
  return policy
}

const ruleOf = (row: typeof scopePolicyRule.$inferSelect): PolicyRule => ({
  key: row.key, condition: row.condition, class: row.class, handler: row.handler, payer: row.payer,
  charge: row.unit === null || row.units === null ? null : { unit: row.unit, units: row.units },
  dutyCode: row.dutyCode, reason: row.reason, turnTo: row.turnTo, example: row.example,
})

/** The rules of one version, in order; null when there is no such version. The same object every time it is remembered. */
export const policyById = (read: Read, versionId: Id<'pov'>): Promise<Policy | null> =>
  read.loader<Id<'pov'>, Policy>('scopePolicyRules', async (ids) => {
    const found = new Map<Id<'pov'>, Policy>()
    for (const id of ids) {
      const known = remembered.get(`${read.vendorId} ${id}`)
      if (known) found.set(id, known)
    }
    const missing = ids.filter((id) => !found.has(id))
    if (missing.length === 0) return found
    const rows = await read.db.select().from(scopePolicyRule)
      .where(and(eq(scopePolicyRule.vendorId, read.vendorId), inArray(scopePolicyRule.versionId, missing)))
      .orderBy(scopePolicyRule.versionId, scopePolicyRule.position)
    for (const [id, rules] of Map.groupBy(rows, (row) => row.versionId)) {
      found.set(id, remember(`${read.vendorId} ${id}`, { id, rules: rules.map(ruleOf) }))
    }
    return found
  }).load(versionId)

/** The version that is published for a product, and its rules. */
export interface CurrentPolicy {
  readonly version: ScopePolicyVersionRow
  readonly policy: Policy
}

/** What decides for a product now: its own published policy, else the one for every product; null when neither is published. */
export async function currentPolicy(read: Read, productId: Id<'prd'>): Promise<CurrentPolicy | null> {
  const version = await publishedFor(read, productId)
  const policy = version && (await policyById(read, version.id))
  return version && policy ? { version, policy } : null
}

const publishedFor = (read: Read, productId: Id<'prd'>): Promise<ScopePolicyVersionRow | null> =>
  read.loader<Id<'prd'>, ScopePolicyVersionRow>('publishedScopePolicy', async (ids) => {
    const rows = await read.db.select({ version: scopePolicyVersion, productId: scopePolicy.productId }).from(scopePolicyVersion)
      .innerJoin(scopePolicy, and(eq(scopePolicy.vendorId, scopePolicyVersion.vendorId), eq(scopePolicy.id, scopePolicyVersion.policyId)))
      .where(and(eq(scopePolicyVersion.vendorId, read.vendorId), eq(scopePolicyVersion.state, 'PUBLISHED'),
        or(isNull(scopePolicy.productId), inArray(scopePolicy.productId, [...ids]))))
    const byProduct = new Map(rows.map((row) => [row.productId, row.version]))
    return new Map(ids.flatMap((id) => {
      const version = byProduct.get(id) ?? byProduct.get(null)
      return version ? [[id, version]] : []
    }))
  }).load(productId)

/**
 * What decided for a product at an instant: the rules that an agreement for every product was sold with (B7). Its own policy
 * of then, else the one for every product; null when neither was published yet.
 */
export async function policyInForce(read: Read, productId: Id<'prd'>, at: Date): Promise<Policy | null> {
  const inForce = (await everPublished(read, productId)).filter((v) => v.publishedAt! <= at && (v.retiredAt === null || v.retiredAt > at))
  const found = inForce.find((v) => v.productId !== null) ?? inForce[0]
  return found ? policyById(read, found.id) : null
}

type Reign = Pick<ScopePolicyVersionRow, 'id' | 'publishedAt' | 'retiredAt'> & { productId: Id<'prd'> | null }

/** Every version that ever decided for a product, asked once for all its agreements. */
const everPublished = async (read: Read, productId: Id<'prd'>): Promise<Reign[]> =>
  (await read.loader<Id<'prd'>, Reign[]>('everPublishedScopePolicies', async (ids) => {
    const { id, publishedAt, retiredAt } = scopePolicyVersion
    const rows = await read.db.select({ id, publishedAt, retiredAt, productId: scopePolicy.productId }).from(scopePolicyVersion)
      .innerJoin(scopePolicy, and(eq(scopePolicy.vendorId, scopePolicyVersion.vendorId), eq(scopePolicy.id, scopePolicyVersion.policyId)))
      .where(and(eq(scopePolicyVersion.vendorId, read.vendorId), isNotNull(publishedAt),
        or(isNull(scopePolicy.productId), inArray(scopePolicy.productId, [...ids]))))
    return new Map(ids.map((own) => [own, rows.filter((row) => row.productId === null || row.productId === own)]))
  }).load(productId)) ?? []

/** Drafts are the vendor's own business; what was ever published is public. */
const seen = (read: Read): SQL | undefined =>
  read.actor.kind === 'MEMBER' || read.actor.kind === 'AUTOMATION' ? undefined : inArray(scopePolicyVersion.state, ['PUBLISHED', 'RETIRED'])

export const scopePolicyById = (read: Read, id: Id<'pol'>): Promise<ScopePolicyRow | null> =>
  read.loader<Id<'pol'>, ScopePolicyRow>('scopePolicy', async (ids) => {
    const rows = await read.db.select().from(scopePolicy).where(and(eq(scopePolicy.vendorId, read.vendorId), inArray(scopePolicy.id, [...ids])))
    return new Map(rows.map((row) => [row.id, row]))
  }).load(id)

/** A version that the caller may see: members all, everybody else what was ever published. */
export const versionById = (read: Read, id: Id<'pov'>): Promise<ScopePolicyVersionRow | null> =>
  read.loader<Id<'pov'>, ScopePolicyVersionRow>('scopePolicyVersion', async (ids) => {
    const rows = await read.db.select().from(scopePolicyVersion)
      .where(and(eq(scopePolicyVersion.vendorId, read.vendorId), inArray(scopePolicyVersion.id, [...ids]), seen(read)))
    return new Map(rows.map((row) => [row.id, row]))
  }).load(id)

/** A policy's version in the one state of which it has at most one. */
export const versionIn = (read: Read, policyId: Id<'pol'>, state: 'DRAFT' | 'PUBLISHED'): Promise<ScopePolicyVersionRow | null> =>
  read.loader<Id<'pol'>, ScopePolicyVersionRow>(`scopePolicyVersion ${state}`, async (ids) => {
    const rows = await read.db.select().from(scopePolicyVersion).where(and(
      eq(scopePolicyVersion.vendorId, read.vendorId), inArray(scopePolicyVersion.policyId, [...ids]), eq(scopePolicyVersion.state, state), seen(read)))
    return new Map(rows.map((row) => [row.policyId, row]))
  }).load(policyId)

/** The versions of a policy that the caller may see, the newest first. */
export function versionsOf(read: Read, policyId: Id<'pol'>, args: PageArgs): Promise<Page<ScopePolicyVersionRow>> {
  const t = scopePolicyVersion
  const all = and(eq(t.vendorId, read.vendorId), eq(t.policyId, policyId), seen(read))
  return pageOf<ScopePolicyVersionRow>(args, { by: t.draftedAt, id: t.id, descending: true }, {
    rows: (past, order, limit) => read.db.select().from(t).where(and(all, past)).orderBy(...order).limit(limit),
    count: async () => (await read.db.select({ n: count() }).from(t).where(all))[0]!.n,
    at: (row) => row.draftedAt,
  })
}

/** The vendor's policies, the oldest first. */
export function scopePolicies(read: Read, args: PageArgs): Promise<Page<ScopePolicyRow>> {
  const mine = eq(scopePolicy.vendorId, read.vendorId)
  return pageOf<ScopePolicyRow>(args, { by: scopePolicy.createdAt, id: scopePolicy.id }, {
    rows: (past, order, limit) => read.db.select().from(scopePolicy).where(and(mine, past)).orderBy(...order).limit(limit),
    count: async () => (await read.db.select({ n: count() }).from(scopePolicy).where(mine))[0]!.n,
    at: (row) => row.createdAt,
  })
}
