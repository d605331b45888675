import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { publishedCondition } from '../../src/boundary/condition/condition.js'
import { ceiling, evaluate, outcomeTable } from '../../src/boundary/decide.js'
import type { FactValues } from '../../src/boundary/facts.js'
import { resolveFacts } from '../../src/boundary/statements.js'
import { anyFacts, anyPolicy } from '../support/policy-arbitraries.js'
import { fixtureCauseCodes, fixturePolicy, fixtureVocabulary } from '../support/policy.js'

const facts = (given: Partial<FactValues> = {}): FactValues =>
  ({ ...resolveFacts([], fixtureVocabulary).values, planKind: 'PACKAGE', hasAgreement: true, ...given }) as FactValues
const answer = (given: Partial<FactValues>) => evaluate(fixturePolicy, facts(given))

describe('the fixture policy', () => {
  it.each<[string, Partial<FactValues>, object]>([
    ['R10 a security report is free whatever the cause', { kind: 'SECURITY_REPORT', cause: 'CUSTOMER_CHANGE' },
      { ruleKey: 'security-report', class: 'SERVICE', payer: 'VENDOR', charge: null, dutyCode: 'SECURITY_FIX' }],
    ['R10 a billing question is free', { kind: 'BILLING_QUESTION' }, { ruleKey: 'account-matters', charge: null }],
    ['R14 a ticket of an outage is free', { outage: true, kind: 'QUESTION' }, { ruleKey: 'outage', dutyCode: 'AVAILABILITY' }],
    ['R7 a failing check on an own component is a service with no further proof', { checkFailed: true, componentOwner: 'OWN' },
      { ruleKey: 'failed-check', class: 'SERVICE', charge: null, dutyCode: 'DEFECT' }],
    ['B2 an own defect is mended free',
      { cause: 'CODE_DEFECT', planKind: 'NONE' }, { ruleKey: 'own-defect', class: 'SERVICE', dutyCode: 'DEFECT' }],
    ['B2 a how-to question costs an incident', { kind: 'QUESTION' },
      { ruleKey: 'how-to', class: 'SUPPORT', handler: 'VENDOR', payer: 'CUSTOMER', charge: { unit: 'INCIDENT', units: 1 } }],
    ['B2 an unsupported version is not offered and says where to turn', { versionSupported: false, kind: 'QUESTION' },
      { ruleKey: 'unsupported-version', class: 'NOT_OFFERED', turnTo: expect.stringContaining('upgrade guide') }],
    ['B2 customised code costs minutes', { customised: true, kind: 'DEFECT' },
      { ruleKey: 'customised-code', handler: 'PARTNER', charge: { unit: 'MINUTE', units: 120 } }],
    ['B2 recovering data costs two incidents',
      { dataLoss: true }, { ruleKey: 'data-recovery', charge: { unit: 'INCIDENT', units: 2 } }],
    ['B2 data that the product damaged costs nothing',
      { dataLoss: true, cause: 'DATA_DAMAGED_BY_PRODUCT', versionSupported: false },
      { ruleKey: 'data-damaged-by-product', class: 'SERVICE' }],
    ['R11 training becomes new work', { kind: 'TRAINING' }, { ruleKey: 'training', class: 'NEW_WORK', charge: null }],
    ['R11 a wish found at resolution becomes new work',
      { kind: 'DEFECT', cause: 'CHANGE_WANTED' }, { class: 'NEW_WORK', charge: null }],
    ['R12 a fix that was public keeps the unit',
      { cause: 'FIXED_IN_RELEASE', knownFix: true }, { ruleKey: 'fix-was-public', charge: { units: 1 } }],
    ['R12 a fix published later gives it back',
      { cause: 'FIXED_IN_RELEASE' }, { ruleKey: 'own-defect-already-fixed', charge: null }],
    ['R24 a consumer does not pay for a known defect',
      { cause: 'FIXED_IN_RELEASE', knownFix: true, consumer: true }, { charge: null }],
    ['R8 an undetermined cause costs nothing',
      { cause: 'UNDETERMINED', kind: 'QUESTION' }, { ruleKey: 'undetermined', charge: null }],
    ['R8 what cannot be reproduced costs nothing',
      { cause: 'NOT_REPRODUCIBLE', dataLoss: true }, { ruleKey: 'not-reproducible', charge: null }],
    ['R115 a dependency’s fault is an honest dead end', { cause: 'DEPENDENCY_DEFECT' },
      { class: 'THIRD_PARTY', handler: 'NOBODY', payer: 'NOBODY', turnTo: expect.any(String) }],
    ['B2 the first month is on the vendor',
      { kind: 'QUESTION', onboarding: true }, { ruleKey: 'first-month', class: 'SUPPORT', payer: 'VENDOR' }],
    ['B2 Premium includes the question', { kind: 'QUESTION', planKind: 'PREMIUM' }, { ruleKey: 'premium', charge: null }],
    ['B2 the default is at most an incident',
      { kind: 'DEFECT' }, { ruleKey: 'anything-else', charge: { unit: 'INCIDENT', units: 1 } }],
  ])('%s', (_, given, expected) => expect(answer(given)).toMatchObject(expected))

  it('R9 gives the same symptom four payers by the owner of the component, and partner-built work costs nothing', () => {
    const payers = ['OWN', 'DEPENDENCY', 'CUSTOMER_OWNED', 'PARTNER_BUILT']
      .map(componentOwner => answer({ kind: 'DEFECT', cause: 'CODE_DEFECT', componentOwner }))
    expect(payers.map(each => each.payer)).toEqual(['VENDOR', 'NOBODY', 'CUSTOMER', 'PARTNER'])
    expect(payers[3]?.charge).toBeNull()
  })
  it('R1 lets class, handler and payer vary apart', () => {
    const combinations = new Set(fixturePolicy.rules.map(rule => [rule.class, rule.handler, rule.payer].join(' ')))
    expect(combinations.size).toBeGreaterThanOrEqual(9)
  })
  it('B4 has a ceiling of one incident for a question, none under Premium, more only where it is known beforehand', () => {
    const most = (given: Partial<FactValues>) => ceiling(outcomeTable(fixturePolicy, facts(given), fixtureCauseCodes))
    expect(most({ kind: 'QUESTION' })).toEqual({ INCIDENT: 1, MINUTE: 0 })
    expect(most({ kind: 'DEFECT', claimsDefect: true })).toEqual({ INCIDENT: 1, MINUTE: 0 })
    expect(most({ kind: 'DEFECT', planKind: 'PREMIUM' })).toEqual({ INCIDENT: 0, MINUTE: 0 })
    expect(most({ dataLoss: true })).toEqual({ INCIDENT: 2, MINUTE: 0 })
    expect(most({ customised: true })).toEqual({ INCIDENT: 0, MINUTE: 120 })
    expect(most({ kind: 'COMPLAINT' })).toEqual({ INCIDENT: 0, MINUTE: 0 })
  })
})

