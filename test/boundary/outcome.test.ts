import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { better, compareCeilings, helpOf } from '../../src/boundary/better.js'
import type { Outcome } from '../../src/boundary/better.js'
import { ceiling, evaluate, outcomeTable } from '../../src/boundary/decide.js'
import { chargeAt, compareDecisions } from '../../src/boundary/outcome.js'
import type { Answer, Charge, Policy, Row } from '../../src/boundary/policy.js'
import { resolveFacts } from '../../src/boundary/statements.js'
import { anyFacts, anyPolicy } from '../support/policy-arbitraries.js'
import { fixtureCauseCodes, fixturePolicy, fixtureVocabulary } from '../support/policy.js'

const facts = { ...resolveFacts([], fixtureVocabulary).values, kind: 'QUESTION', planKind: 'PACKAGE', hasAgreement: true }
const table = outcomeTable(fixturePolicy, facts, fixtureCauseCodes)
const incident = (units: number): Charge => ({ unit: 'INCIDENT', units })
const minute = (units: number): Charge => ({ unit: 'MINUTE', units })

const answer = (charge: Charge | null, given: Partial<Answer> = {}): Answer => ({
  ruleKey: 'r', class: 'SUPPORT', handler: 'VENDOR', payer: charge === null ? 'VENDOR' : 'CUSTOMER', charge, dutyCode: null,
  reason: 'Because.', turnTo: null, threw: [], ...given,
})
const outcome = (now: Answer, perCause: Record<string, Answer> = {}, promiseInMinutes: number | null = null): Outcome => {
  const rows: Row[] = Object.entries({ UNKNOWN: now, ...perCause }).map(([cause, each]) => ({ cause, answer: each }))
  return { answer: now, table: rows, ceiling: ceiling(rows), promiseInMinutes }
}
const notOffered = answer(null, { class: 'NOT_OFFERED', handler: 'NOBODY', payer: 'NOBODY', turnTo: 'Somebody.' })
const newWork = answer(null, { class: 'NEW_WORK', payer: 'CUSTOMER' })

describe('the charge at resolution', () => {
  it('B5 R2 is the accepted row of the cause that was found', () => {
    expect(chargeAt(table, 'HOW_TO', ceiling(table)))
      .toMatchObject({ charge: incident(1), aboveCeiling: null, answer: { ruleKey: 'how-to' } })
    expect(chargeAt(table, 'CODE_DEFECT', ceiling(table)))
      .toMatchObject({ charge: null, aboveCeiling: null, answer: { ruleKey: 'own-defect' } })
  })
  it('B5 R2 is never above the accepted ceiling: the rest is refused until a new quote', () => {
    expect(chargeAt(table, 'HOW_TO', { INCIDENT: 0, MINUTE: 0 })).toMatchObject({ charge: null, aboveCeiling: incident(1) })
    const dear: Row[] = [{ cause: 'HOW_TO', answer: answer(minute(90)) }]
    expect(chargeAt(dear, 'HOW_TO', { INCIDENT: 0, MINUTE: 60 })).toMatchObject({ charge: minute(60), aboveCeiling: minute(30) })
  })
  it('B5 costs nothing for a cause that the quote did not list', () => {
    expect(chargeAt(table, 'ADDED_LATER', ceiling(table))).toEqual({ answer: null, charge: null, aboveCeiling: null })
  })
  it('R8 never costs more than its row when the cause stays open', () => {
    for (const cause of ['UNDETERMINED', 'NOT_REPRODUCIBLE']) expect(chargeAt(table, cause, ceiling(table)).charge).toBeNull()
  })
  it('B5 stays within any ceiling and adds up to the row (seed 11)', () => {
    const most = fc.record({ INCIDENT: fc.integer({ min: 0, max: 5 }), MINUTE: fc.integer({ min: 0, max: 5 }) })
    const anyCause = fc.constantFrom(...fixtureCauseCodes)
    fc.assert(fc.property(anyPolicy(['cause', 'outage']), anyFacts(), anyCause, most, (policy, given, cause, accepted) => {
      const rows = outcomeTable(policy, given, fixtureCauseCodes)
      const { charge, aboveCeiling, answer: row } = chargeAt(rows, cause, accepted)
      if (charge !== null) expect(charge.units).toBeLessThanOrEqual(accepted[charge.unit])
      expect((charge?.units ?? 0) + (aboveCeiling?.units ?? 0)).toBe(row?.charge?.units ?? 0)
    }), { seed: 11, numRuns: 300 })
  })
})

