import { Environment } from '@marcbachmann/cel-js'
import { vocabularyFor } from '../facts.js'
import type { FactDefinition, Vocabulary } from '../facts.js'
import { factsRead } from './expression.js'
import type { Expression } from './expression.js'
import { normal } from './normal.js'
import { readCondition } from './read.js'
import { compile } from './truth.js'
import type { Evaluate } from './truth.js'

export const LONGEST_CONDITION = 500

/** A checked condition, ready to run. */
export type Condition = {
  readonly source: string
  readonly expression: Expression
  /** The same text for conditions that say the same in other words. */
  readonly normal: string
  readonly reads: ReadonlySet<string>
  readonly evaluate: Evaluate
}

export type Compiled = { readonly ok: true; readonly condition: Condition } | { readonly ok: false; readonly problems: string[] }

const LIMITS = { maxAstNodes: 250, maxDepth: 40, maxListElements: 100, maxMapEntries: 1, maxCallArguments: 4 }
const CEL_TYPES = { ENUM: 'string', STRING: 'string', BOOL: 'bool', INT: 'int' } as const

const environments = new WeakMap<Vocabulary, Environment>()

function environmentOf(vocabulary: Vocabulary): Environment {
  const made = environments.get(vocabulary)
  if (made !== undefined) return made
  const environment = new Environment({ unlistedVariablesAreDyn: false, limits: LIMITS })
  for (const fact of vocabulary.facts) environment.registerVariable(fact.name, CEL_TYPES[fact.type])
  environments.set(vocabulary, environment)
  return environment
}

const summaryOf = (fault: unknown): string =>
  fault instanceof Error ? ((fault as Error & { summary?: string }).summary ?? fault.message) : String(fault)

/**
 * Parses and checks a condition against a vocabulary. Problems are sentences that name the word that is wrong and what
 * would be allowed.
 */
export function compileCondition(source: string, vocabulary: Vocabulary): Compiled {
  if (source.length > LONGEST_CONDITION) {
    const tooLong = `The condition has ${source.length} characters; at most ${LONGEST_CONDITION} are allowed. Use two rules.`
    return { ok: false, problems: [tooLong] }
  }
  if (source.trim() === '') return { ok: false, problems: ['The condition is empty. Write true for the default.'] }
  try {
    const parsed = environmentOf(vocabulary).parse(source)
    const { expression, problems } = readCondition(parsed.ast, vocabulary)
    if (problems.length > 0) return { ok: false, problems }
    const checked = parsed.check()
    if (!checked.valid) return { ok: false, problems: [`${summaryOf(checked.error)}.`] }
    return { ok: true, condition: conditionOf(source, expression) }
  } catch (fault) {
    return { ok: false, problems: [`The condition cannot be read: ${summaryOf(fault)}.`] }
  }
}

const conditionOf = (source: string, expression: Expression): Condition =>
  ({ source, expression, normal: normal(expression), reads: factsRead(expression), evaluate: compile(expression) })

/**
 * The vocabulary without anybody's codes: codes are texts. A published condition was checked against its vendor's codes
 * when it was published, and must still run after a code has been retired.
 */
const anyCodes: Vocabulary = (() => {
  const base = vocabularyFor({ causeCodes: [] })
  const open = (fact: FactDefinition): FactDefinition => (fact.type === 'ENUM' ? { ...fact, type: 'STRING', values: null } : fact)
  const facts = base.facts.map(open)
  return { facts, byName: new Map(facts.map(fact => [fact.name, fact])) }
})()

const MOST_REMEMBERED = 20_000
const remembered = new Map<string, Condition>()

/** A published condition, compiled once per text. Throws when it is not one: publishing would have refused it. */
export function publishedCondition(source: string): Condition {
  const known = remembered.get(source)
  if (known !== undefined) return known
  const compiled = compileCondition(source, anyCodes)
  if (!compiled.ok) throw new Error(`a published condition cannot be compiled: ${compiled.problems.join(' ')}`)
  if (remembered.size >= MOST_REMEMBERED) remembered.clear()
  remembered.set(source, compiled.condition)
  return compiled.condition
}
