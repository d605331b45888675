import type { FactValue } from '../facts.js'

export type Sign = '==' | '!=' | '<' | '<=' | '>' | '>='
export type TextTest = 'startsWith' | 'endsWith' | 'contains'
export type Operand = { readonly fact: string } | { readonly value: FactValue }

/**
 * The part of CEL that conditions may use, after checking. It has no loops, no arithmetic and no patterns: evaluation
 * takes time proportional to its length and cannot fail while every fact has a value of its type.
 */
export type Expression =
  | { readonly is: 'constant'; readonly value: boolean }
  | { readonly is: 'fact'; readonly fact: string }
  | { readonly is: 'not'; readonly of: Expression }
  | { readonly is: 'and' | 'or'; readonly of: readonly Expression[] }
  | { readonly is: 'choice'; readonly when: Expression; readonly then: Expression; readonly otherwise: Expression }
  | { readonly is: 'compare'; readonly sign: Sign; readonly left: Operand; readonly right: Operand }
  | { readonly is: 'in'; readonly operand: Operand; readonly values: readonly FactValue[] }
  | { readonly is: 'text'; readonly test: TextTest; readonly operand: Operand; readonly text: string }

/** The parts of an expression that are conditions themselves. */
export function partsOf(expression: Expression): readonly Expression[] {
  switch (expression.is) {
    case 'not': return [expression.of]
    case 'and': case 'or': return expression.of
    case 'choice': return [expression.when, expression.then, expression.otherwise]
    default: return []
  }
}

/** The operands that an expression itself compares. */
export function operandsOf(expression: Expression): readonly Operand[] {
  switch (expression.is) {
    case 'fact': return [{ fact: expression.fact }]
    case 'compare': return [expression.left, expression.right]
    case 'in': case 'text': return [expression.operand]
    default: return []
  }
}

/** Calls `visit` for the expression and everything inside it. */
export function walk(expression: Expression, visit: (part: Expression) => void): void {
  visit(expression)
  for (const part of partsOf(expression)) walk(part, visit)
}

/** Names of the facts that an expression reads. */
export function factsRead(expression: Expression): ReadonlySet<string> {
  const names = new Set<string>()
  walk(expression, part => {
    for (const operand of operandsOf(part)) if ('fact' in operand) names.add(operand.fact)
  })
  return names
}

/** Values that an expression asks a fact to have (`==` or `in`), in order. */
export function valuesNamed(expression: Expression, fact: string): FactValue[] {
  const values: FactValue[] = []
  walk(expression, part => {
    if (part.is === 'in' && 'fact' in part.operand && part.operand.fact === fact) values.push(...part.values)
    if (part.is !== 'compare' || part.sign !== '==') return
    const [a, b] = [part.left, part.right]
    if ('fact' in a && a.fact === fact && 'value' in b) values.push(b.value)
    if ('fact' in b && b.fact === fact && 'value' in a) values.push(a.value)
  })
  return values
}
