// Sends events to the webhook, signed as Stripe signs them, again and again until they are answered with 2xx.
import { createHmac } from 'node:crypto'
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
  return `t=${atSeconds},v1=${createHmac('sha256', secret).update(`${atSeconds}${payload}`).digest('hex')}`
}

/** Keeps delivering what the state holds. */
export function startDeliveries(ctx: Context, options: DeliveryOptions): Deliveries {
  const { retryDelaysMs, now, log } = options
  const underWay = new Set<Promise<void>>()
  const busy = new Set<string>()
  const stopped = new AbortController()
  let webhook: Webhook | undefined
  let isPaused = false
  let timer: NodeJS.Timeout | undefined
  const open = new Map<string, Delivery>()

  function collect(): void {
    for (const delivery of deliveries(ctx).all()) if (!delivery.isDelivered) open.set(delivery.id, delivery)
  }

  async function post(delivery: Delivery, to: Webhook): Promise<string> {
    const payload = JSON.stringify(events(ctx).get(delivery.id), undefined, 2)
    const answer = await fetch(to.url, {
      method: 'POST', body: payload, redirect: 'manual',
      signal: AbortSignal.any([stopped.signal, AbortSignal.timeout(timeoutMs)]),
      headers: {
        'content-type': 'application/json; charset=utf-8', 'user-agent': 'Stripe/1.0 (sandbox)',
        'stripe-signature': signatureOf(payload, to.secret, Math.floor(now().getTime() / 1000)),
      },
    })
    await answer.body?.cancel()
    return String(answer.status)
  }

  async function attempt(delivery: Delivery, to: Webhook): Promise<void> {
    if (delivery.attempts === 0) await ctx.store.save() // nobody hears of what a crash could still undo
    const answer = await post(delivery, to).catch((error: unknown) => `no answer (${(error as Error).message})`)
    if (stopped.signal.aborted) return
    delivery.attempts += 1
    delivery.lastAnswer = answer
    if (/^2\d\d$/.test(answer)) {
      delivery.isDelivered = true
      open.delete(delivery.id)
      const event = events(ctx).get(delivery.id)
      if (event) event.pending_webhooks = 0
    } else {
      const waitMs = retryDelaysMs[Math.min(delivery.attempts, retryDelaysMs.length) - 1] ?? 1000
      delivery.dueAtMs = now().getTime() + waitMs
      log(`webhook ${delivery.id}: ${answer}, again in ${waitMs} ms`)
    }
    await ctx.store.save()
  }

  function start(delivery: Delivery, to: Webhook): Promise<void> {
    busy.add(delivery.id)
    const failed = (error: unknown) => log(`webhook ${delivery.id}: ${String(error)}`)
    const attempted = attempt(delivery, to).catch(failed).finally(() => {
      busy.delete(delivery.id)
      underWay.delete(attempted)
      pump()
    })
    underWay.add(attempted)
    return attempted
  }

  function pump(): void {
    clearTimeout(timer)
    if (isPaused || !webhook || stopped.signal.aborted) return
    const waiting = [...open.values()].filter(delivery => !busy.has(delivery.id))
    const nowMs = now().getTime()
    for (const delivery of waiting.filter(({ dueAtMs }) => dueAtMs <= nowMs)) {
      if (underWay.size >= atOnce) return // the next one that ends pumps again
      void start(delivery, webhook)
    }
    const next = Math.min(...waiting.map(({ dueAtMs }) => dueAtMs).filter(dueAtMs => dueAtMs > nowMs))
    if (Number.isFinite(next)) timer = setTimeout(pump, next - nowMs + 1)
  }

  function kick(): void {
    collect()
    pump()
  }

  async function redeliver(eventId: string): Promise<void> {
    const delivery = deliveries(ctx).get(eventId)
    if (!delivery) throw invalid(`No such event: '${eventId}'`, { code: 'resource_missing', param: 'event' })
    if (!webhook) throw invalid('No webhook is set.')
    delivery.isDelivered = false
    open.set(delivery.id, delivery)
    await start(delivery, webhook)
  }

  for (const delivery of deliveries(ctx).all()) delivery.dueAtMs = 0 // after a restart everything is tried at once
  return {
    kick, redeliver,
    async drain() {
      kick()
      while (underWay.size > 0) await Promise.all(underWay)
    },
    pause: () => void (isPaused = true),
    resume() {
      isPaused = false
      kick()
    },
    setWebhook(next) {
      webhook = next
      kick()
    },
    state: () => ({
      isPaused, webhookUrl: webhook?.url ?? null,
      undelivered: deliveries(ctx).all().filter(({ isDelivered }) => !isDelivered).map(({ id, attempts, lastAnswer }) =>
        ({ id, type: events(ctx).get(id)?.type ?? '', attempts, lastAnswer })),
    }),
    async stop() {
      clearTimeout(timer)
      stopped.abort()
      await Promise.all(underWay)
    },
  }
}
