import 'reflect-metadata'
import fc from 'fast-check'
import postgres from 'postgres'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { evaluate, outcomeTable } from '../../src/boundary/decide.js'
import { decideNow } from '../../src/boundary/deciding.js'
import { answerOf } from '../../src/boundary/decision-row.js'
import { acceptProposal, decisionsOf, openProposal, recordDecision, standingDecision } from '../../src/boundary/decisions.js'
import type { FactValue } from '../../src/boundary/facts.js'
import { asStatements, carryFacts, factsOf, sourceOf, stateFacts } from '../../src/boundary/facts-stated.js'
import { policyById } from '../../src/boundary/policies.reads.js'
import { NO_CHARGE } from '../../src/boundary/policy.js'
import type { Actor } from '../../src/kernel/actor.js'
import { change } from '../../src/kernel/command.js'
import { type Id, newId, uuidOf } from '../../src/kernel/ids.js'
import { ask } from '../../src/kernel/query.js'
import { after, hours } from '../../src/kernel/time.js'
import { promise } from '../../src/sla/sla.table.js'
import { anyFacts } from '../support/policy-arbitraries.js'
import { inside, type World } from '../support/world.js'
import { changed, refusalOf, theLine } from './line.js'
import { memberOf, policyFor, publish, type Shop } from './shop.js'

const { open, act, say, problem, question, agreement, part, decided, opened, eventsOf } = theLine()
let world: World
let shop: Shop
beforeAll(async () => {
  ({ world, shop } = await open())
})
afterAll(() => world.close())

