import 'reflect-metadata'
import { and, eq } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { grantUnits } from '../../src/entitlements/grant.js'
import { reservationOf } from '../../src/entitlements/entitlements.reads.js'
import { ledgerEntry, ledgerTransaction, lot } from '../../src/entitlements/entitlements.table.js'
import { GrantUnitsInput } from '../../src/entitlements/entitlements.types.js'
import { balanceAt } from '../../src/entitlements/ledger.reads.js'
import { capture, enlarge, giveBack, release, reserve } from '../../src/entitlements/reservations.js'
import type { Act } from '../../src/kernel/act.js'
import { sqlState } from '../../src/kernel/database.js'
import { type Id, newId } from '../../src/kernel/ids.js'
import { inputOf } from '../../src/kernel/input.js'
import { after, days, hours } from '../../src/kernel/time.js'
import { type Books, codeOf, eventsOf, expectSoundBooks, kindsOf, openBooks, stateOf, topUp, whereabouts } from './books.js'

let books: Books
let five: Id<'plv'>
let tenDays: Id<'plv'>
let single: Id<'plv'>
beforeAll(async () => {
  books = await openBooks()
  five = await books.plan()
  tenDays = await books.plan({ termDays: 10 })
  single = await books.plan({ kind: 'PER_INCIDENT', units: 1 })
})
afterAll(async () => {
  await expectSoundBooks(books)
  await books.world.close()
})

const captureOf = (subjectId: Id, units: number) => books.change((act) => capture(act, subjectId, units, 'Solved.'))
const releaseOf = (subjectId: Id) => books.change((act) => release(act, subjectId, 'Not needed.'))
const inDays = (n: number) => books.world.clock.advance(days(n))

describe('granting', () => {
  it('E4 grants the plan\'s units times the quantity, once per source', async () => {
    const source = { kind: 'PURCHASE' as const, id: newId('pur') }
    const first = await books.bought(five, { source, quantity: 3 })
    const second = await books.bought(five, { source, quantity: 3 })
    expect(second).toEqual(first)
    expect(await books.lots(first.id)).toMatchObject([{ issued: 15, available: 15, sourceKind: 'PURCHASE', sourceId: source.id }])
    expect(await kindsOf(books, first.id)).toEqual(['GRANT'])
    expect(await eventsOf(books, first.id)).toEqual(['agreement.granted'])
  })

  it('E4 twenty grants of one source at once make one agreement and one lot', async () => {
    const source = { kind: 'PURCHASE' as const, id: newId('pur') }
    const all = await Promise.all(Array.from({ length: 20 }, () => books.bought(five, { source })))
    expect(new Set(all.map((a) => a.id)).size).toBe(1)
    expect(await books.lots(all[0]!.id)).toHaveLength(1)
  })

  it('E4 a flat plan ends with its period, and its units with it', async () => {
    const flat = await books.plan({ kind: 'PREMIUM', units: 12 })
    const made = await books.bought(flat, { interval: 'YEAR' })
    const endsAt = new Date('2027-03-02T08:00:00Z')
    expect(made).toMatchObject({ endsAt, planKind: 'PREMIUM', noticeDays: 30 })
    expect(await books.lots(made.id)).toMatchObject([{ expiresAt: endsAt, issued: 12 }])
  })

  it('E4 goodwill goes through the same function, is its own source and says why', async () => {
    const gift = await books.change((act) => grantUnits(act, inputOf(GrantUnitsInput, {
      idempotencyKey: 'x', customerId: books.customerId, planVersionId: five, units: 2, reason: 'For the long wait.',
    })))
    expect(gift).toMatchObject({ sourceKind: 'GOODWILL', sourceId: gift.id })
    expect(await books.lots(gift.id)).toMatchObject([{ issued: 2, priority: 50 }])
  })
})

