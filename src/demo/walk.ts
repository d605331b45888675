import { earliestTimer } from '../kernel/timer.js'
import type { World } from './world.js'

/** Something that happens at an instant. */
export interface Happening {
  readonly at: Date
  /** For the error, when it could not. */
  readonly what: string
  readonly play: () => Promise<unknown>
}

type Settle = () => Promise<void>

/** Lets everything happen in its order, and every timer fire at its instant in between, up to `until`. */
export async function walk(world: World, settle: Settle, happenings: readonly Happening[], until: Date): Promise<void> {
  const inOrder = [...happenings].sort((a, b) => a.at.getTime() - b.at.getTime())
  for (const { at, what, play } of inOrder) {
    if (at > until) throw new Error(`${what}: ${at.toISOString()} has not come yet when the world is loaded.`)
    await fireTimers(world, settle, at)
    await play().catch((error: unknown) => {
      throw new Error(`${what}, ${at.toISOString()}: ${error instanceof Error ? error.message : String(error)}`, { cause: error })
    })
  }
  await fireTimers(world, settle, until)
}

/** Moves the clock to an instant and stops at each timer on the way, so that it fires when it is due. */
async function fireTimers({ clock, doors }: World, settle: Settle, until: Date): Promise<void> {
  for (;;) {
    const due = await earliestTimer(doors.billing.database.platform)
    if (!due || due > until) break
    if (due <= clock.now()) throw new Error('A timer that was due could not be handled; the log says why.')
    clock.set(due)
    await settle()
  }
  clock.set(until)
}