describe('deciding', () => {
  it('B3 nothing is decided for a product without a published policy, and the refusal says what that means', async () => {
    const other = await world.signUp()
    const { id } = await world.done('createProduct', { code: 'x', name: 'X', description: 'X' }, 'id', other.token)
    const refused = await refusalOf(change(inside(world, other.vendorId), (a) => decideNow(a, { ...question(), customerId: null, productId: id })))
    expect(refused).toMatchObject({ code: 'NO_SCOPE_POLICY', productId: id, message: expect.stringMatching(/nothing can be charged/), next: expect.stringMatching(/publishScopePolicy/) })
  })

  it('R9 the same fault on an own, a dependency\'s, the customer\'s and a partner\'s component has four payers', async () => {
    const payers = await Promise.all(Object.entries(shop.components).map(async ([owner, componentId]) => {
      const { answer } = await decided({ ...problem(say('kind', 'DEFECT')), componentId, cause: 'CODE_DEFECT' })
      return [owner, answer.payer]
    }))
    expect(Object.fromEntries(payers)).toEqual({ OWN: 'VENDOR', DEPENDENCY: 'NOBODY', CUSTOMER_OWNED: 'CUSTOMER', PARTNER_BUILT: 'PARTNER' })
  })

  it('R1 a decision answers class, handler, payer and promise apart, cites its duty, and a policy can combine them as it likes', async () => {
    const own = await world.done('createProduct', { code: 'own', name: 'Own', description: 'Own.', turnTo: 'Us.' }, 'id', shop.token)
    for (const code of ['DEFECT', 'AVAILABILITY', 'SECURITY_FIX', 'DATA_KEPT', 'ACCOUNT']) {
      const { id } = await world.done('createDuty', { productId: own.id, code, kind: 'DEFECT', statement: code }, 'id', shop.token)
      if (code !== 'AVAILABILITY') continue
      await act((a) => a.db.insert(promise).values({
        vendorId: a.vendorId, id: newId('prm'), dutyId: id, metric: 'FIRST_RESPONSE', kind: 'COMMITMENT', minutes: 60, createdAt: a.now,
      }))
    }
    await publish(world, shop, await policyFor(world, shop, own.id), changed('outage', { handler: 'PARTNER' }))
    const row = await opened({ ...problem(say('kind', 'OUTAGE_REPORT')), productId: own.id })
    const { data, errors } = await world.ask(`query ($id: ID!) { decision(id: $id) { class handler payer charge { unit units } reason ruleKey stage proposed number
      promises { metric kind minutes dueAt calendarName } duty { code statement } policyVersion { number } decidedByKind } }`, { id: row.id }, shop.token)
    expect(errors).toBeUndefined()
    expect(data.decision).toMatchObject({
      class: 'SERVICE', handler: 'PARTNER', payer: 'VENDOR', charge: null, duty: { code: 'AVAILABILITY', statement: 'AVAILABILITY' }, ruleKey: 'outage',
      promises: [{ metric: 'FIRST_RESPONSE', kind: 'COMMITMENT', minutes: 60, dueAt: after(world.clock.now(), hours(1)).toISOString(), calendarName: null }],
      stage: 'OPENED', proposed: false, number: 1, policyVersion: { number: 1 }, decidedByKind: 'AUTOMATION',
    })
  })

  it('B4 R2 a decision shows the charge for every cause of the product, the ceiling, and which agreements were tried and why', async () => {
    const full = agreement()
    const row = await opened({ ...question(), candidates: [agreement({ available: NO_CHARGE }), full] })
    const { data, errors } = await world.ask(`query ($id: ID!) { decision(id: $id) { agreementId payable ceiling { incidents minutes }
      outcomes { cause class charge { unit units } reason } considered { agreementId planKind payable taken why } product: policyVersion { id } } }`, { id: row.id }, shop.token)
    expect(errors).toBeUndefined()
    const { outcomes, considered, ceiling } = data.decision
    const causes = await world.ask('query ($id: ID!) { product(id: $id) { causeCodes { code } } }', { id: shop.productId }, shop.token)
    expect(outcomes.map((o: any) => o.cause).sort()).toEqual(['UNKNOWN', ...causes.data.product.causeCodes.map((c: any) => c.code)].sort())
    expect(outcomes.find((o: any) => o.cause === 'HOW_TO')).toMatchObject({ class: 'SUPPORT', charge: { unit: 'INCIDENT', units: 1 } })
    expect(outcomes.find((o: any) => o.cause === 'CODE_DEFECT')).toMatchObject({ class: 'SERVICE', charge: null })
    expect(ceiling).toEqual({ incidents: 1, minutes: 0 })
    expect(data.decision).toMatchObject({ agreementId: full.agreementId, payable: true })
    expect(considered).toMatchObject([
      { payable: false, taken: false, why: expect.stringMatching(/^Passed over: it can cost up to 1 incident under this agreement and 0 incidents can be used/) },
      { agreementId: full.agreementId, planKind: 'PACKAGE', payable: true, taken: true, why: expect.stringMatching(/^Taken/) },
      { agreementId: null, planKind: 'NONE', payable: false, taken: false },
    ])
  })

  it('R6 the records here state the product, the component and whose it is, and whether the customer is a consumer', async () => {
    const { used, factValues } = await decided({ ...question(), componentId: shop.components.DEPENDENCY })
    expect(factValues).toMatchObject({ product: 'ledger', component: 'pdf', componentOwner: 'DEPENDENCY', consumer: false, planKind: 'NONE', hasAgreement: false })
    expect(used.filter((u) => u.source === 'SYSTEM').map((u) => u.name).sort()).toEqual(['component', 'componentOwner', 'consumer', 'product'])
  })

  it('B4 a stored decision replays to the same answer and table (seed 21)', async () => {
    const samples = fc.sample(anyFacts(), { seed: 21, numRuns: 40 })
    for (const facts of samples) {
      const statements = Object.entries(facts).filter(([name]) => !['cause', 'product', 'component', 'componentOwner', 'consumer', 'planKind', 'hasAgreement'].includes(name))
        .map(([name, value]) => say(name, value, 'MEMBER'))
      const row = await opened({ ...problem(...statements), candidates: [agreement(), agreement({ planKind: 'PREMIUM' })] })
      await ask(inside(world, shop.vendorId), async (read) => {
        const stored = (await standingDecision(read, row.subjectId))!
        const policy = (await policyById(read, stored.policyVersionId))!
        expect(evaluate(policy, stored.factValues)).toEqual(answerOf(stored))
        expect(outcomeTable(policy, stored.factValues, stored.table.map((r) => r.cause))).toEqual(stored.table)
      })
    }
  })
})

