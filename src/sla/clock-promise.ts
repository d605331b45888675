/** How long a promise runs: minutes, calendar versions and exclusions, counted over the stretches in which its clock ran. */
import type { Calendar, Interval } from './calendar.js'
import { addMs, ALWAYS, betweenMs, openIntervals } from './calendar.js'
import type { ClockEvent } from './clock-events.js'
import type { Ms } from './zone.js'

/** Built calendars by version id, so that a stored clock replays to the same answer. A missing one is a fault. */
export type Calendars = ReadonlyMap<string, Calendar>

export type Exclusion = Interval & { readonly reason: string | null }

export type ClockPromise = {
  readonly limitMs: number
  /** A limit set below what was already spent is due when it was set, not before. */
  readonly limitAt: Ms
  /** The instant that was told as such: the deadline is not before it, even when all hours up to it are closed. */
  readonly toldFor: Ms
  readonly calendars: readonly { readonly from: Ms; readonly calendarId: string | null }[]
  /** In order and disjoint. */
  readonly excluded: readonly Exclusion[]
  readonly changes: readonly ClockEvent[]
}

/** `to` is Infinity while it runs. */
export type Stretch = Interval
type Piece = Stretch & { readonly calendarId: string | null }

function calendarBy(calendars: Calendars, id: string | null): Calendar {
  const calendar = id === null ? ALWAYS : calendars.get(id)
  if (!calendar) throw new RangeError(`calendar version ${id} was not given`)
  return calendar
}

/** The stretches, without what is excluded, split where the calendar changed. */
function piecesOf({ calendars, excluded }: ClockPromise, stretches: readonly Stretch[]): Piece[] {
  const pieces: Piece[] = []
  const take = (from: Ms, to: Ms) => calendars.forEach(({ from: since, calendarId }, i) => {
    const piece = { from: Math.max(from, since), to: Math.min(to, calendars[i + 1]?.from ?? Infinity), calendarId }
    if (piece.from < piece.to) pieces.push(piece)
  })
  for (const { from, to } of stretches) {
    let at = from
    for (const window of excluded) {
      if (window.to <= at || window.from >= to) continue
      take(at, window.from)
      at = window.to
    }
    take(at, to)
  }
  return pieces
}

/** Time counted until `until`. */
export function spentMs(promise: ClockPromise, stretches: readonly Stretch[], calendars: Calendars, until: Ms): number {
  return piecesOf(promise, stretches).reduce((sum, { from, to, calendarId }) =>
    sum + betweenMs(calendarBy(calendars, calendarId), from, Math.min(to, until)), 0)
}

/** The open intervals counted until `until`, with the calendar version of each. */
export function countedIntervals(
  promise: ClockPromise, stretches: readonly Stretch[], calendars: Calendars, until: Ms,
): (Interval & { calendarId: string | null })[] {
  return piecesOf(promise, stretches).flatMap(({ from, to, calendarId }) =>
    openIntervals(calendarBy(calendars, calendarId), from, Math.min(to, until)).map(interval => ({ ...interval, calendarId })))
}

/**
 * The earliest instant at which the clock, running, has counted `share` of the promise; null when it is not reached in the
 * stretches, or never opens that long. Whoever stops or pauses at that very instant is in time, so it then lies after the pause.
 */
export function reachedAt(promise: ClockPromise, stretches: readonly Stretch[], calendars: Calendars, share = 1): Ms | null {
  const notBefore = share < 1 ? promise.limitAt : Math.max(promise.limitAt, promise.toldFor)
  let need = Math.round(promise.limitMs * share)
  for (const stretch of stretches) {
    // Nothing left: due as soon as the clock goes on, be it closed or excluded then.
    if (need === 0 && Math.max(stretch.from, notBefore) < stretch.to) return Math.max(stretch.from, notBefore)
    for (const { from, to, calendarId } of piecesOf(promise, [stretch])) {
      const calendar = calendarBy(calendars, calendarId)
      const counted = to === Infinity ? Infinity : betweenMs(calendar, from, to)
      if (need <= counted) {
        const at = addMs(calendar, from, need)
        const reached = at === null ? null : Math.max(at, notBefore)
        if (reached === null || reached < stretch.to) return reached
      }
      need = Math.max(0, need - counted)
    }
  }
  return null
}
