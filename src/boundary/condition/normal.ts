import type { Expression, Operand, Sign } from './expression.js'

const turned: Record<Sign, Sign> = { '==': '==', '!=': '!=', '<': '>', '<=': '>=', '>': '<', '>=': '<=' }
const opposite: Record<Sign, Sign> = { '==': '!=', '!=': '==', '<': '>=', '<=': '>', '>': '<=', '>=': '<' }

const say = (operand: Operand): string => ('fact' in operand ? operand.fact : JSON.stringify(operand.value))

function compared(sign: Sign, left: Operand, right: Operand): string {
  const [a, b] = [say(left), say(right)]
  if (sign === '==' || sign === '!=') {
    if (b === 'true' || a === 'true') return sign === '==' ? (b === 'true' ? a : b) : `!${b === 'true' ? a : b}`
    if (b === 'false' || a === 'false') return sign === '!=' ? (b === 'false' ? a : b) : `!${b === 'false' ? a : b}`
  }
  const ordered = a <= b
  return ordered ? `${a} ${sign} ${b}` : `${b} ${turned[sign]} ${a}`
}

function joined(expression: Expression & { is: 'and' | 'or' }, negated: boolean): string {
  const sign = (expression.is === 'and') === negated ? ' || ' : ' && '
  const parts = [...new Set(expression.of.map(part => normal(part, negated)))].sort()
  return parts.length === 1 ? parts.join('') : `(${parts.join(sign)})`
}

/**
 * One text for conditions that say the same in other words: spaces, brackets, the order of `&&`, `||`, `==` and of
 * lists, double negation, `x == true`, a list of one.
 */
export function normal(expression: Expression, negated = false): string {
  const no = negated ? '!' : ''
  switch (expression.is) {
    case 'constant': return String(expression.value !== negated)
    case 'fact': return `${no}${expression.fact}`
    case 'not': return normal(expression.of, !negated)
    case 'and': case 'or': return joined(expression, negated)
    case 'choice':
      return `(${normal(expression.when)} ? ${normal(expression.then, negated)} : ${normal(expression.otherwise, negated)})`
    case 'compare': return compared(negated ? opposite[expression.sign] : expression.sign, expression.left, expression.right)
    case 'in': {
      const [only, ...more] = [...new Set(expression.values)]
      if (only !== undefined && more.length === 0) return compared(negated ? '!=' : '==', expression.operand, { value: only })
      const listed = [...new Set(expression.values)].map(value => JSON.stringify(value)).sort().join(', ')
      return `${no}(${say(expression.operand)} in [${listed}])`
    }
    case 'text': return `${no}${say(expression.operand)}.${expression.test}(${JSON.stringify(expression.text)})`
  }
}
