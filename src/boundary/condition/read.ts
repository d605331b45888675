import type { ASTNode } from '@marcbachmann/cel-js'
import type { FactDefinition, FactValue, Vocabulary } from '../facts.js'
import type { Expression, Operand, Sign, TextTest } from './expression.js'
import { suggest } from './nearest.js'

type Reading = { readonly vocabulary: Vocabulary; readonly problems: string[] }
/** What one side of a comparison is: its operand, its type, and the fact or null for a literal. */
type Side = { operand: Operand; type: 'BOOL' | 'INT' | 'STRING'; fact: FactDefinition | null }

const TEXT_TESTS: ReadonlySet<string> = new Set<TextTest>(['startsWith', 'endsWith', 'contains'])
const LOOPS: ReadonlySet<string> = new Set(['all', 'exists', 'exists_one', 'existsOne', 'map', 'filter', 'transformList'])
const ALLOWED = 'Allowed: facts, plain values, == != < <= > >=, in [ … ], && || !, a ? b : c, startsWith, endsWith, contains.'
const PLAIN_VALUES = 'Allowed: "TEXT", a whole number, true or false.'
const NOWHERE: Expression = { is: 'constant', value: false }

const refuse = (reading: Reading, problem: string): null => { reading.problems.push(problem); return null }

const wordsOf = (node: ASTNode): string => node.input.slice(node.start, node.end).trim() || node.op

function literal(node: ASTNode, reading: Reading): FactValue | null {
  if (node.op === '-_' && node.args.op === 'value' && typeof node.args.args === 'bigint') return whole(-node.args.args, reading)
  if (node.op !== 'value') return refuse(reading, `"${wordsOf(node)}" is not a plain value. ${PLAIN_VALUES}`)
  const value = node.args
  if (typeof value === 'bigint') return whole(value, reading)
  if (typeof value === 'string' || typeof value === 'boolean') return value
  return refuse(reading, `"${wordsOf(node)}" is not a value that a fact can have. ${PLAIN_VALUES}`)
}

const whole = (value: bigint, reading: Reading): FactValue | null =>
  Number.isSafeInteger(Number(value)) ? Number(value) : refuse(reading, `${value} is too large a number.`)

function factNamed(name: string, reading: Reading): FactDefinition | null {
  const fact = reading.vocabulary.byName.get(name)
  return fact ?? refuse(reading, `"${name}" is not a fact.${suggest(name, [...reading.vocabulary.byName.keys()])}`)
}

function side(node: ASTNode, reading: Reading): Side | null {
  if (node.op === 'id') {
    const fact = factNamed(node.args, reading)
    return fact && { operand: { fact: fact.name }, type: fact.type === 'ENUM' ? 'STRING' : fact.type, fact }
  }
  if (node.op === 'value' || node.op === '-_') {
    const value = literal(node, reading)
    if (value === null) return null
    const type = typeof value === 'boolean' ? 'BOOL' : typeof value === 'number' ? 'INT' : 'STRING'
    return { operand: { value }, type, fact: null }
  }
  return unsupported(node, reading)
}

/** A literal that stands beside an enum fact must be one of its values. */
function checkLiteral(fact: FactDefinition | null, value: FactValue, reading: Reading): void {
  if (!fact?.values || typeof value !== 'string' || fact.values.includes(value)) return
  refuse(reading, `"${value}" is not a value of ${fact.name}.${suggest(value, fact.values)}`)
}

const typeWords = { BOOL: 'true or false', INT: 'a whole number', STRING: 'a text' } as const

function comparison(node: ASTNode, sign: Sign, a: ASTNode, b: ASTNode, reading: Reading): Expression {
  const [left, right] = [side(a, reading), side(b, reading)]
  if (!left || !right) return NOWHERE
  if (left.type !== right.type) {
    refuse(reading, `"${wordsOf(node)}" compares ${typeWords[left.type]} with ${typeWords[right.type]}.`)
    return NOWHERE
  }
  if (sign !== '==' && sign !== '!=' && left.type !== 'INT') {
    refuse(reading, `"${wordsOf(node)}" orders ${typeWords[left.type]}. Allowed here: == and !=; ${sign} is for whole numbers.`)
  }
  if ('value' in left.operand) checkLiteral(right.fact, left.operand.value, reading)
  if ('value' in right.operand) checkLiteral(left.fact, right.operand.value, reading)
  if (left.fact?.values && right.fact?.values && !left.fact.values.some(value => right.fact?.values?.includes(value))) {
    refuse(reading, `"${wordsOf(node)}" can never be true: ${left.fact.name} and ${right.fact.name} have no value in common.`)
  }
  return { is: 'compare', sign, left: left.operand, right: right.operand }
}

