import type { Severity } from '../catalog/words.js'
import type { Read } from '../kernel/act.js'
import type { Id } from '../kernel/ids.js'
import { previewDeadlines, promisesOfDuty, promisesOfPlan } from '../sla/sla.reads.js'
import type { PromiseRow } from '../sla/sla.types.js'
import type { Answer } from './policy.js'
import type { Deadline } from './stored.js'

/** The deadlines that an answer carries: those of the duty that it cites, else of the plan that it is under (S1). */
export interface Promised {
  of(answer: Answer, agreementId: string | null): readonly Deadline[]
  /** Minutes until the earliest response or resolution is due; null for no promise. */
  inMinutes(answer: Answer, agreementId: string | null): number | null
}

export interface PromisedBy {
  readonly duties: readonly { readonly id: Id<'dty'>; readonly code: string }[]
  readonly agreements: readonly { readonly agreementId: string; readonly planVersionId: Id<'plv'> }[]
  readonly severity: Severity
  readonly at: Date
}

/** Reads every deadline that an answer could carry, so that deciding itself asks nothing. */
export async function promisedBy(read: Read, { duties, agreements, severity, at }: PromisedBy): Promise<Promised> {
  const deadlines = async (promises: PromiseRow[]): Promise<Deadline[]> => (promises.length === 0 ? []
    : (await previewDeadlines(read, promises, at)).map((d) => ({
      metric: d.metric, kind: d.kind, minutes: d.minutes, dueAt: d.dueAt?.toISOString() ?? null, calendarName: d.calendarName,
    })))
  const [byDuty, byAgreement] = await Promise.all([
    Promise.all(duties.map(async ({ id, code }) => [code, await deadlines(await promisesOfDuty(read, id, severity))] as const)),
    Promise.all(agreements.map(async ({ agreementId, planVersionId }) =>
      [agreementId, await deadlines(await promisesOfPlan(read, planVersionId, severity))] as const)),
  ])
  const [ofDuty, ofAgreement] = [new Map(byDuty), new Map(byAgreement)]
  const of = (answer: Answer, agreementId: string | null): readonly Deadline[] =>
    (answer.dutyCode !== null ? ofDuty.get(answer.dutyCode) : ofAgreement.get(agreementId ?? '')) ?? []
  return { of, inMinutes: (answer, agreementId) => earliest(of(answer, agreementId), at) }
}

function earliest(deadlines: readonly Deadline[], at: Date): number | null {
  const due = deadlines.flatMap((d) => (d.dueAt && (d.metric === 'FIRST_RESPONSE' || d.metric === 'RESOLUTION') ? [Date.parse(d.dueAt)] : []))
  return due.length === 0 ? null : (Math.min(...due) - at.getTime()) / 60_000
}