describe('reserving', () => {
  it('E3 sets units aside, and refuses more than there are, with the numbers', async () => {
    const { id } = await books.bought(five)
    const subjectId = await books.held(id, 3)
    expect(await whereabouts(books, id)).toEqual({ available: 2, reserved: 3, used: 0, expired: 0 })
    expect(await books.ask((read) => reservationOf(read, subjectId))).toMatchObject({ state: 'HELD', units: 3, agreementId: id })
    const wanted = { agreementId: id, subjectId: newId('prt'), streamId: newId('tkt'), unit: 'INCIDENT' as const, units: 3 }
    await expect(books.change((act) => reserve(act, wanted))).rejects.toMatchObject({
      data: { code: 'UNITS_EXHAUSTED', unit: 'INCIDENT', wanted: 3, available: 2 },
    })
    expect(await codeOf(books.change((act) => reserve(act, { ...wanted, unit: 'MINUTE' })))).toBe('UNITS_EXHAUSTED')
  })

  it('E3 one part holds one reservation at a time', async () => {
    const { id } = await books.bought(five)
    const subjectId = await books.held(id, 1)
    expect(await codeOf(books.held(id, 1, subjectId))).toBe('CONFLICT')
    await releaseOf(subjectId)
    await books.held(id, 2, subjectId)
    expect(await books.ask((read) => reservationOf(read, subjectId))).toMatchObject({ state: 'HELD', units: 2 })
  })

  it('E3 a reservation is enlarged to what a dearer decision needs, or stays as it was', async () => {
    const { id } = await books.bought(five)
    const subjectId = await books.held(id, 1)
    await books.change((act) => enlarge(act, subjectId, 4))
    expect(await whereabouts(books, id)).toMatchObject({ available: 1, reserved: 4 })
    expect(await codeOf(books.change((act) => enlarge(act, subjectId, 6)))).toBe('UNITS_EXHAUSTED')
    await captureOf(subjectId, 4)
    expect(await whereabouts(books, id)).toEqual({ available: 1, reserved: 0, used: 4, expired: 0 })
  })

  it('E4 units that expire are taken first, then those that never do', async () => {
    const { id } = await books.bought(tenDays)
    await topUp(books, id, 5)
    await books.held(id, 7)
    expect((await books.lots(id)).map((l) => [l.expiresAt !== null, l.reserved])).toEqual([[true, 5], [false, 2]])
  })

  it('E3 an agreement that is over gives nothing', async () => {
    const made = await books.bought(await books.plan({ kind: 'PREMIUM', units: 3 }), { interval: 'MONTH' })
    books.world.clock.set(made.endsAt!)
    expect(await codeOf(books.held(made.id, 1))).toBe('CONFLICT')
  })
})

describe('resolving a reservation', () => {
  it('E3 what is captured is used; the rest returns to the lot that it came from', async () => {
    const { id } = await books.bought(five)
    const subjectId = await books.held(id, 3)
    expect(await captureOf(subjectId, 1)).toMatchObject({ state: 'CAPTURED', capturedUnits: 1 })
    expect(await whereabouts(books, id)).toEqual({ available: 4, reserved: 0, used: 1, expired: 0 })
    expect(await kindsOf(books, id)).toEqual(['GRANT', 'RESERVE', 'CAPTURE', 'RELEASE'])
  })

  it('E3 over two lots, what was drawn first is captured first and the rest returns to the other', async () => {
    const { id } = await books.bought(tenDays)
    await topUp(books, id, 5)
    await captureOf(await books.held(id, 8), 6)
    expect((await books.lots(id)).map((l) => [l.available, l.used])).toEqual([[0, 5], [4, 1]])
  })

  it('E3 resolves exactly once: every later capture or release is refused and moves nothing', async () => {
    const { id } = await books.bought(five)
    const subjectId = await books.held(id, 2)
    expect(await codeOf(captureOf(subjectId, 3))).toBe('CONFLICT')
    await captureOf(subjectId, 2)
    expect(await codeOf(captureOf(subjectId, 1))).toBe('CONFLICT')
    expect(await codeOf(releaseOf(subjectId))).toBe('CONFLICT')
    expect(await codeOf(releaseOf(newId('prt')))).toBe('CONFLICT')
    expect(await whereabouts(books, id)).toEqual({ available: 3, reserved: 0, used: 2, expired: 0 })
  })

  it('E3 capturing nothing releases everything', async () => {
    const { id } = await books.bought(five)
    expect(await captureOf(await books.held(id, 2), 0)).toMatchObject({ state: 'RELEASED', capturedUnits: 0 })
    expect(await whereabouts(books, id)).toMatchObject({ available: 5, used: 0 })
  })

  it('E3 is told in the history of the agreement and of the ticket', async () => {
    const { id } = await books.bought(five)
    const [subjectId, streamId] = [newId('prt'), newId('tkt')]
    await books.change((act) => reserve(act, { agreementId: id, subjectId, streamId, unit: 'INCIDENT', units: 3 }))
    await captureOf(subjectId, 1)
    expect(await eventsOf(books, streamId)).toEqual(['units.reserved', 'units.captured', 'units.released'])
    expect(await eventsOf(books, id)).toEqual(['agreement.granted', 'units.reserved', 'units.captured', 'units.released'])
  })

  it('E1 what a review gives back corrects the capture, once, and revives an agreement that was spent', async () => {
    const { id } = await books.bought(single)
    const subjectId = await books.held(id, 1)
    await captureOf(subjectId, 1)
    expect(await stateOf(books, id)).toBe('ENDED')
    await books.change((act) => giveBack(act, subjectId, 'It was a defect.'))
    expect(await codeOf(books.change((act) => giveBack(act, subjectId, 'Again.')))).toBe('CONFLICT')
    expect(await whereabouts(books, id)).toEqual({ available: 1, reserved: 0, used: 0, expired: 0 })
    expect(await stateOf(books, id)).toBe('ACTIVE')
    expect(await kindsOf(books, id)).toEqual(['GRANT', 'RESERVE', 'CAPTURE', 'CORRECTION'])
  })
})

