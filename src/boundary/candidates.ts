import { better, helpOf } from './better.js'
import type { Better, Outcome } from './better.js'
import { ceiling, evaluate, outcomeTable } from './decide.js'
import type { FactValues, PlanKind } from './facts.js'
import { sayUnits, UNITS } from './policy.js'
import type { Answer, Ceiling, Policy, Row, Unit } from './policy.js'

/** An agreement that could carry the ticket. The order of candidates is the order in which they are tried (E5). */
export type Candidate = {
  readonly agreementId: string
  readonly planKind: PlanKind
  /** The policy version that the agreement was sold with. */
  readonly pinned: Policy
  /** Whether that version still holds: until renewal plus notice (B7). */
  readonly pinnedStands: boolean
  /** Units that can be reserved now. */
  readonly available: Readonly<Record<Unit, number>>
  /** Why the agreement cannot carry this ticket at all (other product, suspended, person not named); null when it can. */
  readonly cannotCarry: string | null
}

export type DecideInput = {
  readonly current: Policy
  readonly candidates: readonly Candidate[]
  /** Resolved facts; `planKind` and `hasAgreement` are set anew for each candidate. */
  readonly facts: FactValues
  readonly causeCodes: readonly string[]
  /** Minutes until the promise of an answer is due; null for none. Must answer alike for alike questions. */
  readonly promiseInMinutes?: (answer: Answer, agreementId: string | null) => number | null
}

/** One way of deciding that was looked at, in the order tried; the last is without an agreement. */
export type Considered = {
  readonly agreementId: string | null
  readonly policy: 'PINNED' | 'CURRENT'
  readonly policyVersionId: string
  /** null when the agreement cannot carry the ticket: the policy was not run. */
  readonly answer: Answer | null
  readonly ceiling: Ceiling | null
  readonly payable: boolean
  readonly taken: boolean
  /** In plain words, for the customer. */
  readonly why: string
}

export type Chosen = {
  readonly agreementId: string | null
  readonly policy: 'PINNED' | 'CURRENT'
  readonly policyVersionId: string
  readonly answer: Answer
  readonly table: readonly Row[]
  readonly ceiling: Ceiling
  /** false: nobody's units reach the ceiling; offer a purchase, or report it free until a class is announced. */
  readonly payable: boolean
  /** Keys of rules that could not be evaluated for some cause; any makes the decision CONTESTED. */
  readonly threw: readonly string[]
}

export type Decided = { readonly chosen: Chosen; readonly considered: readonly Considered[] }

/** A run of one policy for one candidate, or for none. */
type Run = {
  candidate: Candidate | null
  policy: 'PINNED' | 'CURRENT'
  version: Policy
  outcome: Outcome
  payable: boolean
  whyPolicy: string
}

function outcomeOf(policy: Policy, facts: FactValues, input: DecideInput, agreementId: string | null): Outcome {
  const table = outcomeTable(policy, facts, input.causeCodes)
  const answer = table.find(row => row.cause === facts.cause)?.answer ?? evaluate(policy, facts)
  return { answer, table, ceiling: ceiling(table), promiseInMinutes: input.promiseInMinutes?.(answer, agreementId) ?? null }
}

const reaches = (available: Readonly<Record<Unit, number>>, most: Ceiling): boolean =>
  UNITS.every(unit => most[unit] <= available[unit])

function runWith(candidate: Candidate, input: DecideInput): Run {
  const facts = { ...input.facts, planKind: candidate.planKind, hasAgreement: true }
  const now = outcomeOf(input.current, facts, input, candidate.agreementId)
  const run = (policy: Better['policy'], version: Policy, outcome: Outcome, whyPolicy: string): Run =>
    ({ candidate, policy, version, outcome, payable: reaches(candidate.available, outcome.ceiling), whyPolicy })
  if (candidate.pinned.id === input.current.id) return run('PINNED', candidate.pinned, now, '')
  const ended = 'Today’s policy is used: the one you bought under has ended.'
  if (!candidate.pinnedStands) return run('CURRENT', input.current, now, ended)
  const accepted = outcomeOf(candidate.pinned, facts, input, candidate.agreementId)
  const { policy, why } = better(accepted, now)
  return policy === 'PINNED' ? run(policy, candidate.pinned, accepted, why) : run(policy, input.current, now, why)
}

