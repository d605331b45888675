import 'reflect-metadata'
import { existsSync, rmSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { type App, openApp } from './app.js'
import { openStripe, type StripeDoor } from './billing/stripe.js'
import { type Config, parseConfig } from './config.js'
import { makeFolder } from './embedded/folder.js'
import { startPostgres } from './embedded/start.js'
import { refusingDiskErrors, StartRefused } from './embedded/start-refused.js'
import { openLog } from './kernel/log.js'
import { systemClock } from './kernel/time.js'
import { emptyAgain, isEmpty, type Logins, migrate } from './migrate.js'
import { openSandbox, type Sandbox } from './sandbox-process.js'
import { type Running, screen } from './screen.js'
import { openTokenSecret } from './token-secret.js'

/** What was started, to be stopped in the opposite order. */
const started: { name: string; stop: () => Promise<void> }[] = []
let stopping: Promise<void> | null = null

async function start(config: Config): Promise<void> {
  await refusingDiskErrors(config.dataDir, () => makeFolder(resolve(config.dataDir)))
  const runningFile = join(config.dataDir, 'running.json')
  const logins = config.database ?? (await embedded(config, runningFile))
  rmSync(runningFile, { force: true }) // of a start that was killed
  await refusingDatabase(() => migrate(logins))
  await forgetUnfinished(config, logins)
  const sandbox = config.stripe ? null : await openSandbox(config.dataDir, 'Havblikk')
  const app = await openApp({
    ...logins, clock: systemClock, log: openLog(config.logLevel, systemClock.now), tokenSecret: await openTokenSecret(config),
    stripe: stripeOf(config, sandbox), alone: !config.database,
  })
  started.push({ name: 'server', stop: () => app.close() })
  const port = await listen(app, config)
  if (sandbox) {
    started.push({ name: 'sandbox', stop: () => sandbox.stop() })
    await sandbox.start(`http://127.0.0.1:${port}/stripe/webhook`)
  }
  // The demo world comes first: it lives through its weeks on a clock of its own, and the relay would fire its timers by this one.
  const running = await describe(config, app, logins, port, sandbox)
  await app.relay.start()
  started.push({ name: 'running.json', stop: async () => rmSync(runningFile, { force: true }) })
  writeFileSync(runningFile, `${JSON.stringify(running, null, 2)}\n`, { mode: 0o600 })
  process.stdout.write(screen(running))
}

/** How long a start waits for one on the same folder that has begun to stop, and for one that may just have been killed. */
const PATIENCE = { stopping: 15_000, killed: 1_500 }

/** The PostgreSQL that comes with the product. Whoever stops takes running.json away first. */
async function embedded(config: Config, runningFile: string): Promise<Logins> {
  const began = performance.now()
  for (;;) {
    try {
      const server = await startPostgres({ dataDir: config.dataDir, log: (sentence) => process.stderr.write(`${sentence}\n`) })
      started.push({ name: 'database', stop: () => server.stop() })
      void server.ended.then(() => stopping ?? stop('The database ended by itself.', 1))
      return server
    } catch (error) {
      const isInUse = error instanceof StartRefused && /already in use/.test(error.message)
      if (!isInUse || performance.now() - began > (existsSync(runningFile) ? PATIENCE.killed : PATIENCE.stopping)) throw error
      await wait(100)
    }
  }
}

function stripeOf(config: Config, sandbox: Sandbox | null): StripeDoor {
  if (config.stripe) return openStripe(config.stripe)
  if (!sandbox) throw new Error('Neither Stripe nor its sandbox.')
  return openStripe({ secretKey: sandbox.secretKey, webhookSecret: sandbox.webhookSecret, host: '127.0.0.1', port: sandbox.port, protocol: 'http' })
}

async function listen(app: App, config: Config): Promise<number> {
  try {
    return await app.server.listen(config.port, config.host)
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code
    if (code === 'EADDRINUSE') throw new StartRefused(`Port ${config.port} is taken: stop what listens there, or set PORT to another (PORT=0 takes any free one).`)
    if (code === 'EACCES') throw new StartRefused(`Port ${config.port} may not be used by this user: set PORT to one above 1023.`)
    if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND') throw new StartRefused(`HOST ${config.host} is no address of this machine: set HOST to one that is, such as 127.0.0.1.`)
    throw error
  }
}

/** Lies there while the demo world is being loaded: found at a start, that was cut off. */
const unfinished = (config: Config): string => join(config.dataDir, 'demo-unfinished')

/** Half a demo world is none: what is there of it is taken out, so that it is loaded anew. Somebody else's database is left alone. */
async function forgetUnfinished(config: Config, logins: Logins): Promise<void> {
  if (!existsSync(unfinished(config))) return
  if (config.database) throw new StartRefused(`The demo world was not loaded to its end: empty the database of DATABASE_URL, remove ${unfinished(config)}, and start again.`)
  await emptyAgain(logins)
  rmSync(join(config.dataDir, 'sandbox-state.json'), { force: true })
  rmSync(unfinished(config))
}

/** Loads the demo world into an empty database; answers what the start screen and running.json tell. */
async function describe(config: Config, app: App, logins: Logins, port: number, sandbox: Sandbox | null): Promise<Running> {
  const url = config.port === port ? config.publicUrl : `http://localhost:${port}`
  const plain = { url, graphql: `${url}/graphql`, websocket: null, explorer: null, sandbox: sandbox?.url ?? null, pid: process.pid }
  if (!config.demo) return { ...plain, tokens: {} }
  const { demoTokens, loadDemo } = await import('./demo/load.js')
  if (await isEmpty(logins.ownerUrl)) {
    process.stderr.write('Loading the demo world …\n')
    writeFileSync(unfinished(config), '')
    await loadDemo(app, { canPay: sandbox !== null })
    rmSync(unfinished(config))
  }
  return { ...plain, tokens: await demoTokens(app) }
}

async function refusingDatabase<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    for (let e: unknown = error; e instanceof Error; e = e.cause) {
      const code = String((e as NodeJS.ErrnoException).code ?? '')
      if (/^(ECONN|ENOTFOUND|ETIMEDOUT|EAI_AGAIN|CONNECT)/.test(code)) throw new StartRefused(`The database cannot be reached (${code}): check the address in DATABASE_URL and that the server runs.`)
      if (/^(28|3D)/.test(code)) throw new StartRefused(`The database refuses a login (${e.message}): check DATABASE_URL, DATABASE_APP_URL and DATABASE_JOBS_URL.`)
      if (code === '42501') throw new StartRefused(`The login of DATABASE_URL may not make tables and rights (${e.message}): it must own the database.`)
    }
    throw error
  }
}

/** Stops what was started, the last first, once; a second signal does not wait. */
function stop(why: string | null, code: number): Promise<void> {
  stopping ??= (async () => {
    if (why) process.stderr.write(`${why}\n`)
    for (const { name, stop: end } of started.reverse()) {
      await end().catch((error: unknown) => process.stderr.write(`${name} did not stop cleanly: ${String(error)}\n`))
    }
    process.exit(code)
  })()
  return stopping
}

let signals = 0
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => {
    signals += 1
    if (signals > 1 && signal === 'SIGINT') process.exit(130)
    void stop('Stopping: requests under way are finished first.', 0)
  })
}

process.on('uncaughtException', (error) => void stop(`Demarc ends after a fault that nothing handles: ${error.stack ?? String(error)}`, 1))

try {
  await start(parseConfig(process.env))
} catch (error) {
  const sentence = error instanceof StartRefused ? error.message : `Demarc could not start: ${error instanceof Error ? error.stack : String(error)}`
  await stop(sentence, 1)
}
