import { UNITS } from './policy.js'
import type { Answer, Ceiling, Charge, Row } from './policy.js'

/** What one policy version gives a customer: the answer now, the answer per cause, the most it can cost. */
export type Outcome = {
  readonly answer: Answer
  readonly table: readonly Row[]
  readonly ceiling: Ceiling
  /** Minutes until the promise that the answer carries is due; null for no promise. */
  readonly promiseInMinutes: number | null
}

export type Order = 'LOWER' | 'SAME' | 'HIGHER' | 'UNCLEAR'

/** Compares two ceilings unit by unit. UNCLEAR: one costs more incidents, the other more minutes. */
export function compareCeilings(a: Ceiling, b: Ceiling): Order {
  const lower = UNITS.some(unit => a[unit] < b[unit])
  const higher = UNITS.some(unit => a[unit] > b[unit])
  return lower && higher ? 'UNCLEAR' : lower ? 'LOWER' : higher ? 'HIGHER' : 'SAME'
}

/** Compares two charges. Different units cannot be compared unless one side is free. */
export function compareCharges(a: Charge | null, b: Charge | null): Order {
  const [one, other] = [a?.units ?? 0, b?.units ?? 0]
  if (one > 0 && other > 0 && a?.unit !== b?.unit) return 'UNCLEAR'
  return one < other ? 'LOWER' : one > other ? 'HIGHER' : 'SAME'
}

/**
 * How much an answer does for the customer: 2, somebody here takes care of it; 1, it can be ordered as new work;
 * 0, it is left to the customer or to somebody else.
 */
export function helpOf(answer: Answer): 0 | 1 | 2 {
  if (answer.class === 'NEW_WORK') return 1
  return answer.class !== 'NOT_OFFERED' && (answer.handler === 'VENDOR' || answer.handler === 'PARTNER') ? 2 : 0
}

/** The two answers for each cause that both tables have. */
export function samePairs(accepted: readonly Row[], other: readonly Row[]): { cause: string; accepted: Answer; other: Answer }[] {
  const answers = new Map(other.map(row => [row.cause, row.answer]))
  return accepted.flatMap(row => {
    const answer = answers.get(row.cause)
    return answer === undefined ? [] : [{ cause: row.cause, accepted: row.answer, other: answer }]
  })
}

/** The first cause for which the other table gives less help, or charges where the accepted one was free; else null. */
function takenAway(accepted: Outcome, other: Outcome): string | null {
  const worse = samePairs(accepted.table, other.table).find(pair =>
    helpOf(pair.other) < helpOf(pair.accepted) || (pair.accepted.charge === null && pair.other.charge !== null))
  return worse?.cause ?? null
}

export type Better = { readonly policy: 'PINNED' | 'CURRENT'; readonly why: string }

const pinned = (why: string): Better => ({ policy: 'PINNED', why })
const current = (why: string): Better => ({ policy: 'CURRENT', why })

/**
 * Which policy version holds for the customer (B7): the lower ceiling, then the lower charge, then the earlier promise;
 * the accepted one when they are equal or cannot be compared. A version that gives less help for some cause, or charges
 * for one that was free, moves the line and is never the better one, however low its ceiling.
 */
export function better(accepted: Outcome, now: Outcome): Better {
  const cause = takenAway(accepted, now)
  if (cause !== null) return pinned(`The policy you bought under is kept: today’s gives less for the cause ${cause}.`)
  const ceilings = compareCeilings(now.ceiling, accepted.ceiling)
  if (ceilings === 'LOWER') return current('Today’s policy is used: the most it can cost you is lower.')
  if (ceilings === 'HIGHER') return pinned('The policy you bought under is kept: the most it can cost you is lower.')
  if (ceilings === 'UNCLEAR') return pinned('The policy you bought under is kept: today’s counts in other units.')
  const charges = compareCharges(now.answer.charge, accepted.answer.charge)
  if (charges === 'LOWER') return current('Today’s policy is used: the charge is lower.')
  if (charges !== 'SAME') return pinned('The policy you bought under is kept: the charge is not higher.')
  const [nowIn, acceptedIn] = [now.promiseInMinutes ?? Infinity, accepted.promiseInMinutes ?? Infinity]
  if (nowIn < acceptedIn) return current('Today’s policy is used: its promise is due earlier.')
  return pinned('The policy you bought under is kept: today’s is not better for you.')
}
