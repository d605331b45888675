import postgres from 'postgres'

type Sent = ReturnType<postgres.Sql['unsafe']>

/** One connection to PostgreSQL, held by one transaction at a time. */
export interface Connection {
  /** Sends a statement. Throws once the connection is lost: what is left of a transaction never runs on another one. */
  readonly send: (text: string, parameters?: unknown[]) => Sent
  /** Gives the connection back. Its holder has nothing under way and sends nothing after. */
  release(): void
}

export interface Connections {
  /** A connection of one's own, the most recently used first. Rejects when none gets free for ten seconds. */
  take(): Promise<Connection>
  readonly options: postgres.Sql['options']
  end(): Promise<void>
}

const PATIENCE_MS = 10_000

/**
 * A connection keeps each text that it has prepared for good. Lists make texts of every length; those of the longest are
 * seldom asked twice and would fill the server's memory.
 */
const MOST_PREPARED = 128

interface Slot {
  readonly client: postgres.Sql
  readonly pending: Set<Sent>
  lost: boolean
}

/**
 * A pool for transactions only. Each connection is a postgres.js client of its own: a connection that is lost inside a
 * transaction (a restart, a failover, a time limit) then fails that transaction, where postgres.js's own `reserve` and
 * `begin` write to the closed socket, which ends the process, or leave waiting statements unanswered.
 */
export function openConnections(url: string, size: number, options: postgres.Options<Record<string, never>> = {}): Connections {
  const slots = new Set<Slot>()
  const free: Slot[] = []
  const waiting: ((slot: Slot) => void)[] = []
  const make = (): Slot => {
    const client = postgres(url, { ...options, max: 1, idle_timeout: 0, max_lifetime: null, onclose: () => lose(slot) })
    const slot: Slot = { client, pending: new Set(), lost: false }
    slots.add(slot)
    return slot
  }
  // A client that lost its connection is not used again: it would tell the next statement of the old connection's error.
  const discard = (slot: Slot) => {
    slots.delete(slot)
    void slot.client.end({ timeout: 0 })
  }
  const takeFree = (): Slot | undefined => {
    for (let slot = free.pop(); slot; slot = free.pop()) {
      if (!slot.lost) return slot
      discard(slot)
    }
    return slots.size < size ? make() : undefined
  }
  const giveBack = (slot: Slot) => {
    if (slot.lost) discard(slot)
    else free.push(slot)
    const next = waiting.length > 0 ? takeFree() : undefined
    if (next) waiting.shift()!(next)
  }
  const wait = () => new Promise<Slot>((resolve, reject) => {
    const served = (slot: Slot) => { clearTimeout(late); resolve(slot) }
    const late = setTimeout(() => {
      waiting.splice(waiting.indexOf(served), 1)
      reject(new Error(`All ${size} connections to the database have been busy for ${PATIENCE_MS / 1000} seconds.`))
    }, PATIENCE_MS)
    waiting.push(served)
  })
  // Made here so that the client's options are known; it connects when it is used.
  const first = make()
  free.push(first)
  return {
    take: async () => held(takeFree() ?? (await wait()), giveBack),
    options: first.client.options,
    end: async () => void (await Promise.all([...slots].map((slot) => slot.client.end({ timeout: 5 })))),
  }
}

interface Answerable { readonly state: unknown; readonly reject: (error: Error) => void }

/**
 * Statements that were not sent yet must not be sent on the connection that postgres.js opens next. One that was sent between the
 * socket's error and its end is forgotten by postgres.js and would never be answered; all others have been by now.
 */
function lose(slot: Slot): void {
  slot.lost = true
  for (const query of slot.pending) {
    const { state, reject } = query as unknown as Answerable
    if (state === null) query.cancel()
    else reject(new Error('The connection to the database was lost; the transaction was undone.'))
  }
}

function held(slot: Slot, giveBack: (slot: Slot) => void): Connection {
  let isHeld = true
  return {
    send: (text, parameters) => {
      if (slot.lost) throw new Error('The connection to the database was lost; the transaction was undone.')
      const query = slot.client.unsafe(text, parameters as never[], { prepare: parameters !== undefined && parameters.length <= MOST_PREPARED })
      slot.pending.add(query)
      const done = () => void slot.pending.delete(query)
      query.then(done, done)
      return query
    },
    release: () => {
      if (!isHeld) return
      isHeld = false
      giveBack(slot)
    },
  }
}