describe('evaluating a policy', () => {
  it('B3 takes the first match, as a naive reading does, for any policy and facts (seed 5)', () => {
    fc.assert(fc.property(anyPolicy(['kind', 'outage', 'cause', 'affectedUsers']), anyFacts(), (policy, given) => {
      const naive = policy.rules.filter(rule => publishedCondition(rule.condition).evaluate(given) === true)[0]
      const got = evaluate(policy, given)
      expect(got.ruleKey).toBe(naive?.key)
      expect(got.charge).toEqual(naive?.charge ?? null)
    }), { seed: 5, numRuns: 1_000 })
  })
  it('B4 gives for each cause what the policy gives with that cause as a fact (seed 6)', () => {
    fc.assert(fc.property(anyPolicy(['kind', 'outage', 'cause']), anyFacts(), (policy, given) => {
      const table = outcomeTable(policy, given, fixtureCauseCodes)
      expect(table.map(row => row.cause)).toEqual(['UNKNOWN', ...fixtureCauseCodes])
      for (const row of table) expect(row.answer).toEqual(evaluate(policy, { ...given, cause: row.cause }))
    }), { seed: 6, numRuns: 500 })
  })
  it('B4 has a ceiling that no row exceeds and some row reaches (seed 7)', () => {
    fc.assert(fc.property(anyPolicy(['outage', 'cause']), anyFacts(), (policy, given) => {
      const table = outcomeTable(policy, given, fixtureCauseCodes)
      const most = ceiling(table)
      for (const unit of ['INCIDENT', 'MINUTE'] as const) {
        const units = table.map(({ answer: { charge } }) => (charge?.unit === unit ? charge.units : 0))
        expect(most[unit]).toBe(Math.max(...units))
      }
    }), { seed: 7, numRuns: 300 })
  })
  it('B4 passes over a rule that cannot be evaluated and names it, so that the decision is contested', () => {
    const { kind: _, ...without } = facts({ cause: 'HOW_TO' })
    const got = evaluate(fixturePolicy, without)
    expect(got.ruleKey).toBe('how-to')
    expect(got.threw).toContain('security-report')
    expect(evaluate(fixturePolicy, facts({ cause: 'HOW_TO' })).threw).toEqual([])
  })
  it('B4 names in a row of the table the rules that could not be evaluated for it', () => {
    const { dataLoss: _, ...without } = facts({ kind: 'DEFECT' })
    const table = outcomeTable(fixturePolicy, without, fixtureCauseCodes)
    expect(table.find(row => row.cause === 'UNKNOWN')?.answer.threw).toEqual(['data-recovery'])
    expect(table.find(row => row.cause === 'CODE_DEFECT')?.answer.threw).toEqual([])
  })
  it('B2 charges nobody but the customer', () => {
    const [rule] = fixturePolicy.rules
    if (rule === undefined) throw new Error('the fixture has no rules')
    const policy = { id: 'pol_wrong', rules: [{ ...rule, condition: 'true', charge: { unit: 'INCIDENT' as const, units: 1 } }] }
    expect(evaluate(policy, facts()).charge).toBeNull()
  })
  it('B3 throws when no rule matches: publishing would have refused that policy', () => {
    const policy = { id: 'pol_hole', rules: fixturePolicy.rules.slice(0, 2) }
    expect(() => evaluate(policy, facts({ kind: 'QUESTION' }))).toThrow(/no rule of the policy matched/)
  })
})
