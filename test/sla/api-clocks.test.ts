import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type ClockWorld, everyDay, openClockWorld, type Running } from '../support/clocks.js'
import { inside, type World } from '../support/world.js'
import { change } from '../../src/kernel/command.js'
import { newId } from '../../src/kernel/ids.js'
import { openLog } from '../../src/kernel/log.js'
import { minutes } from '../../src/kernel/time.js'
import { openRelay } from '../../src/relay.js'
import * as clocks from '../../src/sla/clocks.js'

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

describe('starting and firing', () => {
  it('S7 warns at three quarters and breaches one millisecond after the deadline, each once, and says for whom', async () => {
    const running = await start('hour')
    expect(running.started).toMatchObject({ state: 'RUNNING', kind: 'COMMITMENT', minutes: 60, dueAt: inMinutes(60), toldDueAt: inMinutes(60), warnAt: inMinutes(45) })
    const [startedAt, dueAt] = [now(), inMinutes(60)]
    await world.advance(minutes(45) - 1)
    expect(await told(running)).toEqual(['started'])
    await world.advance(1)
    expect(await told(running)).toEqual(['started', 'warned'])
    expect((await row(running)).warnedAt).toEqual(now())
    await world.advance(minutes(15))
    expect(await told(running)).toEqual(['started', 'warned'])
    await world.advance(1)
    await world.settle()
    await world.advance(minutes(600))
    const events = await w.eventsIn(running)
    expect(events.map(({ type, visibility, number }) => [type, visibility, number])).toEqual([
      ['clock.started', 'PUBLIC', 1], ['clock.warned', 'INTERNAL', 2], ['clock.breached', 'PUBLIC', 3],
    ])
    expect(events[2]!.data).toEqual({
      clockId: running.started.id, subjectId: running.partId, metric: 'FIRST_RESPONSE', kind: 'COMMITMENT', dueAt: dueAt.toISOString(), lateMs: 1,
    })
    expect(await row(running)).toMatchObject({ state: 'RUNNING', startedAt, breachedAt: dueAt, dueAt })
  })

  it('S7 a timer that fires long after still warns and breaches once, in this order', async () => {
    const running = await start('hour')
    await world.advance(minutes(900))
    expect(await told(running)).toEqual(['started', 'warned', 'breached'])
  })

  it('S7 two relays and forty clocks: every one warned once and breached once', async () => {
    const log = openLog('error', world.clock.now)
    const relays = [1, 2].map(() => openRelay({ jobsUrl: world.db.jobsUrl, database: world.app.database, clock: world.clock, log, tasks: {} }))
    const all = await Promise.all(Array.from({ length: 40 }, () => start('half')))
    world.clock.advance(minutes(25))
    await Promise.all(relays.map((relay) => relay.settle()))
    world.clock.advance(minutes(25))
    await Promise.all(relays.map((relay) => relay.settle()))
    for (const running of all) expect(await told(running)).toEqual(['started', 'warned', 'breached'])
    await Promise.all(relays.map((relay) => relay.stop()))
  })

  it('S7 an answer that races with the breach: every clock is stopped, those that were late breached, nothing twice', async () => {
    const all = await Promise.all(Array.from({ length: 12 }, () => start('half')))
    world.clock.advance(minutes(30) + 1)
    await Promise.all([world.settle(), ...all.map(({ partId }) => act((a) => clocks.stopClock(a, partId, 'FIRST_RESPONSE', 'Answered.')))])
    await world.settle()
    for (const running of all) {
      expect((await told(running)).filter((type) => type !== 'warned').sort()).toEqual(['breached', 'started', 'stopped'])
      expect((await row(running)).state).toBe('STOPPED')
    }
  })

  it('S7 twelve who stop one clock at once stop it once', async () => {
    const running = await start('half')
    const stopped = await Promise.all(Array.from({ length: 12 }, () => act((a) => clocks.stopClock(a, running.partId, 'FIRST_RESPONSE', 'Answered.'))))
    expect(stopped.filter(Boolean)).toHaveLength(1)
    expect(await told(running)).toEqual(['started', 'stopped'])
  })

  it('S7 a timer that comes too early, or to a clock that stands, tells nothing', async () => {
    const running = await start('half')
    const fire = (kind: 'clock.warn' | 'clock.breach') => act((a) => clocks[kind === 'clock.warn' ? 'warnClock' : 'breachClock'](a, {
      vendorId: w.vendorId, kind, subjectId: running.started.id, fireAt: now(), generation: 1, leasedUntil: null }))
    await fire('clock.warn')
    await fire('clock.breach')
    await act((a) => clocks.pauseClocks(a, running.partId, ['FIRST_RESPONSE'], 'Asked.'))
    world.clock.advance(minutes(100))
    await fire('clock.breach')
    await world.settle()
    expect(await told(running)).toEqual(['started', 'paused'])
  })

  it('S5 a second message does not start a second clock, nor restart the first, even at the same moment', async () => {
    const running = await start('hour')
    await world.advance(minutes(10))
    const again = await Promise.all([start('hour', 'FIRST_RESPONSE', running), start('half', 'FIRST_RESPONSE', running)])
    for (const { started } of again) expect(started).toMatchObject({ id: running.started.id, dueAt: running.started.dueAt })
    const fresh = { partId: newId('prt'), streamId: newId('tkt') }
    const raced = await Promise.all([1, 2, 3, 4].map(() => start('hour', 'NEXT_RESPONSE', fresh)))
    expect(new Set(raced.map(({ started }) => started.id)).size).toBe(1)
    expect(await told(raced[0]!)).toEqual(['started'])
  })

  it('S4 counts the open minutes of its calendar, and keeps the version it started with when the calendar is edited', async () => {
    const running = await start('office')
    const before = await row(running)
    await world.done('updateCalendar', { calendarId: w.officeId, weekly: [{ day: 3, from: '10:00', to: '11:00' }] }, 'number', w.token)
    await act((a) => clocks.pauseClocks(a, running.partId, ['FIRST_RESPONSE'], 'Asked.'))
    await act((a) => clocks.resumeClocks(a, running.partId, ['FIRST_RESPONSE'], 'Answered.'))
    expect(await row(running)).toMatchObject({ dueAt: before.dueAt, calendarVersionId: before.calendarVersionId })
    const later = await start('office')
    expect(later.started.calendarVersionId).not.toBe(before.calendarVersionId)
    await world.done('updateCalendar', { calendarId: w.officeId, weekly: everyDay }, 'number', w.token)
  })

  it('few statements: seven start a clock whose calendar is known, eight stop one, the event of the ticket included', async () => {
    const running = await start('office')
    const [starting, stopping] = [inside(world, w.vendorId), inside(world, w.vendorId)]
    const promise = w.promised.office.find(({ metric }) => metric === 'UPDATE')!
    await change(starting, (a) => clocks.startClock(a, { subjectId: running.partId, streamId: running.streamId, promise, startAt: a.now }))
    await change(stopping, (a) => clocks.stopClock(a, running.partId, 'UPDATE', 'Said.'))
    expect([starting.statements, stopping.statements]).toEqual([7, 8])
  })
})

