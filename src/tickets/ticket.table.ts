import { sql } from 'drizzle-orm'
import { boolean, check, index, integer, pgTable, text, uniqueIndex } from 'drizzle-orm/pg-core'
import { TICKET_KINDS } from '../boundary/facts.js'
import { UNITS } from '../boundary/policy.js'
import { component, product } from '../catalog/catalog.table.js'
import { severities } from '../catalog/words.js'
import { anyId, id, instant, key, owned, refers } from '../kernel/columns.js'
import { contact, customer, member } from '../vendors/vendor.table.js'
import { states } from './ticket-state.js'

export const movers = ['VENDOR', 'CUSTOMER', 'NOBODY'] as const

/** One conversation about one problem. State and next move are rolled up from its parts by `rollUp`, nowhere else. */
export const ticket = pgTable('ticket', {
  ...owned('tkt'),
  reference: text('reference').notNull(),
  customerId: id('cus', 'customer_id').notNull(),
  contactId: id('con', 'contact_id').notNull(),
  productId: id('prd', 'product_id').notNull(),
  subject: text('subject').notNull(),
  kind: text('kind', { enum: TICKET_KINDS }).notNull(),
  severity: text('severity', { enum: severities }).notNull(),
  state: text('state', { enum: states }).notNull(),
  nextMover: text('next_mover', { enum: movers }).notNull(),
  /** When the next move is due; null only when nobody has one. */
  nextDueAt: instant('next_due_at'),
  assigneeId: id('mem', 'assignee_id'),
  externalId: text('external_id'),
  openedAt: instant('opened_at').notNull(),
  closedAt: instant('closed_at'),
}, (t) => [
  key(t), refers(t.vendorId, t.customerId, customer), refers(t.vendorId, t.contactId, contact), refers(t.vendorId, t.productId, product),
  refers(t.vendorId, t.assigneeId, member),
  uniqueIndex('ticket_reference').on(t.vendorId, t.reference), uniqueIndex('ticket_external').on(t.vendorId, t.externalId),
  index('ticket_listed').on(t.vendorId, t.openedAt, t.id), index('ticket_of_customer').on(t.vendorId, t.customerId, t.openedAt, t.id),
  index('ticket_in_state').on(t.vendorId, t.state, t.openedAt, t.id), index('ticket_of_assignee').on(t.vendorId, t.assigneeId, t.openedAt, t.id),
  index('ticket_queue').on(t.vendorId, t.nextDueAt, t.id).where(sql`${t.nextMover} = 'VENDOR'`),
  check('ticket_next_move', sql`(${t.nextMover} = 'NOBODY') = (${t.nextDueAt} is null)`),
])

/** What is decided, owned, paid and resolved. Every ticket has at least one. */
export const part = pgTable('part', {
  ...owned('prt'),
  ticketId: id('tkt', 'ticket_id').notNull(),
  number: integer('number').notNull(),
  title: text('title').notNull(),
  componentId: id('cmp', 'component_id'),
  state: text('state', { enum: states }).notNull(),
  stateSince: instant('state_since').notNull(),
  agreementId: anyId('agreement_id'),
  /** The most that the customer has accepted to be charged, per unit. */
  ceilingIncidents: integer('ceiling_incidents').notNull(),
  ceilingMinutes: integer('ceiling_minutes').notNull(),
  classAnnouncedAt: instant('class_announced_at'),
  cause: text('cause'),
  finding: text('finding'),
  workStartedAt: instant('work_started_at'),
  /** Fixed at resolution (E3); captured when the resolution is confirmed. */
  chargeUnits: integer('charge_units'),
  chargeUnit: text('charge_unit', { enum: UNITS }),
  resolvedAt: instant('resolved_at'),
  resolvedBy: anyId('resolved_by'),
  confirmBy: instant('confirm_by'),
  /** CUSTOMER confirmed, or the WINDOW ended. */
  closedBy: text('closed_by', { enum: ['CUSTOMER', 'WINDOW'] }),
  closedAt: instant('closed_at'),
}, (t) => [
  key(t), refers(t.vendorId, t.ticketId, ticket), refers(t.vendorId, t.componentId, component),
  uniqueIndex('part_number').on(t.vendorId, t.ticketId, t.number),
  check('part_ceiling', sql`${t.ceilingIncidents} >= 0 and ${t.ceilingMinutes} >= 0 and (${t.chargeUnits} is null or ${t.chargeUnits} = 0
    or ${t.chargeUnits} <= case ${t.chargeUnit} when 'INCIDENT' then ${t.ceilingIncidents} when 'MINUTE' then ${t.ceilingMinutes} else -1 end)`),
  check('part_resolved', sql`(${t.state} in ('RESOLVED', 'CLOSED')) = (${t.resolvedAt} is not null)`),
])

/** What was said. Append-only. */
export const message = pgTable('message', {
  ...owned('msg'),
  ticketId: id('tkt', 'ticket_id').notNull(),
  visibility: text('visibility', { enum: ['PUBLIC', 'INTERNAL'] }).notNull(),
  /** ANSWER and QUESTION stop a response clock; UPDATE, RECEIPT, NOTE and whatever automation says do not (S5). */
  kind: text('kind', { enum: ['ANSWER', 'QUESTION', 'UPDATE', 'RECEIPT', 'NOTE', 'REQUEST'] }).notNull(),
  authorKind: text('author_kind', { enum: ['MEMBER', 'CONTACT', 'AUTOMATION'] }).notNull(),
  authorId: anyId('author_id'),
  body: text('body').notNull(),
  automated: boolean('automated').notNull(),
  at: instant('at').notNull(),
}, (t) => [key(t), refers(t.vendorId, t.ticketId, ticket), index('message_listed').on(t.vendorId, t.ticketId, t.at, t.id)])
