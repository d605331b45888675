import { samples } from './condition/cases.js'
import { compileCondition } from './condition/condition.js'
import { vocabularyFor } from './facts.js'
import type { Vocabulary } from './facts.js'
import { chargedConformity, chargedKinds, openCauses, unreachable } from './lint-proof.js'
import type { Checked } from './lint-proof.js'
import { lintRule, problem } from './lint-rule.js'
import type { Problem } from './lint-rule.js'
import { DEFAULT_CONDITION, MOST_RULES } from './policy.js'
import type { PolicyRule, Unit } from './policy.js'

export type { Problem, ProblemCode } from './lint-rule.js'

export type LintContext = {
  readonly causeCodes: readonly string[]
  readonly dutyCodes: readonly string[]
  /** Units that some plan on sale carries. */
  readonly unitsOnSale: readonly Unit[]
  /** When given, component codes in conditions are checked too. */
  readonly componentCodes?: readonly string[]
  readonly productCodes?: readonly string[]
  /** For products sold to consumers: causes by which the product is not as agreed. Mending them may not be charged (R24). */
  readonly conformityCauses?: readonly string[]
}

function order(rules: readonly PolicyRule[]): Problem[] {
  const problems: Problem[] = []
  if (rules.length > MOST_RULES) {
    problems.push(problem(null, 'TOO_MANY_RULES', `The policy has ${rules.length} rules; at most ${MOST_RULES} are allowed.`))
  }
  const keys = new Set<string>()
  for (const { key } of rules) {
    if (keys.has(key)) problems.push(problem(key, 'DUPLICATE_KEY', 'another rule has the same key. Give each its own.'))
    keys.add(key)
  }
  const last = rules.at(-1)
  if (last?.condition.trim() !== DEFAULT_CONDITION) {
    problems.push(problem(null, 'NO_DEFAULT', 'The last rule must be the default: its condition is true.'))
  }
  return problems
}

function conditions(rules: readonly PolicyRule[], vocabulary: Vocabulary): { checked: Checked[]; problems: Problem[] } {
  const checked: Checked[] = []
  const problems: Problem[] = []
  for (const rule of rules) {
    const compiled = compileCondition(rule.condition, vocabulary)
    if (compiled.ok) checked.push({ rule, condition: compiled.condition })
    else problems.push(...compiled.problems.map(message => problem(rule.key, 'CONDITION', message)))
  }
  return { checked, problems }
}

/**
 * Everything for which publishing a policy is refused (B3); empty means that it may be published. What rules can reach
 * together is proved over all facts, and only when each condition is sound by itself.
 */
export function lintPolicy(rules: readonly PolicyRule[], context: LintContext): Problem[] {
  const ordered = order(rules)
  if (rules.length > MOST_RULES) return ordered
  const vocabulary = vocabularyFor(context)
  const { checked, problems } = conditions(rules, vocabulary)
  const found = [...ordered, ...rules.flatMap(rule => lintRule(rule, context)), ...problems]
  if (problems.length > 0) return found
  const tried = samples(vocabulary, checked.map(each => each.condition))
  return [
    ...found,
    ...chargedKinds(checked, tried),
    ...chargedConformity(checked, tried, context.conformityCauses ?? []),
    ...openCauses(checked, tried),
    ...unreachable(checked, tried),
  ]
}
