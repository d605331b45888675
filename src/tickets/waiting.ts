import type { Act } from '../kernel/act.js'
import { record } from '../kernel/event.js'
import type { Id } from '../kernel/ids.js'
import { after as later } from '../kernel/time.js'
import { clearTimer, setTimer, type Timer } from '../kernel/timer.js'
import { pauseClocks, resumeClocks } from '../sla/clocks.js'
import { holdPart, move, rollUp } from './parts.js'
import { windows } from './ticket-state.js'
import type { PartRow, TicketRow } from './ticket.types.js'

/** The customer was asked in public: it has the move, and resolution waits (S5). Where a proposal waits for it already, nothing changes. */
export async function askCustomer(act: Act, of: TicketRow, part: PartRow): Promise<void> {
  if (part.state === 'PROPOSED') return
  await move(act, part, 'ask')
  await pauseClocks(act, part.id, ['RESOLUTION'], 'A public question waits for the customer.')
  await setTimer(act, 'ticket.silence', part.id, later(act.now, windows.answer))
  await record(act, { type: 'part.waiting_on_customer', streamId: of.id, data: { partId: part.id } })
}

const back = {
  answer: { type: 'part.customer_answered', why: 'The customer answered.' },
  needNothing: { type: 'part.nothing_needed', why: 'The customer says that nothing is needed from it.' },
  fallSilent: { type: 'part.customer_silent', why: 'The customer did not answer in time.' },
} as const

/** The move goes back to the vendor: the customer answered, needs to do nothing, or stayed silent. Time goes on at once (R46). */
export async function comeBack(act: Act, of: TicketRow, part: PartRow, how: keyof typeof back): Promise<void> {
  const { type, why } = back[how]
  await move(act, part, how)
  await resumeClocks(act, part.id, ['RESOLUTION'], why)
  await clearTimer(act, 'ticket.silence', part.id)
  await record(act, { type, streamId: of.id, data: { partId: part.id } })
}

/** Timer: the customer's time to answer is over; the vendor has the move again and can close or ask once more. */
export async function endSilence(act: Act, timer: Timer): Promise<void> {
  const held = await holdPart(act, timer.subjectId as Id<'prt'>)
  if (held.part.state !== 'WAITING_ON_CUSTOMER') return
  await comeBack(act, held.ticket, held.part, 'fallSilent')
  await rollUp(act, held.ticket.id)
}
