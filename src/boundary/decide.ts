import { publishedCondition } from './condition/condition.js'
import type { Evaluate } from './condition/truth.js'
import { UNKNOWN } from './facts.js'
import type { FactValue, FactValues } from './facts.js'
import { NO_CHARGE } from './policy.js'
import type { Answer, Ceiling, Policy, PolicyRule, Row } from './policy.js'

type ReadyRule = { readonly evaluate: Evaluate; readonly answer: Answer }

const NOTHING_THREW: readonly string[] = Object.freeze([])
const ready = new WeakMap<Policy, readonly ReadyRule[]>()

const answerOf = (rule: PolicyRule): Answer => Object.freeze({
  ruleKey: rule.key,
  class: rule.class,
  handler: rule.handler,
  payer: rule.payer,
  charge: rule.payer === 'CUSTOMER' && rule.charge !== null ? Object.freeze({ ...rule.charge }) : null,
  dutyCode: rule.dutyCode,
  reason: rule.reason,
  turnTo: rule.turnTo,
  threw: NOTHING_THREW,
})

function readyRules(policy: Policy): readonly ReadyRule[] {
  const known = ready.get(policy)
  if (known !== undefined) return known
  const rules = policy.rules.map(rule => ({ evaluate: publishedCondition(rule.condition).evaluate, answer: answerOf(rule) }))
  ready.set(policy, rules)
  return rules
}

function firstMatch(rules: readonly ReadyRule[], facts: FactValues): Answer {
  let threw: string[] | null = null
  for (const rule of rules) {
    const truth = rule.evaluate(facts)
    if (truth === true) return threw === null ? rule.answer : Object.freeze({ ...rule.answer, threw: Object.freeze(threw) })
    if (truth === undefined) (threw ??= []).push(rule.answer.ruleKey)
  }
  throw new Error('no rule of the policy matched: a published policy ends with a rule that always does')
}

/**
 * The answer of a published policy for these facts: the first rule whose condition is true. A rule that cannot be
 * evaluated (a fact that it needs has no value of its type) is passed over and named in `threw`. A policy object must
 * not change after its first use. Throws when no rule matches.
 */
export const evaluate = (policy: Policy, facts: FactValues): Answer => firstMatch(readyRules(policy), facts)

/**
 * Rules that can still be first when only the cause is open: those that are false whatever the cause are left out, and
 * nothing after a rule that is true whatever the cause is needed.
 */
function narrowed(rules: readonly ReadyRule[], facts: FactValues): ReadyRule[] {
  const left: ReadyRule[] = []
  for (const rule of rules) {
    const truth = rule.evaluate(facts)
    if (truth === false) continue
    left.push(rule)
    if (truth === true) break
  }
  return left
}

/** The policy run once per cause: UNKNOWN first, then the codes in their order (B4). */
export function outcomeTable(policy: Policy, facts: FactValues, causeCodes: readonly string[]): Row[] {
  const working: Record<string, FactValue | undefined> = { ...facts, cause: undefined }
  const asFacts = working as Record<string, FactValue>
  const rules = narrowed(readyRules(policy), asFacts)
  const row = (cause: string): Row => {
    working.cause = cause
    return { cause, answer: firstMatch(rules, asFacts) }
  }
  return [row(UNKNOWN), ...[...new Set(causeCodes)].filter(code => code !== UNKNOWN).map(row)]
}

/** The most that each unit can cost over all causes of the table. */
export function ceiling(table: readonly Row[]): Ceiling {
  const most = { ...NO_CHARGE }
  for (const { answer: { charge } } of table) {
    if (charge !== null && charge.units > most[charge.unit]) most[charge.unit] = charge.units
  }
  return most
}