function membership(node: ASTNode, element: ASTNode, list: ASTNode, reading: Reading): Expression {
  const member = side(element, reading)
  if (list.op !== 'list' || list.args.length === 0) {
    refuse(reading, `"${wordsOf(node)}": after "in" stands a list of plain values, such as ["A", "B"].`)
    return NOWHERE
  }
  const values: FactValue[] = []
  for (const each of list.args) {
    const value = literal(each, reading)
    if (value === null || !member) continue
    const type = typeof value === 'boolean' ? 'BOOL' : typeof value === 'number' ? 'INT' : 'STRING'
    if (type === member.type) checkLiteral(member.fact, value, reading)
    else refuse(reading, `"${wordsOf(node)}" looks for ${typeWords[member.type]} but lists ${String(value)}.`)
    values.push(value)
  }
  return member ? { is: 'in', operand: member.operand, values } : NOWHERE
}

function textTest(node: ASTNode, name: string, receiver: ASTNode, args: readonly ASTNode[], reading: Reading): Expression {
  if (!TEXT_TESTS.has(name)) { unsupported(node, reading); return NOWHERE }
  const [whole, wanted] = [side(receiver, reading), args[0]]
  if (!whole) return NOWHERE
  if (whole.type !== 'STRING' || whole.fact?.values) {
    refuse(reading, `"${wordsOf(node)}": ${name} is for texts. Compare ${whole.fact?.name ?? 'this'} with == or in.`)
    return NOWHERE
  }
  const text = wanted && args.length === 1 ? literal(wanted, reading) : null
  if (typeof text === 'string') return { is: 'text', test: name as TextTest, operand: whole.operand, text }
  refuse(reading, `"${wordsOf(node)}": ${name} takes one text.`)
  return NOWHERE
}

/** Says why a piece of CEL is not allowed in a condition. */
function unsupported(node: ASTNode, reading: Reading): null {
  if (node.op === 'call' || node.op === 'rcall') {
    const [name] = node.args
    if (name === 'matches') {
      return refuse(reading, '"matches" is not allowed: some patterns never finish. Use startsWith, endsWith, contains or in.')
    }
    const why = LOOPS.has(name) ? 'is not allowed: conditions have no loops' : 'is not a function that conditions have'
    return refuse(reading, `"${name}" ${why}. ${ALLOWED}`)
  }
  if (node.op === '/' || node.op === '%') {
    return refuse(reading, `"${node.op}" is not allowed: it fails when the divisor is zero. ${ALLOWED}`)
  }
  if (node.op === '+' || node.op === '-' || node.op === '*') {
    return refuse(reading, `"${node.op}" is not allowed: conditions do not calculate. ${ALLOWED}`)
  }
  return refuse(reading, `"${wordsOf(node)}" is not allowed here. ${ALLOWED}`)
}

/** `a && (b && c)` and `(a && b) && c` are one list of three. */
function flat(is: 'and' | 'or', parts: readonly Expression[]): Expression {
  return { is, of: parts.flatMap(part => (part.is === is ? part.of : [part])) }
}

/** A part that must be true or false by itself. */
function condition(node: ASTNode, reading: Reading): Expression {
  switch (node.op) {
    case 'value':
      if (typeof node.args === 'boolean') return { is: 'constant', value: node.args }
      break
    case 'id': {
      const fact = factNamed(node.args, reading)
      if (fact && fact.type !== 'BOOL') {
        refuse(reading, `"${fact.name}" alone is not true or false. Compare it, such as ${fact.name} == ${sample(fact)}.`)
      }
      return { is: 'fact', fact: node.args }
    }
    case '!_': return { is: 'not', of: condition(node.args, reading) }
    case '&&': case '||': return flat(node.op === '&&' ? 'and' : 'or', node.args.map(part => condition(part, reading)))
    case '?:': {
      const [when, then, otherwise] = node.args.map(part => condition(part, reading)) as [Expression, Expression, Expression]
      return { is: 'choice', when, then, otherwise }
    }
    case 'in': return membership(node, node.args[0], node.args[1], reading)
    case 'rcall': return textTest(node, node.args[0], node.args[1], node.args[2], reading)
    case '==': case '!=': case '<': case '<=': case '>': case '>=':
      return comparison(node, node.op, node.args[0], node.args[1], reading)
    default: unsupported(node, reading); return NOWHERE
  }
  refuse(reading, `"${wordsOf(node)}" is not true or false: a condition must be.`)
  return NOWHERE
}

const sample = (fact: FactDefinition): string => (fact.type === 'INT' ? '1' : JSON.stringify(fact.values?.[0] ?? 'TEXT'))

/** Reads a parsed CEL tree into the part of CEL that conditions may use, and says everything that is wrong with it. */
export function readCondition(ast: ASTNode, vocabulary: Vocabulary): { expression: Expression; problems: string[] } {
  const reading: Reading = { vocabulary, problems: [] }
  const expression = condition(ast, reading)
  return { expression, problems: [...new Set(reading.problems)] }
}
