import { type ChildProcess, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { StartRefused } from './embedded/start-refused.js'

/** What has to stay the same over restarts: links to pay pages name the port, undelivered webhooks the secret. */
interface Kept {
  port: number
  secretKey: string
  webhookSecret: string
}

export interface Sandbox extends Kept {
  readonly url: string
  /** Starts the process; the server must be listening already, since webhooks come at once. */
  start(webhookUrl: string): Promise<void>
  stop(): Promise<void>
}

/** The Stripe stand-in (M5), beside the server and never inside it. Its state lives in `dataDir`/sandbox-state.json. */
export async function openSandbox(dataDir: string, seller: string): Promise<Sandbox> {
  const file = join(dataDir, 'sandbox.json')
  const kept = existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Kept) : await first(file)
  let child: ChildProcess | null = null
  return {
    ...kept,
    url: `http://127.0.0.1:${kept.port}`,
    start: async (webhookUrl) => {
      const program = fileURLToPath(new URL('../sandbox/main.js', import.meta.url))
      child = spawn(process.execPath, [
        program, '--port', String(kept.port), '--state', join(dataDir, 'sandbox-state.json'), '--webhook', webhookUrl,
        '--secret', kept.webhookSecret, '--seller', seller, '--parent', String(process.pid),
      ], { stdio: ['ignore', 'pipe', 'inherit'] })
      await ready(child, kept.port)
    },
    stop: async () => {
      if (!child || child.exitCode !== null || child.signalCode !== null) return
      const ended = new Promise((resolve) => child?.once('exit', resolve))
      child.kill('SIGTERM')
      const force = setTimeout(() => child?.kill('SIGKILL'), 3_000)
      await ended
      clearTimeout(force)
    },
  }
}

async function first(file: string): Promise<Kept> {
  const kept = {
    port: await freePort(), secretKey: `sk_test_${randomBytes(18).toString('hex')}`, webhookSecret: `whsec_${randomBytes(24).toString('hex')}`,
  }
  writeFileSync(`${file}.new`, JSON.stringify(kept), { mode: 0o600, flush: true })
  renameSync(`${file}.new`, file)
  return kept
}

const freePort = (): Promise<number> => new Promise((resolve, reject) => {
  const probe = createServer().once('error', reject)
  probe.listen(0, '127.0.0.1', () => {
    const { port } = probe.address() as { port: number }
    probe.close(() => resolve(port))
  })
})

const ready = (child: ChildProcess, port: number): Promise<void> => new Promise((resolve, reject) => {
  const refuse = (): void => reject(new StartRefused(
    `The Stripe sandbox could not start on port ${port}, which is probably taken: free it, or remove sandbox.json from DATA_DIR to choose another (open pay pages are lost).`))
  child.once('error', refuse)
  child.once('exit', refuse)
  child.stdout?.once('data', () => {
    child.off('exit', refuse)
    child.stdout?.resume()
    resolve()
  })
})