describe('what stands', () => {
  it('B1 the newest decision that is not proposed stands; accepting appends one that points at the proposal', async () => {
    const cheap = await opened({ ...question(), candidates: [agreement()] })
    const dearer = await decided(problem(say('kind', 'QUESTION'), say('dataLoss', true, 'MEMBER')))
    const { subjectId } = cheap
    const streamId = newId('tkt')
    const proposal = await act((a) => recordDecision(a, { subjectKind: 'PART', subjectId, streamId, stage: 'REVISED', decided: dearer, proposed: true }))
    await act(async (a) => {
      expect((await standingDecision(a, subjectId))?.id).toBe(cheap.id)
      expect((await openProposal(a, subjectId))?.id).toBe(proposal.id)
    })
    const { actor } = await shop.customer.contact('APPROVER')
    const accepted = await act((a) => acceptProposal(a, proposal.id, streamId), actor)
    expect(accepted).toMatchObject({ acceptsId: proposal.id, proposed: false, number: 3, units: 2, decidedBy: actor.id, decidedByKind: 'CONTACT' })
    await act(async (a) => {
      expect((await standingDecision(a, subjectId))?.id).toBe(accepted.id)
      expect(await openProposal(a, subjectId)).toBeNull()
      expect((await decisionsOf(a, subjectId)).map((d) => [d.number, d.proposed])).toEqual([[1, false], [2, true], [3, false]])
    })
    expect(await refusalOf(act((a) => acceptProposal(a, proposal.id, streamId), actor))).toMatchObject({ code: 'CONFLICT' })
    expect(await refusalOf(act((a) => acceptProposal(a, cheap.id, streamId), actor))).toMatchObject({ code: 'NOT_FOUND' })
  })

  it('B1 a proposal in whose place a newer decision came cannot be accepted', async () => {
    const one = await opened(question(), { proposed: true })
    await act(async (a) => recordDecision(a, { ...part(), subjectId: one.subjectId, stage: 'REVISED', decided: await decideNow(a, question()) }))
    expect(await refusalOf(act((a) => acceptProposal(a, one.id, newId('tkt'))))).toMatchObject({ code: 'CONFLICT', message: expect.stringMatching(/newer decision took its place/) })
  })

  it('B1 twenty parallel decisions of one part are numbered one after another', async () => {
    const { subjectId, streamId } = part()
    const answer = await decided(question())
    await Promise.all(Array.from({ length: 20 }, () => act((a) => recordDecision(a, { subjectKind: 'PART', subjectId, streamId, stage: 'REVISED', decided: answer }))))
    expect((await act((a) => decisionsOf(a, subjectId))).map((d) => d.number)).toEqual(Array.from({ length: 20 }, (_, i) => i + 1))
  })

  it.each(['decision', 'fact', 'scope_policy_rule'])('B1 the application\'s login can neither change nor delete a row of %s that it sees', async (table) => {
    const row = await opened(question())
    await act((a) => stateFacts(a, { subjectId: row.subjectId, streamId: newId('tkt'), productId: shop.productId, statements: [{ name: 'dataLoss', value: true }], source: 'MEMBER' }))
    const sql = postgres(world.db.appUrl, { max: 1 })
    const as = <T>(work: (tx: postgres.TransactionSql) => Promise<T>) => sql.begin(async (tx) => {
      await tx`select set_config('app.vendor_id', ${uuidOf(shop.vendorId)}, true)`
      return await work(tx)
    })
    try {
      expect((await as((tx) => tx.unsafe(`select count(*)::int as n from ${table}`)))[0]!.n).toBeGreaterThan(0)
      await expect(as((tx) => tx.unsafe(`update ${table} set vendor_id = vendor_id`))).rejects.toMatchObject({ code: '42501' })
      await expect(as((tx) => tx.unsafe(`delete from ${table}`))).rejects.toMatchObject({ code: '42501' })
    } finally {
      await sql.end()
    }
  })

  it('T1 a contact does not reach a part\'s decision by its id, another vendor none', async () => {
    const row = await opened(question())
    const { token } = await shop.customer.contact('ADMIN')
    const stranger = await world.signUp()
    for (const [caller, found] of [[shop.token, row.id], [token, null], [stranger.token, null]] as const) {
      const { data } = await world.ask('query ($id: ID!) { decision(id: $id) { id } node(id: $id) { id } }', { id: row.id }, caller)
      expect([data.decision?.id ?? null, data.node?.id ?? null]).toEqual([found, found])
    }
  })
})

