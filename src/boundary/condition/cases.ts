import type { FactDefinition, FactValue, FactValues, Vocabulary } from '../facts.js'
import type { Condition } from './condition.js'
import { operandsOf, walk } from './expression.js'
import type { Expression, Operand } from './expression.js'
import type { Truth } from './truth.js'

/** How many evaluations a search may spend; shared by searches that belong together. */
export type Budget = { left: number }

/** FOUND: with these facts it happens. NEVER: it is proved that no facts make it happen. UNSURE: neither. */
export type Search = { is: 'FOUND' | 'UNSURE'; facts: FactValues } | { is: 'NEVER' }

/** For each fact the values that are enough to try; facts that are missing here cannot be tried out. */
export type Samples = ReadonlyMap<string, readonly FactValue[]>

const isLiteral = (operand: Operand | undefined): operand is { value: FactValue } => operand !== undefined && 'value' in operand

/** Literals that stand beside a fact, and whether every use of it is a comparison with literals. */
function usesOf(fact: FactDefinition, expressions: readonly Expression[]): { literals: FactValue[]; plain: boolean } {
  const literals: FactValue[] = []
  let plain = true
  const about = (operand: Operand): boolean => 'fact' in operand && operand.fact === fact.name
  for (const expression of expressions) walk(expression, part => {
    if (!operandsOf(part).some(about)) return
    if (part.is === 'in') literals.push(...part.values)
    else if (part.is === 'compare') {
      const other = about(part.left) ? part.right : part.left
      if (isLiteral(other)) literals.push(other.value)
      else plain = false
    } else if (part.is === 'text') plain = false
  })
  return { literals, plain }
}

function samplesOf(fact: FactDefinition, expressions: readonly Expression[]): readonly FactValue[] | null {
  if (fact.type === 'BOOL') return [fact.whenUnstated, !fact.whenUnstated]
  if (fact.values !== null) return [...new Set([fact.whenUnstated, ...fact.values])]
  const { literals, plain } = usesOf(fact, expressions)
  if (!plain) return null
  if (fact.type === 'STRING') return [...new Set([...literals, '', `${literals.join('')}…`])]
  return [...new Set([0, ...literals.flatMap(n => [Number(n) - 1, Number(n), Number(n) + 1])])]
}

/**
 * The values to try. They are enough: an enum and a bool have no others, a text is only ever equal to a literal or to
 * none of them, and a whole number is only ever below, at or above a literal.
 */
export function samples(vocabulary: Vocabulary, conditions: readonly Condition[]): Samples {
  const expressions = conditions.map(condition => condition.expression)
  const tried = new Map<string, readonly FactValue[]>()
  for (const fact of vocabulary.facts) {
    if (!conditions.some(condition => condition.reads.has(fact.name))) continue
    const values = samplesOf(fact, expressions)
    if (values !== null) tried.set(fact.name, values)
  }
  return tried
}

type Goal = { condition: Condition; wanted: boolean }

/**
 * Looks for facts under which the last condition is the first to be true (its rule is reached), beginning from facts
 * that are given. Splits by one fact at a time and drops a branch as soon as it is decided, so most proofs are short.
 */
export function findReaching(conditions: readonly Condition[], given: FactValues, tried: Samples, budget: Budget): Search {
  const last = conditions.length - 1
  const goals = conditions.map((condition, index) => ({ condition, wanted: index === last }))
  goals.unshift(...goals.splice(last))
  return search(goals, given, tried, budget)
}

function search(goals: readonly Goal[], facts: FactValues, tried: Samples, budget: Budget): Search {
  const open: Goal[] = []
  for (const goal of goals) {
    if (budget.left-- <= 0) return { is: 'UNSURE', facts }
    const truth: Truth = goal.condition.evaluate(facts)
    if (truth === undefined) open.push(goal)
    else if (truth !== goal.wanted) return { is: 'NEVER' }
  }
  if (open.length === 0) return { is: 'FOUND', facts }
  const fact = nextFact(open, facts, tried)
  if (fact === null) return { is: 'UNSURE', facts }
  let unsure: Search | null = null
  for (const value of tried.get(fact) ?? []) {
    const found = search(open, { ...facts, [fact]: value }, tried, budget)
    if (found.is === 'FOUND') return found
    if (found.is === 'UNSURE') unsure ??= found
  }
  return unsure ?? { is: 'NEVER' }
}

/** The next fact to try: one that the first undecided condition reads. */
function nextFact(open: readonly Goal[], facts: FactValues, tried: Samples): string | null {
  for (const { condition } of open) {
    for (const fact of condition.reads) if (facts[fact] === undefined && tried.has(fact)) return fact
  }
  return null
}
