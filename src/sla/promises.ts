import { and, eq, inArray } from 'drizzle-orm'
import { holdDraft } from '../catalog/plans.js'
import { holdDuty } from '../catalog/product-contents.js'
import type { Act } from '../kernel/act.js'
import { record } from '../kernel/event.js'
import { type Id, isId, newId } from '../kernel/ids.js'
import { type InvalidField, invalid, notFound } from '../kernel/refusal.js'
import { builtVersion } from './built-calendars.js'
import { addWorking } from './calendar.js'
import { holdCalendar } from './calendars.js'
import type { PromiseInput, SetPromisesInput } from './sla.inputs.js'
import { allPromisesOfDuty, allPromisesOfPlan } from './sla.reads.js'
import { promise } from './sla.table.js'
import type { PromiseList, PromiseRow } from './sla.types.js'

/** Everything that a duty or plan version promises; null for an id of another kind. */
export async function promiseListOf(act: Act, id: Id<'dty'> | Id<'plv'>): Promise<PromiseList> {
  return { id, promises: isId(id, 'dty') ? await allPromisesOfDuty(act, id) : await allPromisesOfPlan(act, id as Id<'plv'>) }
}

/**
 * Says everything that a duty, or a draft of a plan version, promises from now on. Promises that are said again stay as they
 * are, others are taken out of force; clocks that run are left alone. Refuses a published plan version (Conflict), and a
 * calendar that never opens that long (InvalidInput).
 */
export async function setPromises(act: Act, input: SetPromisesInput): Promise<PromiseList> {
  const owner = await holdOwner(act, input)
  refuseTwice(input.promises)
  await checkCalendars(act, input.promises)
  const before = (await promiseListOf(act, owner.id)).promises
  const kept = before.filter((row) => input.promises.some((wanted) => same(row, wanted)))
  const gone = before.filter((row) => !kept.includes(row))
  const added = input.promises.filter((wanted) => !kept.some((row) => same(row, wanted)))
  if (gone.length > 0) {
    await act.db.update(promise).set({ replacedAt: act.now })
      .where(and(eq(promise.vendorId, act.vendorId), inArray(promise.id, gone.map(({ id }) => id))))
  }
  if (added.length > 0) {
    await act.db.insert(promise).values(added.map((p) => ({
      vendorId: act.vendorId, id: newId('prm'), ...owner.column, severity: p.severity ?? null, metric: p.metric, minutes: p.minutes,
      calendarId: p.calendarId ?? null, kind: p.kind, createdAt: act.now,
    })))
  }
  if (gone.length + added.length > 0) {
    await record(act, {
      type: 'promises.set', streamId: owner.id, visibility: 'INTERNAL',
      data: { kept: kept.length, added: added.length, replaced: gone.map(({ id }) => id) },
    })
  }
  return promiseListOf(act, owner.id)
}

async function holdOwner(act: Act, { dutyId, planVersionId }: SetPromisesInput) {
  if (dutyId && planVersionId) throw invalid({ path: 'planVersionId', message: 'must not be there beside dutyId: promises belong to one of the two.' })
  if (dutyId) return { id: (await holdDuty(act, dutyId)).id, column: { dutyId } }
  if (planVersionId) return { id: (await holdDraft(act, planVersionId)).id, column: { planVersionId } }
  throw invalid({ path: 'dutyId', message: 'or planVersionId must say whose promises these are.' })
}

const sameOne = (a: PromiseInput, b: PromiseInput): boolean => a.metric === b.metric && (a.severity ?? null) === (b.severity ?? null)

const same = (row: PromiseRow, p: PromiseInput): boolean =>
  row.metric === p.metric && row.severity === (p.severity ?? null) && row.minutes === p.minutes && row.kind === p.kind
  && row.calendarId === (p.calendarId ?? null)

function refuseTwice(promises: readonly PromiseInput[]): void {
  const twice = promises.flatMap((p, i): InvalidField[] => {
    const first = promises.findIndex((other) => sameOne(other, p))
    return first < i ? [{ path: `promises.${i}.metric`, message: `must be promised once for each severity; promises.${first} says it already.` }] : []
  })
  if (twice.length > 0) throw invalid(...twice)
}

/** Calendars are held in the order of their ids, so that two who set promises do not wait for each other. */
async function checkCalendars(act: Act, promises: readonly PromiseInput[]): Promise<void> {
  const ids = [...new Set(promises.flatMap(({ calendarId }) => calendarId ?? []))].sort()
  for (const id of ids) {
    const row = await holdCalendar(act, id, 'share')
    if (!row) throw notFound(`promises.${promises.findIndex(({ calendarId }) => calendarId === id)}.calendarId`, 'calendar')
    const { calendar } = await builtVersion(act, row.versionId)
    const never = promises.flatMap((p, i): InvalidField[] => (p.calendarId === id && addWorking(calendar, act.now.getTime(), p.minutes) === null
      ? [{ path: `promises.${i}.minutes`, message: `must come to pass; the calendar ${row.name} never opens for so long.` }] : []))
    if (never.length > 0) throw invalid(...never)
  }
}
