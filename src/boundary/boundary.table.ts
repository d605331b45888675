import { sql } from 'drizzle-orm'
import { boolean, check, index, integer, jsonb, pgTable, primaryKey, text, unique, uniqueIndex } from 'drizzle-orm/pg-core'
import { component, duty, planVersion, product } from '../catalog/catalog.table.js'
import { severities } from '../catalog/words.js'
import { anyId, id, instant, key, owned, refers } from '../kernel/columns.js'
import { contact, customer } from '../vendors/vendor.table.js'
import { FACT_SOURCES, TICKET_KINDS } from './facts.js'
import type { FactValue, FactValues } from './facts.js'
import { DECISION_CLASSES, HANDLERS, PAYERS, UNITS } from './policy.js'
import type { Row } from './policy.js'
import type { FactStatement } from './statements.js'
import type { Considered, ContestedFact, Deadline } from './stored.js'

export const versionStates = ['DRAFT', 'DISCARDED', 'PUBLISHED', 'RETIRED'] as const
export const stages = ['QUOTED', 'OPENED', 'REVISED', 'RESOLVED', 'REVIEWED', 'APPEALED'] as const
export const quoteStates = ['OPEN', 'USED', 'EXPIRED'] as const

/** Where a vendor's line between service and support is kept: one for a product, or one for every product without its own. */
export const scopePolicy = pgTable('scope_policy', {
  ...owned('pol'),
  name: text('name').notNull(),
  productId: id('prd', 'product_id'),
  createdAt: instant('created_at').notNull(),
}, (t) => [
  key(t), refers(t.vendorId, t.productId, product),
  unique('scope_policy_product').on(t.vendorId, t.productId).nullsNotDistinct(),
])

/**
 * One wording of a policy. The rules of a version are written with it and never change: saving a draft again makes
 * another version and discards the one before. Numbers are given at publishing: 1, 2, 3.
 */
export const scopePolicyVersion = pgTable('scope_policy_version', {
  ...owned('pov'),
  policyId: id('pol', 'policy_id').notNull(),
  number: integer('number'),
  state: text('state', { enum: versionStates }).notNull(),
  draftedAt: instant('drafted_at').notNull(),
  draftedBy: anyId('drafted_by'),
  publishedAt: instant('published_at'),
  publishedBy: anyId('published_by'),
  retiredAt: instant('retired_at'),
}, (t) => [
  key(t), refers(t.vendorId, t.policyId, scopePolicy),
  uniqueIndex('scope_policy_version_number').on(t.vendorId, t.policyId, t.number),
  uniqueIndex('scope_policy_version_draft').on(t.vendorId, t.policyId).where(sql`${t.state} = 'DRAFT'`),
  uniqueIndex('scope_policy_version_published').on(t.vendorId, t.policyId).where(sql`${t.state} = 'PUBLISHED'`),
  index('scope_policy_version_listed').on(t.vendorId, t.policyId, t.draftedAt, t.id),
  check('scope_policy_version_numbered', sql`(${t.state} in ('PUBLISHED', 'RETIRED')) = (${t.number} is not null and ${t.publishedAt} is not null)`),
  check('scope_policy_version_retired', sql`(${t.state} = 'RETIRED') = (${t.retiredAt} is not null)`),
])

/** The rules of a version, in order. Append-only. */
export const scopePolicyRule = pgTable('scope_policy_rule', {
  vendorId: id('vnd', 'vendor_id').notNull(),
  versionId: id('pov', 'version_id').notNull(),
  position: integer('position').notNull(),
  key: text('key').notNull(),
  condition: text('condition').notNull(),
  class: text('class', { enum: DECISION_CLASSES }).notNull(),
  handler: text('handler', { enum: HANDLERS }).notNull(),
  payer: text('payer', { enum: PAYERS }).notNull(),
  unit: text('unit', { enum: UNITS }),
  units: integer('units'),
  dutyCode: text('duty_code'),
  reason: text('reason').notNull(),
  turnTo: text('turn_to'),
  example: text('example'),
}, (t) => [
  primaryKey({ columns: [t.vendorId, t.versionId, t.position] }), refers(t.vendorId, t.versionId, scopePolicyVersion),
  check('scope_policy_rule_charge', sql`(${t.unit} is null) = (${t.units} is null)`),
])

/** What somebody said about a part or a quote. Append-only; a source corrects itself by stating again. */
export const fact = pgTable('fact', {
  ...owned('fct'),
  subjectId: anyId('subject_id').notNull(),
  name: text('name').notNull(),
  value: jsonb('value').$type<FactValue>().notNull(),
  source: text('source', { enum: FACT_SOURCES }).notNull(),
  statedBy: anyId('stated_by'),
  statedAt: instant('stated_at').notNull(),
}, (t) => [key(t), index('fact_subject').on(t.vendorId, t.subjectId, t.statedAt, t.id)])

