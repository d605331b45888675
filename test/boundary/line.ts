import 'reflect-metadata'
import postgres from 'postgres'
import { type CandidateAgreement, type DecideNow, decideNow } from '../../src/boundary/deciding.js'
import { recordDecision, type RecordDecision } from '../../src/boundary/decisions.js'
import type { FactSource, FactValue } from '../../src/boundary/facts.js'
import type { PolicyRule } from '../../src/boundary/policy.js'
import type { FactStatement } from '../../src/boundary/statements.js'
import type { Act } from '../../src/kernel/act.js'
import type { Actor } from '../../src/kernel/actor.js'
import { change } from '../../src/kernel/command.js'
import { type Id, newId } from '../../src/kernel/ids.js'
import type { Refused } from '../../src/kernel/refusal.js'
import { fixtureRules } from '../support/policy.js'
import { inside, openWorld, type World } from '../support/world.js'
import { openShop, policyFor, publish, type Shop } from './shop.js'

/** A refusal's data, or null when nothing was refused. */
export const refusalOf = (work: Promise<unknown>) => work.then(() => null, (error: Refused) => error.data ?? Promise.reject(error))

/** The fixture's rules with one of them changed. */
export const changed = (key: string, to: Partial<PolicyRule>): PolicyRule[] => fixtureRules.map((rule) => (rule.key === key ? { ...rule, ...to } : rule))

/** A shop whose policy is published, and short words for deciding in it. Call `open` before all tests. */
export function theLine() {
  let world: World
  let shop: Shop
  let policyId: Id<'pol'>
  let first: Id<'pov'>
  const act = <T>(work: (act: Act) => Promise<T>, actor?: Actor) => change(inside(world, shop.vendorId, actor), work)
  const say = (name: string, value: FactValue, source: FactSource = 'CONTACT'): FactStatement =>
    ({ name, value, source, statedBy: null, at: world.clock.now().getTime() })
  const problem = (...statements: FactStatement[]): DecideNow => ({
    productId: shop.productId, componentId: null, customerId: shop.customer.customerId, statements, candidates: [], at: world.clock.now(),
  })
  /** A part of a ticket that nobody here knows more about. */
  const part = () => ({ subjectKind: 'PART' as const, subjectId: newId('prt'), streamId: newId('tkt') })
  return {
    open: async () => {
      world = await openWorld()
      shop = await openShop(world)
      policyId = await policyFor(world, shop)
      first = await publish(world, shop, policyId)
      return { world, shop, policyId, first }
    },
    act, say, problem, part,
    question: () => problem(say('kind', 'QUESTION')),
    agreement: (given: Partial<CandidateAgreement> = {}): CandidateAgreement => ({
      agreementId: newId('agr'), planKind: 'PACKAGE', planVersionId: shop.incidentPlan, policyVersionId: first, pinnedUntil: null,
      available: { INCIDENT: 5, MINUTE: 0 }, ...given,
    }),
    decided: (input: DecideNow) => act((a) => decideNow(a, input)),
    opened: (input: DecideNow, more: Partial<RecordDecision> = {}) =>
      act(async (a) => recordDecision(a, { ...part(), stage: 'OPENED', decided: await decideNow(a, input), ...more })),
    /** The types of the events of a stream, in order. */
    eventsOf: async (streamId: Id): Promise<string[]> => {
      const sql = postgres(world.db.superuserUrl, { max: 1 })
      try {
        return (await sql<{ type: string }[]>`select type from event where stream_id = ${streamId} order by number`).map((e) => e.type)
      } finally {
        await sql.end()
      }
    },
  }
}
