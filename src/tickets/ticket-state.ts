/**
 * The states of a part and the moves between them (S9): in every state exactly one party has the next move. Pure.
 */
export const states = ['OPEN', 'WAITING_ON_CUSTOMER', 'WAITING_ON_DEPENDENCY', 'PROPOSED', 'RESOLVED', 'CLOSED'] as const
export type State = (typeof states)[number]
export type Mover = 'VENDOR' | 'CUSTOMER' | 'NOBODY'

/** Who has the next move in each state. */
export const moverOf: Record<State, Mover> = {
  OPEN: 'VENDOR',
  WAITING_ON_CUSTOMER: 'CUSTOMER',
  WAITING_ON_DEPENDENCY: 'VENDOR',
  PROPOSED: 'CUSTOMER',
  RESOLVED: 'CUSTOMER',
  CLOSED: 'NOBODY',
}

export type Who = 'MEMBER' | 'CONTACT' | 'AUTOMATION'
interface Move { readonly from: readonly State[]; readonly to: State; readonly by: readonly Who[] }

/** Every move there is: from where, to where, by whom. */
export const moves = {
  ask: { from: ['OPEN', 'WAITING_ON_DEPENDENCY', 'WAITING_ON_CUSTOMER'], to: 'WAITING_ON_CUSTOMER', by: ['MEMBER'] },
  answer: { from: ['WAITING_ON_CUSTOMER'], to: 'OPEN', by: ['CONTACT'] },
  needNothing: { from: ['WAITING_ON_CUSTOMER'], to: 'OPEN', by: ['CONTACT'] },
  fallSilent: { from: ['WAITING_ON_CUSTOMER'], to: 'OPEN', by: ['AUTOMATION'] },
  awaitDependency: { from: ['OPEN'], to: 'WAITING_ON_DEPENDENCY', by: ['MEMBER'] },
  dependencyAnswered: { from: ['WAITING_ON_DEPENDENCY'], to: 'OPEN', by: ['MEMBER'] },
  /** Also from PROPOSED: a new proposal takes the place of the one before. */
  propose: { from: ['OPEN', 'WAITING_ON_CUSTOMER', 'WAITING_ON_DEPENDENCY', 'PROPOSED'], to: 'PROPOSED', by: ['MEMBER'] },
  /** What holds now is no dearer any more, so there is nothing to accept. */
  withdraw: { from: ['PROPOSED'], to: 'OPEN', by: ['MEMBER'] },
  accept: { from: ['PROPOSED'], to: 'OPEN', by: ['CONTACT'] },
  decline: { from: ['PROPOSED'], to: 'OPEN', by: ['CONTACT'] },
  letLapse: { from: ['PROPOSED'], to: 'OPEN', by: ['AUTOMATION'] },
  /** Also while a proposal waits: on the terms that were accepted before it, which makes it moot. */
  resolve: { from: ['OPEN', 'WAITING_ON_CUSTOMER', 'WAITING_ON_DEPENDENCY', 'PROPOSED'], to: 'RESOLVED', by: ['MEMBER'] },
  doubt: { from: ['RESOLVED'], to: 'OPEN', by: ['CONTACT'] },
  confirm: { from: ['RESOLVED'], to: 'CLOSED', by: ['CONTACT'] },
  endWindow: { from: ['RESOLVED'], to: 'CLOSED', by: ['AUTOMATION'] },
} as const satisfies Record<string, Move>

export type MoveName = keyof typeof moves

/** The state after a move, or null when the move is not open from here to this kind of actor. */
export function after(state: State, move: MoveName, who: Who): State | null {
  const { from, to, by }: Move = moves[move]
  return from.includes(state) && by.includes(who) ? to : null
}

/** A ticket is as open as its most open part: what the vendor still has to do comes first. */
const openness: readonly State[] = ['OPEN', 'WAITING_ON_DEPENDENCY', 'PROPOSED', 'WAITING_ON_CUSTOMER', 'RESOLVED', 'CLOSED']
export const rolledUp = (parts: readonly State[]): State => openness.find((state) => parts.includes(state)) ?? 'CLOSED'

const day = 86_400_000

/** How long a customer has for each of its moves, and what the vendor sets itself where no promise runs. */
export const windows = {
  /** After a question; then the move falls back to the vendor. */
  answer: 7 * day,
  /** To accept or decline a dearer decision; then it counts as declined. */
  proposal: 14 * day,
  /** To confirm or doubt a resolution; then it counts as confirmed (E3). */
  confirmation: 14 * day,
  /** To say that an answer is none. */
  doubtAnswer: 7 * day,
  /** The vendor's own target where neither a duty nor a plan promises anything. */
  house: 3 * day,
} as const

export interface RunningClock { readonly dueAt: Date | null; readonly running: boolean }
export interface NextMove { readonly mover: Mover; readonly dueAt: Date | null }

/** Who moves next on a part and by when (S9). The vendor's deadline is its earliest running promise. */
export function nextMove(state: State, since: Date, clocks: readonly RunningClock[], confirmBy: Date | null): NextMove {
  const plus = (ms: number) => new Date(since.getTime() + ms)
  switch (state) {
    case 'CLOSED': return { mover: 'NOBODY', dueAt: null }
    case 'WAITING_ON_CUSTOMER': return { mover: 'CUSTOMER', dueAt: plus(windows.answer) }
    case 'PROPOSED': return { mover: 'CUSTOMER', dueAt: plus(windows.proposal) }
    case 'RESOLVED': return { mover: 'CUSTOMER', dueAt: confirmBy ?? plus(windows.confirmation) }
    case 'OPEN': case 'WAITING_ON_DEPENDENCY': {
      const due = clocks.flatMap((c) => (c.running && c.dueAt ? [c.dueAt.getTime()] : []))
      return { mover: 'VENDOR', dueAt: due.length > 0 ? new Date(Math.min(...due)) : plus(windows.house) }
    }
  }
}

/** Of several parts' next moves, the one that the ticket shows: whoever moves on its most open part, and the earliest of its moves. */
export function nextMoveOf(parts: readonly { state: State; move: NextMove }[]): NextMove {
  const mover = moverOf[rolledUp(parts.map((p) => p.state))]
  const dues = parts.flatMap(({ move }) => (move.mover === mover && move.dueAt ? [move.dueAt.getTime()] : []))
  return { mover, dueAt: dues.length > 0 ? new Date(Math.min(...dues)) : null }
}
