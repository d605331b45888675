import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { inside, MONDAY, openWorld, type Tenant, type World } from '../support/world.js'
import { change } from '../../src/kernel/command.js'
import { inputOf } from '../../src/kernel/input.js'
import { ask } from '../../src/kernel/query.js'
import { hours } from '../../src/kernel/time.js'
import { metrics } from '../../src/sla/metric.js'
import { setPromises } from '../../src/sla/promises.js'
import { SetPromisesInput } from '../../src/sla/sla.inputs.js'
import { previewDeadlines, promisesOfDuty, promisesOfPlan } from '../../src/sla/sla.reads.js'

let world: World
let tenant: Tenant
let token: string
let productId: string
let contactToken: string

beforeAll(async () => {
  world = await openWorld()
  tenant = await world.signUp('havblikk')
  token = tenant.token
  productId = (await world.done('createProduct', { code: 'tide', name: 'Tide', description: 'Tide tables.', turnTo: 'The forum.' }, 'id', token)).id
  const customer = await world.done('createCustomer', { name: 'Tind', country: 'NO' }, 'id', token)
  const contact = await world.done('createContact', { customerId: customer.id, name: 'Ola', email: 'ola@tind.example', roles: ['ADMIN'] }, 'id', token)
  contactToken = (await world.done('issueToken', { holderId: contact.id }, 'token', token)).token
})
afterAll(() => world.close())

const week = (from: string, to: string) => [1, 2, 3, 4, 5].map((day) => ({ day, from, to }))
const shown = `id name number timeZone weekly { day from to } overrides { date intervals { from to } } holidays { date name } isOpenNow opensNextAt`
const calendar = (name: string, more: object = {}) =>
  world.done('createCalendar', { name, timeZone: 'Europe/Oslo', weekly: week('08:00', '16:00'), ...more }, shown, token)
let made = 0
const duty = async () => (await world.done('createDuty', { productId, code: `D${made += 1}`, kind: 'DEFECT', statement: 'Defects are mended.' }, 'id', token)).id
const draft = async () => {
  const plan = await world.done('createPlan', { productId, code: `p${made += 1}`, name: 'Plan', kind: 'PACKAGE' }, 'id', token)
  const input = { planId: plan.id, unit: 'INCIDENT', units: 5, summary: 'Five.', prices: [{ currency: 'NOK', amountMinor: 100, taxRateBps: 2500, interval: 'ONE_OFF' }] }
  return { plan, version: await world.done('draftPlanVersion', input, 'id', token) }
}
const list = 'id promises { id severity metric minutes kind calendar { id name } }'
const set = (input: object) => world.mutate('setPromises', input as Record<string, unknown>, list, token)
const unreachable = (path: string) => ({ __typename: 'NotFound', message: expect.stringContaining(`${path} `) })
const paths = (refused: { fields?: { path: string }[] }) => refused.fields?.map(({ path }) => path)

