import 'reflect-metadata'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { LotRow } from '../../src/entitlements/entitlements.reads.js'
import { ledgerTransaction } from '../../src/entitlements/entitlements.table.js'
import { balanceAt } from '../../src/entitlements/ledger.reads.js'
import { capture, enlarge, giveBack, release } from '../../src/entitlements/reservations.js'
import { type Id, newId } from '../../src/kernel/ids.js'
import { hours } from '../../src/kernel/time.js'
import { type Books, codeOf, expectSoundBooks, openBooks } from './books.js'

let books: Books
let plans: Id<'plv'>[]
beforeAll(async () => {
  books = await openBooks()
  plans = [await books.plan(), await books.plan({ termDays: 3 })]
})
afterAll(() => books.world.close())

const units = fc.integer({ min: 1, max: 4 })
const which = fc.nat({ max: 3 })
const step = fc.oneof(
  { weight: 4, arbitrary: fc.record({ do: fc.constant('RESERVE' as const), units }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('ENLARGE' as const), which, units }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('CAPTURE' as const), which, units, extend: fc.boolean() }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('RELEASE' as const), which, extend: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('GIVE_BACK' as const), which }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('PASS' as const), hours: fc.integer({ min: 1, max: 60 }), fire: fc.boolean() }) },
)
type Step = typeof step extends fc.Arbitrary<infer S> ? S : never

/** Does one step to one of the latest parts; a refusal is an answer too. */
async function take(agreementId: Id<'agr'>, parts: Id<'prt'>[], taken: Step): Promise<void> {
  if (taken.do === 'PASS') {
    books.world.clock.advance(hours(taken.hours))
    return taken.fire ? books.world.app.relay.settle() : undefined
  }
  if (taken.do === 'RESERVE') {
    const subjectId = newId('prt')
    parts.unshift(subjectId)
    return void (await codeOf(books.held(agreementId, taken.units, subjectId)))
  }
  const subjectId = parts[taken.which] ?? newId('prt')
  await codeOf(books.change(async (act) => {
    if (taken.do === 'ENLARGE') return enlarge(act, subjectId, taken.units)
    if (taken.do === 'CAPTURE') return capture(act, subjectId, taken.units, 'Solved.', { extend: taken.extend })
    if (taken.do === 'RELEASE') return release(act, subjectId, 'Not needed.', { extend: taken.extend })
    return giveBack(act, subjectId, 'A defect.')
  }))
}

const counted = ({ issued, available, reserved, used, expired, refunded, transferredOut }: LotRow) =>
  ({ issued, available, reserved, used, expired, refunded, transferredOut })

it('E1 E2 E8 after any history the books are sound, no unit is made or lost, and every past balance replays (seed 8)', async () => {
  await fc.assert(fc.asyncProperty(fc.nat({ max: 1 }), fc.array(step, { minLength: 8, maxLength: 15 }), async (plan, steps) => {
    const { id } = await books.bought(plans[plan]!)
    const [parts, seen]: [Id<'prt'>[], { at: Date; lots: LotRow[] }[]] = [[], []]
    for (const taken of steps) {
      await take(id, parts, taken)
      const lots = await books.lots(id)
      expect(lots.reduce((sum, l) => sum + l.issued - l.transferredOut, 0)).toBe(5)
      seen.push({ at: books.world.clock.now(), lots })
      books.world.clock.advance(1_000)
    }
    await books.ask(async (read) => {
      for (const { at, lots } of seen) {
        for (const lot of lots) expect(await balanceAt(read, lot.id, at)).toEqual(counted(lot))
      }
    })
  }), { seed: 8, numRuns: 30 })
  await expectSoundBooks(books)
  const kinds = await books.ask((read) => read.db.selectDistinct({ kind: ledgerTransaction.kind }).from(ledgerTransaction).orderBy(ledgerTransaction.kind))
  expect(kinds.map((k) => k.kind)).toEqual(['CAPTURE', 'CORRECTION', 'EXPIRE', 'GRANT', 'RELEASE', 'RESERVE'])
})
