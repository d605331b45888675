import { setImmediate as nextTurn } from 'node:timers/promises'
import { and, eq, max } from 'drizzle-orm'
import { productById } from '../catalog/catalog.reads.js'
import type { Act, Read } from '../kernel/act.js'
import { record } from '../kernel/event.js'
import { type Id, newId } from '../kernel/ids.js'
import { conflict, invalid, naming, notFound } from '../kernel/refusal.js'
import { policyRefused } from './boundary.refusals.js'
import { scopePolicy, scopePolicyRule, scopePolicyVersion } from './boundary.table.js'
import { lintPolicy, type Problem } from './lint.js'
import { policyById, scopePolicyById, versionById, versionIn } from './policies.reads.js'
import type { CreateScopePolicyInput, DraftScopePolicyInput, PublishScopePolicyInput, ScopePolicyRow, ScopePolicyVersionRow } from './policies.types.js'
import { lintContextOf } from './policy-context.js'

/** Makes a policy without rules, for one product or (no product) for every product without its own. Refuses a second one for the same (InvalidInput). */
export async function createScopePolicy(act: Act, input: CreateScopePolicyInput): Promise<ScopePolicyRow> {
  const productId = input.productId ?? null
  if (productId && !(await productById(act, productId))) throw notFound('productId', 'product')
  const taken = productId ? 'this product has one already' : 'the policy for all products exists already'
  const [row] = await naming({ scope_policy_product: { path: 'productId', message: `must be without a policy; ${taken}. Draft a version of it instead.` } },
    act.db.insert(scopePolicy).values({ vendorId: act.vendorId, id: newId('pol'), name: input.name, productId, createdAt: act.now }).returning())
  await record(act, { type: 'policy.created', streamId: row!.id, data: { productId }, visibility: 'INTERNAL' })
  return row!
}

/** Changes of one policy queue up here, so that numbers have no gaps and one version is published. */
async function hold(act: Act, policyId: Id<'pol'>): Promise<ScopePolicyRow | null> {
  const [row] = await act.db.select().from(scopePolicy)
    .where(and(eq(scopePolicy.vendorId, act.vendorId), eq(scopePolicy.id, policyId))).for('update')
  return row ?? null
}

/** Saves a draft with all its rules, problems and all, in place of the draft before; no published version changes. */
export async function draftScopePolicy(act: Act, input: DraftScopePolicyInput): Promise<ScopePolicyVersionRow> {
  const policy = await hold(act, input.policyId)
  if (!policy) throw notFound('policyId', 'scope policy')
  const mine = and(eq(scopePolicyVersion.vendorId, act.vendorId), eq(scopePolicyVersion.policyId, policy.id))
  await act.db.update(scopePolicyVersion).set({ state: 'DISCARDED' }).where(and(mine, eq(scopePolicyVersion.state, 'DRAFT')))
  const [row] = await act.db.insert(scopePolicyVersion).values({
    vendorId: act.vendorId, id: newId('pov'), policyId: policy.id, state: 'DRAFT', draftedAt: act.now, draftedBy: act.actor.id,
  }).returning()
  const rules = input.rules.map((rule, position) => ({
    vendorId: act.vendorId, versionId: row!.id, position, key: rule.key, condition: rule.condition, class: rule.class, handler: rule.handler,
    payer: rule.payer, unit: rule.charge?.unit ?? null, units: rule.charge?.units ?? null, dutyCode: rule.dutyCode ?? null,
    reason: rule.reason ?? '', turnTo: rule.turnTo ?? null, example: rule.example ?? null,
  }))
  await act.db.insert(scopePolicyRule).values(rules)
  await record(act, { type: 'policy.drafted', streamId: policy.id, data: { versionId: row!.id, rules: rules.length }, visibility: 'INTERNAL' })
  return row!
}

/**
 * Publishes a draft: from now on it decides, under the next number; the version before is retired and stays readable, as
 * agreements hold on to it (B7). Refuses everything that B3 refuses (PolicyRefused), and a version that is no draft (Conflict).
 */
export async function publishScopePolicy(act: Act, input: PublishScopePolicyInput): Promise<ScopePolicyVersionRow> {
  const asked = await versionById(act, input.versionId)
  const policy = asked && (await hold(act, asked.policyId))
  const draft = policy && (await versionById(act, input.versionId))
  if (!draft) throw notFound('versionId', 'scope policy version')
  if (draft.state !== 'DRAFT') throw noDraft(draft)
  const before = await versionIn(act, policy.id, 'PUBLISHED')
  const problems = await problemsOf(act, draft)
  if (problems.length > 0) throw policyRefused(problems, before?.number ?? null)
  const version = await becomePublished(act, draft, before)
  await record(act, { type: 'policy.published', streamId: policy.id, data: { versionId: version.id, number: version.number, retiredId: before?.id ?? null } })
  return version
}

const noDraft = (version: ScopePolicyVersionRow) => (version.state === 'DISCARDED'
  ? conflict('A newer draft took the place of this one. Nothing was published.', 'Read the policy\'s draft and publish that one.')
  : conflict(`This is version ${version.number}, which was published already and never changes. Nothing was published.`, 'Save a new draft and publish that one.'))

async function becomePublished(act: Act, draft: ScopePolicyVersionRow, before: ScopePolicyVersionRow | null): Promise<ScopePolicyVersionRow> {
  const t = scopePolicyVersion
  const named = (id: Id<'pov'>) => and(eq(t.vendorId, act.vendorId), eq(t.id, id))
  if (before) await act.db.update(t).set({ state: 'RETIRED', retiredAt: act.now }).where(named(before.id))
  const [last] = await act.db.select({ number: max(t.number) }).from(t).where(and(eq(t.vendorId, act.vendorId), eq(t.policyId, draft.policyId)))
  const [row] = await act.db.update(t)
    .set({ state: 'PUBLISHED', number: (last?.number ?? 0) + 1, publishedAt: act.now, publishedBy: act.actor.id })
    .where(named(draft.id)).returning()
  return row!
}

const MOST_PROVED = 10
const proved = new WeakMap<Read, Map<Id<'pov'>, Promise<Problem[]>>>()

/**
 * Why this draft may not be published as things are now; empty when it may, and for what is no draft any more. A proof takes
 * the process for a moment: each is made once for a question, for at most ten drafts (InvalidInput), and others come in between.
 */
export async function problemsOf(read: Read, version: ScopePolicyVersionRow): Promise<Problem[]> {
  if (version.state !== 'DRAFT') return []
  const mine = proved.get(read) ?? new Map<Id<'pov'>, Promise<Problem[]>>()
  proved.set(read, mine)
  const known = mine.get(version.id)
  if (known) return known
  if (mine.size >= MOST_PROVED) throw invalid({ path: 'problems', message: `must be asked for at most ${MOST_PROVED} drafts in one request.` })
  const proof = prove(read, version, [...mine.values()].at(-1))
  mine.set(version.id, proof)
  return proof
}

async function prove(read: Read, version: ScopePolicyVersionRow, before: Promise<unknown> | undefined): Promise<Problem[]> {
  await before?.catch(() => undefined)
  const [owner, policy] = await Promise.all([scopePolicyById(read, version.policyId), policyById(read, version.id)])
  if (!owner) return []
  const context = await lintContextOf(read, owner)
  await nextTurn()
  return lintPolicy(policy?.rules ?? [], context)
}
