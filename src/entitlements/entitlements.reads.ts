import { and, count, desc, eq, gt, inArray, isNull, or, type SQL, sql } from 'drizzle-orm'
import type { Unit } from '../catalog/words.js'
import type { Read } from '../kernel/act.js'
import type { Id } from '../kernel/ids.js'
import { type Page, type PageArgs, pageOf } from '../kernel/page.js'
import { type CandidateAgreement, type Held, orderAgreements } from './agreement-order.js'
import { agreement, lot, reservation } from './entitlements.table.js'

export type AgreementRow = typeof agreement.$inferSelect
export type LotRow = typeof lot.$inferSelect
export type ReservationRow = typeof reservation.$inferSelect

/** The third wall: the vendor's side reaches every agreement, a contact its own customer's, anybody else none. */
export function ownAgreement({ actor }: Read): SQL | undefined {
  if (actor.kind === 'MEMBER' || actor.kind === 'AUTOMATION') return undefined
  return actor.kind === 'CONTACT' ? eq(agreement.customerId, actor.customerId) : sql`false`
}

export const agreementById = (read: Read, id: Id<'agr'>): Promise<AgreementRow | null> =>
  read.loader<Id<'agr'>, AgreementRow>('agreement', async (ids) => {
    const rows = await read.db.select().from(agreement)
      .where(and(eq(agreement.vendorId, read.vendorId), inArray(agreement.id, [...ids]), ownAgreement(read)))
    return new Map(rows.map((row) => [row.id, row]))
  }).load(id)

/** Agreements, the oldest first: one customer's, or all that the caller may see. */
export function agreements(read: Read, args: PageArgs, customerId?: Id<'cus'>): Promise<Page<AgreementRow>> {
  const all = and(eq(agreement.vendorId, read.vendorId), customerId && eq(agreement.customerId, customerId), ownAgreement(read))
  return pageOf<AgreementRow>(args, { by: agreement.startsAt, id: agreement.id }, {
    rows: (past, order, limit) => read.db.select().from(agreement).where(and(all, past)).orderBy(...order).limit(limit),
    count: async () => (await read.db.select({ n: count() }).from(agreement).where(all))[0]!.n,
    at: (row) => row.startsAt,
  })
}

const usableAt = (at: Date) => or(isNull(lot.expiresAt), gt(lot.expiresAt, at))
const hasUnits = sql`${lot.available} + ${lot.reserved} > 0`

const MOST_TRIED = 50

/**
 * The customer's agreements in the order in which they are tried for a product at that instant, each with the units that
 * can be taken and the reason for its place (E5); those that cannot carry it come last and say why. At most 50, the newest;
 * a contact gets its own customer's only.
 */
export async function candidatesFor(
  read: Read, customerId: Id<'cus'>, productId: Id<'prd'> | null, at: Date = read.now,
): Promise<CandidateAgreement[]> {
  const tried = read.db.select().from(agreement)
    .where(and(eq(agreement.vendorId, read.vendorId), eq(agreement.customerId, customerId), ownAgreement(read)))
    .orderBy(agreement.state, desc(agreement.startsAt)).limit(MOST_TRIED).as('tried')
  const rows = await read.db.select({
    id: tried.id, planVersionId: tried.planVersionId, planKind: tried.planKind, productId: tried.productId, noticeDays: tried.noticeDays,
    policyVersionId: tried.policyVersionId, state: tried.state, startsAt: tried.startsAt, endsAt: tried.endsAt,
    unit: lot.unit, units: lot.available, expiresAt: lot.expiresAt,
  }).from(tried).leftJoin(lot, and(
    eq(lot.vendorId, read.vendorId), eq(lot.agreementId, tried.id), hasUnits, gt(lot.available, 0), usableAt(at)))
  return orderAgreements(heldOf(rows), productId, at)
}

type Joined = Omit<Held, 'usable'> & { readonly unit: Unit | null; readonly units: number | null; readonly expiresAt: Date | null }

const heldOf = (rows: readonly Joined[]): Held[] => [...Map.groupBy(rows, (row) => row.id).values()].map((own) => ({
  ...own[0]!,
  usable: own.flatMap(({ unit, units, expiresAt }) => (unit && units ? [{ unit, units, expiresAt }] : [])),
}))

export interface UnitCount { readonly unit: Unit; readonly units: number }

/** The units of an agreement that can be taken at the instant of reading, per unit; expired ones do not count. */
export const availableOf = async (read: Read, agreementId: Id<'agr'>): Promise<UnitCount[]> =>
  (await read.loader<Id<'agr'>, UnitCount[]>('agreement.available', async (ids) => {
    const rows = await read.db
      .select({ agreementId: lot.agreementId, unit: lot.unit, units: sql<number>`sum(${lot.available})::int` }).from(lot)
      .where(and(eq(lot.vendorId, read.vendorId), inArray(lot.agreementId, [...ids]), hasUnits, gt(lot.available, 0), usableAt(read.now)))
      .groupBy(lot.agreementId, lot.unit).orderBy(lot.unit)
    return Map.groupBy(rows, (row) => row.agreementId)
  }).load(agreementId)) ?? []

/** The reservation of a subject: the one that is held, else the latest; null when there never was one. */
export const reservationOf = (read: Read, subjectId: Id): Promise<ReservationRow | null> =>
  read.loader<Id, ReservationRow>('reservationOf', async (ids) => {
    const rows = await read.db.selectDistinctOn([reservation.subjectId]).from(reservation)
      .where(and(eq(reservation.vendorId, read.vendorId), inArray(reservation.subjectId, [...ids])))
      .orderBy(reservation.subjectId, sql`${reservation.state} <> 'HELD'`, desc(reservation.heldAt), desc(reservation.id))
    return new Map(rows.map((row) => [row.subjectId, row]))
  }).load(subjectId)

/** A lot of an agreement that the caller may see. */
export async function lotById(read: Read, id: Id<'lot'>): Promise<LotRow | null> {
  const found = await read.loader<Id<'lot'>, LotRow>('lot', async (ids) => {
    const rows = await read.db.select().from(lot).where(and(eq(lot.vendorId, read.vendorId), inArray(lot.id, [...ids])))
    return new Map(rows.map((row) => [row.id, row]))
  }).load(id)
  return found && (await agreementById(read, found.agreementId)) ? found : null
}
