/** What happens to a clock. Events and versions are all that a deadline depends on. */
import type { Ms } from './zone.js'

export type WaitingOn = 'CUSTOMER' | 'DEPENDENCY'

/** `calendarId` null is calendar time, around the clock. `warnShare` of the minutes is when to warn (0.75). */
export type ClockSpec = { readonly minutes: number; readonly calendarId: string | null; readonly warnShare?: number }

type Change = {
  /** The customer agreed (or asked for it), so that the told deadline may move later. Anything else moves it earlier only. */
  readonly accepted?: boolean
}

export type ClockEvent = { readonly at: Ms; readonly reason?: string } & (
  | { readonly kind: 'STARTED' }
  | { readonly kind: 'PAUSED'; readonly waitingOn: WaitingOn }
  /** Ends one kind of waiting, or all of them. */
  | { readonly kind: 'RESUMED'; readonly waitingOn?: WaitingOn }
  /** The pause that began at `pausedAt` is found to be none: its time counts, and it ends if it lasts. */
  | { readonly kind: 'RESUMED_RETROACTIVELY'; readonly pausedAt: Ms }
  | { readonly kind: 'STOPPED' }
  /** The answer was none: the clock goes on from where it was. `countsFrom` counts time since the stop as well. */
  | { readonly kind: 'REOPENED'; readonly countsFrom?: Ms }
  /** Another severity, plan or policy. Time already spent is kept; less than it is due at once. */
  | { readonly kind: 'MINUTES_CHANGED'; readonly minutes: number } & Change
  | { readonly kind: 'CALENDAR_CHANGED'; readonly calendarId: string | null } & Change
  /** Maintenance, announced at `at`: void unless `noticeMinutes` (0) before it starts. `reason` is the clause. */
  | { readonly kind: 'EXCLUDED'; readonly from: Ms; readonly to: Ms; readonly noticeMinutes?: number } & Change
  /** A deadline that was told, though it computes later now (other time-zone data): it holds. */
  | { readonly kind: 'TOLD'; readonly dueAt: Ms }
)
