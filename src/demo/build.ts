import type { Id } from '../kernel/ids.js'
import { anonymous } from '../kernel/actor.js'
import { checkInput, inputOf } from '../kernel/input.js'
import type { ManualClock } from '../kernel/time.js'
import { CreateCauseCodeInput, CreateComponentInput, CreateDutyInput, CreateProductInput, PutProductOnSaleInput } from '../catalog/catalog.inputs.js'
import { createCauseCode } from '../catalog/cause-codes.js'
import { createComponent, createDuty } from '../catalog/product-contents.js'
import { createProduct, putProductOnSale } from '../catalog/products.js'
import { contextFor } from '../kernel/act.js'
import { createCalendar } from '../sla/calendars.js'
import { setPromises } from '../sla/promises.js'
import { CreateCalendarInput, SetPromisesInput } from '../sla/sla.inputs.js'
import { createContact, createCustomer, createMember, updateMember } from '../vendors/people.js'
import { CreateContactInput, CreateCustomerInput, CreateMemberInput, UpdateMemberInput } from '../vendors/people.types.js'
import { signUpVendor } from '../vendors/vendor.js'
import { SignUpVendorInput } from '../vendors/vendor.types.js'
import { causes, duties, type ProductSpec, products } from './catalog.js'
import { type CustomerSpec, customers, mailOf, type MemberKey, members, type MemberSpec, vendor } from './people.js'
import { type CalendarKey, dutyPromises, type PromiseSpec } from './plans.js'
import { calendarsAt } from './when.js'
import { type DemoDoors, openWorld, type PersonKey, tick, type World } from './world.js'

/** Signs Havblikk up and adds its people. */
export async function signUp(doors: DemoDoors, clock: ManualClock): Promise<World> {
  const [first, ...others] = members
  const input = inputOf(SignUpVendorInput, {
    idempotencyKey: `sign-up ${vendor.handle}`, ...vendor, memberName: first.name, memberEmail: memberMail(first),
  })
  checkInput(input)
  const made = await signUpVendor(contextFor(doors.billing.database, clock, anonymous(), 'sign-up'), input)
  const world = openWorld(doors, clock, made.vendor.id)
  const meet = (key: MemberKey, id: Id<'mem'>, roles: MemberSpec['roles']) => world.meet(key, { kind: 'MEMBER', vendorId: world.vendorId, id, roles })
  meet(first.key, made.member.id, ['ADMIN'])
  await world.perform(first.key, 'members:change', UpdateMemberInput, { memberId: made.member.id, roles: [...first.roles] }, updateMember)
  meet(first.key, made.member.id, first.roles)
  for (const member of others) {
    tick(world)
    const wanted = { name: member.name, email: memberMail(member), roles: [...member.roles], externalId: member.key }
    const { id } = await world.perform('ingrid', 'members:change', CreateMemberInput, wanted, createMember)
    meet(member.key, id, member.roles)
  }
  return world
}

export const memberMail = ({ name }: { readonly name: string }): string => mailOf(name, `${vendor.handle}.example`)

/** Customers with their people. */
export async function welcome(world: World): Promise<void> {
  for (const { key, name, country, locale, consumer, domain, contacts } of customers as readonly CustomerSpec[]) {
    tick(world)
    const { id: customerId } = await world.perform(
      'tor', 'customers:change', CreateCustomerInput, { name, country, locale, consumer, externalId: key }, createCustomer)
    world.keep(`customer ${key}`, customerId)
    for (const contact of contacts) {
      tick(world)
      const roles = [...contact.roles]
      const wanted = { customerId, name: contact.name, email: mailOf(contact.name, domain), roles, externalId: contact.key }
      const { id } = await world.perform('tor', 'contacts:change', CreateContactInput, wanted, createContact)
      world.meet(contact.key as PersonKey, { kind: 'CONTACT', vendorId: world.vendorId, id, customerId, roles })
    }
  }
}

/** Calendars, products with components and duties, causes. */
export async function stock(world: World, loadedAt: Date): Promise<void> {
  for (const [key, spec] of Object.entries(calendarsAt(loadedAt))) {
    tick(world)
    const wanted = { ...spec, weekly: [...spec.weekly], overrides: [], holidays: [...spec.holidays] }
    world.keep(`calendar ${key}`, (await world.perform('yasmin', 'promises:change', CreateCalendarInput, wanted, createCalendar)).id)
  }
  for (const product of products) await stockProduct(world, product)
  for (const cause of causes) {
    tick(world)
    await world.perform('yasmin', 'catalog:change', CreateCauseCodeInput, { ...cause }, createCauseCode)
  }
}

async function stockProduct(world: World, { components, ...product }: ProductSpec): Promise<void> {
  tick(world)
  const wanted = { ...product, languages: ['nb', 'sv', 'en'], channels: ['TICKET' as const, 'PHONE' as const], externalId: product.code.toLowerCase() }
  const { id: productId } = await world.perform('yasmin', 'catalog:change', CreateProductInput, wanted, createProduct)
  world.keep(`product ${product.code}`, productId)
  for (const component of components) {
    tick(world)
    const { id } = await world.perform('yasmin', 'catalog:change', CreateComponentInput, { productId, ...component }, createComponent)
    world.keep(`component ${product.code} ${component.code}`, id)
  }
  for (const duty of duties) {
    tick(world)
    const { id: dutyId } = await world.perform('yasmin', 'catalog:change', CreateDutyInput, { productId, ...duty }, createDuty)
    await world.perform('yasmin', 'promises:change', SetPromisesInput, { dutyId, promises: promisesOf(world, dutyPromises[duty.code]) }, setPromises)
  }
  await world.perform('yasmin', 'catalog:change', PutProductOnSaleInput, { productId }, putProductOnSale)
}

/** Promises as an input has them, with the ids of their calendars. */
export const promisesOf = (world: World, promises: readonly PromiseSpec[]): SetPromisesInput['promises'] =>
  promises.map(({ calendar, ...promise }) => ({ ...promise, calendarId: calendar ? world.id('cal', calendarName(calendar)) : undefined }))

const calendarName = (key: CalendarKey): string => `calendar ${key}`
