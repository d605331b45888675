import 'reflect-metadata'
import { randomUUID } from 'node:crypto'
import { and, asc, eq } from 'drizzle-orm'
import { expect } from 'vitest'
import { grant, type Grant } from '../../src/entitlements/grant.js'
import { agreementById, type AgreementRow, type LotRow } from '../../src/entitlements/entitlements.reads.js'
import { ledgerEntry, ledgerTransaction, lot } from '../../src/entitlements/entitlements.table.js'
import { addLot, openLedger, post } from '../../src/entitlements/ledger.js'
import { balanceAt } from '../../src/entitlements/ledger.reads.js'
import { countersOf, granted, replay } from '../../src/entitlements/posting.js'
import { reserve } from '../../src/entitlements/reservations.js'
import type { Act, Read } from '../../src/kernel/act.js'
import { change } from '../../src/kernel/command.js'
import { event } from '../../src/kernel/event.table.js'
import { type Id, newId } from '../../src/kernel/ids.js'
import { ask } from '../../src/kernel/query.js'
import { Refused } from '../../src/kernel/refusal.js'
import { inside, openWorld, type Tenant, type World } from '../support/world.js'

export interface Books {
  readonly world: World
  readonly tenant: Tenant
  readonly productId: Id<'prd'>
  readonly customerId: Id<'cus'>
  /** A published plan version; a package of 5 incidents for the product unless told otherwise. */
  plan(terms?: PlanTerms): Promise<Id<'plv'>>
  /** An agreement of the customer, bought now. */
  bought(planVersionId: Id<'plv'>, more?: Partial<Grant>): Promise<AgreementRow>
  /** A change as the product itself. */
  change<T>(work: (act: Act) => Promise<T>): Promise<T>
  ask<T>(question: (read: Read) => Promise<T>): Promise<T>
  lots(agreementId: Id<'agr'>): Promise<LotRow[]>
  /** Reserves for a new part, and answers that part. */
  held(agreementId: Id<'agr'>, units: number, subjectId?: Id<'prt'>): Promise<Id<'prt'>>
}

export interface PlanTerms {
  readonly kind?: 'PER_INCIDENT' | 'PACKAGE' | 'PREMIUM'
  readonly unit?: 'INCIDENT' | 'MINUTE' | null
  readonly units?: number | null
  readonly termDays?: number | null
  readonly productId?: Id<'prd'> | null
}

/** A vendor with a product and a customer, over the real API. */
export async function openBooks(): Promise<Books> {
  const world = await openWorld()
  const tenant = await world.signUp()
  const product = await world.done('createProduct', { code: 'CAL', name: 'Calendar', description: 'A calendar.' }, 'id', tenant.token)
  const customer = await world.done('createCustomer', { name: 'Tind', country: 'NO' }, 'id', tenant.token)
  const ctx = () => inside(world, tenant.vendorId)
  const books: Books = {
    world, tenant, productId: product.id, customerId: customer.id,
    plan: ({ kind = 'PACKAGE', unit = 'INCIDENT', units = unit && 5, termDays = null, productId = product.id } = {}) =>
      planFor(world, tenant, { kind, productId }, { unit, units, termDays }),
    bought: (planVersionId, more = {}) => books.change((act) => grant(act, {
      source: { kind: 'PURCHASE', id: newId('pur') }, customerId: customer.id, planVersionId, policyVersionId: null, at: act.now, ...more,
    })),
    change: (work) => change(ctx(), work),
    ask: (question) => ask(ctx(), question),
    lots: (agreementId) => books.ask((read) => read.db.select().from(lot).where(eq(lot.agreementId, agreementId)).orderBy(asc(lot.createdAt), asc(lot.id))),
    held: async (agreementId, units, subjectId = newId('prt')) => {
      await books.change((act) => reserve(act, { agreementId, subjectId, streamId: newId('tkt'), unit: 'INCIDENT', units }))
      return subjectId
    },
  }
  return books
}

