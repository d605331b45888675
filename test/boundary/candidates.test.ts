import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decide } from '../../src/boundary/candidates.js'
import type { Candidate, DecideInput } from '../../src/boundary/candidates.js'
import { ceiling, outcomeTable } from '../../src/boundary/decide.js'
import { PLAN_KINDS } from '../../src/boundary/facts.js'
import type { FactValues } from '../../src/boundary/facts.js'
import { lintPolicy } from '../../src/boundary/lint.js'
import type { Policy } from '../../src/boundary/policy.js'
import { resolveFacts } from '../../src/boundary/statements.js'
import { anyFacts, anyPolicy } from '../support/policy-arbitraries.js'
import { fixtureCauseCodes, fixtureLintContext, fixturePolicy, fixtureVocabulary } from '../support/policy.js'

const facts = (given: Partial<FactValues> = {}): FactValues =>
  ({ ...resolveFacts([], fixtureVocabulary).values, kind: 'QUESTION', ...given }) as FactValues
const candidate = (given: Partial<Candidate> & { agreementId: string }): Candidate => ({
  planKind: 'PACKAGE', pinned: fixturePolicy, pinnedStands: true, available: { INCIDENT: 5, MINUTE: 0 }, cannotCarry: null,
  ...given,
})
const input = (candidates: Candidate[], given: Partial<DecideInput> = {}): DecideInput =>
  ({ current: fixturePolicy, candidates, facts: facts(), causeCodes: fixtureCauseCodes, ...given })

/** The fixture with one rule changed. */
const changed = (id: string, key: string, to: Partial<Policy['rules'][number]>): Policy =>
  ({ id, rules: fixturePolicy.rules.map(rule => (rule.key === key ? { ...rule, ...to } : rule)) })
const stricter = changed('pol_stricter', 'own-defect', {
  class: 'SUPPORT', payer: 'CUSTOMER', dutyCode: null, charge: { unit: 'INCIDENT', units: 1 },
})
const refusing = changed('pol_refusing', 'how-to', {
  class: 'NOT_OFFERED', handler: 'NOBODY', payer: 'NOBODY', charge: null, turnTo: 'The guide.',
})
const onlyIncident = (id: string, units: number): Policy => ({
  id,
  rules: fixturePolicy.rules.map(rule => (rule.charge === null ? rule : { ...rule, charge: { unit: 'INCIDENT', units } })),
})

