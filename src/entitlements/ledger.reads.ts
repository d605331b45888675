import { and, count, eq, getTableColumns, inArray, lte, sql } from 'drizzle-orm'
import type { PgColumn, PgTable } from 'drizzle-orm/pg-core'
import type { Read } from '../kernel/act.js'
import type { Id } from '../kernel/ids.js'
import { type Page, type PageArgs, pageOf } from '../kernel/page.js'
import { agreementById, type LotRow } from './entitlements.reads.js'
import { ledgerEntry, ledgerTransaction, lot } from './entitlements.table.js'
import { type Counters, countersOf, replay } from './posting.js'

export type LedgerTransactionRow = typeof ledgerTransaction.$inferSelect
export type LedgerEntryRow = typeof ledgerEntry.$inferSelect

/** The balances of a lot at a past instant, from its entries up to it (E8): equal to its counters as they were then. */
export async function balanceAt(read: Read, lotId: Id<'lot'>, at: Date): Promise<Counters> {
  const entries = await read.db.select({ account: ledgerEntry.account, amount: sql<number>`sum(${ledgerEntry.amount})::int` }).from(ledgerEntry)
    .innerJoin(ledgerTransaction, and(eq(ledgerTransaction.vendorId, ledgerEntry.vendorId), eq(ledgerTransaction.id, ledgerEntry.transactionId)))
    .where(and(eq(ledgerEntry.vendorId, read.vendorId), eq(ledgerEntry.lotId, lotId), lte(ledgerTransaction.at, at)))
    .groupBy(ledgerEntry.account)
  return countersOf(replay(entries))
}

type Hung = PgTable & { vendorId: PgColumn; id: PgColumn; agreementId: PgColumn }

/** Pages of what hangs on an agreement, the oldest first. The same page of many agreements is one question. */
function pagesOf<R extends { id: string }>(name: string, table: Hung, by: PgColumn, at: (row: R) => Date) {
  const batch = (read: Read, page: string, args: PageArgs, agreementId: Id<'agr'>) => pageOf<R>(args, { by, id: table.id }, {
    rows: async (past, order, limit) => (await read.loader<Id<'agr'>, R[]>(page, async (ids) => {
      const place = sql<number>`row_number() over (partition by ${table.agreementId} order by ${sql.join(order, sql`, `)})`.as('place')
      const ranked = read.db.select({ ...getTableColumns(table), place }).from(table)
        .where(and(eq(table.vendorId, read.vendorId), inArray(table.agreementId, [...ids]), past)).as('ranked')
      const rows = await read.db.select().from(ranked).where(lte(ranked.place, limit)).orderBy(ranked.place)
      return Map.groupBy(rows as unknown as (R & { agreementId: Id<'agr'> })[], (row) => row.agreementId)
    }).load(agreementId)) ?? [],
    count: async () => (await read.loader<Id<'agr'>, number>(`${name}.count`, async (ids) => {
      const rows = await read.db.select({ of: table.agreementId, n: count() }).from(table)
        .where(and(eq(table.vendorId, read.vendorId), inArray(table.agreementId, [...ids]))).groupBy(table.agreementId)
      return new Map((rows as { of: Id<'agr'>; n: number }[]).map((row) => [row.of, row.n]))
    }).load(agreementId)) ?? 0,
    at,
  })
  return (read: Read, agreementId: Id<'agr'>, args: PageArgs): Promise<Page<R>> =>
    batch(read, `${name} ${JSON.stringify([args.first, args.after])}`, args, agreementId)
}

/** The lots of an agreement, the oldest first. */
export const lotsOf = pagesOf<LotRow>('agreement.lots', lot, lot.createdAt, (row) => row.createdAt)

/** Everything that moved an agreement's units, the oldest first (R62). */
export const historyOf = pagesOf<LedgerTransactionRow>('agreement.history', ledgerTransaction, ledgerTransaction.at, (row) => row.at)

/** Everything that moved units for one part of a ticket, the oldest first (R62); bounded by how often a part holds units. */
export async function transactionsOf(read: Read, subjectId: Id): Promise<LedgerTransactionRow[]> {
  const found = (await read.loader<Id, LedgerTransactionRow[]>('ledger.subject', async (ids) => {
    const rows = await read.db.select().from(ledgerTransaction)
      .where(and(eq(ledgerTransaction.vendorId, read.vendorId), inArray(ledgerTransaction.subjectId, [...ids])))
      .orderBy(ledgerTransaction.at, ledgerTransaction.id)
    return Map.groupBy(rows, (row) => row.subjectId!)
  }).load(subjectId)) ?? []
  const seen = await Promise.all(found.map((row) => agreementById(read, row.agreementId)))
  return found.filter((_, i) => seen[i])
}

/** A transaction of an agreement that the caller may see. */
export async function transactionById(read: Read, id: Id<'ltx'>): Promise<LedgerTransactionRow | null> {
  const [row] = await read.db.select().from(ledgerTransaction).where(and(eq(ledgerTransaction.vendorId, read.vendorId), eq(ledgerTransaction.id, id)))
  return row && (await agreementById(read, row.agreementId)) ? row : null
}

/** The entries of a transaction; bounded by the lots that it touched. */
export const entriesOf = async (read: Read, transactionId: Id<'ltx'>): Promise<LedgerEntryRow[]> =>
  (await read.loader<Id<'ltx'>, LedgerEntryRow[]>('ledger.entries', async (ids) => {
    const rows = await read.db.select().from(ledgerEntry)
      .where(and(eq(ledgerEntry.vendorId, read.vendorId), inArray(ledgerEntry.transactionId, [...ids])))
      .orderBy(ledgerEntry.transactionId, ledgerEntry.lotId, ledgerEntry.account)
    return Map.groupBy(rows, (row) => row.transactionId)
  }).load(transactionId)) ?? []
