import { suggest } from './condition/nearest.js'
import { LONGEST_REASON_WORDS } from './policy.js'
import type { PolicyRule, Unit } from './policy.js'

export type ProblemCode =
  | 'TOO_MANY_RULES' | 'DUPLICATE_KEY' | 'NO_DEFAULT' | 'CONDITION' | 'KEY' | 'REASON' | 'TURN_TO'
  | 'CHARGE_UNITS' | 'CHARGE_NOT_ON_SALE' | 'CHARGE_AND_PAYER' | 'CHARGE_AND_CLASS' | 'DUTY' | 'PAYER'
  | 'CHARGES_FREE_KIND' | 'CHARGES_CONFORMITY' | 'OPEN_CAUSE_MISSING' | 'SAME_CONDITION' | 'UNREACHABLE'

/** Why a policy may not be published; `ruleKey` is null when it is about the whole policy. */
export type Problem = { readonly ruleKey: string | null; readonly code: ProblemCode; readonly message: string }

export type RuleContext = { readonly dutyCodes: readonly string[]; readonly unitsOnSale: readonly Unit[] }

/** A problem whose message names its rule. */
export const problem = (ruleKey: string | null, code: ProblemCode, message: string): Problem =>
  ({ ruleKey, code, message: ruleKey === null ? message : `Rule ${ruleKey}: ${message}` })

type Said = readonly [wrong: boolean, code: ProblemCode, message: string]
const KEY = /^[a-z0-9]+(-[a-z0-9]+)*$/u
const blank = (text: string | null): text is null | '' => text === null || text.trim() === ''

function words(rule: PolicyRule): Said[] {
  const count = rule.reason.trim().split(/\s+/u).length
  const nobody = rule.class === 'THIRD_PARTY' && rule.handler === 'NOBODY'
  return [
    [!KEY.test(rule.key), 'KEY', 'the key must be small letters, digits and single hyphens, such as own-defect.'],
    [blank(rule.reason), 'REASON', 'a reason is missing. The customer reads it: say in plain words why the line lies here.'],
    [count > LONGEST_REASON_WORDS, 'REASON', `the reason has ${count} words; at most ${LONGEST_REASON_WORDS} are allowed.`],
    [rule.class === 'NOT_OFFERED' && blank(rule.turnTo), 'TURN_TO', 'NOT_OFFERED must say where the customer can turn to.'],
    [nobody && blank(rule.turnTo), 'TURN_TO', 'THIRD_PARTY that nobody handles must say where the customer can turn to.'],
  ]
}

function duty({ class: kind, dutyCode }: PolicyRule, { dutyCodes }: RuleContext): Said[] {
  const missing = `SERVICE must cite the duty that it fulfils.${suggest('', dutyCodes)}`
  if (blank(dutyCode)) return [[kind === 'SERVICE', 'DUTY', missing]]
  return [[!dutyCodes.includes(dutyCode), 'DUTY', `"${dutyCode}" is not a duty in the catalog.${suggest(dutyCode, dutyCodes)}`]]
}

function charge(rule: PolicyRule, { unitsOnSale }: RuleContext): Said[] {
  const { class: kind, handler, payer, charge } = rule
  if (charge === null) {
    const missing = payer === 'CUSTOMER' && kind !== 'NEW_WORK'
    return [[missing, 'CHARGE_AND_PAYER', 'the customer pays, but no charge is given. Give one, or name another payer.']]
  }
  const whole = Number.isSafeInteger(charge.units) && charge.units > 0
  const idle = kind !== 'NOT_OFFERED' && (handler === 'NOBODY' || handler === 'CUSTOMER')
  return [
    [!whole, 'CHARGE_UNITS', 'the charge must be a whole number of units above zero, or none.'],
    [!unitsOnSale.includes(charge.unit), 'CHARGE_NOT_ON_SALE', `it charges ${charge.unit} units, which no plan on sale carries.`],
    [payer !== 'CUSTOMER', 'CHARGE_AND_PAYER', `it charges units although the payer is ${payer}. Only a customer is charged.`],
    [kind === 'SERVICE', 'CHARGE_AND_CLASS', 'SERVICE is already in the price and cannot charge.'],
    [kind === 'NEW_WORK', 'CHARGE_AND_CLASS', 'NEW_WORK is priced in its proposal and cannot charge units.'],
    [kind === 'NOT_OFFERED', 'CHARGE_AND_CLASS', 'NOT_OFFERED cannot charge: nothing is done.'],
    [idle, 'CHARGE_AND_CLASS', `it charges although the handler is ${handler}: nothing is done for it.`],
  ]
}

function payer({ class: kind, payer }: PolicyRule): Said[] {
  const twice = kind === 'SERVICE' && payer === 'CUSTOMER'
  return [[twice, 'PAYER', 'SERVICE is already in the price: the payer cannot be the customer.']]
}

/** What is wrong with a rule by itself, its condition aside. */
export function lintRule(rule: PolicyRule, context: RuleContext): Problem[] {
  return [...words(rule), ...duty(rule, context), ...charge(rule, context), ...payer(rule)]
    .flatMap(([wrong, code, message]) => (wrong ? [problem(rule.key, code, message)] : []))
}
