import fc from 'fast-check'
import { graphql } from 'graphql'
import postgres from 'postgres'
import { Arg, buildSchemaSync, Ctx, Query, Resolver } from 'type-graphql'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type ClockWorld, openClockWorld, type Promised, type Running } from '../support/clocks.js'
import { inside, type World } from '../support/world.js'
import type { Context } from '../../src/kernel/act.js'
import type { Id } from '../../src/kernel/ids.js'
import { closeReading, reading } from '../../src/kernel/query.js'
import { minutes, seconds } from '../../src/kernel/time.js'
import { builtCalendars } from '../../src/sla/built-calendars.js'
import { clockState } from '../../src/sla/clock.js'
import { clockNow, explainDeadline } from '../../src/sla/clock-explanation.js'
import { calendarsOf, type ClockColumns, columnsOf, countedEvents, specOf } from '../../src/sla/clock-row.js'
import * as clocks from '../../src/sla/clocks.js'
import { clocksOf, eventsOf } from '../../src/sla/sla.reads.js'
import { ClockResolver } from '../../src/sla/sla.resolver.js'
import { Clock } from '../../src/sla/sla.types.js'
import { authChecker } from '../../src/vendors/permit.js'

let w: ClockWorld
let world: World
const act: ClockWorld['act'] = (work) => w.act(work)
const now = () => w.now()
const inMinutes = (n: number) => w.inMinutes(n)
const start: ClockWorld['start'] = (...of) => w.start(...of)
const row = (running: Running) => w.row(running)
const told = (running: Running) => w.told(running)

beforeAll(async () => {
  w = await openClockWorld()
  world = w.world
})
afterAll(() => world.close())

describe('other promises', () => {
  const changeTo = (running: Running, set: Promised, accepted = false) =>
    act((a) => clocks.changeClocks(a, running.partId, w.promised[set], { accepted, reason: 'Severity.' }))

  it('R48 the vendor moves a deadline earlier, never later, and makes no target of a commitment', async () => {
    const running = await start('hour')
    const told = inMinutes(60)
    await world.advance(minutes(10))
    await changeTo(running, 'day')
    expect(await row(running)).toMatchObject({ dueAt: told, toldDueAt: told, minutes: 60, kind: 'COMMITMENT' })
    const { computedDueAt, heldAsTold, sentence } = await w.read(async (r) => explainDeadline(r, await row(running)))
    expect({ computedDueAt, heldAsTold }).toEqual({ computedDueAt: inMinutes(470), heldAsTold: true })
    expect(sentence).toContain('held as it was told')
    await changeTo(running, 'half')
    expect(await row(running)).toMatchObject({ dueAt: inMinutes(20), toldDueAt: told, minutes: 30, kind: 'COMMITMENT', spentMs: minutes(10) })
    await world.advance(minutes(20) + 1)
    expect((await row(running)).breachedAt).toEqual(new Date(now().getTime() - 1))
  })

  it('R48 what the customer accepts may come later, and the time spent is kept', async () => {
    const running = await start('half')
    await world.advance(minutes(20))
    await changeTo(running, 'hour', true)
    expect(await row(running)).toMatchObject({ dueAt: inMinutes(40), toldDueAt: inMinutes(40), kind: 'COMMITMENT', spentMs: minutes(20) })
  })

  it('R48 minutes and calendar that change together are one change: no state between them is told', async () => {
    // Around the clock 480 minutes; then 60 minutes of a calendar that opens on Mondays from 12:00. "60 minutes around the clock" was never said.
    const running = await start('day')
    const before = (await row(running)).dueAt!
    await changeTo(running, 'late')
    const after = await row(running)
    expect(after.dueAt!.getTime()).toBeLessThanOrEqual(before.getTime())
    expect(after.dueAt).not.toEqual(inMinutes(60))
    const back = await start('late')
    const first = (await row(back)).dueAt!
    await changeTo(back, 'day')
    const [least] = [first, inMinutes(480)].sort((a, b) => a.getTime() - b.getTime())
    expect((await row(back)).dueAt).toEqual(least)
  })

  it('S6 a deadline that computes later under other time-zone data stays as it was told', async () => {
    const running = await start('hour')
    const earlier = inMinutes(50)
    // As if the row had been written when the data said ten minutes earlier.
    const admin = postgres(world.db.superuserUrl, { max: 1 })
    await admin`update clock set due_at = ${earlier.toISOString()}, told_due_at = ${earlier.toISOString()} where subject_id = ${running.partId}`
    await admin.end()
    await act((a) => clocks.pauseClocks(a, running.partId, ['FIRST_RESPONSE'], 'Asked.'))
    await act((a) => clocks.resumeClocks(a, running.partId, ['FIRST_RESPONSE'], 'Answered.'))
    expect((await row(running)).dueAt).toEqual(earlier)
  })

  it('R53 the explanation sums to the promise, in data and in a sentence in the reader\'s zone', async () => {
    const running = await start('hour')
    await world.advance(minutes(10))
    await act((a) => clocks.pauseClocks(a, running.partId, ['FIRST_RESPONSE'], 'Which version?'))
    await world.advance(minutes(5))
    await act((a) => clocks.resumeClocks(a, running.partId, ['FIRST_RESPONSE'], 'This one.'))
    await world.advance(minutes(1))
    const found = await w.read(async (r) => explainDeadline(r, await row(running), 'Asia/Kathmandu'))
    expect(found.counted.reduce((sum, part) => sum + part.minutes, 0)).toBe(60)
    expect(found).toMatchObject({ countedMinutes: 60, remainingMinutes: 0, promisedMinutes: 60, leftOut: [{ why: 'CUSTOMER', reason: 'Which version?', minutes: 5 }] })
    expect(found.sentence).toMatch(/^Due .* \(Asia\/Kathmandu\): 60 minutes of calendar time.*leaving out 5 minutes of waiting\.$/)
    expect(await w.read(async (r) => (await clockNow(r, await row(running))).spentMs)).toBe(minutes(11))
  })
})