describe('calendars', () => {
  it('S2 says its hours, whether it is open now, and when it opens next', async () => {
    const made = await calendar('Office', {
      overrides: [{ date: '2026-03-04', intervals: [] }], holidays: [{ date: '2026-03-03', name: 'Feast' }],
    })
    expect(made).toMatchObject({
      name: 'Office', number: 1, timeZone: 'Europe/Oslo', isOpenNow: true, opensNextAt: null,
      overrides: [{ date: '2026-03-04', intervals: [] }], holidays: [{ date: '2026-03-03', name: 'Feast' }],
    })
    expect(made.weekly).toHaveLength(5)
    const evening = await calendar('Evening', { weekly: [{ day: 1, from: '18:00', to: '02:00' }] })
    expect(evening).toMatchObject({ isOpenNow: false, opensNextAt: '2026-03-02T17:00:00.000Z' })
    const { data } = await world.ask('query ($id: ID!) { node(id: $id) { __typename ... on Calendar { name } } calendar(id: $id) { name } }', { id: made.id }, contactToken)
    expect(data).toEqual({ node: { __typename: 'Calendar', name: 'Office' }, calendar: { name: 'Office' } })
  })

  it.each<[string, object, string[]]>([
    ['a time that is none', { weekly: [{ day: 1, from: '25:00', to: '16:00' }] }, ['weekly.0.from']],
    ['a weekday that is none', { weekly: [{ day: 8, from: '08:00', to: '16:00' }] }, ['weekly.0.day']],
    ['hours that overlap', { weekly: [{ day: 1, from: '08:00', to: '16:00' }, { day: 1, from: '15:00', to: '18:00' }] }, ['weekly.1']],
    ['a week without hours', { weekly: [] }, ['weekly']],
    ['a zone that is only an offset', { timeZone: '+02:00' }, ['timeZone']],
    ['a date that does not exist', { holidays: [{ date: '2026-02-30', name: 'None' }] }, ['holidays.0.date']],
    ['a date said twice', { overrides: [{ date: '2026-05-01', intervals: [] }, { date: '2026-05-01', intervals: [] }] }, ['overrides.1.date']],
    ['a nameless holiday', { holidays: [{ date: '2026-05-01', name: ' ' }] }, ['holidays.0.name']],
    ['several at once', { weekly: [{ day: 1, from: 'x', to: 'y' }], holidays: [{ date: '1900-01-01', name: 'Old' }] }, ['weekly.0.from', 'weekly.0.to', 'holidays.0.date']],
    ['a name that is taken', { name: 'Office' }, ['name']],
  ])('S2 refuses %s by its path', async (_what, wrong, expected) => {
    const refused = await world.mutate('createCalendar', { name: 'Wrong', timeZone: 'Europe/Oslo', weekly: week('08:00', '16:00'), ...wrong }, 'id', token)
    expect(refused.__typename).toBe('InvalidInput')
    expect(paths(refused)).toEqual(expected)
  })

  it('S2 a zone that nobody knows is refused before any work, by its path', async () => {
    const bad = world.mutate('createCalendar', { name: 'Mars', timeZone: 'Mars/Olympus', weekly: week('08:00', '16:00') }, 'id', token)
    await expect(bad).rejects.toThrow(/input\.timeZone/)
  })

  it('S6 other hours make a new version, another name does not, and nothing said changes nothing', async () => {
    const before = await calendar('Desk')
    const update = (input: object) => world.done('updateCalendar', { calendarId: before.id, ...input }, shown, token)
    expect(await update({})).toMatchObject({ name: 'Desk', number: 1 })
    expect(await update({ name: 'Counter', weekly: week('08:00', '16:00') })).toMatchObject({ name: 'Counter', number: 1 })
    const after = await update({ weekly: week('09:00', '15:00') })
    expect(after).toMatchObject({ name: 'Counter', number: 2, timeZone: 'Europe/Oslo' })
    expect(after.weekly[0]).toEqual({ day: 1, from: '09:00', to: '15:00' })
    expect(paths(await world.mutate('updateCalendar', { calendarId: before.id, weekly: [] }, 'id', token))).toEqual(['weekly'])
    const stranger = await world.signUp()
    expect(await world.mutate('updateCalendar', { calendarId: before.id }, 'id', stranger.token)).toMatchObject(unreachable('calendarId'))
  })

  it('T1 everyone may read calendars, naming the vendor; only the staff with the role changes them', async () => {
    const { data } = await world.ask('{ calendars(vendor: "havblikk", first: 2) { totalCount edges { node { name } } pageInfo { hasNextPage } } }')
    expect(data.calendars).toMatchObject({ totalCount: 3, edges: [{ node: { name: 'Office' } }, { node: { name: 'Evening' } }], pageInfo: { hasNextPage: true } })
    const refused = world.mutate('createCalendar', { name: 'Mine', timeZone: 'Europe/Oslo', weekly: week('08:00', '16:00') }, 'id', contactToken)
    await expect(refused).rejects.toThrow(/FORBIDDEN/)
  })
})

