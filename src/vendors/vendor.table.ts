import { boolean, index, integer, pgTable, primaryKey, text, uniqueIndex } from 'drizzle-orm/pg-core'
import { contactRoles, memberRoles } from '../kernel/actor.js'
import { id, instant, key, owned, refers } from '../kernel/columns.js'

/** The tenant's own record. `vendor_id` equals `id`, so that the same wall stands around it as around all it owns. */
export const vendor = pgTable('vendor', {
  ...owned('vnd'),
  name: text('name').notNull(),
  handle: text('handle').notNull(),
  /** Begins the references of its tickets: HAV in HAV-1042. */
  referencePrefix: text('reference_prefix').notNull(),
  locale: text('locale').notNull(),
  timeZone: text('time_zone').notNull(),
  currency: text('currency').notNull(),
  createdAt: instant('created_at').notNull(),
}, (t) => [key(t)])

/** Finds a vendor by what a caller can know before being inside: its handle. No content (T3). */
export const platformDirectory = pgTable('platform_directory', {
  handle: text('handle').primaryKey(),
  vendorId: id('vnd', 'vendor_id').notNull(),
})

export const member = pgTable('member', {
  ...owned('mem'),
  name: text('name').notNull(),
  email: text('email').notNull(),
  roles: text('roles', { enum: memberRoles }).array().notNull(),
  locale: text('locale').notNull(),
  active: boolean('active').notNull().default(true),
  externalId: text('external_id'),
  createdAt: instant('created_at').notNull(),
}, (t) => [
  key(t), uniqueIndex('member_email').on(t.vendorId, t.email), uniqueIndex('member_external').on(t.vendorId, t.externalId),
  index('member_listed').on(t.vendorId, t.createdAt, t.id),
])

export const customer = pgTable('customer', {
  ...owned('cus'),
  name: text('name').notNull(),
  country: text('country').notNull(),
  locale: text('locale').notNull(),
  consumer: boolean('consumer').notNull().default(false),
  active: boolean('active').notNull().default(true),
  externalId: text('external_id'),
  createdAt: instant('created_at').notNull(),
}, (t) => [key(t), uniqueIndex('customer_external').on(t.vendorId, t.externalId), index('customer_listed').on(t.vendorId, t.createdAt, t.id)])

export const contact = pgTable('contact', {
  ...owned('con'),
  customerId: id('cus', 'customer_id').notNull(),
  name: text('name').notNull(),
  email: text('email').notNull(),
  roles: text('roles', { enum: contactRoles }).array().notNull(),
  locale: text('locale').notNull(),
  active: boolean('active').notNull().default(true),
  externalId: text('external_id'),
  createdAt: instant('created_at').notNull(),
}, (t) => [
  key(t), refers(t.vendorId, t.customerId, customer), uniqueIndex('contact_email').on(t.vendorId, t.email),
  uniqueIndex('contact_external').on(t.vendorId, t.externalId), index('contact_listed').on(t.vendorId, t.customerId, t.createdAt, t.id),
])

/** Numbers that people read, given out per vendor: ticket references. Gaps are allowed. */
export const counter = pgTable('counter', {
  vendorId: id('vnd', 'vendor_id').notNull(),
  name: text('name').notNull(),
  last: integer('last').notNull(),
}, (t) => [primaryKey({ columns: [t.vendorId, t.name] })])
