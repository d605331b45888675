import { Environment } from '@marcbachmann/cel-js'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { compileCondition, publishedCondition } from '../../src/boundary/condition/condition.js'
import { fitsFact, vocabularyFor } from '../../src/boundary/facts.js'
import type { FactValues } from '../../src/boundary/facts.js'
import { anyCondition, anyFacts } from '../support/policy-arbitraries.js'
import { fixtureVocabulary } from '../support/policy.js'

const problems = (source: string, vocabulary = fixtureVocabulary): string => {
  const compiled = compileCondition(source, vocabulary)
  return compiled.ok ? '' : compiled.problems.join('\n')
}
const normal = (source: string): string => {
  const compiled = compileCondition(source, fixtureVocabulary)
  if (!compiled.ok) throw new Error(compiled.problems.join('\n'))
  return compiled.condition.normal
}

describe('conditions that are refused', () => {
  it('B3 refuses an unknown fact and suggests the nearest one', () => {
    expect(problems('severty == "HIGH"')).toMatch(/"severty" is not a fact\. Did you mean "severity"\? Allowed: kind, severity/)
  })
  it.each([
    ['severity == "HIHG"',
      /"HIHG" is not a value of severity\. Did you mean "HIGH"\? Allowed: CRITICAL, HIGH, NORMAL, LOW, UNKNOWN/],
    ['"HIHG" != severity', /"HIHG" is not a value of severity/],
    ['cause in ["HOW_TO", "CODE_DEFCT"]', /"CODE_DEFCT" is not a value of cause\. Did you mean "CODE_DEFECT"\?/],
    ['outage && !(kind == "DEFECTS")', /"DEFECTS" is not a value of kind\. Did you mean "DEFECT"\?/],
    ['outage ? kind == "DEFECT" : environment == "LIVE"', /"LIVE" is not a value of environment/],
  ])('B3 refuses a value that does not belong to its fact: %s', (source, message) => expect(problems(source)).toMatch(message))
  it.each([
    ['severity', /"severity" alone is not true or false\. Compare it, such as severity == "CRITICAL"/],
    ['"yes"', /is not true or false/],
    ['1', /is not true or false/],
    ['affectedUsers', /alone is not true or false/],
    ['outage && severity', /"severity" alone/],
  ])('B3 refuses a condition that is not boolean: %s', (source, message) => expect(problems(source)).toMatch(message))
  it.each([
    ['component.matches("(a+)+$")', /"matches" is not allowed: some patterns never finish/],
    ['["a"].all(x, x == component)', /"all" is not allowed: conditions have no loops/],
    ['["a"].map(x, x) == ["a"]', /"map" is not allowed/],
    ['has(component.size)', /"has" is not a function that conditions have/],
    ['10 / affectedUsers > 1', /"\/" is not allowed: it fails when the divisor is zero/],
    ['10 % affectedUsers == 1', /"%" is not allowed/],
    ['affectedUsers + 9223372036854775807 > 0', /"\+" is not allowed: conditions do not calculate/],
    ['size(component) > 3', /"size" is not a function/],
    ['int(component) > 3', /"int" is not a function/],
    ['dyn(kind) == "X"', /"dyn" is not a function/],
    ['kind.startsWith("QUE")', /startsWith is for texts\. Compare kind with == or in/],
    ['severity > "LOW"', /orders a text/],
    ['affectedUsers > 1.5', /is not a value that a fact can have/],
    ['affectedUsers > 99999999999999999', /too large/],
    ['kind == null', /is not a value that a fact can have/],
    ['kind == outage', /compares a text with true or false/],
    ['kind in component', /after "in" stands a list/],
    ['kind in []', /after "in" stands a list/],
    ['(outage || consumer) == customised', /is not allowed here/],
    ['outage = true', /cannot be read/],
    ['(outage', /cannot be read/],
    ['', /is empty/],
    [`outage${' || outage'.repeat(60)}`, /at most 500 are allowed/],
    [`${'('.repeat(200)}outage${')'.repeat(200)}`, /cannot be read/],
  ])('B3 refuses what could fail, hang or not be proved: %s', (source, message) => expect(problems(source)).toMatch(message))
  it('B3 tells every problem of a condition at once', () => {
    expect(problems('severty == "HIGH" && kind == "DEFCT" && 1 / 0 > 2').split('\n')).toHaveLength(3)
  })
  it('B3 checks component codes when they are known', () => {
    const vocabulary = vocabularyFor({ causeCodes: [], componentCodes: ['calendar', 'mail'] })
    expect(problems('component == "calender"', vocabulary)).toMatch(/Did you mean "calendar"\?/)
    expect(problems('component == "calender"')).toBe('')
  })
})