describe('facts', () => {
  const state = (statements: { name: string; value: FactValue }[], actor: Actor, subjectId: Id = newId('prt')) =>
    act((a) => stateFacts(a, { subjectId, streamId: newId('tkt'), productId: shop.productId, statements }), actor)

  it.each<[string, string, FactValue, RegExp]>([
    ['a name that is no fact, with the nearest one', 'dataLos', true, /"dataLos" is none\. Did you mean "dataLoss"\?/],
    ['a value of the wrong type', 'dataLoss', 'yes', /true or false for dataLoss/],
    ['a value that the fact does not have', 'environment', 'PRODUKTION', /one of its values for environment\. Did you mean "PRODUCTION"\?/],
    ['a component that the product does not have', 'component', 'cores', /Did you mean "core"\?/],
    ['what is not for a contact to state', 'knownFix', true, /not for CONTACT to state\. It is stated by MEMBER, SYSTEM/],
    ['what only the system knows', 'planKind', 'PREMIUM', /stated by SYSTEM/],
  ])('R6 refuses %s, and keeps nothing', async (_, name, value, message) => {
    const { actor } = await shop.customer.contact('REQUESTER')
    const subjectId = newId('prt')
    const refused = await refusalOf(state([{ name: 'dataLoss', value: true }, { name, value }].slice(name === 'dataLoss' ? 1 : 0), actor, subjectId))
    expect(refused).toMatchObject({ code: 'INVALID_INPUT' })
    expect((refused as unknown as { fields: { path: string; message: string }[] }).fields[0]!.path).toMatch(/^facts\.[01]\.(name|value)$/)
    expect(refused!.message).toMatch(message)
    expect(await act((a) => factsOf(a, subjectId))).toEqual([])
  })

  it('B8 sources that disagree make the decision contested, both are named, and an event asks them', async () => {
    const { actor } = await shop.customer.contact('REQUESTER')
    const { subjectId, streamId } = part()
    const on = (statements: { name: string; value: FactValue }[], who: Actor) =>
      act((a) => stateFacts(a, { subjectId, streamId, productId: shop.productId, statements }), who)
    await on([{ name: 'kind', value: 'QUESTION' }, { name: 'customerChange', value: false }], actor)
    await on([{ name: 'customerChange', value: true }], memberOf(shop))
    const statements = asStatements(await act((a) => factsOf(a, subjectId)))
    const row = await opened({ ...question(), statements }, { subjectId })
    const { data } = await world.ask(`query ($id: ID!) { decision(id: $id) { contested contestedFacts { name statements { value source statedBy statedAt } }
      facts { name value source statedBy } } }`, { id: row.id }, shop.token)
    expect(data.decision.contested).toBe(true)
    expect(data.decision.contestedFacts).toEqual([{ name: 'customerChange', statements: [
      { value: true, source: 'MEMBER', statedBy: shop.memberId, statedAt: world.clock.now().toISOString() },
      { value: false, source: 'CONTACT', statedBy: actor.id, statedAt: world.clock.now().toISOString() },
    ] }])
    expect(data.decision.facts).toContainEqual({ name: 'kind', value: 'QUESTION', source: 'CONTACT', statedBy: actor.id })
    expect(await eventsOf(streamId)).toEqual(['fact.stated', 'fact.stated', 'fact.contested'])
  })

  it('R6 a source corrects itself, at the same instant too; and facts are carried to another subject as they were said', async () => {
    const { actor } = await shop.customer.contact('REQUESTER')
    const [from, to] = [newId('quo'), newId('prt')]
    for (const value of ['TEST', 'PRODUCTION', 'DEVELOPMENT']) await state([{ name: 'environment', value }], actor, from)
    await act((a) => carryFacts(a, from, to))
    const said = asStatements(await act((a) => factsOf(a, to)))
    expect(said).toEqual([{ name: 'environment', value: 'DEVELOPMENT', source: 'CONTACT', statedBy: actor.id, at: world.clock.now().getTime() }])
    expect(sourceOf(actor)).toBe('CONTACT')
  })
})
