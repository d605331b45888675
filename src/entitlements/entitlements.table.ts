import { sql } from 'drizzle-orm'
import { check, index, integer, pgTable, primaryKey, text, uniqueIndex } from 'drizzle-orm/pg-core'
import { scopePolicyVersion } from '../boundary/boundary.table.js'
import { planVersion, product } from '../catalog/catalog.table.js'
import { planKinds, units } from '../catalog/words.js'
import { anyId, id, instant, key, owned, refers } from '../kernel/columns.js'
import { customer } from '../vendors/vendor.table.js'
import { ACCOUNTS, TRANSACTION_KINDS } from './posting.js'

export const sourceKinds = ['PURCHASE', 'ORDER', 'GOODWILL', 'INVOICE'] as const
export type SourceKind = (typeof sourceKinds)[number]
export const agreementStates = ['ACTIVE', 'ENDED'] as const
export type AgreementState = (typeof agreementStates)[number]
export const reservationStates = ['HELD', 'CAPTURED', 'RELEASED'] as const

/**
 * One purchase (or gift) of a plan version by a customer. Its row is the lock of its ledger: whoever posts takes it
 * first, so that postings of one agreement happen one after another.
 */
export const agreement = pgTable('agreement', {
  ...owned('agr'),
  customerId: id('cus', 'customer_id').notNull(),
  planVersionId: id('plv', 'plan_version_id').notNull(),
  /** As it was sold: kind, product (null: every product) and notice of the plan version, so that choosing needs no other table. */
  planKind: text('plan_kind', { enum: planKinds }).notNull(),
  productId: id('prd', 'product_id'),
  noticeDays: integer('notice_days').notNull(),
  /** The scope policy version that it was sold with (B7); null when it covers every product, or none was published. */
  policyVersionId: id('pov', 'policy_version_id'),
  state: text('state', { enum: agreementStates }).notNull().default('ACTIVE'),
  startsAt: instant('starts_at').notNull(),
  /** Null: as long as it has units. */
  endsAt: instant('ends_at'),
  sourceKind: text('source_kind', { enum: sourceKinds }).notNull(),
  sourceId: text('source_id').notNull(),
  /** When its ledger was last posted to. Postings carry instants that never go back, so that every past balance is one that was. */
  lastPostedAt: instant('last_posted_at').notNull(),
}, (t) => [
  key(t), refers(t.vendorId, t.customerId, customer), refers(t.vendorId, t.planVersionId, planVersion),
  refers(t.vendorId, t.productId, product), refers(t.vendorId, t.policyVersionId, scopePolicyVersion),
  uniqueIndex('agreement_source').on(t.vendorId, t.sourceKind, t.sourceId),
  index('agreement_tried').on(t.vendorId, t.customerId, t.state, t.startsAt.desc()),
  index('agreement_listed').on(t.vendorId, t.customerId, t.startsAt, t.id),
  index('agreement_listed_all').on(t.vendorId, t.startsAt, t.id),
  check('agreement_term', sql`${t.endsAt} is null or ${t.endsAt} > ${t.startsAt}`),
])

/** Units from one purchase. The counters are the running balances of its ledger accounts (E2). */
export const lot = pgTable('lot', {
  ...owned('lot'),
  agreementId: id('agr', 'agreement_id').notNull(),
  unit: text('unit', { enum: units }).notNull(),
  issued: integer('issued').notNull().default(0),
  available: integer('available').notNull().default(0),
  reserved: integer('reserved').notNull().default(0),
  used: integer('used').notNull().default(0),
  expired: integer('expired').notNull().default(0),
  refunded: integer('refunded').notNull().default(0),
  transferredOut: integer('transferred_out').notNull().default(0),
  /** From this instant on nothing more can be taken; null: never. */
  expiresAt: instant('expires_at'),
  /** The lower is drawn first. */
  priority: integer('priority').notNull(),
  sourceKind: text('source_kind', { enum: sourceKinds }).notNull(),
  sourceId: text('source_id').notNull(),
  /** The lot whose units these are, with the time given back to them that they were held; null for the first. */
  continuesLotId: id('lot', 'continues_lot_id'),
  createdAt: instant('created_at').notNull(),
}, (t) => [
  key(t), refers(t.vendorId, t.agreementId, agreement), refers(t.vendorId, t.continuesLotId, t),
  index('lot_listed').on(t.vendorId, t.agreementId, t.createdAt, t.id),
  index('lot_open').on(t.vendorId, t.agreementId).where(sql`${t.available} + ${t.reserved} > 0`),
  check('lot_sums', sql`${t.issued} = ${t.available} + ${t.reserved} + ${t.used} + ${t.expired} + ${t.refunded} + ${t.transferredOut}`),
  check('lot_not_below_zero', sql`least(${t.available}, ${t.reserved}, ${t.used}, ${t.expired}, ${t.refunded}, ${t.transferredOut}) >= 0`),
])