/** One answer for one part or quote, with everything it was made from. Append-only (B1): the newest that is not proposed stands. */
export const decision = pgTable('decision', {
  ...owned('dec'),
  subjectKind: text('subject_kind', { enum: ['PART', 'QUOTE'] as const }).notNull(),
  subjectId: anyId('subject_id').notNull(),
  /** Counts the decisions of the subject: 1, 2, 3. */
  number: integer('number').notNull(),
  productId: id('prd', 'product_id').notNull(),
  stage: text('stage', { enum: stages }).notNull(),
  proposed: boolean('proposed').notNull(),
  acceptsId: id('dec', 'accepts_id'),
  class: text('class', { enum: DECISION_CLASSES }).notNull(),
  handler: text('handler', { enum: HANDLERS }).notNull(),
  payer: text('payer', { enum: PAYERS }).notNull(),
  /** The fourth answer: the deadlines that were told with it. */
  promises: jsonb('promises').$type<readonly Deadline[]>().notNull(),
  unit: text('unit', { enum: UNITS }),
  units: integer('units').notNull(),
  ceilingIncidents: integer('ceiling_incidents').notNull(),
  ceilingMinutes: integer('ceiling_minutes').notNull(),
  /** False: nobody's units reach the ceiling; they have to be bought, or it stays free until a class is announced. */
  payable: boolean('payable').notNull(),
  dutyId: id('dty', 'duty_id'),
  dutyCode: text('duty_code'),
  reason: text('reason').notNull(),
  ruleKey: text('rule_key').notNull(),
  turnTo: text('turn_to'),
  policyVersionId: id('pov', 'policy_version_id').notNull(),
  agreementId: anyId('agreement_id'),
  /** The cause that was found; null before resolution. */
  cause: text('cause'),
  /** The statements that were believed. */
  facts: jsonb('facts').$type<readonly FactStatement[]>().notNull(),
  /** A value for every fact, as the policy read them: what a replay needs (B4). */
  factValues: jsonb('fact_values').$type<FactValues>().notNull(),
  contested: boolean('contested').notNull(),
  contestedFacts: jsonb('contested_facts').$type<readonly ContestedFact[]>().notNull(),
  /** Keys of rules that could not be evaluated. */
  threw: jsonb('threw').$type<readonly string[]>().notNull(),
  considered: jsonb('considered').$type<readonly Considered[]>().notNull(),
  /** The outcome table: the answer for each cause. */
  table: jsonb('outcome_table').$type<readonly Row[]>().notNull(),
  decidedByKind: text('decided_by_kind').notNull(),
  decidedBy: anyId('decided_by'),
  at: instant('at').notNull(),
}, (t) => [
  key(t), refers(t.vendorId, t.productId, product), refers(t.vendorId, t.policyVersionId, scopePolicyVersion),
  refers(t.vendorId, t.dutyId, duty), refers(t.vendorId, t.acceptsId, t),
  uniqueIndex('decision_number').on(t.vendorId, t.subjectId, t.number),
  uniqueIndex('decision_accepts').on(t.vendorId, t.acceptsId),
  check('decision_charge', sql`${t.units} >= 0 and (${t.unit} is not null) = (${t.units} > 0) and (${t.units} = 0 or ${t.payer} = 'CUSTOMER')`),
  check('decision_ceiling', sql`${t.ceilingIncidents} >= 0 and ${t.ceilingMinutes} >= 0`),
  check('decision_accepted', sql`not (${t.proposed} and ${t.acceptsId} is not null)`),
])

/** A decision in advance, held for a customer until it expires or is used, once (B5). Reserves nothing. */
export const quote = pgTable('quote', {
  ...owned('quo'),
  customerId: id('cus', 'customer_id').notNull(),
  contactId: id('con', 'contact_id'),
  productId: id('prd', 'product_id').notNull(),
  componentId: id('cmp', 'component_id'),
  kind: text('kind', { enum: TICKET_KINDS }).notNull(),
  severity: text('severity', { enum: severities }).notNull(),
  ceilingIncidents: integer('ceiling_incidents').notNull(),
  ceilingMinutes: integer('ceiling_minutes').notNull(),
  agreementId: anyId('agreement_id'),
  /** What buying the missing units costs; null when nothing has to be bought. */
  pricePlanVersionId: id('plv', 'price_plan_version_id'),
  priceQuantity: integer('price_quantity'),
  priceCurrency: text('price_currency'),
  priceNetMinor: integer('price_net_minor'),
  priceTaxMinor: integer('price_tax_minor'),
  promises: jsonb('promises').$type<readonly Deadline[]>().notNull(),
  decisionId: id('dec', 'decision_id').notNull(),
  createdAt: instant('created_at').notNull(),
  expiresAt: instant('expires_at').notNull(),
  state: text('state', { enum: quoteStates }).notNull(),
  usedBySubjectId: anyId('used_by_subject_id'),
  usedAt: instant('used_at'),
}, (t) => [
  key(t), refers(t.vendorId, t.customerId, customer), refers(t.vendorId, t.contactId, contact),
  refers(t.vendorId, t.productId, product), refers(t.vendorId, t.componentId, component),
  refers(t.vendorId, t.pricePlanVersionId, planVersion), refers(t.vendorId, t.decisionId, decision),
  index('quote_listed').on(t.vendorId, t.customerId, t.createdAt, t.id),
  check('quote_used', sql`(${t.state} = 'USED') = (${t.usedBySubjectId} is not null and ${t.usedAt} is not null)`),
  check('quote_price', sql`num_nulls(${t.pricePlanVersionId}, ${t.priceQuantity}, ${t.priceCurrency}, ${t.priceNetMinor}, ${t.priceTaxMinor}) in (0, 5)`),
  check('quote_ceiling', sql`${t.ceilingIncidents} >= 0 and ${t.ceilingMinutes} >= 0`),
])
