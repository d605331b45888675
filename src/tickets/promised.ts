import { dutiesOf } from '../catalog/catalog.reads.js'
import { agreementById } from '../entitlements/entitlements.reads.js'
import type { Act, Read } from '../kernel/act.js'
import type { Id } from '../kernel/ids.js'
import { changeClocks, pauseClocks, startClock, stopClock } from '../sla/clocks.js'
import { clocksOf, promisesOfDuty, promisesOfPlan } from '../sla/sla.reads.js'
import type { Metric, PromiseRow } from '../sla/sla.types.js'
import { decisionOf, type Held, isOpen } from './parts.js'
import type { PartRow, TicketRow } from './ticket.types.js'

/** Metrics that an answer stops. */
export const RESPONSES = ['FIRST_RESPONSE', 'NEXT_RESPONSE'] as const satisfies readonly Metric[]
const isResponse = (metric: Metric): boolean => (RESPONSES as readonly Metric[]).includes(metric)

interface Terms { readonly dutyId: Id<'dty'> | null; readonly agreementId: Id | null; readonly severity: TicketRow['severity'] }

/** What is promised for a part: by the duty that a SERVICE cites, else by the plan it is under (S1, R26). */
async function promisesOf(read: Read, { dutyId, agreementId, severity }: Terms): Promise<PromiseRow[]> {
  if (dutyId) return promisesOfDuty(read, dutyId, severity)
  const agreement = agreementId ? await agreementById(read, agreementId as Id<'agr'>) : null
  return agreement ? promisesOfPlan(read, agreement.planVersionId, severity) : []
}

async function promiseNow(read: Read, ticket: TicketRow, part: PartRow, metric: Metric): Promise<PromiseRow | undefined> {
  const { dutyId } = await decisionOf(read, part.id)
  return (await promisesOf(read, { dutyId, agreementId: part.agreementId, severity: ticket.severity })).find((p) => p.metric === metric)
}

async function start(act: Act, ticketId: Id<'tkt'>, partId: Id<'prt'>, promise: PromiseRow | undefined): Promise<void> {
  if (promise) await startClock(act, { subjectId: partId, streamId: ticketId, promise, startAt: act.now })
}

export interface Begun {
  readonly ticketId: Id<'tkt'>
  readonly productId: Id<'prd'>
  readonly severity: TicketRow['severity']
  readonly dutyId: Id<'dty'> | null
  readonly announced: boolean
}

/**
 * Starts what is promised from now on. A class that is announced needs no clock any more, and there is nothing yet to answer
 * next. While no class is announced it may be the vendor's defect: what nobody else promised, the product's duty does (R3, R26).
 */
export async function startClocks(act: Act, part: PartRow, { ticketId, productId, severity, dutyId, announced }: Begun): Promise<void> {
  const own = await promisesOf(act, { dutyId, agreementId: part.agreementId, severity })
  const defect = announced ? null : (await dutiesOf(act, productId)).find((d) => d.kind === 'DEFECT')
  const owed = defect ? await promisesOfDuty(act, defect.id, severity) : []
  for (const promise of [...own, ...owed.filter((o) => !own.some((p) => p.metric === o.metric))]) {
    if (promise.metric === 'NEXT_RESPONSE' || (announced && promise.metric === 'CLASS_ANNOUNCED')) continue
    await start(act, ticketId, part.id, promise)
  }
}

/** The customer wrote: the next answer is due, unless one is already. A second message restarts nothing (S5). */
export async function startResponseClock(act: Act, ticket: TicketRow, part: PartRow): Promise<void> {
  const clocks = await clocksOf(act, part.id)
  if (clocks.some((c) => isResponse(c.metric) && (c.state === 'RUNNING' || c.state === 'PAUSED'))) return
  await start(act, ticket.id, part.id, await promiseNow(act, ticket, part, 'NEXT_RESPONSE'))
}

/** A person answered: the response clocks of every open part stop. */
export async function stopResponseClocks(act: Act, { parts }: Held, reason: string): Promise<void> {
  for (const part of parts.filter(isOpen)) {
    for (const metric of RESPONSES) await stopClock(act, part.id, metric, reason)
  }
}

/** Every public word of a person is the update that was promised; the time to the next one starts (R47). */
export async function restartUpdateClocks(act: Act, { ticket, parts }: Held): Promise<void> {
  for (const part of parts.filter(isOpen)) {
    if (await stopClock(act, part.id, 'UPDATE', 'A public message was written.')) await startUpdateClock(act, ticket, part)
  }
}

export const startUpdateClock = async (act: Act, ticket: TicketRow, part: PartRow): Promise<void> =>
  start(act, ticket.id, part.id, await promiseNow(act, ticket, part, 'UPDATE'))

/** Metrics whose clock begins when another decision first promises them. */
const LASTING: readonly Metric[] = ['UPDATE', 'RESOLUTION']

/**
 * Another decision stands: its promises take over the clocks that run, time spent is kept (S5). Nothing moves later unless the
 * customer accepted it (S6).
 */
export async function followPromises(act: Act, ticket: TicketRow, part: PartRow, { accepted }: { accepted: boolean }): Promise<void> {
  const { dutyId } = await decisionOf(act, part.id)
  const promises = await promisesOf(act, { dutyId, agreementId: part.agreementId, severity: ticket.severity })
  await changeClocks(act, part.id, promises, { accepted, reason: accepted ? 'The customer accepted another decision.' : 'Another decision stands.' })
  const known = await clocksOf(act, part.id)
  for (const promise of promises) {
    if (LASTING.includes(promise.metric) && !known.some((c) => c.metric === promise.metric)) await start(act, ticket.id, part.id, promise)
  }
  if (part.state === 'WAITING_ON_CUSTOMER') await pauseClocks(act, part.id, ['RESOLUTION'], 'A public question waits for the customer.')
}