function runWithout(input: DecideInput): Run {
  const outcome = outcomeOf(input.current, { ...input.facts, planKind: 'NONE', hasAgreement: false }, input, null)
  const payable = reaches({ INCIDENT: 0, MINUTE: 0 }, outcome.ceiling)
  return { candidate: null, policy: 'CURRENT', version: input.current, outcome, payable, whyPolicy: '' }
}

const sayEach = (most: Ceiling, counted: Readonly<Record<Unit, number>>): string =>
  UNITS.filter(unit => most[unit] > 0).map(unit => sayUnits(unit, counted[unit])).join(' and ')

function whyTaken(run: Run): string {
  const most = sayEach(run.outcome.ceiling, run.outcome.ceiling)
  if (!run.payable) return `it can cost up to ${most} and no agreement has enough; units have to be bought first`
  if (most !== '') return `the agreement has the ${most} that it can cost at most`
  return run.candidate === null ? 'it costs nothing, with or without an agreement' : 'it costs nothing under this agreement'
}

function whyPassedOver(run: Run, chosen: Run): string {
  const where = run.candidate === null ? 'without an agreement' : 'under this agreement'
  const { ceiling: most, answer } = run.outcome
  if (!run.payable) {
    const left = sayEach(most, run.candidate?.available ?? { INCIDENT: 0, MINUTE: 0 })
    return `it can cost up to ${sayEach(most, most)} ${where} and ${left} can be used`
  }
  if (helpOf(answer) < helpOf(chosen.outcome.answer)) return `nobody would take care of it ${where}`
  return run.candidate === null ? 'an agreement already covers it' : 'one that is tried earlier already covers it'
}

function whyRun(run: Run, chosen: Run): string {
  const words = run === chosen ? `Taken: ${whyTaken(run)}.` : `Passed over: ${whyPassedOver(run, chosen)}.`
  return run.whyPolicy === '' ? words : `${words} ${run.whyPolicy}`
}

/** An answer by which somebody takes care of it stands before one that leaves it to the customer, then order counts. */
function choose(runs: readonly Run[], none: Run): Run {
  const payable = [...runs, none].filter(run => run.payable)
  return payable.find(run => helpOf(run.outcome.answer) === 2) ?? payable[0] ?? none
}

const consideredOf = (run: Run, chosen: Run): Considered => ({
  agreementId: run.candidate?.agreementId ?? null,
  policy: run.policy,
  policyVersionId: run.version.id,
  answer: run.outcome.answer,
  ceiling: run.outcome.ceiling,
  payable: run.payable,
  taken: run === chosen,
  why: whyRun(run, chosen),
})

/**
 * Decides one part of a ticket (B2, B4, B5, B7, E5): runs the policy for each agreement in order, the better of pinned
 * and current, then for none. The first answer that can be paid and by which somebody takes care of it stands; otherwise
 * the first that can be paid; otherwise the answer for none, unpayable. Pure: equal input gives an equal answer.
 */
export function decide(input: DecideInput): Decided {
  const tried = input.candidates.map(candidate =>
    ({ candidate, run: candidate.cannotCarry === null ? runWith(candidate, input) : null }))
  const none = runWithout(input)
  const chosen = choose(tried.flatMap(({ run }) => (run === null ? [] : [run])), none)
  const considered = tried.map(({ candidate, run }): Considered => (run === null
    ? { agreementId: candidate.agreementId, policy: 'PINNED', policyVersionId: candidate.pinned.id, answer: null, ceiling: null,
      payable: false, taken: false, why: `Passed over: ${candidate.cannotCarry}` }
    : consideredOf(run, chosen)))
  const { table, answer } = chosen.outcome
  return {
    chosen: {
      agreementId: chosen.candidate?.agreementId ?? null,
      policy: chosen.policy,
      policyVersionId: chosen.version.id,
      answer,
      table,
      ceiling: chosen.outcome.ceiling,
      payable: chosen.payable,
      threw: [...new Set([answer, ...table.map(row => row.answer)].flatMap(each => each.threw))],
    },
    considered: [...considered, consideredOf(none, chosen)],
  }
}