describe('choosing among agreements', () => {
  it('E5 takes the first agreement that can pay the ceiling, and says why each other was passed over', () => {
    const { chosen, considered } = decide(input([
      candidate({ agreementId: 'agr_other', cannotCarry: 'it covers another product.' }),
      candidate({ agreementId: 'agr_empty', available: { INCIDENT: 0, MINUTE: 600 } }),
      candidate({ agreementId: 'agr_full' }),
      candidate({ agreementId: 'agr_late' }),
    ]))
    expect(chosen).toMatchObject({ agreementId: 'agr_full', payable: true, answer: { ruleKey: 'how-to' } })
    expect(chosen.ceiling).toEqual({ INCIDENT: 1, MINUTE: 0 })
    expect(considered.map(each => [each.agreementId, each.taken, each.payable, each.why])).toEqual([
      ['agr_other', false, false, 'Passed over: it covers another product.'],
      ['agr_empty', false, false, 'Passed over: it can cost up to 1 incident under this agreement and 0 incidents can be used.'],
      ['agr_full', true, true, 'Taken: the agreement has the 1 incident that it can cost at most.'],
      ['agr_late', false, true, 'Passed over: one that is tried earlier already covers it.'],
      [null, false, false, 'Passed over: it can cost up to 1 incident without an agreement and 0 incidents can be used.'],
    ])
  })
  it('B4 keeps the answer for none, unpayable, when nobody’s units reach the ceiling', () => {
    const { chosen, considered } = decide(input([candidate({ agreementId: 'agr_1', available: { INCIDENT: 0, MINUTE: 0 } })]))
    expect(chosen).toMatchObject({ agreementId: null, payable: false, policy: 'CURRENT' })
    expect(considered.at(-1)?.why)
      .toBe('Taken: it can cost up to 1 incident and no agreement has enough; units have to be bought first.')
  })
  it('B4 needs no agreement and no units for what is free', () => {
    const { chosen } = decide(input([], { facts: facts({ kind: 'SECURITY_REPORT' }) }))
    expect(chosen).toMatchObject({ agreementId: null, payable: true, answer: { class: 'SERVICE' } })
    expect(chosen.ceiling).toEqual({ INCIDENT: 0, MINUTE: 0 })
  })
  it('B4 runs the policy for each agreement’s own plan kind', () => {
    const { chosen, considered } = decide(input([
      candidate({ agreementId: 'agr_package', available: { INCIDENT: 0, MINUTE: 0 } }),
      candidate({ agreementId: 'agr_premium', planKind: 'PREMIUM', available: { INCIDENT: 0, MINUTE: 0 } }),
    ]))
    expect(chosen).toMatchObject({ agreementId: 'agr_premium', answer: { ruleKey: 'premium' } })
    expect(considered.map(each => each.answer?.ruleKey)).toEqual(['how-to', 'premium', 'how-to'])
  })
  it('E5 does not let an agreement that offers no help stand before one that helps', () => {
    const community = candidate({ agreementId: 'agr_community', planKind: 'COMMUNITY', available: { INCIDENT: 2, MINUTE: 0 } })
    const { chosen, considered } = decide(input([community, candidate({ agreementId: 'agr_package' })]))
    expect(chosen.agreementId).toBe('agr_package')
    expect(considered[0]?.why).toBe('Passed over: nobody would take care of it under this agreement.')
    expect(decide(input([community])).chosen).toMatchObject({ agreementId: 'agr_community', answer: { class: 'NOT_OFFERED' } })
  })
  it('B4 needs enough of every unit that some cause can cost', () => {
    const some = { facts: facts({ kind: 'DEFECT', customised: true }) }
    const payable = (MINUTE: number) =>
      decide(input([candidate({ agreementId: 'a', available: { INCIDENT: 1, MINUTE } })], some)).chosen.payable
    expect([payable(119), payable(120)]).toEqual([false, true])
  })
  it('B4 names rules that could not be evaluated for any cause', () => {
    const { dataLoss: _, ...without } = facts({ kind: 'DEFECT' })
    expect(decide(input([candidate({ agreementId: 'a' })], { facts: without })).chosen.threw).toEqual(['data-recovery'])
  })
})

