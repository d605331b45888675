import { decideNow } from '../boundary/deciding.js'
import { asStatements, factsOf } from '../boundary/facts-stated.js'
import { NO_CHARGE } from '../boundary/policy.js'
import { candidatesFor } from '../entitlements/entitlements.reads.js'
import type { Act } from '../kernel/act.js'
import { record } from '../kernel/event.js'
import { newId } from '../kernel/ids.js'
import { conflict, invalid } from '../kernel/refusal.js'
import { createPart } from './opening.js'
import { holdPart, rollUp } from './parts.js'
import { startClocks } from './promised.js'
import type { SplitPartInput } from './ticket.inputs.js'
import type { PartRow } from './ticket.types.js'

const MOST_PARTS = 20

/**
 * Splits a second cause off. The new part starts with what was said about the first, but not with its cause, and with a ceiling
 * of nothing, so that the sum stays at most what was accepted (B11, R13); a class that costs something has to be announced and
 * accepted by name.
 */
export async function splitPart(act: Act, input: SplitPartInput): Promise<PartRow> {
  const { ticket, part, parts } = await holdPart(act, input.partId)
  if (ticket.state === 'CLOSED') throw conflict('The ticket is closed. Nothing was split.', 'Open a new ticket for the second problem.')
  if (parts.length >= MOST_PARTS) {
    throw invalid({ path: 'partId', message: `must be in a ticket with fewer than ${MOST_PARTS} parts; open a new ticket instead.` })
  }
  const componentId = input.componentId ?? part.componentId
  const isElsewhere = componentId !== part.componentId
  const left = ['cause', ...(isElsewhere ? ['component', 'componentOwner'] : [])]
  const statements = asStatements(await factsOf(act, part.id)).filter(({ name }) => !left.includes(name))
  const decided = await decideNow(act, {
    productId: ticket.productId, componentId, customerId: ticket.customerId, statements, at: act.now,
    candidates: await candidatesFor(act, ticket.customerId, ticket.productId, act.now),
  })
  const number = parts.length + 1
  const row = await createPart(act, {
    ticketId: ticket.id, partId: newId('prt'), componentId, number, title: input.title, decided, statements, ceiling: NO_CHARGE,
    announced: false,
  })
  const { id: ticketId, productId, severity } = ticket
  await startClocks(act, row, { ticketId, productId, severity, dutyId: decided.dutyId, announced: false })
  await record(act, { type: 'part.split', streamId: ticket.id, data: { from: part.id, partId: row.id, number } })
  await rollUp(act, ticket.id)
  return row
}
