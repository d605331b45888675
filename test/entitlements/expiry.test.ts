import 'reflect-metadata'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { candidatesFor } from '../../src/entitlements/entitlements.reads.js'
import { capture, giveBack, release } from '../../src/entitlements/reservations.js'
import type { Id } from '../../src/kernel/ids.js'
import { after, days, hours } from '../../src/kernel/time.js'
import { type Books, codeOf, eventsOf, expectSoundBooks, kindsOf, openBooks, stateOf, whereabouts } from './books.js'

let books: Books
let five: Id<'plv'>
let tenDays: Id<'plv'>
let flat: Id<'plv'>
beforeAll(async () => {
  books = await openBooks()
  five = await books.plan()
  tenDays = await books.plan({ termDays: 10 })
  flat = await books.plan({ kind: 'PREMIUM', units: 3 })
})
afterAll(async () => {
  await expectSoundBooks(books)
  await books.world.close()
})

const captureOf = (subjectId: Id, units: number, extend = false) =>
  books.change((act) => capture(act, subjectId, units, 'Solved.', { extend }))
const releaseOf = (subjectId: Id, extend = false) =>
  books.change((act) => release(act, subjectId, 'Our own defect.', { extend }))

describe('expiring', () => {
  const bought = async () => {
    const { id } = await books.bought(tenDays)
    return { id, expiresAt: (await books.lots(id))[0]!.expiresAt! }
  }

  it('E4 units are usable one millisecond before they expire and unusable at that instant, timer or not', async () => {
    const { id, expiresAt } = await bought()
    books.world.clock.set(after(expiresAt, -1))
    const subjectId = await books.held(id, 1)
    books.world.clock.set(expiresAt)
    expect(await codeOf(books.held(id, 1))).toBe('UNITS_EXHAUSTED')
    const candidates = await books.ask((read) => candidatesFor(read, books.customerId, books.productId))
    expect(candidates.find((c) => c.agreementId === id)?.available.INCIDENT).toBe(0)
    expect(await whereabouts(books, id)).toMatchObject({ available: 4, expired: 0 })
    await books.world.settle()
    expect(await whereabouts(books, id)).toEqual({ available: 0, reserved: 1, used: 0, expired: 4 })
    expect(await eventsOf(books, id)).toContain('units.expired')
    await captureOf(subjectId, 1)
  })

  it('E4 the timer expires what is left, once, and the agreement ends with its last unit', async () => {
    const { id } = await bought()
    await books.world.advance(days(10))
    expect(await whereabouts(books, id)).toEqual({ available: 0, reserved: 0, used: 0, expired: 5 })
    expect(await stateOf(books, id)).toBe('ENDED')
    await books.world.advance(days(1))
    expect(await kindsOf(books, id)).toEqual(['GRANT', 'EXPIRE'])
  })

  it('E3 reserved units stay usable past the expiry of their lot', async () => {
    const { id } = await bought()
    const subjectId = await books.held(id, 2)
    await books.world.advance(days(30))
    expect(await whereabouts(books, id)).toEqual({ available: 0, reserved: 2, used: 0, expired: 3 })
    expect(await stateOf(books, id)).toBe('ACTIVE')
    await captureOf(subjectId, 2)
    expect(await whereabouts(books, id)).toMatchObject({ used: 2, expired: 3 })
    expect(await stateOf(books, id)).toBe('ENDED')
  })

  it('E3 released for the customer\'s own cause into an expired lot, units expire at once', async () => {
    const { id } = await bought()
    const subjectId = await books.held(id, 2)
    await books.world.advance(days(30))
    await releaseOf(subjectId)
    expect(await whereabouts(books, id)).toEqual({ available: 0, reserved: 0, used: 0, expired: 5 })
    expect(await kindsOf(books, id)).toEqual(['GRANT', 'RESERVE', 'EXPIRE', 'RELEASE', 'EXPIRE'])
  })

  it('E3 released for a cause that is not the customer\'s, they gain the time that they were held', async () => {
    const { id, expiresAt } = await bought()
    books.world.clock.advance(days(4))
    const subjectId = await books.held(id, 2) // six days left
    await books.world.advance(days(30))
    await releaseOf(subjectId, true)
    const [first, second] = await books.lots(id)
    expect(first).toMatchObject({ available: 0, reserved: 0, expired: 3, transferredOut: 2 })
    expect(second).toMatchObject({
      issued: 2, available: 2, continuesLotId: first!.id, sourceKind: first!.sourceKind, sourceId: first!.sourceId, expiresAt: after(expiresAt, days(30)),
    })
    await books.world.advance(days(6) - 1)
    await books.held(id, 1)
    await books.world.advance(1)
    expect(await codeOf(books.held(id, 1))).toBe('UNITS_EXHAUSTED')
    expect(await whereabouts(books, id)).toEqual({ available: 0, reserved: 1, used: 0, expired: 4 })
  })

  it('E3 the time counts as well when the lot has not expired yet, and not when nothing ran out', async () => {
    const { id, expiresAt } = await bought()
    const subjectId = await books.held(id, 2)
    books.world.clock.advance(hours(5))
    await releaseOf(subjectId, true)
    expect((await books.lots(id)).map((l) => [l.available, l.expiresAt])).toEqual([[3, expiresAt], [2, after(expiresAt, hours(5))]])
    const never = await books.bought(five)
    const held = await books.held(never.id, 2)
    books.world.clock.advance(hours(5))
    await releaseOf(held, true)
    expect(await books.lots(never.id)).toMatchObject([{ available: 5 }])
  })

  it('E3 the rest of a capture can gain its time too', async () => {
    const { id } = await bought()
    const subjectId = await books.held(id, 3)
    await books.world.advance(days(20))
    await captureOf(subjectId, 1, true)
    expect(await whereabouts(books, id)).toEqual({ available: 2, reserved: 0, used: 1, expired: 2 })
  })

  it('E1 what is given back long after gains the time that it was away', async () => {
    const { id, expiresAt } = await bought()
    const subjectId = await books.held(id, 5)
    await captureOf(subjectId, 5)
    await books.world.advance(days(60))
    await books.change((act) => giveBack(act, subjectId, 'It was a defect.'))
    expect(await books.lots(id)).toMatchObject([{ used: 0, transferredOut: 5 }, { available: 5, expiresAt: after(expiresAt, days(60)) }])
  })

  it('E4 a period that was paid for ends by its timer', async () => {
    const made = await books.bought(flat, { interval: 'MONTH' })
    await books.world.advance(days(31))
    expect(await stateOf(books, made.id)).toBe('ENDED')
    expect(await whereabouts(books, made.id)).toMatchObject({ available: 0, expired: 3 })
    expect(await eventsOf(books, made.id)).toEqual(expect.arrayContaining(['agreement.granted', 'units.expired', 'agreement.ended']))
  })
})
