import { findReaching } from './condition/cases.js'
import type { Samples, Search } from './condition/cases.js'
import type { Condition } from './condition/condition.js'
import { valuesNamed } from './condition/expression.js'
import { FREE_KINDS, OPEN_CAUSES } from './facts.js'
import type { FactValues } from './facts.js'
import { problem } from './lint-rule.js'
import type { Problem } from './lint-rule.js'
import { DEFAULT_CONDITION, sayKind } from './policy.js'
import type { PolicyRule } from './policy.js'

/** What rules can reach together, proved over all facts. A proof that is not found in time counts against a charge. */

export type Checked = { readonly rule: PolicyRule; readonly condition: Condition }
type Charged = { rule: PolicyRule; word: string; search: Search }
type Free = { word: string; given: FactValues }

/** Evaluations that one family of proofs may spend; an ordinary policy needs a few thousand. */
const MOST_EVALUATIONS = 100_000

const conditionsTo = (checked: readonly Checked[], index: number): Condition[] =>
  checked.slice(0, index + 1).map(each => each.condition)

/** Which charging rules some facts lead to, for each thing that must stay free. */
function charged(checked: readonly Checked[], tried: Samples, free: readonly Free[]): Map<string, Charged[]> {
  const budget = { left: MOST_EVALUATIONS }
  const found = checked.flatMap(({ rule }, index) => (rule.charge === null ? [] : free.flatMap(({ word, given }): Charged[] => {
    const search = findReaching(conditionsTo(checked, index), given, tried, budget)
    return search.is === 'NEVER' ? [] : [{ rule, word, search }]
  })))
  return Map.groupBy(found, each => each.rule.key)
}

const example = (facts: FactValues): string => Object.entries(facts)
  .map(([name, value]) => `${name} ${typeof value === 'string' ? `"${value}"` : String(value)}`).join(', ')

const sayCharged = (found: readonly Charged[]): string => {
  const shown = found.find(({ search }) => search.is === 'FOUND')?.search
  return shown?.is === 'FOUND' ? `For example: ${example(shown.facts)}.` : 'It could not be shown that this never happens.'
}

const sayWords = (found: readonly Charged[]): string => found.map(each => each.word).join(', ')

/** Rules that can charge for a kind of ticket that never costs anything (R10). */
export function chargedKinds(checked: readonly Checked[], tried: Samples): Problem[] {
  const found = charged(checked, tried, FREE_KINDS.map(kind => ({ word: sayKind(kind), given: { kind } })))
  return [...found].map(([key, all]) => problem(key, 'CHARGES_FREE_KIND',
    `it can charge for what never costs anything: ${sayWords(all)}. ${sayCharged(all)} ` +
    'Put a rule without a charge for these kinds before it.'))
}

/** Rules that can charge a consumer for mending what is not as agreed (R24). */
export function chargedConformity(checked: readonly Checked[], tried: Samples, causes: readonly string[]): Problem[] {
  const found = charged(checked, tried, causes.map(cause => ({ word: cause, given: { consumer: true, cause } })))
  return [...found].map(([key, all]) => problem(key, 'CHARGES_CONFORMITY',
    `it can charge a consumer for mending what is not as agreed: ${sayWords(all)}. ${sayCharged(all)} ` +
    'Put a rule without a charge for these causes before it.'))
}

/** UNDETERMINED and NOT_REPRODUCIBLE must each be named by a rule that decides them (R8). */
export function openCauses(checked: readonly Checked[], tried: Samples): Problem[] {
  const budget = { left: MOST_EVALUATIONS }
  return OPEN_CAUSES.flatMap(cause => {
    const decides = checked.some(({ condition }, index) => valuesNamed(condition.expression, 'cause').includes(cause) &&
      findReaching(conditionsTo(checked, index), { cause }, tried, budget).is !== 'NEVER')
    return decides ? [] : [problem(null, 'OPEN_CAUSE_MISSING',
      `No rule says what happens when the cause is ${cause}. Add one with cause == "${cause}" before the rules that catch it.`)]
  })
}

/** Rules that no facts lead to. */
export function unreachable(checked: readonly Checked[], tried: Samples): Problem[] {
  const budget = { left: MOST_EVALUATIONS }
  const never = (conditions: readonly Condition[]): boolean => findReaching(conditions, {}, tried, budget).is === 'NEVER'
  const keys = new Map<string, string>()
  return checked.flatMap(({ rule: { key }, condition }, index) => {
    const same = keys.get(condition.normal)
    if (same !== undefined) {
      return [problem(key, 'SAME_CONDITION', `it can never be reached: rule ${same} has the same condition.`)]
    }
    keys.set(condition.normal, key)
    const refuse = (why: string): Problem[] => [problem(key, 'UNREACHABLE', `it can never be reached: ${why}.`)]
    const end = keys.get(DEFAULT_CONDITION)
    if (end !== undefined && end !== key) return refuse(`rule ${end} before it always matches`)
    if (never([condition])) return refuse('no facts make its condition true')
    return never(conditionsTo(checked, index)) ? refuse('the rules before it take every case that it is for') : []
  })
}
