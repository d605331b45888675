// Events: a snapshot of the object at the time, and a delivery that is due at once.
import { toSeconds } from './clock.js'
import type { Context } from './context.js'
import { list, text, truth } from './params.js'
import { listRoute, retrieveRoute, type Route } from './routes.js'
import { newId, type Row, type StripeObject, type Table } from './state.js'

export const apiVersion = '2026-10-28.endive'

export interface Event extends StripeObject {
  object: 'event'
  api_version: string
  created: number
  data: { object: object; previous_attributes?: object }
  livemode: false
  pending_webhooks: number
  request: { id: string | null; idempotency_key: string | null } | null
  type: string
}

/** One event's way to the webhook; the id is the event's. Instants are the machine's milliseconds. */
export interface Delivery extends Row {
  attempts: number
  dueAtMs: number
  isDelivered: boolean
  lastAnswer: string | null
}

export const events = (ctx: Pick<Context, 'store'>): Table<Event> => ctx.store.table('event')
export const deliveries = (ctx: Pick<Context, 'store'>): Table<Delivery> => ctx.store.table('_delivery')

/** Records that something happened to an object. It is sent when the answer to the request is settled. */
export function emit(ctx: Context, type: string, object: StripeObject, previous?: object): void {
  const id = newId('evt_')
  events(ctx).put({
    id, object: 'event', api_version: apiVersion, created: toSeconds(ctx.now()), livemode: false, pending_webhooks: 1, type,
    data: { object: structuredClone(object), ...(previous && { previous_attributes: structuredClone(previous) }) },
    request: ctx.request,
  })
  deliveries(ctx).put({ id, attempts: 0, dueAtMs: 0, isDelivered: false, lastAnswer: null })
}

/** Changes a row in place, and says what the changed fields were before, as `previous_attributes` does. */
export function change<T extends object>(row: T, fields: Partial<T>): Partial<T> {
  const previous: Partial<T> = {}
  for (const name of Object.keys(fields) as (keyof T)[]) {
    if (fields[name] === undefined || JSON.stringify(fields[name]) === JSON.stringify(row[name])) continue
    previous[name] = row[name]
    row[name] = fields[name] as T[keyof T]
  }
  return previous
}

/** `change`, and an event when anything changed. */
export function update<T extends StripeObject>(ctx: Context, type: string, row: T, fields: Partial<T>): T {
  const previous = structuredClone(change(row, fields))
  if (Object.keys(previous).length > 0) emit(ctx, type, row, previous)
  return row
}

export const eventRoutes: Route[] = [
  retrieveRoute('/v1/events/{id}', 'event', events),
  listRoute('/v1/events', events, { type: text, types: list(text), delivery_success: truth }, {
    types: (event, wanted) => (wanted as string[]).includes(event.type),
    delivery_success: (event, wanted) => (event.pending_webhooks === 0) === wanted,
  }),
]