/** Units set aside for one part of a ticket, until they are captured or released, once (E3). */
export const reservation = pgTable('reservation', {
  ...owned('rsv'),
  agreementId: id('agr', 'agreement_id').notNull(),
  /** The part. */
  subjectId: anyId('subject_id').notNull(),
  /** The ticket. */
  streamId: anyId('stream_id').notNull(),
  unit: text('unit', { enum: units }).notNull(),
  units: integer('units').notNull(),
  state: text('state', { enum: reservationStates }).notNull().default('HELD'),
  capturedUnits: integer('captured_units').notNull().default(0),
  heldAt: instant('held_at').notNull(),
  resolvedAt: instant('resolved_at'),
}, (t) => [
  key(t), refers(t.vendorId, t.agreementId, agreement),
  uniqueIndex('reservation_held').on(t.vendorId, t.subjectId).where(sql`${t.state} = 'HELD'`),
  index('reservation_subject').on(t.vendorId, t.subjectId, t.heldAt),
  check('reservation_units', sql`${t.units} >= 1 and ${t.capturedUnits} between 0 and ${t.units}`),
  check('reservation_resolved', sql`(${t.state} = 'HELD') = (${t.resolvedAt} is null) and (${t.state} = 'CAPTURED') = (${t.capturedUnits} > 0)`),
])

/** Which lots a reservation took its units from, in the order taken. */
export const reservationLot = pgTable('reservation_lot', {
  vendorId: id('vnd', 'vendor_id').notNull(),
  reservationId: id('rsv', 'reservation_id').notNull(),
  position: integer('position').notNull(),
  lotId: id('lot', 'lot_id').notNull(),
  units: integer('units').notNull(),
  heldAt: instant('held_at').notNull(),
}, (t) => [
  primaryKey({ columns: [t.vendorId, t.reservationId, t.position] }),
  refers(t.vendorId, t.reservationId, reservation), refers(t.vendorId, t.lotId, lot),
  check('reservation_lot_units', sql`${t.units} >= 1`),
])

/** One movement of units and why it was made. Append-only (E1); its entries sum to zero per unit. */
export const ledgerTransaction = pgTable('ledger_transaction', {
  ...owned('ltx'),
  agreementId: id('agr', 'agreement_id').notNull(),
  kind: text('kind', { enum: TRANSACTION_KINDS }).notNull(),
  /** The part that it was for; null for grants and most expiries. */
  subjectId: anyId('subject_id'),
  reservationId: id('rsv', 'reservation_id'),
  reason: text('reason').notNull(),
  /** The transaction that this one corrects; each can be corrected once. */
  correctsId: id('ltx', 'corrects_id'),
  at: instant('at').notNull(),
}, (t) => [
  key(t), refers(t.vendorId, t.agreementId, agreement), refers(t.vendorId, t.reservationId, reservation), refers(t.vendorId, t.correctsId, t),
  index('ledger_transaction_listed').on(t.vendorId, t.agreementId, t.at, t.id),
  index('ledger_transaction_subject').on(t.vendorId, t.subjectId, t.at),
  uniqueIndex('ledger_transaction_corrects').on(t.vendorId, t.correctsId),
  check('ledger_transaction_correction', sql`(${t.kind} = 'CORRECTION') = (${t.correctsId} is not null)`),
])

/** One account's share of a transaction. Append-only. */
export const ledgerEntry = pgTable('ledger_entry', {
  vendorId: id('vnd', 'vendor_id').notNull(),
  transactionId: id('ltx', 'transaction_id').notNull(),
  lotId: id('lot', 'lot_id').notNull(),
  account: text('account', { enum: ACCOUNTS }).notNull(),
  unit: text('unit', { enum: units }).notNull(),
  amount: integer('amount').notNull(),
}, (t) => [
  primaryKey({ columns: [t.vendorId, t.transactionId, t.lotId, t.account] }),
  refers(t.vendorId, t.transactionId, ledgerTransaction), refers(t.vendorId, t.lotId, lot),
  index('ledger_entry_lot').on(t.vendorId, t.lotId),
  check('ledger_entry_moves', sql`${t.amount} <> 0`),
])
