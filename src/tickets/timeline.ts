import type { EventRow } from '../kernel/event.js'

/** What each event of a ticket says to a person. Pure; an event that is not listed is told by its name. */
type Data = Record<string, unknown>

const word = (value: unknown): string => String(value ?? '').toLowerCase().replaceAll('_', ' ')
const units = (n: unknown, unit: unknown): string => (n ? `${String(n)} ${word(unit)}${n === 1 ? '' : 's'}` : 'nothing')

const sentences: Record<string, (data: Data) => string> = {
  'ticket.opened': (d) => `Opened as ${word(d.kind)}, ${word(d.severity)}. At most ${units(d.ceilingUnits, d.unit)} can be charged.`,
  'ticket.assigned': (d) => (d.to ? 'Given to a member of the staff.' : 'Taken from its member; nobody has it now.'),
  'ticket.closed': () => 'Closed.',
  'message.written': (d) => (d.automated ? 'A machine wrote a message.' : d.kind === 'NOTE' ? 'A note was written.' : `A ${word(d.kind)} was written.`),
  'message.not_an_answer': () => 'The customer says that the last message is no answer; the response clock goes on from where it was.',
  'part.waiting_on_customer': () => 'Waits for the customer; resolution time is paused.',
  'part.customer_answered': () => 'The customer answered; time goes on.',
  'part.nothing_needed': () => 'The customer says that nothing is needed from it; time goes on.',
  'part.customer_silent': () => 'The customer did not answer in time; the vendor has the next move.',
  'part.waiting_on_dependency': () => 'Waits for a third party; the vendor still has the next move.',
  'part.dependency_answered': () => 'The third party answered.',
  'part.split': (d) => `Split: part ${String(d.number)} was made. What can be charged in all stays what was accepted.`,
  'part.class_announced': (d) => `Class: ${word(d.class)}. ${String(d.reason ?? '')}`,
  'part.proposed': (d) => `A dearer decision was proposed: at most ${units(d.ceilingUnits, d.unit)}. Nothing is done or charged before it is accepted.`,
  'part.proposal_accepted': (d) => `The customer accepted at most ${units(d.ceilingUnits, d.unit)}.`,
  'part.proposal_declined': () => 'The customer declined the dearer decision; nothing is charged.',
  'part.proposal_lapsed': () => 'The proposal was not answered in time and counts as declined; nothing is charged.',
  'part.resolved': (d) => `Resolved: ${word(d.cause)}. Charge: ${units(d.chargeUnits, d.unit)}. ${String(d.reason ?? '')}`,
  'part.resolution_doubted': () => 'The customer says that it is not solved; it is open again, free of charge.',
  'part.confirmed': (d) => `${d.closedBy === 'WINDOW' ? 'The window ended without a doubt' : 'The customer confirmed'}; ${units(d.chargeUnits, d.unit)} charged.`,
  'fact.stated': (d) => `Stated: ${String(d.name ?? 'a fact')}.`,
  'units.reserved': (d) => `Set aside: ${units(d.units, d.unit)}.`,
  'units.captured': (d) => `Taken: ${units(d.units, d.unit)}.`,
  'units.released': (d) => `Returned: ${units(d.units, d.unit)}.`,
  'clock.started': (d) => `Clock started: ${word(d.metric)}.`,
  'clock.stopped': (d) => `Clock stopped: ${word(d.metric)}.`,
  'clock.paused': (d) => `Clock paused: ${word(d.metric)}.`,
  'clock.resumed': (d) => `Clock goes on: ${word(d.metric)}.`,
  'clock.reopened': (d) => `Clock goes on from where it was: ${word(d.metric)}.`,
  'clock.changed': (d) => `The ${word(d.metric)} promise was changed; time already spent is kept.`,
  'clock.cancelled': (d) => `Clock ended: ${word(d.metric)}.`,
  'clock.pause_struck': (d) => `A pause of the ${word(d.metric)} clock was struck out; that time counts.`,
  'clock.warned': (d) => `The ${word(d.metric)} promise is near its deadline.`,
  'clock.breached': (d) => `The ${word(d.metric)} promise was missed.`,
}

export const tell = (event: Pick<EventRow, 'type' | 'data'>): string => {
  const sentence = sentences[event.type]
  return sentence ? sentence(event.data).trim() : `${word(event.type.replace('.', ' '))}.`
}