async function planFor(world: World, { token }: Tenant, plan: object, terms: object): Promise<Id<'plv'>> {
  const made = await world.done('createPlan', { code: `P-${randomUUID().slice(0, 8)}`, name: 'Five', ...plan }, 'id', token)
  const price = { currency: 'NOK', amountMinor: 500_000, taxRateBps: 2_500, interval: (plan as PlanTerms).kind === 'PREMIUM' ? 'YEAR' : 'ONE_OFF' }
  const draft = await world.done('draftPlanVersion', { planId: made.id, noticeDays: 30, summary: 'Five answers.', prices: [price], ...terms }, 'id', token)
  await world.done('publishPlanVersion', { planVersionId: draft.id }, 'id', token)
  return draft.id
}

/** Puts another lot, which never expires, into an agreement. */
export const topUp = (books: Books, agreementId: Id<'agr'>, units: number) => books.change(async (act) => {
  const ledger = await openLedger(act, agreementId)
  const made = await addLot(act, ledger, { unit: 'INCIDENT', expiresAt: null, priority: 100, sourceKind: 'ORDER', sourceId: newId('pur'), continuesLotId: null })
  await post(act, ledger, { kind: 'GRANT', entries: granted([{ lotId: made.id, unit: 'INCIDENT', units }]), reason: 'More.' })
})

/** The refusal's code, or what came back. */
export const codeOf = async (work: Promise<unknown>): Promise<unknown> => {
  try {
    return await work
  } catch (error) {
    if (error instanceof Refused) return error.data.code
    throw error
  }
}

const counters = ({ issued, available, reserved, used, expired, refunded, transferredOut }: LotRow) =>
  ({ issued, available, reserved, used, expired, refunded, transferredOut })

/** E1, E2, E8: every transaction sums to zero, nothing is below zero, and a replay of the entries gives each lot's counters. */
export async function expectSoundBooks(books: Books): Promise<void> {
  await books.ask(async (read) => {
    const [entries, lots] = [await read.db.select().from(ledgerEntry), await read.db.select().from(lot)]
    for (const own of Map.groupBy(entries, (e) => `${e.transactionId} ${e.unit}`).values()) {
      expect(own.reduce((sum, e) => sum + e.amount, 0)).toBe(0)
    }
    const byLot = Map.groupBy(entries, (e) => e.lotId)
    for (const row of lots) {
      expect(countersOf(replay(byLot.get(row.id) ?? []))).toEqual(counters(row))
      expect(Math.min(...Object.values(counters(row)))).toBeGreaterThanOrEqual(0)
      expect(await balanceAt(read, row.id, new Date('2100-01-01'))).toEqual(counters(row))
    }
  })
}

/** Where an agreement's units are, over all its lots; what went on to another lot is counted there. */
export async function whereabouts(books: Books, agreementId: Id<'agr'>) {
  const sum = { available: 0, reserved: 0, used: 0, expired: 0 }
  for (const row of await books.lots(agreementId)) {
    sum.available += row.available
    sum.reserved += row.reserved
    sum.used += row.used
    sum.expired += row.expired
  }
  return sum
}

/** The kinds of an agreement's transactions, in order. */
export const kindsOf = (books: Books, agreementId: Id<'agr'>): Promise<string[]> => books.ask(async (read) => {
  const rows = await read.db.select().from(ledgerTransaction).where(eq(ledgerTransaction.agreementId, agreementId))
    .orderBy(ledgerTransaction.at, ledgerTransaction.id)
  return rows.map((row) => row.kind)
})

export const stateOf = (books: Books, agreementId: Id<'agr'>): Promise<string> =>
  books.ask(async (read) => (await agreementById(read, agreementId))!.state)

/** The types of what was recorded in a stream, in order. */
export const eventsOf = (books: Books, streamId: Id): Promise<string[]> => books.ask(async (read) => {
  const rows = await read.db.select().from(event).where(and(eq(event.vendorId, read.vendorId), eq(event.streamId, streamId))).orderBy(event.number)
  return rows.map((row) => row.type)
})
