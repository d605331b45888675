import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { evaluate } from '../../src/boundary/decide.js'
import { FREE_KINDS } from '../../src/boundary/facts.js'
import { lintPolicy } from '../../src/boundary/lint.js'
import type { LintContext, Problem } from '../../src/boundary/lint.js'
import type { PolicyRule } from '../../src/boundary/policy.js'
import { anyCondition, anyFacts, anyRule, asPolicy } from '../support/policy-arbitraries.js'
import { fixtureLintContext, fixturePolicy, fixtureRules } from '../support/policy.js'

const lint = (rules: readonly PolicyRule[], context: Partial<LintContext> = {}): Problem[] =>
  lintPolicy(rules, { ...fixtureLintContext, ...context })
const found = (problems: Problem[]): string[] => problems.map(problem => `${problem.code} ${problem.ruleKey ?? '-'}`)

/** The fixture with one rule changed, dropped, or with rules put before one. */
const change = (key: string, to: Partial<PolicyRule>): PolicyRule[] =>
  fixtureRules.map(rule => (rule.key === key ? { ...rule, ...to } : rule))
const without = (...keys: string[]): PolicyRule[] => fixtureRules.filter(rule => !keys.includes(rule.key))
const free: PolicyRule = {
  key: 'extra', condition: 'true', class: 'SUPPORT', handler: 'VENDOR', payer: 'VENDOR', charge: null, dutyCode: null,
  reason: 'Because.', turnTo: null, example: null,
}
const before = (key: string, ...conditions: string[]): PolicyRule[] => fixtureRules.flatMap(rule =>
  (rule.key === key ? [...conditions.map((condition, n) => ({ ...free, key: `extra-${n}`, condition })), rule] : [rule]))

describe('publishing a policy', () => {
  it('B3 accepts the fixture policy, which has at least 15 rules, each with a reason and an example', () => {
    expect(lint(fixtureRules)).toEqual([])
    expect(fixtureRules.length).toBeGreaterThanOrEqual(15)
    for (const rule of fixtureRules) expect(rule.example, rule.key).toMatch(/^[A-Z].*\.$/)
  })
  it.each<[string, Partial<PolicyRule>, RegExp]>([
    ['an unknown fact', { condition: 'knd == "QUESTION"' }, /Rule how-to: "knd" is not a fact\. Did you mean "kind"\?/],
    ['a condition that is not boolean', { condition: 'kind' }, /Rule how-to: "kind" alone is not true or false/],
    ['an unknown cause',
      { condition: 'cause == "HOWTO"' }, /Rule how-to: "HOWTO" is not a value of cause\. Did you mean "HOW_TO"\?/],
    ['a missing reason', { reason: '  ' }, /Rule how-to: a reason is missing/],
    ['a reason above 60 words', { reason: 'word '.repeat(61) }, /the reason has 61 words; at most 60/],
    ['a key with spaces', { key: 'How To' }, /Rule How To: the key must be small letters/],
    ['a charge of zero units', { charge: { unit: 'INCIDENT', units: 0 } }, /whole number of units above zero/],
    ['a charge of half a unit', { charge: { unit: 'INCIDENT', units: 0.5 } }, /whole number of units above zero/],
    ['a payer without a charge', { charge: null }, /the customer pays, but no charge is given/],
    ['a charge that the vendor pays', { payer: 'VENDOR' }, /it charges units although the payer is VENDOR/],
    ['a charge for what nobody does', { handler: 'NOBODY' }, /it charges although the handler is NOBODY/],
    ['a charge for a service', { class: 'SERVICE', dutyCode: 'DEFECT' }, /SERVICE is already in the price and cannot charge/],
    ['a service that the customer pays',
      { class: 'SERVICE', dutyCode: 'DEFECT', charge: null }, /the payer cannot be the customer/],
    ['a charge for new work', { class: 'NEW_WORK' }, /NEW_WORK is priced in its proposal/],
    ['a charge for what is not offered', { class: 'NOT_OFFERED', turnTo: 'Us.' }, /NOT_OFFERED cannot charge/],
    ['a service without a duty',
      { class: 'SERVICE', payer: 'VENDOR', charge: null }, /SERVICE must cite the duty that it fulfils\. Allowed: DEFECT/],
    ['a duty that is not in the catalog', { class: 'SERVICE', payer: 'VENDOR', charge: null, dutyCode: 'DEFCT' },
      /"DEFCT" is not a duty in the catalog\. Did you mean "DEFECT"\?/],
    ['not offered without saying where to turn',
      { class: 'NOT_OFFERED', payer: 'NOBODY', charge: null }, /NOT_OFFERED must say where/],
    ['a third party that nobody handles, without saying where to turn',
      { class: 'THIRD_PARTY', handler: 'NOBODY', payer: 'NOBODY', charge: null },
      /THIRD_PARTY that nobody handles must say where/],
  ])('B3 refuses %s', (_, to, message) => {
    expect(lint(change('how-to', to)).map(problem => problem.message)).toContainEqual(expect.stringMatching(message))
  })
  it('B3 refuses a charge that no plan on sale carries', () => {
    expect(found(lint(fixtureRules, { unitsOnSale: ['INCIDENT'] }))).toEqual(['CHARGE_NOT_ON_SALE customised-code'])
  })
  it('B3 refuses two rules with one key, no default, no rules, and more than 200', () => {
    expect(found(lint(change('how-to', { key: 'outage' })))).toContain('DUPLICATE_KEY outage')
    expect(found(lint(without('anything-else')))).toContain('NO_DEFAULT -')
    expect(found(lint([]))).toContain('NO_DEFAULT -')
    expect(found(lint(Array.from({ length: 201 }, (_, n) => ({ ...free, key: `rule-${n}` }))))).toContain('TOO_MANY_RULES -')
  })
})

