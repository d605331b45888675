import { and, eq, inArray, lte, sql } from 'drizzle-orm'
import type { Read } from '../kernel/act.js'
import type { Id } from '../kernel/ids.js'
import { pagesOf } from '../kernel/page.js'
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

/** The lots of an agreement, the oldest first. */
export const lotsOf = pagesOf<Id<'agr'>, LotRow>({
  name: 'agreement.lots', table: lot, owner: lot.agreementId, ownerOf: (row) => row.agreementId, by: lot.createdAt, id: lot.id, at: (row) => row.createdAt,
})

/** Everything that moved an agreement's units, the oldest first (R62). */
export const historyOf = pagesOf<Id<'agr'>, LedgerTransactionRow>({
  name: 'agreement.history', table: ledgerTransaction, owner: ledgerTransaction.agreementId, ownerOf: (row) => row.agreementId,
  by: ledgerTransaction.at, id: ledgerTransaction.id, at: (row) => row.at,
})

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
