import { and, arrayContains, count, eq, ne } from 'drizzle-orm'
import type { Act } from '../kernel/act.js'
import { said } from '../kernel/columns.js'
import { record } from '../kernel/event.js'
import { newId } from '../kernel/ids.js'
import { conflict, invalid, naming, notFound } from '../kernel/refusal.js'
import type {
  CreateContactInput, CreateCustomerInput, CreateMemberInput, UpdateContactInput, UpdateCustomerInput, UpdateMemberInput, UpsertContactInput,
  UpsertCustomerInput,
} from './people.types.js'
import { contactById, currentVendor, customerById, memberById } from './vendor.reads.js'
import { contact, customer, member, vendor } from './vendor.table.js'
import type { ContactRow, ContactUpsert, CustomerRow, CustomerUpsert, MemberRow } from './vendor.types.js'

const taken = (path: string, whose: string) => ({ path, message: `must be unused; another ${whose} has it.` })
const uniques = (whose: 'member' | 'customer' | 'contact') => ({
  [`${whose}_email`]: taken('email', whose), [`${whose}_external`]: taken('externalId', whose),
})

const countries = new Intl.DisplayNames(['en'], { type: 'region', fallback: 'none' })

function checkCountry(code: string | undefined): string | undefined {
  if (code && (!/^[A-Za-z]{2}$/.test(code) || !countries.of(code.toUpperCase()))) {
    throw invalid({ path: 'country', message: 'must be the ISO 3166-1 alpha-2 code of a country, as in NO.' })
  }
  return code?.toUpperCase()
}

/** Adds a member. Refuses an address or external id that is in use (InvalidInput). */
export async function createMember(act: Act, input: CreateMemberInput): Promise<MemberRow> {
  const locale = input.locale ?? (await currentVendor(act)).locale
  const [row] = await naming(uniques('member'), act.db.insert(member).values({
    vendorId: act.vendorId, id: newId('mem'), name: input.name, email: input.email.toLowerCase(), roles: [...new Set(input.roles)], locale,
    externalId: input.externalId ?? null, createdAt: act.now,
  }).returning())
  await record(act, { type: 'member.created', streamId: row!.id, visibility: 'INTERNAL' })
  return row!
}

/** Changes or (de)activates a member. The last active admin can be neither deactivated nor stripped of the role (Conflict). */
export async function updateMember(act: Act, input: UpdateMemberInput): Promise<MemberRow> {
  const before = await memberById(act, input.memberId)
  if (!before) throw notFound('memberId', 'member')
  const changes = said({ name: input.name, email: input.email?.toLowerCase(), roles: input.roles && [...new Set(input.roles)], active: input.active })
  if (Object.keys(changes).length === 0) return before
  if (changes.active === false || (changes.roles && !changes.roles.includes('ADMIN'))) await keepAnAdmin(act, before)
  const [row] = await naming(uniques('member'), act.db.update(member).set(changes)
    .where(and(eq(member.vendorId, act.vendorId), eq(member.id, input.memberId))).returning())
  await record(act, { type: 'member.updated', streamId: row!.id, data: { changed: Object.keys(changes) }, visibility: 'INTERNAL' })
  return row!
}

async function keepAnAdmin(act: Act, leaving: MemberRow): Promise<void> {
  // Two admins who deactivate each other at once wait here for one another.
  await act.db.select({ id: vendor.id }).from(vendor).where(and(eq(vendor.vendorId, act.vendorId), eq(vendor.id, act.vendorId))).for('update')
  const [others] = await act.db.select({ n: count() }).from(member).where(and(
    eq(member.vendorId, act.vendorId), eq(member.active, true), ne(member.id, leaving.id), arrayContains(member.roles, ['ADMIN'])))
  if (others!.n === 0) {
    throw conflict('This is the last active admin; without one nobody could let anybody in. Nothing was changed.', 'Give another member the role ADMIN first.')
  }
}

/** Adds a customer. */
export async function createCustomer(act: Act, input: CreateCustomerInput): Promise<CustomerRow> {
  const country = checkCountry(input.country)!
  const locale = input.locale ?? (await currentVendor(act)).locale
  const [row] = await naming(uniques('customer'), act.db.insert(customer).values({
    vendorId: act.vendorId, id: newId('cus'), name: input.name, country, locale, consumer: input.consumer ?? false,
    externalId: input.externalId ?? null, createdAt: act.now,
  }).returning())
  await record(act, { type: 'customer.created', streamId: row!.id, visibility: 'INTERNAL' })
  return row!
}

/** Changes or (de)activates a customer. */
export async function updateCustomer(act: Act, input: UpdateCustomerInput): Promise<CustomerRow> {
  const before = await customerById(act, input.customerId)
  if (!before) throw notFound('customerId', 'customer')
  const changes = said({ name: input.name, country: checkCountry(input.country), locale: input.locale, active: input.active })
  if (Object.keys(changes).length === 0) return before
  const [row] = await act.db.update(customer).set(changes)
    .where(and(eq(customer.vendorId, act.vendorId), eq(customer.id, input.customerId))).returning()
  await record(act, { type: 'customer.updated', streamId: row!.id, data: { changed: Object.keys(changes) }, visibility: 'INTERNAL' })
  return row!
}

