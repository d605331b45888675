/** The only place that asks the machine for the time; everything else is told. */
export interface Clock {
  now(): Date
}

export const systemClock: Clock = { now: () => new Date() }

/** A clock that stands still until it is told to move: for tests and for loading the demo world. */
export interface ManualClock extends Clock {
  set(to: Date): void
  advance(ms: number): void
}

export function manualClock(start: Date): ManualClock {
  let at = start.getTime()
  return {
    now: () => new Date(at),
    set: (to) => void (at = to.getTime()),
    advance: (ms) => void (at += ms),
  }
}

export const seconds = (n: number): number => n * 1_000
export const minutes = (n: number): number => n * 60_000
export const hours = (n: number): number => n * 3_600_000
export const days = (n: number): number => n * 86_400_000

/** The instant that lies so many milliseconds after another (before it, when negative). */
export const after = (at: Date, ms: number): Date => new Date(at.getTime() + ms)
