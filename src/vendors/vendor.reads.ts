import { and, count, eq, type SQL } from 'drizzle-orm'
import type { PgColumn, PgTable } from 'drizzle-orm/pg-core'
import type { Read } from '../kernel/act.js'
import type { Id } from '../kernel/ids.js'
import { byId } from '../kernel/by-id.js'
import { type Page, type PageArgs, pageOf } from '../kernel/page.js'
import { contact, customer, member, platformDirectory, vendor } from './vendor.table.js'
import type { ContactRow, CustomerRow, MemberRow, VendorRow } from './vendor.types.js'
import type { Context } from '../kernel/act.js'

/** The vendor that a handle names, or null. Asked before a vendor is known, with whatever a stranger sends. */
export async function vendorIdByHandle(ctx: Context, handle: string): Promise<Id<'vnd'> | null> {
  if (!/^[\w.-]{1,40}$/.test(handle)) return null
  const [row] = await ctx.database.platform.select().from(platformDirectory).where(eq(platformDirectory.handle, handle.toLowerCase()))
  return row?.vendorId ?? null
}

export async function currentVendor(read: Read): Promise<VendorRow> {
  const [row] = await read.db.select().from(vendor).where(and(eq(vendor.vendorId, read.vendorId), eq(vendor.id, read.vendorId)))
  if (!row) throw new Error('The vendor of this transaction is gone.')
  return row
}

/** A contact sees its own customer; everyone inside the vendor sees all. */
const ownCustomer = (column: PgColumn) => (read: Read) => (read.actor.kind === 'CONTACT' ? eq(column, read.actor.customerId) : undefined)

export const memberById = byId<Id<'mem'>, MemberRow>('member', member, () => undefined)
export const customerById = byId<Id<'cus'>, CustomerRow>('customer', customer, ownCustomer(customer.id))
export const contactById = byId<Id<'con'>, ContactRow>('contact', contact, ownCustomer(contact.customerId))

type Listed = PgTable & { vendorId: PgColumn; id: PgColumn } & { createdAt: PgColumn }

/** A page of one table, the oldest first, of rows that meet a condition. */
async function listed<R extends { id: string; createdAt: Date }>(read: Read, table: Listed, args: PageArgs, where?: SQL): Promise<Page<R>> {
  const all = and(eq(table.vendorId, read.vendorId), where)
  return pageOf<R>(args, { by: table.createdAt, id: table.id }, {
    rows: async (past, order, limit) => (await read.db.select().from(table).where(and(all, past)).orderBy(...order).limit(limit)) as R[],
    count: async () => (await read.db.select({ n: count() }).from(table).where(all))[0]!.n,
    at: (row) => row.createdAt,
  })
}

export const members = (read: Read, args: PageArgs) => listed<MemberRow>(read, member, args)
export const customers = (read: Read, args: PageArgs) => listed<CustomerRow>(read, customer, args)
export const contacts = (read: Read, args: PageArgs, customerId?: Id<'cus'>) =>
  listed<ContactRow>(read, contact, args, and(customerId && eq(contact.customerId, customerId), ownCustomer(contact.customerId)(read)))