describe('the line frozen at sale', () => {
  const under = (pinned: Policy, current: Policy, pinnedStands = true) =>
    decide(input([candidate({ agreementId: 'agr_1', pinned, pinnedStands })], { current })).chosen

  it('B7 R5 keeps the accepted version when a stricter one is published', () => {
    expect(under(fixturePolicy, stricter)).toMatchObject({ policy: 'PINNED', policyVersionId: fixturePolicy.id })
    expect(under(fixturePolicy, refusing)).toMatchObject({ policy: 'PINNED', answer: { class: 'SUPPORT' } })
    const dearer = under(onlyIncident('pol_two', 2), onlyIncident('pol_three', 3))
    expect(dearer).toMatchObject({ policy: 'PINNED', ceiling: { INCIDENT: 2 } })
  })
  it('B7 R5 uses a version that is better for the customer at once', () => {
    const cheaper = under(onlyIncident('pol_three', 3), onlyIncident('pol_two', 2))
    expect(cheaper).toMatchObject({ policy: 'CURRENT', policyVersionId: 'pol_two', ceiling: { INCIDENT: 2 } })
  })
  it('B7 R5 uses the current version after renewal plus notice', () => {
    expect(under(fixturePolicy, stricter, false)).toMatchObject({ policy: 'CURRENT', policyVersionId: 'pol_stricter' })
  })
  it('B7 prefers the earlier promise when both cost the same', () => {
    const same = { ...fixturePolicy, id: 'pol_same' }
    const promised = (now: number | null, then: number | null) => {
      let asked = 0
      const promiseInMinutes = (_: unknown, agreementId: string | null) =>
        (agreementId === null ? null : [now, then][asked++] ?? null)
      return decide(input([candidate({ agreementId: 'agr_1' })], { current: same, promiseInMinutes })).chosen.policy
    }
    expect(promised(60, 120)).toBe('CURRENT')
    expect(promised(120, 60)).toBe('PINNED')
    expect(promised(60, 60)).toBe('PINNED')
    expect(promised(null, 60)).toBe('PINNED')
    expect(promised(60, null)).toBe('CURRENT')
  })
  it('B7 never makes it dearer than accepted, for any two policies and facts (seed 8)', () => {
    const pair = fc.tuple(anyPolicy(['kind', 'outage', 'cause']), anyPolicy(['kind', 'outage', 'cause']))
    fc.assert(fc.property(pair, anyFacts(), ([pinned, other], given) => {
      const current = { ...other, id: 'pol_now' }
      const units = { INCIDENT: 99, MINUTE: 99 }
      const candidates = [candidate({ agreementId: 'agr_1', pinned, available: units })]
      const { considered } = decide(input(candidates, { current, facts: given }))
      const accepted = ceiling(outcomeTable(pinned, { ...given, planKind: 'PACKAGE', hasAgreement: true }, fixtureCauseCodes))
      const got = considered[0]?.ceiling
      expect(got?.INCIDENT).toBeLessThanOrEqual(accepted.INCIDENT)
      expect(got?.MINUTE).toBeLessThanOrEqual(accepted.MINUTE)
    }), { seed: 8, numRuns: 500 })
  })
})

describe('replaying a decision', () => {
  it('B4 answers a stored question as it did, byte for byte, after a trip through JSON (seed 9)', () => {
    const agreement = fc.record({
      agreementId: fc.constantFrom('a', 'b', 'c'),
      planKind: fc.constantFrom(...PLAN_KINDS),
      pinned: fc.constantFrom(fixturePolicy, stricter, refusing),
      pinnedStands: fc.boolean(),
      available: fc.record({ INCIDENT: fc.integer({ min: 0, max: 3 }), MINUTE: fc.constantFrom(0, 120) }),
      cannotCarry: fc.constantFrom(null, null, 'it is suspended.'),
    })
    fc.assert(fc.property(fc.array(agreement, { maxLength: 3 }), anyFacts(), (candidates, given) => {
      const asked = input(candidates, { facts: given, current: stricter })
      const stored = JSON.parse(JSON.stringify(asked)) as DecideInput
      expect(JSON.stringify(decide(stored))).toBe(JSON.stringify(decide(asked)))
    }), { seed: 9, numRuns: 200 })
  })
  it('B4 takes exactly one of those considered, a payable one when there is one that helps (seed 10)', () => {
    fc.assert(fc.property(anyFacts(), fc.integer({ min: 0, max: 2 }), (given, INCIDENT) => {
      const candidates = [candidate({ agreementId: 'a', available: { INCIDENT, MINUTE: 0 } })]
      const { chosen, considered } = decide(input(candidates, { facts: given }))
      expect(considered.filter(each => each.taken)).toHaveLength(1)
      if (considered.some(each => each.payable)) expect(chosen.payable).toBe(true)
      if (chosen.payable) expect(chosen.ceiling.INCIDENT).toBeLessThanOrEqual(chosen.agreementId === null ? 0 : INCIDENT)
    }), { seed: 10, numRuns: 300 })
  })
  it('B3 uses policies here that could be published', () => {
    for (const policy of [fixturePolicy, stricter, refusing]) expect(lintPolicy(policy.rules, fixtureLintContext)).toEqual([])
  })
})
