import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { after, type MoveName, moverOf, moves, nextMove, nextMoveOf, rolledUp, type State, states, type Who, windows } from '../../src/tickets/ticket-state.js'

const names = Object.keys(moves) as MoveName[]
const actors = ['MEMBER', 'CONTACT', 'AUTOMATION'] as const satisfies readonly Who[]
const SINCE = new Date('2026-03-02T08:00:00Z')
const party = { VENDOR: 'MEMBER', CUSTOMER: 'CONTACT' } as const

/** The moves that are open in a state to a kind of actor, and where they lead. */
const openTo = (state: State, who: Who) => names.flatMap((name) => {
  const to = after(state, name, who)
  return to ? [{ name, to }] : []
})

describe('the state table', () => {
  it('S9 every state can be reached from OPEN', () => {
    const reached = new Set<State>(['OPEN'])
    for (const from of reached) for (const who of actors) for (const { to } of openTo(from, who)) reached.add(to)
    expect([...reached].sort()).toEqual([...states].sort())
  })

  it.each(states.filter((s) => s !== 'CLOSED'))('S9 whoever has the move in %s can leave it', (state) => {
    const mover = moverOf[state] as 'VENDOR' | 'CUSTOMER'
    expect(openTo(state, party[mover]).some(({ to }) => to !== state)).toBe(true)
  })

  it.each(states.filter((s) => moverOf[s] === 'CUSTOMER'))('S9 when the customer lets %s pass its deadline, the product itself ends it', (state) => {
    expect(openTo(state, 'AUTOMATION').map(({ to }) => to).every((to) => moverOf[to] !== 'CUSTOMER')).toBe(true)
    expect(openTo(state, 'AUTOMATION')).toHaveLength(1)
  })

  it('S9 CLOSED is the end: nobody has a move, and none is open to anybody', () => {
    expect(moverOf.CLOSED).toBe('NOBODY')
    for (const who of actors) expect(openTo('CLOSED', who)).toEqual([])
  })

  it('E3 only the customer or the end of the window closes, and only what was resolved by a member', () => {
    const closing = names.filter((name) => moves[name].to === 'CLOSED')
    expect(closing.map((name) => [name, moves[name].from, moves[name].by])).toEqual([
      ['confirm', ['RESOLVED'], ['CONTACT']], ['endWindow', ['RESOLVED'], ['AUTOMATION']]])
    expect(names.filter((name) => moves[name].to === 'RESOLVED').map((name) => moves[name].by)).toEqual([['MEMBER']])
  })

  it('B5 only the customer accepts or declines a proposal; the vendor replaces it, takes it back, or resolves as accepted before', () => {
    expect(openTo('PROPOSED', 'MEMBER').map(({ name }) => name).sort()).toEqual(['propose', 'resolve', 'withdraw'])
    expect(openTo('PROPOSED', 'CONTACT').map(({ name }) => name).sort()).toEqual(['accept', 'decline'])
  })

  it('S5 a machine neither asks the customer nor pauses anything', () => {
    expect(names.filter((name) => (moves[name].by as readonly Who[]).includes('AUTOMATION'))).toEqual(['fallSilent', 'letLapse', 'endWindow'])
  })
})

const clock = fc.record({ dueAt: fc.option(fc.date({ noInvalidDate: true, min: SINCE, max: new Date('2026-06-01') })), running: fc.boolean() })
const state = fc.constantFrom(...states)

describe('the next move', () => {
  it('S9 in every state exactly one party has it, with a deadline unless nobody has (seed 9)', () => {
    fc.assert(fc.property(state, fc.array(clock, { maxLength: 5 }), (of, clocks) => {
      const { mover, dueAt } = nextMove(of, SINCE, clocks, null)
      expect(mover).toBe(moverOf[of])
      expect(dueAt === null).toBe(mover === 'NOBODY')
    }), { seed: 9 })
  })

  it("S9 the vendor's is due at its earliest running promise, and by its own target where none runs (seed 10)", () => {
    fc.assert(fc.property(fc.constantFrom<State>('OPEN', 'WAITING_ON_DEPENDENCY'), fc.array(clock, { maxLength: 5 }), (of, clocks) => {
      const running = clocks.flatMap((c) => (c.running && c.dueAt ? [c.dueAt.getTime()] : []))
      const expected = running.length > 0 ? Math.min(...running) : SINCE.getTime() + windows.house
      expect(nextMove(of, SINCE, clocks, null).dueAt!.getTime()).toBe(expected)
    }), { seed: 10 })
  })

  it("S9 the customer's is due when its window ends, whatever clocks run", () => {
    const running = [{ dueAt: SINCE, running: true }]
    const days = (of: State) => (nextMove(of, SINCE, running, null).dueAt!.getTime() - SINCE.getTime()) / 86_400_000
    expect([days('WAITING_ON_CUSTOMER'), days('PROPOSED'), days('RESOLVED')]).toEqual([7, 14, 14])
    expect(nextMove('RESOLVED', SINCE, [], new Date('2026-03-04')).dueAt).toEqual(new Date('2026-03-04'))
  })
})

describe('a ticket of several parts', () => {
  const part = fc.record({ state, clocks: fc.array(clock, { maxLength: 3 }) })
    .map(({ state: of, clocks }) => ({ state: of, move: nextMove(of, SINCE, clocks, null) }))

  it('S9 it is closed when all parts are, and what the vendor has to do comes before what it waits for (seed 11)', () => {
    fc.assert(fc.property(fc.array(part, { minLength: 1, maxLength: 6 }), (parts) => {
      const all = parts.map((p) => p.state)
      const shown = rolledUp(all)
      expect(all).toContain(shown)
      expect(shown === 'CLOSED').toBe(all.every((s) => s === 'CLOSED'))
      if (all.some((s) => moverOf[s] === 'VENDOR')) expect(moverOf[shown]).toBe('VENDOR')
    }), { seed: 11 })
  })

  it('S9 it shows one mover, and the earliest of the moves that this party has (seed 12)', () => {
    fc.assert(fc.property(fc.array(part, { minLength: 1, maxLength: 6 }), (parts) => {
      const shown = nextMoveOf(parts)
      expect(shown.mover).toBe(moverOf[rolledUp(parts.map((p) => p.state))])
      const dues = parts.filter((p) => p.move.mover === shown.mover).map((p) => p.move.dueAt?.getTime() ?? null)
      expect(shown.dueAt?.getTime() ?? null).toBe(shown.mover === 'NOBODY' ? null : Math.min(...dues.map((d) => d!)))
    }), { seed: 12 })
  })
})

describe('random walks', () => {
  const walk = fc.array(fc.record({ who: fc.constantFrom(...actors), pick: fc.nat({ max: 50 }) }), { maxLength: 60 })

  it('S9 no walk leaves the table, gets stuck before CLOSED, or closes what was not resolved just before (seed 13)', () => {
    fc.assert(fc.property(walk, (steps) => {
      const path: State[] = ['OPEN']
      for (const { who, pick } of steps) {
        const choices = openTo(path.at(-1)!, who)
        if (choices.length > 0) path.push(choices[pick % choices.length]!.to)
      }
      const [last, before] = [path.at(-1)!, path.at(-2)]
      if (last === 'CLOSED') expect(before).toBe('RESOLVED')
      else expect(actors.some((who) => openTo(last, who).length > 0)).toBe(true)
    }), { seed: 13, numRuns: 500 })
  })
})
