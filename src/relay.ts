import { drizzle } from 'drizzle-orm/postgres-js'
import { asc, inArray, sql } from 'drizzle-orm'
import { Logger, type Runner, run, runOnce, type TaskList } from 'graphile-worker'
import postgres from 'postgres'
import { randomUUID } from 'node:crypto'
import { automation } from './kernel/actor.js'
import { contextFor } from './kernel/act.js'
import { change, changeOnce } from './kernel/command.js'
import { type Connections, openConnections } from './kernel/connections.js'
import { type Database, together } from './kernel/database.js'
import { eventById } from './kernel/event.js'
import { platformOutbox } from './kernel/event.table.js'
import type { Id } from './kernel/ids.js'
import type { Log } from './kernel/log.js'
import type { Clock } from './kernel/time.js'
import { leaseTimers, takeTimer, type Timer } from './kernel/timer.js'
import { reactions, timerHandlers } from './reactions.js'

/** What a note in the outbox is about. Work that may not run inside a transaction (a call to somebody else) is left as one. */
export interface NoteSubject {
  readonly subjectId: string
  /** Null for what came before a vendor was known. */
  readonly vendorId: Id<'vnd'> | null
}

/** Works one note, outside any transaction. It may run more than once, and must then change nothing more. */
export type NoteHandler = (note: NoteSubject) => Promise<void>

export interface RelayOptions {
  readonly jobsUrl: string
  readonly database: Database
  readonly clock: Clock
  readonly log: Log
  /** What to do for each task that notes name; given by the start, since the relay knows no capability by name. */
  readonly tasks: Readonly<Record<string, NoteHandler>>
  /** True when no other process can be working this queue: on the embedded database. */
  readonly alone?: boolean
}

export interface Relay {
  /** Starts the loops: outbox to jobs, jobs to work, timers to commands. */
  start(): Promise<void>
  /** Does everything that is due now and returns when nothing is left; for tests and for loading the demo world. */
  settle(): Promise<void>
  /** Finishes what is under way and stops. */
  stop(): Promise<void>
}

const POLL_MS = 200

export function openRelay(options: RelayOptions): Relay {
  const jobs = postgres(options.jobsUrl, { max: 2, onnotice: () => undefined, fetch_types: false })
  const db = drizzle(jobs)
  const transactions = openConnections(options.jobsUrl, 1, { onnotice: () => undefined, fetch_types: false })
  const worker = {
    connectionString: options.jobsUrl, taskList: tasksOf(options), noHandleSignals: true, logger: quiet(options.log),
    // The ends of jobs are noted in batches of no delay: only those are waited for by a stop, and a job whose end was not
    // noted stays locked for hours, its queue with it.
    preset: { worker: { completeJobBatchDelay: 0, failJobBatchDelay: 0 } },
  }
  let runner: Runner | null = null
  let loop: Promise<void> | null = null
  let stopping = false
  let wake: () => void = () => undefined

  const pass = async (): Promise<number> => (await moveOutbox(transactions)) + (await fireTimers(db, options))
  const turn = async (): Promise<void> => {
    while (!stopping) {
      const idle = new Promise<void>((resolve) => { wake = resolve })
      const done = await pass().catch((error: unknown) => {
        options.log.error('The relay could not reach the database; it tries again.', { error })
        return 0
      })
      if (done > 0) continue
      const timeout = setTimeout(wake, POLL_MS)
      await idle
      clearTimeout(timeout)
    }
  }
  return {
    start: async () => {
      if (options.alone) await unlockJobs(jobs)
      runner = await run({ ...worker, concurrency: 4, pollInterval: 1_000 })
      options.database.onCommit = () => wake()
      loop = turn()
    },
    settle: async () => {
      for (;;) {
        const done = await pass()
        const waiting = await pending(jobs)
        if (done === 0 && waiting === 0) return
        if (waiting > 0 && !runner) await runOnce(worker)
      }
    },
    stop: async () => {
      stopping = true
      wake()
      await loop
      await runner?.stop()
      await Promise.all([jobs.end({ timeout: 5 }), transactions.end()])
    },
  }
}

