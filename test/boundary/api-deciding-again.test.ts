import 'reflect-metadata'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { DecisionRow } from '../../src/boundary/boundary.types.js'
import { evaluate } from '../../src/boundary/decide.js'
import { ceilingOf } from '../../src/boundary/decision-row.js'
import { recordDecision, type RecordDecision } from '../../src/boundary/decisions.js'
import { policyById } from '../../src/boundary/policies.reads.js'
import { NO_CHARGE } from '../../src/boundary/policy.js'
import { type ReDecide, reDecide } from '../../src/boundary/re-deciding.js'
import type { FactStatement } from '../../src/boundary/statements.js'
import type { Id } from '../../src/kernel/ids.js'
import { after, days } from '../../src/kernel/time.js'
import { fixtureRules } from '../support/policy.js'
import type { World } from '../support/world.js'
import { changed, theLine } from './line.js'
import { publish, type Shop } from './shop.js'

const { open, act, say, question, agreement, part, decided, opened } = theLine()
let world: World
let shop: Shop
let policyId: Id<'pol'>
let first: Id<'pov'>
beforeAll(async () => {
  ({ world, shop, policyId, first } = await open())
})
afterAll(() => world.close())

describe('deciding again', () => {
  const again = (standing: DecisionRow, more: Partial<ReDecide>, ...statements: FactStatement[]) => act((a) => reDecide(a, {
    standing, componentId: null, customerId: shop.customer.customerId, statements: [say('kind', 'QUESTION'), ...statements], candidates: [], at: world.clock.now(), cause: null, ...more,
  }))
  const covered = async (input = question(), ceiling?: RecordDecision['ceiling']) => {
    const candidate = agreement()
    const standing = await opened({ ...input, candidates: [candidate] }, ceiling ? { ceiling } : {})
    // What was accepted is reserved, so it is not available any more.
    return { standing, candidates: [{ ...candidate, available: { INCIDENT: candidate.available.INCIDENT - 1, MINUTE: 0 } }] }
  }

  it('B5 R2 at resolution the charge is the accepted row of the cause that was found', async () => {
    const { standing, candidates } = await covered()
    const howTo = await again(standing, { candidates, cause: 'HOW_TO' })
    expect(howTo).toMatchObject({ comparison: 'SAME', proposal: null, aboveCeiling: null, applies: { answer: { charge: { unit: 'INCIDENT', units: 1 } }, cause: 'HOW_TO', ceiling: { INCIDENT: 1 } } })
    const defect = await again(standing, { candidates, cause: 'CODE_DEFECT' })
    expect(defect.applies).toMatchObject({ answer: { class: 'SERVICE', charge: null, ruleKey: 'own-defect' }, dutyId: expect.stringMatching(/^dty_/) })
    const row = await act((a) => recordDecision(a, { ...part(), subjectId: standing.subjectId, stage: 'RESOLVED', decided: defect.applies! }))
    expect(row).toMatchObject({ number: 2, cause: 'CODE_DEFECT', unit: null, units: 0, dutyCode: 'DEFECT' })
  })

  it('B4 the decision at resolution replays to its row', async () => {
    const { standing, candidates } = await covered()
    const { applies } = await again(standing, { candidates, cause: 'SETTINGS' }, say('customerChange', true, 'MEMBER'))
    const policy = (await act((a) => policyById(a, applies!.policyVersionId)))!
    expect(evaluate(policy, applies!.factValues)).toEqual(applies!.answer)
  })

  it('B5 R2 nothing is charged above the accepted ceiling: the rest is said and refused', async () => {
    const { standing, candidates } = await covered(question(), NO_CHARGE)
    expect(ceilingOf(standing)).toEqual(NO_CHARGE)
    expect(await again(standing, { candidates, cause: 'HOW_TO' })).toMatchObject({
      aboveCeiling: { unit: 'INCIDENT', units: 1 }, applies: { answer: { charge: null } }, comparison: 'DEARER', proposal: { answer: { charge: { units: 1 } } },
    })
  })

  it('B5 a cause that was added after the decision has no accepted price and costs nothing', async () => {
    const { standing, candidates } = await covered()
    await world.done('createCauseCode', { code: 'MOON_PHASE', name: 'Moon', description: 'The moon.' }, 'id', shop.token)
    expect(await again(standing, { candidates, cause: 'MOON_PHASE' })).toMatchObject({ applies: { answer: { charge: null } }, proposal: { answer: { charge: { units: 1 } } } })
  })

  it('R15 when facts change, what is cheaper applies at once and what is dearer is only proposed', async () => {
    const { standing, candidates } = await covered()
    expect(await again(standing, { candidates })).toMatchObject({ comparison: 'SAME', proposal: null })
    expect(await again(standing, { candidates }, say('outage', true, 'MEMBER'))).toMatchObject({ comparison: 'CHEAPER', applies: { answer: { class: 'SERVICE' } }, proposal: null })
    const dearer = await again(standing, { candidates }, say('dataLoss', true, 'MEMBER'))
    expect(dearer).toMatchObject({ comparison: 'DEARER', applies: null, proposal: { answer: { charge: { units: 2 } }, chosenAgreementId: standing.agreementId } })
  })

  it('B5 what the decision has reserved counts as available for the next one', async () => {
    const last = agreement({ available: { INCIDENT: 1, MINUTE: 0 } })
    const standing = await opened({ ...question(), candidates: [last] })
    const next = await again(standing, { candidates: [{ ...last, available: NO_CHARGE }] })
    expect(next.applies).toMatchObject({ payable: true, chosenAgreementId: last.agreementId })
  })

  it('B7 R5 a stricter policy does not touch an agreement before renewal plus notice; from that instant it does', async () => {
    const frozenUntil = after(world.clock.now(), days(30))
    const candidate = agreement({ pinnedUntil: frozenUntil })
    const standing = await opened({ ...question(), candidates: [candidate] })
    const second = await publish(world, shop, policyId, changed('how-to', { charge: { unit: 'INCIDENT', units: 3 } }))
    const at = (instant: Date) => decided({ ...question(), candidates: [candidate], at: instant })
    expect(await at(after(frozenUntil, -1))).toMatchObject({ policyVersionId: first, answer: { charge: { units: 1 } }, considered: [{ why: expect.stringMatching(/policy you bought under is kept/) }, {}] })
    expect(await at(frozenUntil)).toMatchObject({ policyVersionId: second, answer: { charge: { units: 3 } } })
    const resolved = await again(standing, { candidates: [candidate], cause: 'HOW_TO' })
    expect(resolved).toMatchObject({ comparison: 'SAME', applies: { answer: { charge: { units: 1 } }, policyVersionId: first } })
    expect(await decided({ ...question(), candidates: [agreement({ policyVersionId: null })] })).toMatchObject({ policyVersionId: second })
  })

  it('B7 R5 a policy that is better for the customer applies at once, to what was accepted before too', async () => {
    const { standing, candidates } = await covered({ ...question(), candidates: [agreement({ policyVersionId: first })] })
    const kind = await publish(world, shop, policyId, fixtureRules.map((r) => (r.charge && r.charge.unit === 'INCIDENT' ? { ...r, payer: 'VENDOR', charge: null } : r)))
    const resolved = await again(standing, { candidates: candidates.map((c) => ({ ...c, policyVersionId: first })), cause: 'HOW_TO' })
    expect(resolved).toMatchObject({ comparison: 'CHEAPER', applies: { answer: { charge: null }, policyVersionId: kind } })
  })
})
