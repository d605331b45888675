import { sql } from 'drizzle-orm'
import { boolean, check, index, integer, pgTable, text, uniqueIndex } from 'drizzle-orm/pg-core'
import { id, instant, key, owned, refers } from '../kernel/columns.js'
import {
  componentOwners, dutyKinds, planKinds, planVersionStates, priceIntervals, productStates, supportChannels, units,
} from './words.js'

export { componentOwners, dutyKinds, planKinds, planVersionStates, priceIntervals, productStates, supportChannels, units }

/** What the vendor sells, with the part of its support statement that no plan, promise or calendar says. */
export const product = pgTable('product', {
  ...owned('prd'),
  code: text('code').notNull(),
  name: text('name').notNull(),
  description: text('description').notNull(),
  state: text('state', { enum: productStates }).notNull().default('DRAFT'),
  languages: text('languages').array().notNull(),
  channels: text('channels', { enum: supportChannels }).array().notNull(),
  /** What support does not cover, in words; null when nothing is excluded. */
  exclusions: text('exclusions'),
  /** Where somebody turns whom the vendor does not help. */
  turnTo: text('turn_to'),
  externalId: text('external_id'),
  createdAt: instant('created_at').notNull(),
}, (t) => [
  key(t), uniqueIndex('product_code').on(t.vendorId, t.code), uniqueIndex('product_external').on(t.vendorId, t.externalId),
  index('product_listed').on(t.vendorId, t.createdAt, t.id),
  check('product_on_sale_says_where_to_turn', sql`${t.state} <> 'ON_SALE' or ${t.turnTo} is not null`),
])

/** A part of a product, and whose it is. */
export const component = pgTable('component', {
  ...owned('cmp'),
  productId: id('prd', 'product_id').notNull(),
  code: text('code').notNull(),
  name: text('name').notNull(),
  owner: text('owner', { enum: componentOwners }).notNull(),
  /** The third party's name; always there for a DEPENDENCY. */
  ownerName: text('owner_name'),
  description: text('description').notNull(),
  createdAt: instant('created_at').notNull(),
}, (t) => [
  key(t), refers(t.vendorId, t.productId, product), uniqueIndex('component_code').on(t.vendorId, t.productId, t.code),
  check('component_dependency_is_named', sql`${t.owner} <> 'DEPENDENCY' or ${t.ownerName} is not null`),
])

/** What a problem can turn out to have been: one product's, or (product_id null) every product's. */
export const causeCode = pgTable('cause_code', {
  ...owned('cau'),
  productId: id('prd', 'product_id'),
  code: text('code').notNull(),
  name: text('name').notNull(),
  description: text('description').notNull(),
  createdAt: instant('created_at').notNull(),
}, (t) => [
  key(t), refers(t.vendorId, t.productId, product), uniqueIndex('cause_code_code').on(t.vendorId, t.code),
  index('cause_code_product').on(t.vendorId, t.productId),
])

/** What the vendor owes everybody who has the product. */
export const duty = pgTable('duty', {
  ...owned('dty'),
  productId: id('prd', 'product_id').notNull(),
  code: text('code').notNull(),
  kind: text('kind', { enum: dutyKinds }).notNull(),
  statement: text('statement').notNull(),
  createdAt: instant('created_at').notNull(),
}, (t) => [key(t), refers(t.vendorId, t.productId, product), uniqueIndex('duty_code').on(t.vendorId, t.productId, t.code)])

/** What is sold beside a product: of one product, or (product_id null) of all of them. */
export const plan = pgTable('plan', {
  ...owned('pln'),
  code: text('code').notNull(),
  name: text('name').notNull(),
  kind: text('kind', { enum: planKinds }).notNull(),
  productId: id('prd', 'product_id'),
  turnTo: text('turn_to'),
  createdAt: instant('created_at').notNull(),
}, (t) => [
  key(t), refers(t.vendorId, t.productId, product), uniqueIndex('plan_code').on(t.vendorId, t.code),
  index('plan_product').on(t.vendorId, t.productId), index('plan_listed').on(t.vendorId, t.createdAt, t.id),
])

/** The terms of a plan as they were once sold. A draft changes; a published version never does, it is only retired. */
export const planVersion = pgTable('plan_version', {
  ...owned('plv'),
  planId: id('pln', 'plan_id').notNull(),
  number: integer('number').notNull(),
  state: text('state', { enum: planVersionStates }).notNull().default('DRAFT'),
  unit: text('unit', { enum: units }),
  units: integer('units'),
  /** Units expire so many days after the grant; null: never. */
  termDays: integer('term_days'),
  noticeDays: integer('notice_days').notNull(),
  summary: text('summary').notNull(),
  createdAt: instant('created_at').notNull(),
  publishedAt: instant('published_at'),
  retiredAt: instant('retired_at'),
}, (t) => [
  key(t), refers(t.vendorId, t.planId, plan), uniqueIndex('plan_version_number').on(t.vendorId, t.planId, t.number),
  uniqueIndex('plan_version_one_draft').on(t.vendorId, t.planId).where(sql`${t.state} = 'DRAFT'`),
  uniqueIndex('plan_version_one_on_sale').on(t.vendorId, t.planId).where(sql`${t.state} = 'PUBLISHED'`),
  check('plan_version_units', sql`(${t.unit} is null) = (${t.units} is null) and ${t.units} >= 1 and ${t.termDays} >= 1 and ${t.noticeDays} >= 0`),
  check('plan_version_instants', sql`(${t.state} = 'DRAFT') = (${t.publishedAt} is null) and (${t.state} = 'RETIRED') = (${t.retiredAt} is not null)`),
])

/** What a plan version costs in one currency and interval, without tax. Written and taken away with its draft only. */
export const planPrice = pgTable('plan_price', {
  ...owned('prc'),
  planVersionId: id('plv', 'plan_version_id').notNull(),
  currency: text('currency').notNull(),
  /** Net, in minor units. */
  amountMinor: integer('amount_minor').notNull(),
  /** 2500 is 25 %. */
  taxRateBps: integer('tax_rate_bps').notNull(),
  interval: text('interval', { enum: priceIntervals }).notNull(),
  perSeat: boolean('per_seat').notNull(),
}, (t) => [
  key(t), refers(t.vendorId, t.planVersionId, planVersion),
  uniqueIndex('plan_price_once').on(t.vendorId, t.planVersionId, t.currency, t.interval),
  check('plan_price_amounts', sql`${t.amountMinor} >= 0 and ${t.taxRateBps} between 0 and 10000`),
])