/** Makes the customer with that external id, or brings it up to date; says which. */
export async function upsertCustomer(act: Act, input: UpsertCustomerInput): Promise<CustomerUpsert> {
  const [before] = await act.db.select().from(customer)
    .where(and(eq(customer.vendorId, act.vendorId), eq(customer.externalId, input.externalId)))
  if (!before) {
    const made = await createCustomer(act, input)
    return { id: made.id, customer: made, outcome: 'CREATED' }
  }
  const wanted = said({ name: input.name, country: checkCountry(input.country), locale: input.locale, consumer: input.consumer })
  if (!differs(before, wanted)) return { id: before.id, customer: before, outcome: 'UNCHANGED' }
  const [row] = await act.db.update(customer).set(wanted).where(and(eq(customer.vendorId, act.vendorId), eq(customer.id, before.id))).returning()
  await record(act, { type: 'customer.updated', streamId: before.id, data: { changed: Object.keys(wanted) }, visibility: 'INTERNAL' })
  return { id: before.id, customer: row!, outcome: 'UPDATED' }
}

/** The vendor's own ids are one list for all its customers: a contact who could write there would learn of other customers' people. */
function keepExternalId(act: Act, externalId: string | undefined): void {
  if (externalId && act.actor.kind === 'CONTACT') throw invalid({ path: 'externalId', message: 'must be left out: it is for the vendor\'s staff.' })
}

/** Adds a contact to a customer; a contact with the role ADMIN may add to its own customer only. */
export async function createContact(act: Act, input: CreateContactInput): Promise<ContactRow> {
  keepExternalId(act, input.externalId)
  const owner = await customerById(act, input.customerId)
  if (!owner) throw notFound('customerId', 'customer')
  const [row] = await naming(uniques('contact'), act.db.insert(contact).values({
    vendorId: act.vendorId, id: newId('con'), customerId: owner.id, name: input.name, email: input.email.toLowerCase(),
    roles: [...new Set(input.roles)], locale: input.locale ?? owner.locale, externalId: input.externalId ?? null, createdAt: act.now,
  }).returning())
  await record(act, { type: 'contact.created', streamId: row!.id, visibility: 'INTERNAL' })
  return row!
}

/** Changes or (de)activates a contact. */
export async function updateContact(act: Act, input: UpdateContactInput): Promise<ContactRow> {
  const before = await contactById(act, input.contactId)
  if (!before) throw notFound('contactId', 'contact')
  const changes = said({
    name: input.name, email: input.email?.toLowerCase(), roles: input.roles && [...new Set(input.roles)], locale: input.locale, active: input.active,
  })
  if (Object.keys(changes).length === 0) return before
  const [row] = await naming(uniques('contact'), act.db.update(contact).set(changes)
    .where(and(eq(contact.vendorId, act.vendorId), eq(contact.id, before.id))).returning())
  await record(act, { type: 'contact.updated', streamId: before.id, data: { changed: Object.keys(changes) }, visibility: 'INTERNAL' })
  return row!
}

/** Makes the contact with that external id, or brings it up to date; says which. A contact does not move between customers. */
export async function upsertContact(act: Act, input: UpsertContactInput): Promise<ContactUpsert> {
  keepExternalId(act, input.externalId)
  const owner = await customerById(act, input.customerId)
  if (!owner) throw notFound('customerId', 'customer')
  const [before] = await act.db.select().from(contact)
    .where(and(eq(contact.vendorId, act.vendorId), eq(contact.externalId, input.externalId)))
  if (!before) {
    const made = await createContact(act, input)
    return { id: made.id, contact: made, outcome: 'CREATED' }
  }
  if (before.customerId !== owner.id) throw invalid({ path: 'customerId', message: 'must be the customer this contact already belongs to; contacts do not move.' })
  const wanted = said({ name: input.name, email: input.email.toLowerCase(), roles: [...new Set(input.roles)], locale: input.locale })
  if (!differs(before, wanted)) return { id: before.id, contact: before, outcome: 'UNCHANGED' }
  const [row] = await naming(uniques('contact'), act.db.update(contact).set(wanted)
    .where(and(eq(contact.vendorId, act.vendorId), eq(contact.id, before.id))).returning())
  await record(act, { type: 'contact.updated', streamId: before.id, data: { changed: Object.keys(wanted) }, visibility: 'INTERNAL' })
  return { id: before.id, contact: row!, outcome: 'UPDATED' }
}

const differs = (row: object, wanted: object): boolean =>
  Object.entries(wanted).some(([k, v]) => JSON.stringify((row as Record<string, unknown>)[k]) !== JSON.stringify(v))
