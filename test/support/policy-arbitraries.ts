import fc from 'fast-check'
import { DECISION_CLASSES, HANDLERS, PAYERS } from '../../src/boundary/policy.js'
import type { Policy, PolicyRule } from '../../src/boundary/policy.js'
import type { FactDefinition, FactValue, FactValues, Vocabulary } from '../../src/boundary/facts.js'
import { fixtureDutyCodes, fixtureVocabulary } from './policy.js'

const quoted = (value: FactValue): string => JSON.stringify(value)

const valueOf = (fact: FactDefinition): fc.Arbitrary<FactValue> => {
  if (fact.type === 'BOOL') return fc.boolean()
  if (fact.type === 'INT') return fc.integer({ min: -3, max: 12 })
  return fact.values === null ? fc.constantFrom('', 'A', 'B', 'A.B', 'calendar') : fc.constantFrom(...fact.values)
}

/** A value for every fact, any that it can have. */
export const anyFacts = (vocabulary: Vocabulary = fixtureVocabulary): fc.Arbitrary<FactValues> =>
  fc.record(Object.fromEntries(vocabulary.facts.map(fact => [fact.name, valueOf(fact)])))

function atom(fact: FactDefinition): fc.Arbitrary<string> {
  const sign = fact.type === 'INT' ? fc.constantFrom('==', '!=', '<', '<=', '>', '>=') : fc.constantFrom('==', '!=')
  const compared = fc.tuple(sign, valueOf(fact), fc.boolean())
    .map(([op, value, turned]) => (turned && (op === '==' || op === '!=')
      ? `${quoted(value)} ${op} ${fact.name}` : `${fact.name} ${op} ${quoted(value)}`))
  const listed = fc.array(valueOf(fact), { minLength: 1, maxLength: 3 })
    .map(values => `${fact.name} in [${values.map(quoted).join(', ')}]`)
  if (fact.type === 'BOOL') return fc.oneof(fc.constant(fact.name), compared)
  const text = fc.tuple(fc.constantFrom('startsWith', 'endsWith', 'contains'), fc.constantFrom('A', 'B', '.'))
    .map(([test, wanted]) => `${fact.name}.${test}("${wanted}")`)
  return fact.type === 'STRING' ? fc.oneof(compared, listed, text) : fc.oneof(compared, listed)
}

/** Any condition over few facts, so that rules meet each other. */
export function anyCondition(names: readonly string[]): fc.Arbitrary<string> {
  const facts = fixtureVocabulary.facts.filter(fact => names.includes(fact.name))
  const { whole } = fc.letrec<{ whole: string }>(tie => ({
    whole: fc.oneof({ depthSize: 'small', maxDepth: 3 },
      fc.oneof(...facts.map(atom)),
      fc.tuple(tie('whole'), fc.constantFrom('&&', '||'), tie('whole')).map(([a, op, b]) => `(${a} ${op} ${b})`),
      tie('whole').map(a => `!(${a})`),
      fc.tuple(tie('whole'), tie('whole'), tie('whole')).map(([a, b, c]) => `(${a} ? ${b} : ${c})`)),
  }))
  return whole.filter(text => text.length <= 500)
}

const chargeOf = fc.option(fc.record({ unit: fc.constantFrom('INCIDENT', 'MINUTE'), units: fc.integer({ min: 1, max: 9 }) }))

/** A rule of any form whose answer lint accepts by itself: what is wrong can only be in how the rules meet. */
export const anyRule = (condition: fc.Arbitrary<string>): fc.Arbitrary<PolicyRule> => fc.record({
  condition,
  class: fc.constantFrom(...DECISION_CLASSES),
  handler: fc.constantFrom(...HANDLERS),
  payer: fc.constantFrom(...PAYERS),
  charge: chargeOf,
}).map(given => {
  const charging = given.charge !== null && (given.class === 'SUPPORT' || given.class === 'THIRD_PARTY')
  return {
    ...given,
    key: '',
    handler: charging && given.handler !== 'PARTNER' ? 'VENDOR' : given.handler,
    charge: charging ? given.charge : null,
    payer: charging ? 'CUSTOMER' : given.payer === 'CUSTOMER' ? 'VENDOR' : given.payer,
    dutyCode: given.class === 'SERVICE' ? (fixtureDutyCodes[0] ?? '') : null,
    reason: 'Because the line lies here.',
    turnTo: 'Somebody else.',
    example: null,
  } satisfies PolicyRule
})

/** Numbers the rules and ends them with a default. */
export const asPolicy = (rules: readonly PolicyRule[], id = 'pol_any'): Policy => ({
  id,
  rules: rules.map((rule, index) =>
    ({ ...rule, key: `rule-${index}`, condition: index === rules.length - 1 ? 'true' : rule.condition })),
})

export const anyPolicy = (names: readonly string[], maxLength = 7): fc.Arbitrary<Policy> =>
  fc.array(anyRule(anyCondition(names)), { minLength: 1, maxLength }).map(rules => asPolicy(rules))