describe('stopping, pausing, reopening', () => {
  it('S5 an answer at the very deadline is in time, and a stopped clock never breaches', async () => {
    const running = await start('hour')
    world.clock.advance(minutes(60))
    expect(await act((a) => clocks.stopClock(a, running.partId, 'FIRST_RESPONSE', 'Answered.'))).toBe(true)
    await world.advance(minutes(600))
    expect(await told(running)).toEqual(['started', 'stopped'])
    expect(await row(running)).toMatchObject({ state: 'STOPPED', breachedAt: null, spentMs: minutes(60) })
    expect(await act((a) => clocks.stopClock(a, running.partId, 'FIRST_RESPONSE', 'Again.'))).toBe(false)
  })

  it('S7 an answer one millisecond late breaches at once, before any timer', async () => {
    const running = await start('hour')
    world.clock.advance(minutes(60) + 1)
    await act((a) => clocks.stopClock(a, running.partId, 'FIRST_RESPONSE', 'Answered.'))
    expect(await told(running)).toEqual(['started', 'breached', 'stopped'])
    await world.advance(minutes(600))
    expect(await told(running)).toEqual(['started', 'breached', 'stopped'])
  })

  it('S5 R46 a pause stops the time and keeps what was spent; the told deadline stays readable', async () => {
    const running = await start('hour')
    const first = await row(running)
    await world.advance(minutes(20))
    await act((a) => clocks.pauseClocks(a, running.partId, ['FIRST_RESPONSE', 'RESOLUTION'], 'Which version?'))
    expect(await row(running)).toMatchObject({ state: 'PAUSED', dueAt: null, warnAt: null, toldDueAt: first.dueAt, spentMs: minutes(20) })
    await world.advance(minutes(500))
    await act((a) => clocks.pauseClocks(a, running.partId, ['FIRST_RESPONSE'], 'Asked again.'))
    await act((a) => clocks.resumeClocks(a, running.partId, ['FIRST_RESPONSE'], 'Answered.'))
    await act((a) => clocks.resumeClocks(a, running.partId, ['FIRST_RESPONSE'], 'Answered twice.'))
    expect(await row(running)).toMatchObject({ state: 'RUNNING', dueAt: inMinutes(40), toldDueAt: inMinutes(40), warnAt: inMinutes(25) })
    await world.advance(minutes(40) + 1)
    expect(await told(running)).toEqual(['started', 'paused', 'resumed', 'warned', 'breached'])
  })

  it('R47 a clock that waits for two goes on when both have come, and the update clock never waits for a third party', async () => {
    const running = await start('hour', 'RESOLUTION')
    const [pause, resume] = [clocks.pauseClocks, clocks.resumeClocks]
    await act((a) => pause(a, running.partId, ['RESOLUTION'], 'Asked.'))
    await act((a) => pause(a, running.partId, ['RESOLUTION'], 'The bank is down.', 'DEPENDENCY'))
    await act((a) => resume(a, running.partId, ['RESOLUTION'], 'Answered.'))
    expect((await row(running)).state).toBe('PAUSED')
    await act((a) => resume(a, running.partId, ['RESOLUTION'], 'The bank is up.', 'DEPENDENCY'))
    expect((await row(running)).state).toBe('RUNNING')
    expect(await told(running)).toEqual(['started', 'paused', 'resumed'])
    await expect(act((a) => pause(a, running.partId, ['UPDATE'], 'The bank.', 'DEPENDENCY'))).rejects.toThrow(/S5/)
  })

  it('R46 a pause that is struck counts after all, and a deadline that passed in it is told as missed', async () => {
    const running = await start('hour')
    const dueAt = inMinutes(60)
    await world.advance(minutes(20))
    const pausedAt = now()
    await act((a) => clocks.pauseClocks(a, running.partId, ['FIRST_RESPONSE'], 'A question that was none.'))
    await world.advance(minutes(90))
    const strike = () => act((a) => clocks.strikePause(a, running.partId, ['FIRST_RESPONSE'], pausedAt, 'Upheld.'))
    await strike()
    await strike()
    expect(await row(running)).toMatchObject({ state: 'RUNNING', breachedAt: dueAt, spentMs: minutes(110) })
    expect(await told(running)).toEqual(['started', 'paused', 'breached', 'pause_struck'])
  })

  it('S5 "this was no answer" goes on from where it was, unless another clock is open or another answer is meant', async () => {
    const running = await start('hour')
    await world.advance(minutes(20))
    const answeredAt = now()
    await act((a) => clocks.stopClock(a, running.partId, 'FIRST_RESPONSE', 'A template.'))
    await world.advance(minutes(30))
    const reopen = (stoppedAt?: Date) => act((a) => clocks.reopenClock(a, running.partId, 'FIRST_RESPONSE', 'No answer.', stoppedAt && { stoppedAt }))
    expect(await reopen(now())).toBe(false)
    expect(await reopen(answeredAt)).toBe(true)
    expect(await row(running)).toMatchObject({ state: 'RUNNING', stoppedAt: null, dueAt: inMinutes(40), toldDueAt: inMinutes(40) })
    expect(await reopen()).toBe(false)
    await world.advance(minutes(40) + 1)
    expect(await told(running)).toEqual(['started', 'stopped', 'reopened', 'warned', 'breached'])
  })

  it('a cancelled clock tells nothing more and is not reopened', async () => {
    const running = await start('hour')
    await start('hour', 'UPDATE', running)
    await act((a) => clocks.cancelClocks(a, running.partId, 'Merged.'))
    await world.advance(minutes(600))
    expect(await told(running)).toEqual(['started', 'started', 'cancelled', 'cancelled'])
    expect(await row(running)).toMatchObject({ state: 'CANCELLED', breachedAt: null })
    expect(await act((a) => clocks.reopenClock(a, running.partId, 'FIRST_RESPONSE', 'No.'))).toBe(false)
  })
})
