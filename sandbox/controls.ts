// /_sandbox: what tests and scripts steer the sandbox with. It is no part of Stripe.
import type { Context } from './context.js'
import { noSuchPath } from './errors.js'
import type { Faults } from './faults.js'
import type { Form } from './form.js'
import type { Answer } from './idempotency.js'
import { amount, readAll, required, text } from './params.js'
import type { Deliveries } from './webhooks.js'

export interface Controls {
  ctx: Context
  faults: Faults
  deliveries: Deliveries
  /** Moves the sandbox's time forward by milliseconds and lets what is due happen. */
  advance(byMs: number): Promise<void>
}

type Control = (controls: Controls, form: Form) => object | Promise<object>

const state: Control = ({ ctx, faults, deliveries }) =>
  ({ now: ctx.now().toISOString(), counts: ctx.store.counts(), faultsLeft: faults.left(), ...deliveries.state() })

const table: Record<string, Control> = {
  'GET /_sandbox/state': state,
  'POST /_sandbox/fail': ({ faults }, form) => faults.add(form),
  'POST /_sandbox/pause-webhooks': (controls, form) => {
    controls.deliveries.pause()
    return state(controls, form)
  },
  'POST /_sandbox/resume-webhooks': async (controls, form) => {
    controls.deliveries.resume()
    await controls.deliveries.drain()
    return state(controls, form)
  },
  'POST /_sandbox/redeliver': async (controls, form) => {
    await controls.deliveries.redeliver(readAll({ event: required(text) }, form).event)
    return state(controls, form)
  },
  'POST /_sandbox/webhook': (controls, form) => {
    const { url, secret } = readAll({ url: required(text), secret: required(text) }, form)
    controls.deliveries.setWebhook({ url, secret })
    return state(controls, form)
  },
  'POST /_sandbox/advance': async (controls, form) => {
    await controls.advance(readAll({ seconds: required(amount) }, form).seconds * 1000)
    return state(controls, form)
  },
}

/** Does what the path says. Throws a refusal for an unknown one. */
export async function answerControl(controls: Controls, method: string, path: string, form: Form): Promise<Answer> {
  const control = table[`${method} ${path}`]
  if (!control) throw noSuchPath(method, path)
  return { status: 200, body: await control(controls, form) }
}
