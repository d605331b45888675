import { and, eq, sql } from 'drizzle-orm'
import { type Act, type Context } from '../kernel/act.js'
import { change } from '../kernel/command.js'
import { said } from '../kernel/columns.js'
import { record } from '../kernel/event.js'
import { hashOf, keepVendorKey, PLATFORM_KEY, vendorMadeWith } from '../kernel/idempotency.js'
import { newId } from '../kernel/ids.js'
import { anonymous } from '../kernel/actor.js'
import { naming } from '../kernel/refusal.js'
import { currentVendor } from './vendor.reads.js'
import { counter, member, platformDirectory, vendor } from './vendor.table.js'
import type { MemberRow, SignUpVendorInput, UpdateVendorInput, VendorRow } from './vendor.types.js'

/**
 * Makes a vendor with its first admin. The key is kept for the platform, since there is no vendor before; a second call
 * with it within an hour answers the same vendor. Refuses a handle that is taken (InvalidInput).
 */
export async function signUpVendor(ctx: Context, input: SignUpVendorInput): Promise<{ vendor: VendorRow; member: MemberRow }> {
  const inputHash = hashOf('signUpVendor', { ...input, idempotencyKey: undefined })
  const known = await vendorMadeWith(ctx.database.platform, 'signUpVendor', input.idempotencyKey, inputHash, ctx.clock.now())
  const vendorId = known ?? newId('vnd')
  const inside: Context = { ...ctx, actor: anonymous(vendorId), reading: null }
  return await change(inside, async (act) => (known ? await firstMember(act) : await createVendor(act, input, inputHash)))
}

async function firstMember(act: Act): Promise<{ vendor: VendorRow; member: MemberRow }> {
  const [first] = await act.db.select().from(member).where(eq(member.vendorId, act.vendorId)).orderBy(member.createdAt, member.id).limit(1)
  return { vendor: await currentVendor(act), member: first! }
}

async function createVendor(act: Act, input: SignUpVendorInput, inputHash: string): Promise<{ vendor: VendorRow; member: MemberRow }> {
  const handle = input.handle.toLowerCase()
  await naming({
    platform_directory_pkey: { path: 'handle', message: `must be unused; ${handle} is taken.` },
    [PLATFORM_KEY]: { path: 'idempotencyKey', message: 'is in use by another call right now; send it again.' },
  }, Promise.all([
    keepVendorKey(act, 'signUpVendor', input.idempotencyKey, inputHash),
    act.db.insert(platformDirectory).values({ handle, vendorId: act.vendorId }),
  ]))
  const [made] = await act.db.insert(vendor).values({
    vendorId: act.vendorId, id: act.vendorId, name: input.name, handle, referencePrefix: input.referencePrefix.toUpperCase(),
    locale: input.locale, timeZone: input.timeZone, currency: input.currency, createdAt: act.now,
  }).returning()
  const [first] = await act.db.insert(member).values({
    vendorId: act.vendorId, id: newId('mem'), name: input.memberName, email: input.memberEmail.toLowerCase(),
    roles: ['ADMIN'], locale: input.locale, createdAt: act.now,
  }).returning()
  await record(act, { type: 'vendor.signed_up', streamId: act.vendorId, data: { memberId: first!.id }, visibility: 'INTERNAL' })
  return { vendor: made!, member: first! }
}

/** Changes the vendor's own record. */
export async function updateVendor(act: Act, input: UpdateVendorInput): Promise<VendorRow> {
  const changes = said({ name: input.name, locale: input.locale, timeZone: input.timeZone })
  if (Object.keys(changes).length === 0) return currentVendor(act)
  const [row] = await act.db.update(vendor).set(changes).where(and(eq(vendor.vendorId, act.vendorId), eq(vendor.id, act.vendorId))).returning()
  await record(act, { type: 'vendor.updated', streamId: act.vendorId, data: changes, visibility: 'INTERNAL' })
  return row!
}

/** The next number of a vendor's series, from `first` upward; gaps are allowed. */
export async function nextNumber(act: Act, name: string, first: number): Promise<number> {
  const [row] = await act.db.insert(counter).values({ vendorId: act.vendorId, name, last: first })
    .onConflictDoUpdate({ target: [counter.vendorId, counter.name], set: { last: sql`${counter.last} + 1` } })
    .returning({ last: counter.last })
  return row!.last
}
