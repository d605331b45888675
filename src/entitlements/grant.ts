import { and, eq } from 'drizzle-orm'
import { currentPolicy } from '../boundary/policies.reads.js'
import { planById, planVersionById } from '../catalog/catalog.reads.js'
import type { PlanRow, PlanVersionRow } from '../catalog/catalog.types.js'
import type { PriceInterval, Unit } from '../catalog/words.js'
import type { Act } from '../kernel/act.js'
import { record } from '../kernel/event.js'
import { type Id, newId } from '../kernel/ids.js'
import { conflict, invalid, notFound } from '../kernel/refusal.js'
import { setTimer } from '../kernel/timer.js'
import { customerById } from '../vendors/vendor.reads.js'
import type { AgreementRow } from './entitlements.reads.js'
import { agreement, type SourceKind } from './entitlements.table.js'
import type { GrantUnitsInput } from './entitlements.types.js'
import { addLot, post } from './ledger.js'
import { granted } from './posting.js'
import { endOf, expiryOf } from './term.js'

export interface Grant {
  /** What the agreement comes from; the same source grants once (E4). A gift is its own source: null. */
  readonly source: { readonly kind: SourceKind; readonly id: string } | { readonly kind: 'GOODWILL'; readonly id: null }
  readonly customerId: Id<'cus'>
  readonly planVersionId: Id<'plv'>
  /** The scope policy version that the sale was made with (B7). */
  readonly policyVersionId: Id<'pov'> | null
  /** When the agreement starts, and its units' time. */
  readonly at: Date
  /** How many of the plan were bought; 1 when not said. */
  readonly quantity?: number
  /** Units to grant instead of the plan's own. */
  readonly units?: number
  /** What period was paid for; a flat plan ends with it. ONE_OFF when not said. */
  readonly interval?: PriceInterval
  /** For people, in the ledger. */
  readonly reason?: string
}

/** Gifts are drawn before what was paid for. */
const priorityOf = (kind: SourceKind): number => (kind === 'GOODWILL' ? 50 : 100)

/** What was sold. Refuses an unknown version (NotFound) and a draft, whose terms can still change (Conflict). */
async function termsOf(act: Act, planVersionId: Id<'plv'>): Promise<{ plan: PlanRow; version: PlanVersionRow }> {
  const version = await planVersionById(act, planVersionId)
  const plan = version && (await planById(act, version.planId))
  if (!plan) throw notFound('planVersionId', 'plan version')
  if (version.state === 'DRAFT') {
    throw conflict('This plan version is still a draft. Nothing was granted.', 'Publish it first, or take one that is published.')
  }
  return { plan, version }
}

/**
 * The one way to an agreement and its units (E4): a purchase, an order, an invoice or goodwill. Unique on its source: the
 * second call answers the agreement that the first one made, and grants nothing.
 */
export async function grant(act: Act, wanted: Grant): Promise<AgreementRow> {
  const { plan, version } = await termsOf(act, wanted.planVersionId)
  const { source, at } = wanted
  const id = newId('agr')
  const endsAt = endOf(plan.kind, wanted.interval ?? 'ONE_OFF', at)
  const sourceId = source.id ?? id
  const [made] = await act.db.insert(agreement).values({
    vendorId: act.vendorId, id, customerId: wanted.customerId, planVersionId: version.id, planKind: plan.kind, productId: plan.productId,
    noticeDays: version.noticeDays, policyVersionId: wanted.policyVersionId, startsAt: at, endsAt, sourceKind: source.kind, sourceId,
    lastPostedAt: act.now,
  }).onConflictDoNothing({ target: [agreement.vendorId, agreement.sourceKind, agreement.sourceId] }).returning()
  if (!made) return agreementOf(act, source.kind, sourceId)
  const units = version.unit ? (wanted.units ?? (version.units ?? 0) * (wanted.quantity ?? 1)) : 0
  if (endsAt) await setTimer(act, 'agreement.end', made.id, endsAt)
  if (version.unit && units > 0) await issue(act, made, version.unit, units, version.termDays, wanted.reason)
  await record(act, { type: 'agreement.granted', streamId: made.id, data: {
    agreementId: made.id, customerId: made.customerId, planVersionId: made.planVersionId, sourceKind: source.kind, sourceId,
    unit: version.unit, units,
  } })
  return made
}

async function issue(act: Act, made: AgreementRow, unit: Unit, units: number, termDays: number | null, reason?: string): Promise<void> {
  const ledger = { agreement: made, lots: [] }
  const lot = await addLot(act, ledger, {
    unit, expiresAt: expiryOf(termDays, made.startsAt, made.endsAt), priority: priorityOf(made.sourceKind),
    sourceKind: made.sourceKind, sourceId: made.sourceId, continuesLotId: null,
  })
  await post(act, ledger, { kind: 'GRANT', entries: granted([{ lotId: lot.id, unit, units }]), reason: reason ?? said[made.sourceKind] })
}

const said: Record<SourceKind, string> = {
  PURCHASE: 'Bought and paid.', ORDER: 'Ordered on terms.', INVOICE: 'Invoice paid.', GOODWILL: 'Goodwill.',
}

async function agreementOf(act: Act, kind: SourceKind, sourceId: string): Promise<AgreementRow> {
  const [row] = await act.db.select().from(agreement)
    .where(and(eq(agreement.vendorId, act.vendorId), eq(agreement.sourceKind, kind), eq(agreement.sourceId, sourceId)))
  return row!
}

/** The policy version that a sale made now is pinned to; null for a plan of every product, which follows each product's. */
const policyNow = async (act: Act, { productId }: PlanRow): Promise<Id<'pov'> | null> =>
  (productId && (await currentPolicy(act, productId))?.version.id) ?? null

/** Gives units as goodwill, on the terms of a plan version that has units. Refuses one without (InvalidInput). */
export async function grantUnits(act: Act, input: GrantUnitsInput): Promise<AgreementRow> {
  const [owner, { plan, version }] = await Promise.all([customerById(act, input.customerId), termsOf(act, input.planVersionId)])
  if (!owner) throw notFound('customerId', 'customer')
  if (!version.unit) throw invalid({ path: 'planVersionId', message: 'must be a plan version that has units.' })
  return grant(act, {
    source: { kind: 'GOODWILL', id: null }, customerId: owner.id, planVersionId: version.id,
    policyVersionId: await policyNow(act, plan), at: act.now, units: input.units, reason: input.reason,
  })
}

/** What was paid through checkout, as the purchase says it. */
export interface PaidPurchase {
  readonly id: Id<'pur'>
  readonly customerId: Id<'cus'>
  readonly planVersionId: Id<'plv'>
  readonly quantity: number
  readonly paidAt: Date | null
}

/** Grants what a paid purchase bought, once however often it is told. */
export async function grantPaid(act: Act, { id, customerId, planVersionId, quantity, paidAt }: PaidPurchase): Promise<AgreementRow> {
  const { plan } = await termsOf(act, planVersionId)
  return grant(act, {
    source: { kind: 'PURCHASE', id }, customerId, planVersionId, quantity, policyVersionId: await policyNow(act, plan), at: paidAt ?? act.now,
  })
}
