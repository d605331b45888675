import { and, count, eq, inArray, type SQL } from 'drizzle-orm'
import type { Read } from '../kernel/act.js'
import type { Id } from '../kernel/ids.js'
import { type Page, type PageArgs, pageOf } from '../kernel/page.js'
import { may } from '../vendors/permissions.js'
import { purchase, stripeCustomer } from './billing.table.js'
import type { PurchaseRow } from './billing.types.js'

/** The third wall: a contact sees its own customer's purchases. */
const seen = (read: Read): SQL | undefined =>
  read.actor.kind === 'CONTACT' ? eq(purchase.customerId, read.actor.customerId) : undefined

export const purchaseById = (read: Read, id: Id<'pur'>): Promise<PurchaseRow | null> =>
  read.loader<Id<'pur'>, PurchaseRow>('purchase', async (ids) => {
    const rows = await read.db.select().from(purchase)
      .where(and(eq(purchase.vendorId, read.vendorId), inArray(purchase.id, [...ids]), seen(read)))
    return new Map(rows.map((row) => [row.id, row]))
  }).load(id)

/** The same for the field `node`, whose own permission is wider than that for purchases. */
export const purchaseAsNode = async (read: Read, id: Id<'pur'>): Promise<PurchaseRow | null> =>
  may(read.actor, 'purchases:read') ? purchaseById(read, id) : null

/** A page of purchases, the newest first: one customer's, or all that the caller may see. */
export async function purchases(read: Read, args: PageArgs, customerId?: Id<'cus'>): Promise<Page<PurchaseRow>> {
  const all = and(eq(purchase.vendorId, read.vendorId), customerId && eq(purchase.customerId, customerId), seen(read))
  return pageOf<PurchaseRow>(args, { by: purchase.createdAt, id: purchase.id, descending: true }, {
    rows: (past, order, limit) => read.db.select().from(purchase).where(and(all, past)).orderBy(...order).limit(limit),
    count: async () => (await read.db.select({ n: count() }).from(purchase).where(all))[0]!.n,
    at: (row) => row.createdAt,
  })
}

/** The id of a customer at Stripe, or null while it has none. */
export async function stripeCustomerIdOf(read: Read, customerId: Id<'cus'>): Promise<string | null> {
  const [row] = await read.db.select({ id: stripeCustomer.stripeCustomerId }).from(stripeCustomer)
    .where(and(eq(stripeCustomer.vendorId, read.vendorId), eq(stripeCustomer.customerId, customerId)))
  return row?.id ?? null
}
