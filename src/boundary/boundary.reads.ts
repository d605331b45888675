import { and, eq, inArray, ne, or, type SQL, sql } from 'drizzle-orm'
import type { Read } from '../kernel/act.js'
import type { Id } from '../kernel/ids.js'
import { decision, quote } from './boundary.table.js'
import type { DecisionRow, QuoteRow } from './boundary.types.js'

/**
 * The third wall around quotes: a contact sees its own customer's; one for a security report is seen by its author and by
 * those who read security matters (R30).
 */
export function seenQuotes(read: Read): SQL | undefined {
  const { actor } = read
  if (actor.kind === 'ANONYMOUS') return sql`false`
  if (actor.kind !== 'CONTACT') return undefined
  const own = eq(quote.customerId, actor.customerId)
  const confidential = actor.roles.includes('SECURITY') || actor.roles.includes('ADMIN')
  return confidential ? own : and(own, or(ne(quote.kind, 'SECURITY_REPORT'), eq(quote.contactId, actor.id)))
}

export const quoteById = (read: Read, id: Id<'quo'>): Promise<QuoteRow | null> =>
  read.loader<Id<'quo'>, QuoteRow>('quote', async (ids) => {
    const rows = await read.db.select().from(quote).where(and(eq(quote.vendorId, read.vendorId), inArray(quote.id, [...ids]), seenQuotes(read)))
    return new Map(rows.map((row) => [row.id, row]))
  }).load(id)

/** A decision, whoever asks: for a thing that its caller has found already (a quote's decision, a part's). */
export const anyDecisionById = (read: Read, id: Id<'dec'>): Promise<DecisionRow | null> =>
  read.loader<Id<'dec'>, DecisionRow>('decision', async (ids) => {
    const rows = await read.db.select().from(decision).where(and(eq(decision.vendorId, read.vendorId), inArray(decision.id, [...ids])))
    return new Map(rows.map((row) => [row.id, row]))
  }).load(id)

/**
 * A decision that the caller may see by its id alone: members all; contacts those of quotes that they see. A part's
 * decisions are reached through its ticket, which knows who may see it.
 */
export async function decisionById(read: Read, id: Id<'dec'>): Promise<DecisionRow | null> {
  const row = await anyDecisionById(read, id)
  if (!row || read.actor.kind === 'MEMBER' || read.actor.kind === 'AUTOMATION') return row
  return row.subjectKind === 'QUOTE' && (await quoteById(read, row.subjectId as Id<'quo'>)) ? row : null
}