describe('promises', () => {
  it('R25 a duty shows what it promises; setting them again keeps those that are said again', async () => {
    const dutyId = await duty()
    const office = (await calendar('Support')).id
    const first = await set({ dutyId, promises: [
      { metric: 'RESOLUTION', minutes: 2400, calendarId: office, kind: 'TARGET' },
      { metric: 'FIRST_RESPONSE', minutes: 480, calendarId: office, kind: 'COMMITMENT' },
      { metric: 'FIRST_RESPONSE', severity: 'CRITICAL', minutes: 60, kind: 'COMMITMENT' },
    ] })
    expect(first.promises.map((p: any) => [p.metric, p.severity, p.minutes, p.kind, p.calendar?.name ?? null])).toEqual([
      ['FIRST_RESPONSE', 'CRITICAL', 60, 'COMMITMENT', null], ['FIRST_RESPONSE', null, 480, 'COMMITMENT', 'Support'],
      ['RESOLUTION', null, 2400, 'TARGET', 'Support'],
    ])
    const second = await set({ dutyId, promises: [
      { metric: 'FIRST_RESPONSE', minutes: 240, calendarId: office, kind: 'COMMITMENT' },
      { metric: 'RESOLUTION', minutes: 2400, calendarId: office, kind: 'TARGET' },
    ] })
    expect(second.promises.map((p: any) => p.minutes)).toEqual([240, 2400])
    expect(second.promises[1].id).toBe(first.promises[2].id)
    const { data } = await world.ask('query ($id: ID!) { node(id: $id) { ... on Duty { promises { minutes } } } }', { id: dutyId }, token)
    expect(data.node.promises).toEqual([{ minutes: 240 }, { minutes: 2400 }])
    const node = 'query ($id: ID!) { node(id: $id) { __typename } }'
    expect((await world.ask(node, { id: first.promises[2].id }, token)).data.node).toEqual({ __typename: 'Promise' })
    // The product is a draft: a contact sees neither it nor its duties, nor what they promise.
    expect((await world.ask(node, { id: first.promises[2].id }, contactToken)).data.node).toBeNull()
  })

  it("S1 a severity's own promise comes before the one for all, metric by metric", async () => {
    const dutyId = await duty()
    await set({ dutyId, promises: [
      { metric: 'FIRST_RESPONSE', minutes: 480, kind: 'TARGET' }, { metric: 'FIRST_RESPONSE', severity: 'HIGH', minutes: 60, kind: 'TARGET' },
      { metric: 'UPDATE', minutes: 1440, kind: 'TARGET' }, { metric: 'RESOLUTION', severity: 'LOW', minutes: 9000, kind: 'TARGET' },
    ] })
    const of = async (severity: 'HIGH' | 'LOW') => ask(inside(world, tenant.vendorId), async (read) =>
      (await promisesOfDuty(read, dutyId, severity)).map((p) => [p.metric, p.minutes]))
    expect(await of('HIGH')).toEqual([['FIRST_RESPONSE', 60], ['UPDATE', 1440]])
    expect(await of('LOW')).toEqual([['FIRST_RESPONSE', 480], ['UPDATE', 1440], ['RESOLUTION', 9000]])
  })

  it('S1 the promises of many duties and plan versions are read in one statement each', async () => {
    const ids = [await duty(), await duty(), await duty()]
    const ctx = inside(world, tenant.vendorId)
    await ask(ctx, (read) => Promise.all(ids.flatMap((id) => [promisesOfDuty(read, id, 'LOW'), promisesOfPlan(read, `plv_${id.slice(4)}`, 'LOW')])))
    expect(ctx.statements).toBe(2)
  })

  it.each<[string, (calendarId: string) => object[], string[]]>([
    ['zero minutes', () => [{ metric: 'UPDATE', minutes: 0, kind: 'TARGET' }], ['promises.0.minutes']],
    ['more than a year', () => [{ metric: 'UPDATE', minutes: 525_601, kind: 'TARGET' }], ['promises.0.minutes']],
    ['one metric and severity twice', () => [
      { metric: 'UPDATE', severity: 'LOW', minutes: 5, kind: 'TARGET' }, { metric: 'UPDATE', minutes: 5, kind: 'TARGET' },
      { metric: 'UPDATE', severity: 'LOW', minutes: 9, kind: 'TARGET' },
    ], ['promises.2.metric']],
    ['minutes for which its calendar never opens', (calendarId) => [
      { metric: 'UPDATE', minutes: 5, calendarId, kind: 'TARGET' }, { metric: 'RESOLUTION', minutes: 525_600, calendarId, kind: 'TARGET' },
    ], ['promises.1.minutes']],
  ])('S1 refuses %s by its path', async (_what, promises, expected) => {
    const name = `Seldom ${made += 1}`
    const seldom = await calendar(name, { weekly: [{ day: 7, from: '12:00', to: '12:10' }] })
    const refused = await set({ dutyId: await duty(), promises: promises(seldom.id) })
    expect(refused.__typename).toBe('InvalidInput')
    expect(paths(refused)).toEqual(expected)
  })

  it('S1 refuses a calendar that is not there, no owner, two owners, and an owner of somebody else', async () => {
    const stranger = await world.signUp()
    const theirs = await world.done('createCalendar', { name: 'Theirs', timeZone: 'UTC', weekly: week('08:00', '16:00') }, 'id', stranger.token)
    const promises = [{ metric: 'UPDATE', minutes: 5, calendarId: theirs.id, kind: 'TARGET' }]
    expect(await set({ dutyId: await duty(), promises })).toMatchObject(unreachable('promises.0.calendarId'))
    expect(paths(await set({ promises: [] }))).toEqual(['dutyId'])
    expect(paths(await set({ dutyId: await duty(), planVersionId: (await draft()).version.id, promises: [] }))).toEqual(['planVersionId'])
    expect(await world.mutate('setPromises', { dutyId: await duty(), promises: [] }, list, stranger.token)).toMatchObject(unreachable('dutyId'))
  })

  it('S4 a calendar cannot be changed to hours that never keep what is promised by it', async () => {
    const office = await calendar('Promised')
    await set({ dutyId: await duty(), promises: [{ metric: 'RESOLUTION', minutes: 525_600, calendarId: office.id, kind: 'TARGET' }] })
    const refused = await world.mutate('updateCalendar', { calendarId: office.id, weekly: [{ day: 1, from: '08:00', to: '08:10' }] }, 'id', token)
    expect(paths(refused)).toEqual(['weekly'])
    expect(refused.message).toContain('525600 minutes')
  })

  it('R25 a draft of a plan version changes its promises; a published one never does, nor while it is being published', async () => {
    const { version } = await draft()
    const promises = [{ metric: 'FIRST_RESPONSE', minutes: 240, kind: 'COMMITMENT' }]
    expect((await set({ planVersionId: version.id, promises })).promises).toHaveLength(1)
    const [published, changed] = await Promise.all([
      world.mutate('publishPlanVersion', { planVersionId: version.id }, 'id promises { minutes }', token),
      set({ planVersionId: version.id, promises: [{ ...promises[0], minutes: 120 }] }),
    ])
    const last = (await set({ planVersionId: version.id, promises: [] }))
    expect(last).toMatchObject({ __typename: 'Conflict', code: 'CONFLICT' })
    expect(published.promises).toEqual([{ minutes: changed.__typename === 'PromiseList' ? 120 : 240 }])
  })

  it('R25 eight who set the promises of one duty at once leave one of the lists, never a mixture', async () => {
    const dutyId = await duty()
    const lists = Array.from({ length: 8 }, (_, i) => metrics.slice(0, 2 + (i % 3)).map((metric) => ({ metric, minutes: i + 1, kind: 'TARGET' as const })))
    await Promise.all(lists.map((promises, i) => change(inside(world, tenant.vendorId), (act) =>
      setPromises(act, inputOf(SetPromisesInput, { idempotencyKey: `${i}`, dutyId, promises } as SetPromisesInput)))))
    const left = await ask(inside(world, tenant.vendorId), (read) => promisesOfDuty(read, dutyId, 'LOW'))
    expect(lists.map((promises) => promises.map(({ metric, minutes }) => [metric, minutes])))
      .toContainEqual(left.map(({ metric, minutes }) => [metric, minutes]))
  })

  it('T4 the same key answers the same list', async () => {
    const input = { idempotencyKey: 'same', dutyId: await duty(), promises: [{ metric: 'UPDATE', minutes: 5, kind: 'TARGET' }] }
    expect(await set(input)).toEqual(await set(input))
  })

  it('S4 a preview says by when each promise would be due', async () => {
    const office = await calendar('Preview', { holidays: [{ date: '2026-03-03', name: 'Feast' }] })
    const dutyId = await duty()
    await set({ dutyId, promises: [
      { metric: 'FIRST_RESPONSE', minutes: 480, calendarId: office.id, kind: 'COMMITMENT' }, { metric: 'RESOLUTION', minutes: 1440, kind: 'TARGET' },
    ] })
    const found = await ask(inside(world, tenant.vendorId), async (read) => previewDeadlines(read, await promisesOfDuty(read, dutyId, 'LOW'), MONDAY))
    expect(found).toEqual([
      // Monday 09:00 in Oslo: seven hours that day, none on the holiday, one on Wednesday.
      { metric: 'FIRST_RESPONSE', kind: 'COMMITMENT', minutes: 480, dueAt: new Date('2026-03-04T08:00:00Z'), calendarName: 'Preview' },
      { metric: 'RESOLUTION', kind: 'TARGET', minutes: 1440, dueAt: new Date(MONDAY.getTime() + hours(24)), calendarName: null },
    ])
  })
})
