import type { DecisionRow } from '../boundary/boundary.types.js'
import { type Decided, unitOf } from '../boundary/deciding.js'
import { recordDecision } from '../boundary/decisions.js'
import type { TicketKind } from '../boundary/facts.js'
import { keepFacts } from '../boundary/facts-stated.js'
import type { Ceiling } from '../boundary/policy.js'
import type { FactStatement } from '../boundary/statements.js'
import type { Severity } from '../catalog/words.js'
import { reserve } from '../entitlements/reservations.js'
import type { Act } from '../kernel/act.js'
import { record } from '../kernel/event.js'
import { type Id, newId } from '../kernel/ids.js'
import { conflict, naming } from '../kernel/refusal.js'
import { nextNumber } from '../vendors/vendor.js'
import { currentVendor } from '../vendors/vendor.reads.js'
import type { ContactRow } from '../vendors/vendor.types.js'
import { say } from './conversation.js'
import { rollUp } from './parts.js'
import { startClocks } from './promised.js'
import { part, ticket } from './ticket.table.js'
import type { PartRow, TicketRow } from './ticket.types.js'

/** What is known when a ticket is opened: decided, and accepted by the customer. */
export interface Opening {
  readonly ticketId: Id<'tkt'>
  readonly partId: Id<'prt'>
  readonly contact: ContactRow
  readonly productId: Id<'prd'>
  readonly componentId: Id<'cmp'> | null
  readonly kind: TicketKind
  readonly severity: Severity
  readonly subject: string
  readonly body: string
  readonly externalId: string | null
  readonly quoteId: Id<'quo'> | null
  readonly decided: Decided
  readonly statements: readonly FactStatement[]
  /** The most that the customer accepted; nothing, for a free report. */
  readonly ceiling: Ceiling
  /** True when the customer knew class and price before opening: accepting them announces the class (B6). */
  readonly announced: boolean
}

const FIRST_REFERENCE = 1001

/** Opens a ticket with its first part: decision, reservation, clocks, message, event; all of it or nothing. */
export async function createTicket(act: Act, opening: Opening): Promise<TicketRow> {
  const [{ referencePrefix }, number] = await Promise.all([currentVendor(act), nextNumber(act, 'ticket', FIRST_REFERENCE)])
  const { ticketId: id, contact, productId, subject, kind, severity, externalId } = opening
  await naming({ ticket_external: { path: 'externalId', message: 'must be unused; another ticket has it.' } }, act.db.insert(ticket).values({
    vendorId: act.vendorId, id, reference: `${referencePrefix}-${number}`, customerId: contact.customerId, contactId: contact.id, productId,
    subject, kind, severity, externalId, state: 'OPEN', nextMover: 'VENDOR', nextDueAt: act.now, openedAt: act.now,
  }))
  const unit = unitOf(opening.ceiling)
  await record(act, {
    type: 'ticket.opened', streamId: id,
    data: { partId: opening.partId, kind, severity, quoteId: opening.quoteId, unit, ceilingUnits: unit ? opening.ceiling[unit] : 0 },
  })
  await say(act, { id }, { kind: 'REQUEST', visibility: 'PUBLIC', body: opening.body })
  const row = await createPart(act, { ...opening, number: 1, title: subject })
  await startClocks(act, row, { ...opening, dutyId: opening.decided.dutyId })
  return rollUp(act, id)
}

export interface NewPart extends Pick<Opening, 'ticketId' | 'partId' | 'componentId' | 'decided' | 'statements' | 'ceiling' | 'announced'> {
  readonly number: number
  readonly title: string
}

/** A part with its facts, its first decision (B1) and, when something may be charged, its reservation. */
export async function createPart(act: Act, given: NewPart): Promise<PartRow> {
  const { ticketId, partId, decided, ceiling } = given
  const unit = singleUnit(ceiling)
  const [row] = await act.db.insert(part).values({
    vendorId: act.vendorId, id: partId, ticketId, number: given.number, title: given.title, componentId: given.componentId,
    state: 'OPEN', stateSince: act.now, agreementId: decided.chosenAgreementId,
    ceilingIncidents: ceiling.INCIDENT, ceilingMinutes: ceiling.MINUTE, classAnnouncedAt: given.announced ? act.now : null,
  }).returning()
  await keepFacts(act, partId, given.statements)
  await recordDecision(act, { subjectKind: 'PART', subjectId: partId, streamId: ticketId, stage: 'OPENED', decided, ceiling })
  if (unit) {
    if (!decided.chosenAgreementId) throw new Error('Something may be charged and no agreement carries it.')
    await reserve(act, { agreementId: decided.chosenAgreementId as Id<'agr'>, subjectId: partId, streamId: ticketId, unit, units: ceiling[unit] })
  }
  if (given.announced) await announce(act, ticketId, partId, decided.answer)
  return row!
}

/** A part is charged in one unit; a policy that could charge either has to be asked for one of them. */
export function singleUnit(ceiling: Ceiling): 'INCIDENT' | 'MINUTE' | null {
  if (ceiling.INCIDENT > 0 && ceiling.MINUTE > 0) {
    throw conflict(
      'This problem could be charged in incidents or in minutes, depending on its cause, and one part is charged in one unit. '
        + 'Nothing was changed or charged.',
      'Ask the vendor to name one unit for it in the scope policy; report it free as a possible defect meanwhile.')
  }
  return unitOf(ceiling)
}

export const announce = (act: Act, ticketId: Id<'tkt'>, partId: Id<'prt'>, said: Pick<DecisionRow, 'class' | 'reason'>) =>
  record(act, { type: 'part.class_announced', streamId: ticketId, data: { partId, class: said.class, reason: said.reason } })

export const newTicketIds = (): Pick<Opening, 'ticketId' | 'partId'> => ({ ticketId: newId('tkt'), partId: newId('prt') })