describe('a clock in the API', () => {
  // Clocks are reached through parts of tickets, which are none of this folder's business: a field of its own stands in for them.
  @Resolver()
  class ProbeResolver {
    @Query(() => [Clock], { description: 'The clocks of a subject.' })
    async clocks(@Arg('of', () => String, { description: 'The subject.' }) of: Id, @Ctx() ctx: Context) {
      return clocksOf(await reading(ctx), of)
    }
  }

  it('R50 R53 shows kind, deadlines, time spent and left, and explains itself, all clocks in three statements', async () => {
    const schema = buildSchemaSync({ resolvers: [ProbeResolver, ClockResolver], authChecker, validate: false })
    const running = await start('office')
    await w.start('hour', 'UPDATE', running)
    await world.advance(minutes(15))
    const contextValue = inside(world, w.vendorId)
    const source = `{ clocks(of: "${running.partId}") { __typename id metric kind state minutes startedAt dueAt toldDueAt warnAt warnedAt breachedAt stoppedAt
      spentMinutes remainingMinutes explanation(timeZone: "Asia/Kathmandu") { sentence dueAt promisedMinutes countedMinutes heldAsTold
        counted { from to minutes calendarVersionId } leftOut { why minutes } versions { kind minutes applied } } } }`
    const { data, errors } = await graphql({ schema, source, contextValue })
    await closeReading(contextValue)
    expect(errors).toBeUndefined()
    const [office, hour] = data!.clocks as Record<string, any>[]
    expect(hour).toMatchObject({ metric: 'UPDATE', kind: 'COMMITMENT', state: 'RUNNING', minutes: 60, spentMinutes: 15, remainingMinutes: 45 })
    expect(office!.explanation).toMatchObject({ promisedMinutes: 120, heldAsTold: false, versions: [{ kind: 'STARTED', minutes: 120, applied: true }] })
    expect(office!.explanation.sentence).toContain('(Asia/Kathmandu)')
    expect(office!.explanation.counted[0].calendarVersionId).toMatch(/^cav_/)
    expect(contextValue.statements).toBeLessThanOrEqual(3)
  })
})