describe('the books', () => {
  it('E8 the balance at any past instant equals a replay of the entries to it', async () => {
    const { id } = await books.bought(tenDays)
    const lotId = (await books.lots(id))[0]!.id
    const seen: { at: Date; available: number; reserved: number; used: number; expired: number }[] = []
    const look = async () => {
      const { available, reserved, used, expired } = (await books.lots(id))[0]!
      seen.push({ at: books.world.clock.now(), available, reserved, used, expired })
      inDays(1)
    }
    await look()
    const [one, two] = [await books.held(id, 2), await books.held(id, 1)]
    await look()
    await captureOf(one, 1)
    await look()
    await books.world.advance(days(20))
    await look()
    await releaseOf(two)
    await look()
    for (const { at, ...then } of seen) expect(await books.ask((read) => balanceAt(read, lotId, at))).toMatchObject(then)
    expect(await books.ask((read) => balanceAt(read, lotId, after(seen[0]!.at, -1)))).toMatchObject({ issued: 0, available: 0 })
    expect(seen.map((s) => s.expired)).toEqual([0, 0, 0, 3, 4])
  })

  it('E8 an instant never goes back: a change that waited is posted no earlier than what it waited for', async () => {
    const { id } = await books.bought(five)
    const lotId = (await books.lots(id))[0]!.id
    const now = books.world.clock.now()
    inDays(1)
    const subjectId = await books.held(id, 5)
    await releaseOf(subjectId)
    books.world.clock.set(after(now, hours(1))) // as a transaction that began before both and got the lock after them
    await books.held(id, 5)
    const balances = await books.ask((read) => Promise.all([0, 1, 24].map((h) => balanceAt(read, lotId, after(now, hours(h))))))
    expect(balances.map((b) => [b.available, b.reserved])).toEqual([[5, 0], [5, 0], [0, 5]])
  })

  it('E2 the database refuses a lot that does not add up, or falls below zero', async () => {
    const { id } = await books.bought(five)
    const write = (set: object) => books.change((act) => act.db.update(lot).set(set).where(and(eq(lot.vendorId, act.vendorId), eq(lot.agreementId, id))))
      .then(() => null, sqlState)
    expect(await write({ available: 6 })).toBe('23514')
    expect(await write({ available: -1, used: 6 })).toBe('23514')
    expect(await write({ reserved: -1, available: 6 })).toBe('23514')
  })

  it('E1 the application can neither change nor delete what was posted', async () => {
    const tried = (work: (act: Act) => Promise<unknown>) => books.change(work).then(() => null, sqlState)
    expect(await tried((act) => act.db.update(ledgerEntry).set({ amount: 1 }))).toBe('42501')
    expect(await tried((act) => act.db.delete(ledgerEntry))).toBe('42501')
    expect(await tried((act) => act.db.update(ledgerTransaction).set({ reason: '' }))).toBe('42501')
    expect(await tried((act) => act.db.delete(ledgerTransaction))).toBe('42501')
  })
})