describe('conditions that run', () => {
  it('B4 agrees with CEL for any condition and any facts (seed 2)', () => {
    const cel = new Environment({ unlistedVariablesAreDyn: false })
    const types = { ENUM: 'string', STRING: 'string', BOOL: 'bool', INT: 'int' } as const
    for (const fact of fixtureVocabulary.facts) cel.registerVariable(fact.name, types[fact.type])
    const bigints = (facts: FactValues) => ({ ...facts, affectedUsers: BigInt(Number(facts.affectedUsers)) })
    const condition = anyCondition(['kind', 'cause', 'outage', 'consumer', 'affectedUsers', 'component'])
    fc.assert(fc.property(condition, anyFacts(), (source, facts) => {
      expect(publishedCondition(source).evaluate(facts)).toBe(cel.evaluate(source, bigints(facts)))
    }), { seed: 2, numRuns: 2_000 })
  })
  it('B3 answers with facts left out only what holds whatever they are (seed 3)', () => {
    const names = ['kind', 'outage', 'consumer', 'affectedUsers']
    fc.assert(fc.property(anyCondition(names), anyFacts(), fc.subarray(names), (source, facts, hidden) => {
      const some = Object.fromEntries(Object.entries(facts).filter(([name]) => !hidden.includes(name)))
      const early = publishedCondition(source).evaluate(some)
      if (early !== undefined) expect(early).toBe(publishedCondition(source).evaluate(facts))
    }), { seed: 3, numRuns: 2_000 })
  })
  it('B4 says nothing, rather than false, when a fact has no value of its type', () => {
    const { evaluate } = publishedCondition('!outage')
    expect(evaluate({})).toBeUndefined()
    expect(evaluate({ outage: 'no' })).toBeUndefined()
    expect(evaluate({ outage: false })).toBe(true)
    expect(publishedCondition('kind != "DEFECT"').evaluate({ kind: 3 })).toBeUndefined()
  })
  it('B4 does not need a fact that cannot matter, wherever it stands', () => {
    for (const source of ['outage && consumer', 'consumer && outage']) {
      expect(publishedCondition(source).evaluate({ outage: false })).toBe(false)
      expect(publishedCondition(source).evaluate({ outage: true })).toBeUndefined()
    }
    for (const source of ['outage || consumer', 'consumer || outage']) {
      expect(publishedCondition(source).evaluate({ outage: true })).toBe(true)
      expect(publishedCondition(source).evaluate({ outage: false })).toBeUndefined()
    }
  })
  it('B4 still runs a published condition whose cause code has been retired', () => {
    expect(publishedCondition('cause == "RETIRED_CODE"').evaluate({ cause: 'RETIRED_CODE' })).toBe(true)
  })
})

describe('the same condition in other words', () => {
  it.each([
    ['outage&&consumer', '( outage )  &&\n consumer'],
    ['outage && consumer', 'consumer && outage'],
    ['outage && (consumer && customised)', '(customised && outage) && consumer'],
    ['kind == "DEFECT"', '"DEFECT" == kind'],
    ['kind == "DEFECT"', 'kind in ["DEFECT"]'],
    ['kind in ["DEFECT", "QUESTION"]', 'kind in ["QUESTION", "DEFECT", "QUESTION"]'],
    ['!(kind == "DEFECT")', 'kind != "DEFECT"'],
    ['outage', '!!outage'],
    ['outage', 'outage == true'],
    ['outage', 'false != outage'],
    ['affectedUsers > 3', '3 < affectedUsers'],
    ['!(affectedUsers > 3)', 'affectedUsers <= 3'],
    ['!(affectedUsers < 3)', 'affectedUsers >= 3'],
    ['!(affectedUsers <= 3)', '3 < affectedUsers'],
    ['!(affectedUsers >= 3)', 'affectedUsers < 3'],
    ['!(outage || consumer)', '!consumer && !outage'],
    ['outage || outage', 'outage'],
  ])('B3 sees that %s is %s', (one, other) => expect(normal(one)).toBe(normal(other)))
  it.each([
    ['outage && consumer', 'outage || consumer'],
    ['affectedUsers > 3', 'affectedUsers >= 3'],
    ['!(affectedUsers < 3)', 'affectedUsers > 3'],
    ['kind == "DEFECT"', 'kind == "QUESTION"'],
    ['component == "a"', 'product == "a"'],
    ['component.startsWith("a")', 'component.endsWith("a")'],
  ])('B3 keeps %s and %s apart', (one, other) => expect(normal(one)).not.toBe(normal(other)))
  it('B3 calls two conditions the same only when they answer alike (seed 4)', () => {
    const condition = anyCondition(['outage', 'consumer', 'affectedUsers'])
    fc.assert(fc.property(condition, condition, anyFacts(), (one, other, facts) => {
      const answer = (source: string) => publishedCondition(source).evaluate(facts)
      if (normal(one) === normal(other)) expect(answer(one)).toBe(answer(other))
      expect(answer(`!(${one})`)).toBe(!answer(one))
    }), { seed: 4, numRuns: 1_000 })
  })
  it('B3 has every value of the vocabulary fit its own fact', () => {
    for (const fact of fixtureVocabulary.facts) for (const value of fact.values ?? []) expect(fitsFact(fact, value)).toBe(true)
  })
})