describe('rules that can never be reached', () => {
  it.each([
    'outage || (kind == "OUTAGE_REPORT" || cause == "OUTAGE")',
    ' cause=="OUTAGE"||outage||"OUTAGE_REPORT" == kind ',
  ])('B3 refuses the same condition in other words: %s', condition => {
    expect(found(lint(before('how-to', condition)))).toEqual(['SAME_CONDITION extra-0'])
  })
  it('B3 refuses the same condition with other spaces and brackets, wherever it comes back (seed 13)', () => {
    const spaced = fc.tuple(fc.nat(fixtureRules.length - 2), fc.constantFrom(' ', '\n', '  ')).map(([index, space]) => {
      const key = fixtureRules[index]?.key ?? ''
      const condition = `(${(fixtureRules[index]?.condition ?? '').replaceAll(' ', space)}${space})`
      return { key, condition }
    })
    fc.assert(fc.property(spaced, ({ key, condition }) => {
      expect(lint(before('anything-else', condition))).toContainEqual({
        ruleKey: 'extra-0', code: 'SAME_CONDITION',
        message: `Rule extra-0: it can never be reached: rule ${key} has the same condition.`,
      })
    }), { seed: 13, numRuns: 60 })
  })
  it.each([
    ['outage && consumer', 'the rules before it take every case that it is for'],
    ['kind == "REVIEW" && severity == "LOW"', 'the rules before it take every case that it is for'],
    ['severity == "HIGH" && severity == "LOW"', 'no facts make its condition true'],
    ['affectedUsers > 5 && affectedUsers < 6', 'no facts make its condition true'],
    ['component == "a" && component == "b"', 'no facts make its condition true'],
    ['false', 'no facts make its condition true'],
  ])('B3 refuses a rule that other rules or its own words rule out: %s', (condition, why) => {
    expect(lint(before('how-to', condition)).map(problem => problem.message))
      .toEqual([`Rule extra-0: it can never be reached: ${why}.`])
  })
  it('B3 refuses everything after a rule that always matches', () => {
    const after = expect.arrayContaining(['UNREACHABLE how-to', 'SAME_CONDITION anything-else'])
    expect(found(lint(before('how-to', 'true')))).toEqual(after)
    expect(found(lint(before('how-to', 'outage || !outage')))).toEqual(expect.arrayContaining(['UNREACHABLE how-to']))
  })
  it('B3 refuses no rule that some facts reach: text tests and near misses stay', () => {
    const near = 'affectedUsers > 5 && affectedUsers < 7'
    const reached = ['component.startsWith("a")', 'component.startsWith("ab") && component == product', near]
    expect(lint(before('how-to', ...reached))).toEqual([])
    expect(lint(before('how-to', 'component == "a" && component == product'))).toEqual([])
  })
  it('B3 calls a rule unreachable only when no random facts reach it (seed 14)', () => {
    const names = ['kind', 'outage', 'affectedUsers', 'component']
    const rules = fc.array(anyRule(anyCondition(names)), { minLength: 2, maxLength: 6 }).map(all => asPolicy(all))
    let refused = 0
    fc.assert(fc.property(rules, fc.array(anyFacts(), { minLength: 20, maxLength: 20 }), (policy, cases) => {
      const problems = lint(policy.rules).filter(each => each.code === 'UNREACHABLE' || each.code === 'SAME_CONDITION')
      const never = new Set(problems.map(each => each.ruleKey))
      refused += never.size
      for (const facts of cases) expect(never).not.toContain(evaluate(policy, facts).ruleKey)
    }), { seed: 14, numRuns: 200 })
    expect(refused).toBeGreaterThan(20)
  })
})