describe('comparing a decision with one made anew', () => {
  const compare = (a: Outcome, b: Outcome) => compareDecisions(a, b)
  it('R15 calls it the same when nothing changes for the customer', () => {
    expect(compare(outcome(answer(incident(1))), outcome(answer(incident(1), { ruleKey: 'other' })))).toBe('SAME')
  })
  it('R15 calls a lower charge cheaper and a higher one dearer', () => {
    expect(compare(outcome(answer(incident(1))), outcome(answer(null, { class: 'SERVICE' })))).toBe('CHEAPER')
    expect(compare(outcome(answer(null)), outcome(answer(incident(1))))).toBe('DEARER')
  })
  it('B5 calls it dearer when any single cause costs more, even under a lower ceiling', () => {
    const accepted = outcome(answer(incident(2)), { HOW_TO: answer(null) })
    expect(compare(accepted, outcome(answer(incident(1)), { HOW_TO: answer(incident(1)) }))).toBe('DEARER')
  })
  it('B5 calls it dearer when units cannot be compared, when help is withdrawn, and when it becomes new work', () => {
    expect(compare(outcome(answer(incident(1))), outcome(answer(minute(1))))).toBe('DEARER')
    expect(compare(outcome(answer(incident(1))), outcome(notOffered))).toBe('DEARER')
    expect(compare(outcome(answer(incident(1))), outcome(newWork))).toBe('DEARER')
  })
  it('B5 calls it dearer when a cause was added that costs more than the accepted ceiling', () => {
    expect(compare(outcome(answer(incident(1))), outcome(answer(incident(1)), { ADDED: answer(incident(2)) }))).toBe('DEARER')
  })
  it('B5 turns around: what is cheaper one way is dearer the other, and a decision is the same as itself (seed 12)', () => {
    const of = (policy: Policy, given: Parameters<typeof evaluate>[1]): Outcome => {
      const rows = outcomeTable(policy, given, fixtureCauseCodes)
      return { answer: evaluate(policy, given), table: rows, ceiling: ceiling(rows), promiseInMinutes: null }
    }
    fc.assert(fc.property(anyPolicy(['cause']), anyPolicy(['cause']), anyFacts(), (one, other, given) => {
      const [a, b] = [of(one, given), of(other, given)]
      expect(compare(a, a)).toBe('SAME')
      if (compare(a, b) === 'CHEAPER') expect(compare(b, a)).toBe('DEARER')
      if (compare(a, b) === 'SAME') expect(compare(b, a)).toBe('SAME')
    }), { seed: 12, numRuns: 300 })
  })
})

describe('the better of two policies', () => {
  it('B7 looks at the ceiling, then at the charge, then at the promise', () => {
    const high = outcome(answer(null), { X: answer(incident(2)) })
    const low = outcome(answer(null), { X: answer(incident(1)) })
    expect(better(high, low).policy).toBe('CURRENT')
    expect(better(low, high).policy).toBe('PINNED')
    const charged = outcome(answer(incident(1)), { X: answer(incident(2)) })
    expect(better(charged, high).policy).toBe('CURRENT')
    expect(better({ ...low, promiseInMinutes: 60 }, { ...low, promiseInMinutes: 59 }).policy).toBe('CURRENT')
    expect(better(low, low))
      .toEqual({ policy: 'PINNED', why: 'The policy you bought under is kept: today’s is not better for you.' })
  })
  it('B7 does not call it better to be refused, nor to pay for what was free, however low the ceiling', () => {
    expect(better(outcome(answer(incident(1))), outcome(notOffered)).policy).toBe('PINNED')
    expect(better(outcome(answer(incident(1))), outcome(newWork)).policy).toBe('PINNED')
    const accepted = outcome(answer(incident(2)), { CODE_DEFECT: answer(null) })
    expect(better(accepted, outcome(answer(incident(1)), { CODE_DEFECT: answer(incident(1)) }))).toEqual({
      policy: 'PINNED', why: 'The policy you bought under is kept: today’s gives less for the cause CODE_DEFECT.',
    })
  })
  it('B7 keeps the accepted policy when the two count in different units', () => {
    expect(compareCeilings({ INCIDENT: 1, MINUTE: 0 }, { INCIDENT: 0, MINUTE: 60 })).toBe('UNCLEAR')
    expect(better(outcome(answer(minute(60))), outcome(answer(incident(1)))).policy).toBe('PINNED')
  })
  it('B2 knows who is helped', () => {
    const deadEnd = answer(null, { class: 'THIRD_PARTY', handler: 'NOBODY' })
    expect([answer(null), newWork, notOffered, deadEnd].map(helpOf)).toEqual([2, 1, 0, 0])
  })
})