describe('random histories', () => {
  type Step = { wait: number; op: string; arg: number }
  const steps = fc.array(fc.record({
    wait: fc.integer({ min: 0, max: 40 }), arg: fc.nat(4),
    op: fc.constantFrom('stop', 'pause', 'pauseDependency', 'resume', 'resumeDependency', 'reopen', 'change', 'accept', 'strike', 'cancel', 'nothing', 'nothing'),
  }), { minLength: 8, maxLength: 8 })

  async function take(running: Running, pausedAt: Map<string, Date>, { op, arg }: Step): Promise<void> {
    const [id, metric] = [running.partId, ['FIRST_RESPONSE'] as const]
    const set = Object.values(w.promised)[arg]!
    if (op === 'pause' || op === 'pauseDependency') pausedAt.set(id, now())
    await act(async (a) => {
      if (op === 'stop') await clocks.stopClock(a, id, metric[0], 'x')
      if (op === 'pause') await clocks.pauseClocks(a, id, metric, 'x')
      if (op === 'pauseDependency') await clocks.pauseClocks(a, id, metric, 'x', 'DEPENDENCY')
      if (op === 'resume') await clocks.resumeClocks(a, id, metric, 'x')
      if (op === 'resumeDependency') await clocks.resumeClocks(a, id, metric, 'x', 'DEPENDENCY')
      if (op === 'reopen') await clocks.reopenClock(a, id, metric[0], 'x')
      if (op === 'change' || op === 'accept') await clocks.changeClocks(a, id, set, { accepted: op === 'accept' })
      if (op === 'strike' && pausedAt.has(id)) await clocks.strikePause(a, id, metric, pausedAt.get(id)!, 'x')
      if (op === 'cancel' && arg === 0) await clocks.cancelClocks(a, id, 'x')
    })
  }

  it('S6 S7 the stored row is what the stored events compute, and nothing is told twice (25 histories, seed 46)', async () => {
    const histories = fc.sample(steps, { seed: 46, numRuns: 25 })
    const all = await Promise.all(histories.map((_, i) => start((Object.keys(w.promised) as Promised[])[i % 5]!)))
    const pausedAt = new Map<string, Date>()
    for (let i = 0; i < 8; i += 1) {
      await world.advance(minutes(histories[0]![i]!.wait) + seconds(i))
      await Promise.all(all.map((running, h) => take(running, pausedAt, histories[h]![i]!)))
    }
    await world.advance(minutes(2000))
    const states = new Set<string>()
    for (const running of all) {
      const [stored, types] = [await row(running), await told(running)]
      const { events, calendars } = await w.read(async (r) => {
        const found = await eventsOf(r, stored.id)
        return { events: found, calendars: await builtCalendars(r, calendarsOf(found)) }
      })
      const computed: ClockColumns = columnsOf(events, calendars)
      expect(stored).toMatchObject(computed)
      const pure = clockState(specOf(events), countedEvents(events), calendars, events.at(-1)!.at.getTime())
      expect([stored.dueAt, stored.warnAt, stored.stoppedAt, stored.spentMs].map(Number)).toEqual([pure.dueAt, pure.warnAt, pure.stoppedAt, pure.spentMs].map(Number))
      expect(types.filter((type) => type === 'breached')).toHaveLength(stored.breachedAt ? 1 : 0)
      expect(types.filter((type) => type === 'warned')).toHaveLength(stored.warnedAt ? 1 : 0)
      if (stored.state === 'RUNNING') expect(stored.breachedAt).not.toBeNull()
      states.add(`${stored.state}${stored.breachedAt ? ' breached' : ''}`)
    }
    expect(states.size).toBeGreaterThanOrEqual(5)
  })
})
