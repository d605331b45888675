import { spawn, spawnSync } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { closeSync, openSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import type { RunAs } from './run-as.js'
import { StartRefused } from './start-refused.js'

const READY_WITHIN_MS = 120_000
const STOP_STEPS = [
  { signal: 'SIGINT', withinMs: 10_000 },
  { signal: 'SIGQUIT', withinMs: 5_000 },
  { signal: 'SIGKILL', withinMs: 5_000 },
] as const

/**
 * Every program runs inside the cluster's folder and calls it by this name, which the kernel resolves without walking the path:
 * so the folder may lie below one that the database's user cannot enter, such as /root.
 */
export const HERE = '/proc/self/cwd'

/** What PostgreSQL's programs get to see of our environment: no key of ours. */
export const BARE_ENVIRONMENT = { LC_ALL: 'C', PATH: '/usr/bin:/bin' }

export interface ServerProcess {
  pid: number
  port: number
  /** Resolves when the server has ended, for whatever reason. */
  ended: Promise<void>
  /** Fast shutdown, then harder; resolves within 20 seconds with the server gone. */
  stop(): Promise<void>
}

export interface ServerOptions {
  postgres: string
  clusterFolder: string
  logFile: string
  runAs: RunAs
  settings: Record<string, string>
}

/** Starts the server on `preferredPort`, or on a free one when that is taken. Throws StartRefused with PostgreSQL's own last words. */
export async function startServer(options: ServerOptions, preferredPort: number | undefined): Promise<ServerProcess> {
  for (let attempt = 0; attempt < 5; attempt++) {
    const port = attempt === 0 && preferredPort ? preferredPort : await freePort()
    const server = await tryPort(options, port)
    if (server) return server
  }
  throw new StartRefused('The database found no free port on 127.0.0.1 in five attempts; end what occupies them and start again.')
}

async function tryPort(options: ServerOptions, port: number): Promise<ServerProcess | undefined> {
  const child = launch(options, port)
  let over = false
  const ended = new Promise<void>((done) => {
    const end = (): void => { over = true; done() }
    child.once('exit', end)
    child.once('error', end)
  })
  const stop = async (): Promise<void> => {
    for (const { signal, withinMs } of STOP_STEPS) {
      if (over) return
      child.kill(signal)
      await within(withinMs, ended)
    }
  }
  const until = performance.now() + READY_WITHIN_MS
  while (!over && performance.now() < until) {
    if (isReady(options.clusterFolder, child.pid)) {
      stopAtExit(child, ended)
      return { pid: child.pid ?? 0, port, ended, stop: keepOnce(stop) }
    }
    await wait(5)
  }
  const timedOut = !over
  await stop()
  const words = lastWords(options.logFile)
  if (/could not bind|could not create any TCP/.test(words.all)) return undefined
  if (words.all.includes('No space left on device')) throw Object.assign(new Error(words.last), { code: 'ENOSPC' })
  const why = timedOut ? 'it was not ready within two minutes' : words.last
  throw new StartRefused(`PostgreSQL did not start: ${why}. Its log is ${options.logFile}.`)
}

function launch(options: ServerOptions, port: number): ChildProcess {
  const settings = { ...options.settings, port: String(port) }
  const args = ['-D', HERE, ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])]
  const [program, ...before] = endsWithUs() ? ['setpriv', '--pdeathsig', 'INT', options.postgres] : [options.postgres]
  rmSync(`${options.logFile}.old`, { force: true })
  try {
    renameSync(options.logFile, `${options.logFile}.old`)
  } catch {
    // the first start
  }
  const log = openSync(options.logFile, 'w', 0o600)
  try {
    // Detached: Ctrl-C in a terminal must not reach the database before the server has let go of it.
    return spawn(program ?? '', [...before, ...args], {
      cwd: options.clusterFolder, detached: true, env: BARE_ENVIRONMENT, stdio: ['ignore', log, log], ...options.runAs,
    })
  } finally {
    closeSync(log)
  }
}

let setprivWorks: boolean | undefined

/** Whether this machine's setpriv can tie a program's life to ours; without it the next start takes the leftover over. */
function endsWithUs(): boolean {
  setprivWorks ??= spawnSync('setpriv', ['--pdeathsig', 'INT', 'true'], { env: BARE_ENVIRONMENT }).status === 0
  return setprivWorks
}

/** PostgreSQL writes its state into the eighth line of its pid file. */
function isReady(clusterFolder: string, pid: number | undefined): boolean {
  try {
    const lines = readFileSync(join(clusterFolder, 'postmaster.pid'), 'utf8').split('\n')
    return Number(lines[0]) === pid && lines[7]?.trim() === 'ready'
  } catch {
    return false
  }
}

function lastWords(logFile: string): { last: string, all: string } {
  const all = readFileSync(logFile, 'utf8')
  const said = all.split('\n').filter((line) => /FATAL|PANIC|ERROR|error/.test(line)).at(-1) ?? all.trim().split('\n').at(-1) ?? ''
  return { last: said.replace(/^.*?(FATAL|PANIC|ERROR):\s*/, '').replace(/\.$/, '') || 'it ended without a word', all }
}

function freePort(): Promise<number> {
  return new Promise((found, failed) => {
    const probe = createServer()
    probe.once('error', failed)
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address()
      probe.close(() => found(typeof address === 'object' && address ? address.port : 0))
    })
  })
}

/** For an exit that forgot stop(). */
function stopAtExit(child: ChildProcess, ended: Promise<void>): void {
  const ask = (): void => void child.kill('SIGINT')
  process.once('exit', ask)
  void ended.then(() => process.removeListener('exit', ask))
}

function within(limitMs: number, ended: Promise<void>): Promise<void> {
  return new Promise((done) => {
    const timer = setTimeout(done, limitMs)
    void ended.then(() => { clearTimeout(timer); done() })
  })
}

function keepOnce(work: () => Promise<void>): () => Promise<void> {
  let running: Promise<void> | undefined
  return () => (running ??= work())
}
