// Sends events to the webhook, signed as Stripe signs them, again and again until they are answered with 2xx.
import { createHmac } from 'node:crypto'
import { toSeconds } from './clock.js'
import type { Context } from './context.js'
import { invalid } from './errors.js'
import { deliveries, events, type Delivery } from './events.js'

export interface Webhook { url: string; secret: string }

export interface Undelivered { id: string; type: string; attempts: number; lastAnswer: string | null }

export interface Deliveries {
  /** Starts what is due. */
  kick(): void
  /** Resolves when nothing is due now and nothing is under way; what waits for a later try stays. */
  drain(): Promise<void>
  pause(): void
  resume(): void
  /** Sends an event now, whether or not it was delivered before and even while paused. Throws when there is no such event. */
  redeliver(eventId: string): Promise<void>
  setWebhook(webhook: Webhook): void
  state(): { isPaused: boolean; webhookUrl: string | null; undelivered: Undelivered[] }
  stop(): Promise<void>
}

export interface DeliveryOptions {
  /** Waits before the second, third … try in milliseconds; the last one repeats. */
  retryDelaysMs: number[]
  /** The machine's time: deliveries and signatures do not follow a moved clock. */
  now(): Date
  log(line: string): void
}

const atOnce = 8
const timeoutMs = 10_000

/** The value of the `stripe-signature` header for a payload at a time. */
export function signatureOf(payload: string, secret: string, atSeconds: number): string {
  return `t=${atSeconds},v1=${createHmac('sha256', secret).update(`${atSeconds}.${payload}`).digest('hex')}`
}

/** Posts an event once; answers with the status, or with why there was none. */
async function post(ctx: Context, id: string, to: Webhook, signal: AbortSignal, at: Date): Promise<string> {
  const payload = JSON.stringify(events(ctx).get(id), undefined, 2)
  const headers = {
    'content-type': 'application/json; charset=utf-8', 'user-agent': 'Stripe/1.0 (sandbox)',
    'stripe-signature': signatureOf(payload, to.secret, toSeconds(at)),
  }
  try {
    const waiting = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)])
    const answer = await fetch(to.url, { method: 'POST', body: payload, redirect: 'manual', signal: waiting, headers })
    await answer.body?.cancel()
    return String(answer.status)
  } catch (error) {
    return `no answer (${(error as Error).message})`
  }
}

/** Notes how a try went; says in how many milliseconds the next one is due, or null when there is none. */
function note(ctx: Context, delivery: Delivery, answer: string, { retryDelaysMs, now }: DeliveryOptions): number | null {
  delivery.attempts += 1
  delivery.lastAnswer = answer
  delivery.isDelivered = /^2\d\d$/.test(answer)
  if (!delivery.isDelivered) {
    const waitMs = retryDelaysMs[Math.min(delivery.attempts, retryDelaysMs.length) - 1] ?? 1000
    delivery.dueAtMs = now().getTime() + waitMs
    return waitMs
  }
  const event = events(ctx).get(delivery.id)
  if (event) event.pending_webhooks = 0
  return null
}

interface Pump {
  webhook: Webhook | undefined
  isPaused: boolean
  /** Finds what has been recorded since, and starts what is due. */
  kick(): void
  /** One try, now. */
  start(delivery: Delivery, to: Webhook): Promise<void>
  underWay: Set<Promise<void>>
  stop(): Promise<void>
}

function createPump(ctx: Context, options: DeliveryOptions): Pump {
  const { now, log } = options
  const underWay = new Set<Promise<void>>()
  const busy = new Set<string>()
  const open = new Map<string, Delivery>()
  const stopped = new AbortController()
  let timer: NodeJS.Timeout | undefined

  async function attempt(delivery: Delivery, to: Webhook): Promise<void> {
    if (delivery.attempts === 0) await ctx.store.save() // nobody hears of what a crash could still undo
    const answer = await post(ctx, delivery.id, to, stopped.signal, now())
    if (stopped.signal.aborted) return
    const waitMs = note(ctx, delivery, answer, options)
    if (waitMs === null) open.delete(delivery.id)
    else log(`webhook ${delivery.id}: ${answer}, again in ${waitMs} ms`)
    await ctx.store.save()
  }

  function start(delivery: Delivery, to: Webhook): Promise<void> {
    busy.add(delivery.id)
    open.set(delivery.id, delivery)
    const failed = (error: unknown) => log(`webhook ${delivery.id}: ${String(error)}`)
    const attempted = attempt(delivery, to).catch(failed).finally(() => {
      busy.delete(delivery.id)
      underWay.delete(attempted)
      run()
    })
    underWay.add(attempted)
    return attempted
  }

  function run(): void {
    clearTimeout(timer)
    if (pump.isPaused || !pump.webhook || stopped.signal.aborted) return
    const waiting = [...open.values()].filter(delivery => !busy.has(delivery.id))
    const nowMs = now().getTime()
    for (const delivery of waiting.filter(({ dueAtMs }) => dueAtMs <= nowMs)) {
      if (underWay.size >= atOnce) return // the next one that ends runs again
      void start(delivery, pump.webhook)
    }
    const next = Math.min(...waiting.map(({ dueAtMs }) => dueAtMs).filter(dueAtMs => dueAtMs > nowMs))
    if (Number.isFinite(next)) timer = setTimeout(run, next - nowMs + 1)
  }

  function kick(): void {
    for (const delivery of deliveries(ctx).all()) if (!delivery.isDelivered) open.set(delivery.id, delivery)
    run()
  }

  async function stop(): Promise<void> {
    clearTimeout(timer)
    stopped.abort()
    await Promise.all(underWay)
  }

  const pump: Pump = { webhook: undefined, isPaused: false, kick, start, underWay, stop }
  return pump
}

function stateOf(ctx: Context, { isPaused, webhook }: Pump): ReturnType<Deliveries['state']> {
  const undelivered = deliveries(ctx).all().filter(({ isDelivered }) => !isDelivered)
    .map(({ id, attempts, lastAnswer }) => ({ id, type: events(ctx).get(id)?.type ?? '', attempts, lastAnswer }))
  return { isPaused, webhookUrl: webhook?.url ?? null, undelivered }
}

/** Keeps delivering what the state holds. */
export function startDeliveries(ctx: Context, options: DeliveryOptions): Deliveries {
  const pump = createPump(ctx, options)
  for (const delivery of deliveries(ctx).all()) delivery.dueAtMs = 0 // after a restart everything is tried at once
  return {
    kick: pump.kick,
    async drain() {
      pump.kick()
      while (pump.underWay.size > 0) await Promise.all(pump.underWay)
    },
    pause: () => void (pump.isPaused = true),
    resume() {
      pump.isPaused = false
      pump.kick()
    },
    async redeliver(eventId) {
      const delivery = deliveries(ctx).get(eventId)
      if (!delivery) throw invalid(`No such event: '${eventId}'`, { code: 'resource_missing', param: 'event' })
      if (!pump.webhook) throw invalid('No webhook is set.')
      delivery.isDelivered = false
      await pump.start(delivery, pump.webhook)
    },
    setWebhook(next) {
      pump.webhook = next
      pump.kick()
    },
    state: () => stateOf(ctx, pump),
    stop: pump.stop,
  }
}
