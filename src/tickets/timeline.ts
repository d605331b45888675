import { sayUnits, type Unit } from '../boundary/policy.js'
import type { EventRow } from '../kernel/event.js'

/** What each event of a ticket says to a person. Pure. */
type Data = Record<string, unknown>

const word = (value: unknown): string => String(value ?? '').toLowerCase().replaceAll('_', ' ')
const units = (n: unknown, unit: unknown): string => (n ? sayUnits(unit as Unit, Number(n)) : 'nothing')
const atMost = (d: Data): string => (d.ceilingUnits ? `At most ${units(d.ceilingUnits, d.unit)} can be charged.` : 'Nothing can be charged.')
const names = (facts: unknown): string => (Array.isArray(facts) ? facts.map((f: { name: string }) => f.name).join(', ') : '')
const stages: Record<string, string> = {
  QUOTED: 'in advance', OPENED: 'when it was opened', REVISED: 'again', RESOLVED: 'from the cause that was found',
  REVIEWED: 'by a review', APPEALED: 'by an appeal',
}

const sentences: Record<string, (data: Data) => string> = {
  'ticket.opened': (d) => `Opened as ${word(d.kind)}, ${word(d.severity)}. ${atMost(d)}`,
  'ticket.assigned': (d) => (d.to ? 'Given to a member of the staff.' : 'Taken from its member; nobody has it now.'),
  'ticket.closed': () => 'Closed.',
  'message.written': (d) => (d.automated ? 'A machine wrote a message.' : `${/^[aeiou]/i.test(String(d.kind)) ? 'An' : 'A'} ${word(d.kind)} was written.`),
  'message.not_an_answer': () => 'The customer says that the last message is no answer; the response clock goes on from where it was.',
  'part.waiting_on_customer': () => 'Waits for the customer; resolution time is paused.',
  'part.customer_answered': () => 'The customer answered; time goes on.',
  'part.nothing_needed': () => 'The customer says that nothing is needed from it; time goes on.',
  'part.customer_silent': () => 'The customer did not answer in time; the vendor has the next move.',
  'part.waiting_on_dependency': () => 'Waits for a third party; the vendor still has the next move.',
  'part.dependency_answered': () => 'The third party answered.',
  'part.split': (d) => `Split: part ${String(d.number)} was made. What can be charged in all stays what was accepted.`,
  'part.class_announced': (d) => `Class: ${word(d.class)}. ${String(d.reason ?? '')}`,
  'part.proposed': (d) =>
    `Proposed: ${word(d.class)}. ${atMost(d)} Nothing of it is done or charged before the customer accepts. ${String(d.reason ?? '')}`,
  'part.proposal_accepted': (d) => `The customer accepted the proposal. ${atMost(d)}`,
  'part.proposal_declined': () => 'The customer declined the proposal; what was accepted before still stands.',
  'part.proposal_lapsed': () => 'The proposal was not answered in time and counts as declined; what was accepted before still stands.',
  'part.proposal_withdrawn': () => 'The vendor took the proposal back: what holds now is no dearer than what was accepted.',
  'part.resolved': (d) => `Resolved: ${word(d.cause)}. Charge: ${units(d.chargeUnits, d.unit)}. ${String(d.reason ?? '')}`,
  'part.resolution_doubted': () => 'The customer says that it is not solved; it is open again, free of charge.',
  'part.confirmed': (d) =>
    `${d.closedBy === 'WINDOW' ? 'The window ended without a doubt' : 'The customer confirmed'}; ${units(d.chargeUnits, d.unit)} charged.`,
  'decision.recorded': (d) =>
    `Decided ${stages[String(d.stage)] ?? ''}${d.proposed ? ', as a proposal' : ''}: ${word(d.class)}, handled by ${word(d.handler)}, `
    + `paid by ${word(d.payer)}.${d.contested ? ' Sources disagree about it.' : ''}`,
  'fact.stated': (d) => `Stated: ${names(d.facts)}.`,
  'fact.contested': (d) => `Sources disagree about ${names(d.facts)}; both are asked.`,
  'units.reserved': (d) => `Set aside: ${units(d.units, d.unit)}.`,
  'units.captured': (d) => `Taken: ${units(d.units, d.unit)}.`,
  'units.released': (d) => `Returned: ${units(d.units, d.unit)}${d.extended ? ', with the time they were held' : ''}.`,
  'units.given_back': (d) => `Given back: ${units(d.units, d.unit)}.`,
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

/** An event as a sentence; one that is not listed above is told by its name. */
export const tell = ({ type, data }: Pick<EventRow, 'type' | 'data'>): string =>
  (sentences[type]?.(data) ?? `${word(type.replace('.', ' '))}.`).trim()
