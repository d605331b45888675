import type { PlanKind, Unit } from '../catalog/words.js'
import type { Id } from '../kernel/ids.js'
import { pinnedUntil } from './term.js'

/** A customer's agreement with the units that can be taken from it now. */
export type Held = {
  readonly id: Id<'agr'>
  readonly planVersionId: Id<'plv'>
  readonly planKind: PlanKind
  readonly productId: Id<'prd'> | null
  readonly policyVersionId: Id<'pov'> | null
  readonly noticeDays: number
  readonly state: 'ACTIVE' | 'ENDED'
  readonly startsAt: Date
  readonly endsAt: Date | null
  readonly usable: readonly { readonly unit: Unit; readonly units: number; readonly expiresAt: Date | null }[]
}

/** An agreement in the order in which they are tried (E5). */
export type CandidateAgreement = {
  readonly agreementId: Id<'agr'>
  readonly planVersionId: Id<'plv'>
  readonly planKind: PlanKind
  readonly policyVersionId: Id<'pov'> | null
  /** When it was sold, in effect: which policy stood then. */
  readonly startsAt: Date
  /** Until when the policy of the sale stands (B7); null: as long as there are units. */
  readonly pinnedUntil: Date | null
  readonly available: Readonly<Record<Unit, number>>
  /** Why it cannot carry this ticket at all; null when it can. */
  readonly cannotCarry: string | null
  /** Why it is tried where it is, or why it is passed over, in plain words. */
  readonly why: string
}

/** Ended agreements that are still named among those passed over: the latest, and no more. */
const ENDED_NAMED = 3

const dateOf = (at: Date): string => at.toISOString().slice(0, 10)

function obstacle(held: Held, productId: Id<'prd'> | null, at: Date): string | null {
  if (held.productId !== null && held.productId !== productId) return 'it covers another product.'
  if (held.endsAt !== null && held.endsAt <= at) return `it ended on ${dateOf(held.endsAt)}.`
  if (held.state === 'ENDED') return 'its units are used up or have expired.'
  if (held.startsAt > at) return `it starts on ${dateOf(held.startsAt)}.`
  return null
}

const kindRank: Record<PlanKind, number> = { PREMIUM: 0, PACKAGE: 1, PER_INCIDENT: 1, COMMUNITY: 2, NONE: 3 }
const firstExpiry = (held: Held): number => Math.min(Infinity, ...held.usable.map((u) => u.expiresAt?.getTime() ?? Infinity))

type Criterion = { readonly of: (held: Held) => number; readonly earlier: (held: Held) => string; readonly later: string }

/** The stated rule (E5): what comes first comes first because of the first of these in which two agreements differ. */
const criteria: readonly Criterion[] = [
  {
    of: (held) => kindRank[held.planKind],
    earlier: () => 'its kind of plan gives the most',
    later: 'a kind of plan that gives more comes before it',
  },
  {
    of: (held) => (held.productId === null ? 1 : 0),
    earlier: () => 'it was bought for this product',
    later: 'one bought for this product comes before it',
  },
  {
    of: firstExpiry,
    earlier: (held) => `its units expire first, on ${dateOf(new Date(firstExpiry(held)))}`,
    later: 'units that expire earlier are used before it',
  },
  { of: (held) => held.startsAt.getTime(), earlier: () => 'it is the older one', later: 'an older one comes before it' },
]

const differing = (a: Held, b: Held): Criterion | undefined => criteria.find((c) => c.of(a) !== c.of(b))

function byRule(a: Held, b: Held): number {
  const criterion = differing(a, b)
  if (criterion) return criterion.of(a) < criterion.of(b) ? -1 : 1
  return a.id < b.id ? -1 : 1
}

function whyHere(tried: readonly Held[], place: number): string {
  const [before, own, next] = [tried[place - 1], tried[place]!, tried[place + 1]]
  if (before) return `Tried after another: ${differing(before, own)?.later ?? 'it was made after the other at the same time'}.`
  if (!next) return 'Tried first: no other agreement covers this product.'
  return `Tried first: ${differing(own, next)?.earlier(own) ?? 'it was made before the other at the same time'}.`
}

/**
 * The order in which a customer's agreements are tried for a product, with the reason for each: flat plans before units,
 * then what was bought for this product, then the units that expire first, then the older. Those that cannot carry the
 * ticket come last, and say why.
 */
export function orderAgreements(all: readonly Held[], productId: Id<'prd'> | null, at: Date): CandidateAgreement[] {
  const looked = all.map((held) => ({ held, cannotCarry: obstacle(held, productId, at) }))
  const tried = looked.filter((l) => l.cannotCarry === null).map((l) => l.held).sort(byRule)
  const over = looked.filter((l) => l.cannotCarry !== null).sort((a, b) => b.held.startsAt.getTime() - a.held.startsAt.getTime())
  const ended = over.filter((l) => l.held.state === 'ENDED').slice(0, ENDED_NAMED)
  return [
    ...tried.map((held, place) => candidateOf(held, null, whyHere(tried, place))),
    ...over.filter((l) => l.held.state === 'ACTIVE' || ended.includes(l))
      .map(({ held, cannotCarry }) => candidateOf(held, cannotCarry, `Passed over: ${cannotCarry}`)),
  ]
}

const candidateOf = (held: Held, cannotCarry: string | null, why: string): CandidateAgreement => ({
  agreementId: held.id, planVersionId: held.planVersionId, planKind: held.planKind, policyVersionId: held.policyVersionId,
  startsAt: held.startsAt, pinnedUntil: pinnedUntil(held), available: unitsOf(held), cannotCarry, why,
})

function unitsOf(held: Held): Record<Unit, number> {
  const sum = { INCIDENT: 0, MINUTE: 0 }
  for (const { unit, units } of held.usable) sum[unit] += units
  return sum
}
