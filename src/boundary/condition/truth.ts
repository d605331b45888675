import type { FactValue, FactValues } from '../facts.js'
import type { Expression, Operand, Sign, TextTest } from './expression.js'

/** true, false, or undefined: it cannot be said, because a fact that matters has no value. */
export type Truth = boolean | undefined
export type Evaluate = (facts: FactValues) => Truth

const compareValues: Record<Sign, (a: FactValue, b: FactValue) => boolean> = {
  '==': (a, b) => a === b,
  '!=': (a, b) => a !== b,
  '<': (a, b) => a < b,
  '<=': (a, b) => a <= b,
  '>': (a, b) => a > b,
  '>=': (a, b) => a >= b,
}

const textTests: Record<TextTest, (whole: string, text: string) => boolean> = {
  startsWith: (whole, text) => whole.startsWith(text),
  endsWith: (whole, text) => whole.endsWith(text),
  contains: (whole, text) => whole.includes(text),
}

const read = (operand: Operand): ((facts: FactValues) => FactValue | undefined) => {
  if ('value' in operand) return () => operand.value
  const { fact } = operand
  return facts => facts[fact]
}

function compare(sign: Sign, left: Operand, right: Operand): Evaluate {
  if ('fact' in left && 'value' in right) {
    const { fact } = left
    const { value } = right
    const type = typeof value
    if (sign === '==') {
      return facts => { const held = facts[fact]; return held === value ? true : typeof held === type ? false : undefined }
    }
    if (sign === '!=') {
      return facts => { const held = facts[fact]; return held === value ? false : typeof held === type ? true : undefined }
    }
  }
  const [a, b, test] = [read(left), read(right), compareValues[sign]]
  return facts => {
    const [one, other] = [a(facts), b(facts)]
    return one === undefined || other === undefined || typeof one !== typeof other ? undefined : test(one, other)
  }
}

function memberOf(operand: Operand, values: readonly FactValue[]): Evaluate {
  const set = new Set(values)
  const type = typeof values[0]
  const value = read(operand)
  return facts => {
    const held = value(facts)
    return held === undefined || typeof held !== type ? undefined : set.has(held)
  }
}

function text(test: TextTest, operand: Operand, wanted: string): Evaluate {
  const [value, holds] = [read(operand), textTests[test]]
  return facts => {
    const held = value(facts)
    return typeof held === 'string' ? holds(held, wanted) : undefined
  }
}

/** `and` ends at the first false, `or` at the first true, whatever the unknown parts are (Kleene's logic, as CEL's). */
function joined(parts: readonly Evaluate[], ending: boolean): Evaluate {
  return facts => {
    let all: Truth = !ending
    for (const part of parts) {
      const truth = part(facts)
      if (truth === ending) return ending
      if (truth === undefined) all = undefined
    }
    return all
  }
}

/**
 * Turns an expression into a function. With a value for every fact it answers as CEL does (a test compares the two);
 * with some facts left out it answers only what holds whatever they are. Deciding and proving use the same function,
 * so what was proved at publishing is what runs.
 */
export function compile(expression: Expression): Evaluate {
  switch (expression.is) {
    case 'constant': { const { value } = expression; return () => value }
    case 'fact': {
      const { fact } = expression
      return facts => { const held = facts[fact]; return typeof held === 'boolean' ? held : undefined }
    }
    case 'not': {
      const of = compile(expression.of)
      return facts => { const truth = of(facts); return truth === undefined ? undefined : !truth }
    }
    case 'and': return joined(expression.of.map(compile), false)
    case 'or': return joined(expression.of.map(compile), true)
    case 'choice': {
      const [when, then, otherwise] = [compile(expression.when), compile(expression.then), compile(expression.otherwise)]
      return facts => {
        const truth = when(facts)
        return truth === undefined ? undefined : truth ? then(facts) : otherwise(facts)
      }
    }
    case 'compare': return compare(expression.sign, expression.left, expression.right)
    case 'in': return memberOf(expression.operand, expression.values)
    case 'text': return text(expression.test, expression.operand, expression.text)
  }
}