/** A worker that was killed leaves its jobs locked, for hours; when no other process can be alive they are free at once. */
const unlockJobs = (jobs: postgres.Sql) => jobs`
  select graphile_worker.force_unlock_workers(array(select distinct locked_by from graphile_worker.jobs where locked_by is not null))`

/** Moves notes from the outbox to the queue. Taking a row away is what keeps it from being told twice. */
async function moveOutbox(connections: Connections): Promise<number> {
  return await together(connections, async (tx) => {
    const taken = tx.select({ id: platformOutbox.id }).from(platformOutbox).orderBy(asc(platformOutbox.id)).limit(200).for('update', { skipLocked: true })
    const notes = await tx.delete(platformOutbox).where(inArray(platformOutbox.id, taken)).returning()
    notes.sort((a, b) => (a.id < b.id ? -1 : 1))
    const jobs = notes.flatMap((note) => jobsOf(note))
    if (jobs.length > 0) {
      await tx.execute(sql`select graphile_worker.add_job(j->>'task', j->'payload', queue_name => j->>'queue', max_attempts => 25)
        from json_array_elements(${JSON.stringify(jobs)}::json) as j`)
    }
    return notes.length
  })
}

type Note = typeof platformOutbox.$inferSelect

/** A note becomes one job per reaction to it; an event that nobody waits for becomes none. */
function jobsOf(note: Note): { task: string; payload: object; queue: string | null }[] {
  if (note.task !== 'reaction') return [{ task: note.task, payload: { subjectId: note.subjectId, vendorId: note.vendorId }, queue: note.queue }]
  return reactions.filter((r) => r.on === note.type)
    .map((r) => ({ task: 'reaction', payload: { reaction: r.name, vendorId: note.vendorId, eventId: note.subjectId }, queue: note.queue }))
}

function tasksOf({ database, clock, tasks }: RelayOptions): TaskList {
  const given = Object.entries(tasks).map(([name, handle]) => [name, (payload: unknown) => handle(payload as NoteSubject)])
  return {
    ...Object.fromEntries(given),
    reaction: async (payload) => {
      const { reaction: name, vendorId, eventId } = payload as { reaction: string; vendorId: Id<'vnd'>; eventId: Id<'evt'> }
      const reaction = reactions.find((r) => r.name === name)
      if (!reaction) throw new Error(`No reaction is called ${name} in this version.`)
      const ctx = contextFor(database, clock, automation(vendorId), randomUUID())
      await changeOnce(ctx, `${eventId}:${name}`, async (act) => {
        const event = await eventById(act, eventId)
        if (event) await reaction.run(act, event)
      })
    },
  }
}

/** Fires what is due, each timer in a transaction of its own; one that fails is tried again when its lease ends. */
async function fireTimers(db: ReturnType<typeof drizzle>, options: RelayOptions): Promise<number> {
  const due = await leaseTimers(db, options.clock.now())
  let fired = 0
  for (const timer of due) {
    await fire(timer, options).then(() => void (fired += 1), (error: unknown) => {
      options.log.error('A timer could not be handled; it is tried again.', { kind: timer.kind, subjectId: timer.subjectId, error })
    })
  }
  return fired
}

async function fire(timer: Timer, { database, clock }: RelayOptions): Promise<void> {
  const handler = timerHandlers[timer.kind]
  if (!handler) throw new Error(`No timer of the kind ${timer.kind} is known in this version.`)
  await change(contextFor(database, clock, automation(timer.vendorId), randomUUID()), async (act) => {
    if (await takeTimer(act, timer)) await handler(act, timer)
  })
}

/** Jobs that can be worked now, or are being worked. */
async function pending(jobs: postgres.Sql): Promise<number> {
  const [row] = await jobs`select count(*)::int as n from graphile_worker.jobs where attempts < max_attempts and (run_at <= now() or locked_at is not null)`
  return (row as { n: number }).n
}

const quiet = (log: Log): Logger => new Logger(() => (level, message, meta) => {
  if (level === 'error') log.error(message, { ...meta })
  else if (level === 'warning') log.debug(message)
})