describe('what must be said and what can never cost', () => {
  it('B3 R8 refuses a policy without a rule that decides an undetermined or not reproducible cause', () => {
    expect(found(lint(without('undetermined')))).toEqual(['OPEN_CAUSE_MISSING -'])
    expect(lint(without('not-reproducible'))[0]?.message).toMatch(/when the cause is NOT_REPRODUCIBLE/)
    const named = change('undetermined', { condition: '!(cause == "UNDETERMINED") && reinstall' })
    expect(found(lint(named))).toContain('OPEN_CAUSE_MISSING -')
    expect(lint(change('undetermined', { condition: 'cause in ["UNDETERMINED"] && (outage || !outage)' }))).toEqual([])
  })
  it('B3 R10 refuses every rule that can charge one of the six kinds, naming it, the kinds and an example', () => {
    const problems = lint(without('account-matters')).filter(each => each.code === 'CHARGES_FREE_KIND')
    expect(problems.map(each => each.ruleKey)).toContain('anything-else')
    expect(problems[0]?.message)
      .toMatch(/can charge for what never costs anything: billing question, data request, complaint, review\./)
    expect(problems[0]?.message).toMatch(/For example: kind "BILLING_QUESTION"/)
    expect(found(lint(without('security-report')))).toContain('CHARGES_FREE_KIND anything-else')
  })
  it('B3 R10 sees a hole behind one fact, and that closing it closes it', () => {
    const hole = change('security-report', { condition: 'kind == "SECURITY_REPORT" && !customised' })
    expect(found(lint(hole))).toContain('CHARGES_FREE_KIND customised-code')
    expect(found(lint(hole))).not.toContain('CHARGES_FREE_KIND anything-else')
    const rest = { key: 'rest', condition: 'kind == "SECURITY_REPORT" && customised' }
    const closed = hole.flatMap(rule => (rule.key === 'security-report' ? [rule, { ...rule, ...rest }] : [rule]))
    expect(lint(closed)).toEqual([])
  })
  it.each(['customised', 'consumer', 'onboarding', 'dataLoss', 'reinstall', 'claimsDefect', 'hasAgreement', 'regression'])(
    'B3 R10 sees a hole left by asking for %s, whichever way', fact => {
      for (const sign of ['', '!']) {
        const problems = lint(change('security-report', { condition: `kind == "SECURITY_REPORT" && ${sign}${fact}` }))
        expect(problems.map(each => each.code)).toContain('CHARGES_FREE_KIND')
      }
    })
  it('B3 R10 accepts kinds that are kept out by the charging rule itself', () => {
    const charging = fixtureRules.filter(rule => rule.charge !== null).map(rule => rule.key)
    const guarded = without('account-matters').map(rule => (charging.includes(rule.key) && rule.condition !== 'true'
      ? { ...rule, condition: `(${rule.condition}) && kind in ["QUESTION", "DEFECT"]` } : rule))
    expect(found(lint(guarded))).toEqual(['CHARGES_FREE_KIND anything-else'])
  })
  it('B3 R10 never charges the six kinds under the fixture, for any facts (seed 15)', () => {
    fc.assert(fc.property(anyFacts(), fc.constantFrom(...FREE_KINDS), (facts, kind) => {
      expect(evaluate(fixturePolicy, { ...facts, kind }).charge).toBeNull()
    }), { seed: 15, numRuns: 2_000 })
  })
  it('B3 R10 never charges the six kinds under any policy that it accepts, and accepts one that never does (seed 16)', () => {
    const names = ['kind', 'outage', 'affectedUsers', 'cause']
    const guard = fc.constantFrom<readonly string[]>([], FREE_KINDS, FREE_KINDS.slice(1))
    const guarding = (kinds: readonly string[]): PolicyRule[] =>
      (kinds.length === 0 ? [] : [{ ...free, condition: `kind in ${JSON.stringify(kinds)}` }])
    const rules = fc.tuple(guard, fc.array(anyRule(anyCondition(names)), { minLength: 1, maxLength: 5 }))
      .map(([kinds, all]) => asPolicy([...guarding(kinds), ...all]))
    const seen = { accepted: 0, refused: 0 }
    fc.assert(fc.property(rules, fc.array(anyFacts(), { minLength: 15, maxLength: 15 }), (policy, cases) => {
      const refused = new Set(lint(policy.rules).filter(each => each.code === 'CHARGES_FREE_KIND').map(each => each.ruleKey))
      seen[refused.size === 0 ? 'accepted' : 'refused']++
      for (const facts of cases) for (const kind of FREE_KINDS) {
        const answer = evaluate(policy, { ...facts, kind })
        if (answer.charge !== null) expect(refused).toContain(answer.ruleKey)
      }
    }), { seed: 16, numRuns: 400 })
    expect(seen.accepted).toBeGreaterThan(80)
    expect(seen.refused).toBeGreaterThan(80)
  })
  it('R24 refuses charging a consumer for mending what is not as agreed, naming the rule', () => {
    expect(lint(fixtureRules, { conformityCauses: ['FIXED_IN_RELEASE', 'DATA_DAMAGED_BY_PRODUCT'] })).toEqual([])
    expect(found(lint(fixtureRules, { conformityCauses: ['CODE_DEFECT'] }))).toEqual(['CHARGES_CONFORMITY customised-code', 'CHARGES_CONFORMITY own-code-fault'])
  })
  it('B3 refuses rather than guesses when it cannot be proved', () => {
    const tangle = Array.from({ length: 60 }, (_, n) =>
      `(component.contains("${n}") ? affectedUsers != ${n} : product.contains("${n}") || outage)`)
    const rules = [...tangle.map((condition, n) => ({ ...free, key: `tangle-${n}`, condition })), ...fixtureRules.slice(-1)]
    expect(found(lint(rules))).toContain('CHARGES_FREE_KIND anything-else')
  })
})
