import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { fitsFact, TICKET_KINDS, UNKNOWN, vocabularyFor } from '../../src/boundary/facts.js'
import { resolveFacts } from '../../src/boundary/statements.js'
import type { FactStatement } from '../../src/boundary/statements.js'
import { fixtureCauseCodes, fixtureVocabulary } from '../support/policy.js'

type Said = FactStatement
const said = (name: string, value: Said['value'], source: Said['source'], at = 0, statedBy: string | null = null): Said =>
  ({ name, value, source, at, statedBy })
const resolve = (...statements: FactStatement[]) => resolveFacts(statements, fixtureVocabulary)

describe('the vocabulary of facts', () => {
  it('B3 has 20 to 25 facts, each with a description, somebody who may state it and a value when nobody does', () => {
    const { facts } = fixtureVocabulary
    expect(facts.length).toBeGreaterThanOrEqual(20)
    expect(facts.length).toBeLessThanOrEqual(25)
    for (const fact of facts) {
      expect(fact.description.length, fact.name).toBeGreaterThan(15)
      expect(fact.sources.length, fact.name).toBeGreaterThan(0)
      expect(fitsFact(fact, fact.whenUnstated), fact.name).toBe(true)
    }
  })
  it('B4 gives cause the vendor’s codes, UNKNOWN, and the two open causes even when the vendor lists none', () => {
    expect(vocabularyFor({ causeCodes: [] }).byName.get('cause')?.values).toEqual(['UNDETERMINED', 'NOT_REPRODUCIBLE', UNKNOWN])
    expect(fixtureVocabulary.byName.get('cause')?.values).toEqual([...fixtureCauseCodes, UNKNOWN])
    expect(fixtureVocabulary.byName.get('kind')?.values).toEqual([...TICKET_KINDS, UNKNOWN])
  })
})

describe('resolving statements', () => {
  it('R6 gives every fact a value, UNKNOWN or the stated default when nobody said anything', () => {
    const { values, used, contested } = resolve()
    expect(values).toMatchObject({ kind: UNKNOWN, cause: UNKNOWN, outage: false, affectedUsers: 0, component: '' })
    expect(values.versionSupported).toBe(true)
    expect(used).toEqual([])
    expect(contested).toEqual([])
  })
  it('R6 names for each fact who stated it and when', () => {
    const statement = said('environment', 'PRODUCTION', 'CONTACT', 17, 'con_1')
    expect(resolve(statement).used).toEqual([statement])
  })
  it('R6 lets a source correct itself: the newest statement of each source counts', () => {
    const [before, after] = [said('environment', 'PRODUCTION', 'CONTACT', 1), said('environment', 'TEST', 'CONTACT', 2)]
    const { values, contested } = resolve(after, before)
    expect(values.environment).toBe('TEST')
    expect(contested).toEqual([])
  })
  it('B8 marks a fact contested when two sources disagree, keeps both statements, and believes what was measured', () => {
    const contact = said('versionSupported', true, 'MEMBER', 9)
    const check = said('versionSupported', false, 'CHECK', 1)
    const { values, contested } = resolve(contact, check)
    expect(values.versionSupported).toBe(false)
    expect(contested).toEqual([{ name: 'versionSupported', statements: [check, contact] }])
  })
  it('B8 does not let member or partner overrule the other about a cause: the newer counts and it is contested', () => {
    const member = said('cause', 'HOW_TO', 'MEMBER', 1)
    const partner = said('cause', 'CODE_DEFECT', 'PARTNER', 2)
    const { values, contested } = resolve(member, partner)
    expect(values.cause).toBe('CODE_DEFECT')
    expect(contested).toEqual([{ name: 'cause', statements: [partner, member] }])
  })
  it('R6 takes UNKNOWN as saying nothing: it neither wins nor contests, and takes back what the source said before', () => {
    const { values, contested } = resolve(said('environment', UNKNOWN, 'CHECK', 5), said('environment', 'TEST', 'CONTACT', 1))
    expect(values.environment).toBe('TEST')
    expect(contested).toEqual([])
    expect(resolve(said('cause', 'HOW_TO', 'MEMBER', 1), said('cause', UNKNOWN, 'MEMBER', 2)).values.cause).toBe(UNKNOWN)
  })
  it('R6 sets aside what a source may not state, what is no value of the fact, and what is no fact, and says why', () => {
    const wrong = [said('planKind', 'PREMIUM', 'CONTACT'), said('severity', 'URGENT', 'CONTACT'), said('mood', 'BAD', 'CONTACT')]
    const { values, setAside } = resolve(...wrong)
    expect(values).toMatchObject({ planKind: UNKNOWN, severity: UNKNOWN })
    expect(setAside.map(each => each.why)).toEqual([
      'planKind cannot be stated by CONTACT.', 'URGENT is not a value of severity.', 'There is no fact called mood.',
    ])
  })
  it('B4 does not depend on the order in which statements are read (seed 1)', () => {
    const one = fc.record({
      name: fc.constantFrom('environment', 'outage', 'cause'),
      value: fc.constantFrom<FactStatement['value']>('TEST', 'PRODUCTION', true, false, 'HOW_TO', 'CODE_DEFECT', UNKNOWN),
      source: fc.constantFrom<FactStatement['source']>('CONTACT', 'PRODUCT', 'CHECK', 'MEMBER', 'PARTNER', 'SYSTEM'),
      statedBy: fc.constantFrom(null, 'a', 'b'),
      at: fc.integer({ min: 0, max: 3 }),
    })
    const twoOrders = fc.array(one, { maxLength: 12 })
      .chain(all => fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length })))
    fc.assert(fc.property(twoOrders, ([all, shuffled]) => {
      const [a, b] = [resolve(...all), resolve(...shuffled)]
      expect([b.values, b.used, b.contested]).toEqual([a.values, a.used, a.contested])
    }), { seed: 1, numRuns: 300 })
  })
})
