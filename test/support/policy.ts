import { vocabularyFor } from '../../src/boundary/facts.js'
import type { LintContext } from '../../src/boundary/lint.js'
import type { Policy } from '../../src/boundary/policy.js'
import { causes, dutyCodes } from '../../src/demo/catalog.js'
import { scopeRules } from '../../src/demo/policy.js'

/** The causes that the fixture vendor has agreed with its customers: its own, then those that every vendor has. */
export const fixtureCauseCodes = [...causes.map(({ code }) => code), 'NOT_REPRODUCIBLE', 'UNDETERMINED']

export const fixtureDutyCodes = [...dutyCodes]

/** The policy of the demo world: drawn as software companies really draw the line. */
export const fixtureRules = scopeRules

export const fixturePolicy: Policy = { id: 'pol_fixture_1', rules: fixtureRules }

export const fixtureLintContext: LintContext = {
  causeCodes: fixtureCauseCodes,
  dutyCodes: fixtureDutyCodes,
  unitsOnSale: ['INCIDENT', 'MINUTE'],
}

export const fixtureVocabulary = vocabularyFor({ causeCodes: fixtureCauseCodes })
