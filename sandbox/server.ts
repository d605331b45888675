// Starts the sandbox: state, time, deliveries and server, wired together.
import type { AddressInfo } from 'node:net'
import { expireDueSessions, moveSessions } from './checkout.js'
import { systemNow } from './clock.js'
import type { Context } from './context.js'
import { collectFaults } from './faults.js'
import { createHttpServer, isLoopback, type RequestRecord } from './http.js'
import { forgetOldKeys, trackIdempotency } from './idempotency.js'
import { openStore, type Row } from './state.js'
import { startDeliveries, type Deliveries, type Webhook } from './webhooks.js'

export interface SandboxOptions {
  /** 0 picks a free one. */
  port?: number
  /** A loopback address; anything else is refused. */
  host?: string
  /** Where events go; may be set later with setWebhook. */
  webhook?: Webhook
  /** The file that keeps everything; without it a stopped sandbox forgets. */
  statePath?: string
  /** The base of the sandbox's time; setNow and advance move it. */
  now?: () => Date
  /** Shown on the pay page when a session names nobody. */
  seller?: string
  /** Waits before the second, third … try of a webhook in milliseconds; the last one repeats. */
  retryDelaysMs?: number[]
  /** Called with every API request and its answer; status 0 means that the connection was closed without one. */
  onRequest?: (record: RequestRecord) => void
  log?: (line: string) => void
}

export interface Sandbox {
  url: string
  host: string
  port: number
  setWebhook(webhook: Webhook): void
  /** The sandbox's time. */
  now(): Date
  /** Sets the sandbox's time; it runs on from there. Sessions whose time has come expire. */
  setNow(at: Date): Promise<void>
  /** Moves the sandbox's time forward. */
  advance(byMs: number): Promise<void>
  /** Lets happen what is due: it also does so by itself every second. */
  tick(): Promise<void>
  /** Resolves when no delivery is due now or under way. */
  drain(): Promise<void>
  redeliver(eventId: string): Promise<void>
  pauseWebhooks(): void
  resumeWebhooks(): void
  undelivered(): ReturnType<Deliveries['state']>['undelivered']
  stop(): Promise<void>
}

interface ClockRow extends Row { offsetMs: number }

const defaultDelaysMs = [200, 1000, 5000, 30_000, 60_000]

function refuse(host: string): void {
  if (process.env.NODE_ENV === 'production') {
    throw new Error('The Stripe sandbox does not run with NODE_ENV=production: it would report payments that nobody made.')
  }
  if (!isLoopback(host)) throw new Error(`The Stripe sandbox listens on loopback only, not on ${host}.`)
}

function checkedWebhook(webhook: Webhook): Webhook {
  if (!URL.canParse(webhook.url) || !isLoopback(new URL(webhook.url).hostname)) {
    throw new Error(`The Stripe sandbox sends webhooks to loopback only, not to ${webhook.url}.`)
  }
  if (webhook.secret.trim() === '') throw new Error('The Stripe sandbox needs a webhook secret to sign with.')
  return webhook
}

/**
 * Starts listening. Throws with one sentence when the host is not loopback, in production, or when the state file is
 * unreadable.
 */
export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  const { host = '127.0.0.1', port = 0, now: base = systemNow, log = () => undefined } = options
  const { seller = 'Sandbox seller', retryDelaysMs = defaultDelaysMs } = options
  refuse(host)
  const webhook = options.webhook && checkedWebhook(options.webhook)
  const store = openStore(options.statePath)
  const clocks = store.table<ClockRow>('_clock')
  const clock = () => clocks.get('clock') ?? clocks.put({ id: 'clock', offsetMs: 0 })
  let url = ''
  const now = () => new Date(base().getTime() + clock().offsetMs)
  const ctx: Context = { store, seller, request: null, baseUrl: () => url, now }
  const deliveries = startDeliveries(ctx, { retryDelaysMs, now: systemNow, log })
  const faults = collectFaults()

  async function tick(): Promise<void> {
    if (!expireDueSessions(ctx)) return
    await store.save()
    deliveries.kick()
  }
  async function advance(byMs: number): Promise<void> {
    clock().offsetMs += byMs
    await store.save()
    await tick()
  }

  const server = createHttpServer({
    api: { ctx, faults, idempotency: trackIdempotency(), log }, controls: { ctx, faults, deliveries, advance },
    tick, settled: deliveries.kick, onRequest: options.onRequest,
  })
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(port, host, resolve))
  const bound = (server.address() as AddressInfo).port
  url = `http://${host.includes(':') ? `[${host}]` : host}:${bound}`
  moveSessions(ctx)
  if (webhook) deliveries.setWebhook(webhook)
  const timer = setInterval(() => {
    forgetOldKeys(ctx)
    tick().catch((error: unknown) => log(`error: ${String(error)}`))
  }, 1000).unref()

  return {
    url, host, port: bound, tick, advance, now,
    setWebhook: next => deliveries.setWebhook(checkedWebhook(next)),
    setNow: at => advance(at.getTime() - ctx.now().getTime()),
    drain: deliveries.drain, redeliver: deliveries.redeliver, pauseWebhooks: deliveries.pause, resumeWebhooks: deliveries.resume,
    undelivered: () => deliveries.state().undelivered,
    async stop() {
      clearInterval(timer)
      const closed = new Promise<void>(resolve => server.close(() => resolve()))
      server.closeAllConnections()
      await closed
      await deliveries.stop()
      await store.save()
    },
  }
}
