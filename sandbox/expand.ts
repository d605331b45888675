// expand[]: ids in an answer are replaced by the objects that they name.
import { linesOf } from './checkout.js'
import type { Context } from './context.js'
import { invalid } from './errors.js'
import { refunds } from './refunds.js'
import { listOf } from './routes.js'
import type { StripeObject } from './state.js'

/** Fields that hold an id, and the tables that it may name a row of. */
const references: Record<string, string[]> = {
  customer: ['customer'], payment_intent: ['payment_intent'], payment_method: ['payment_method'], latest_charge: ['charge'],
  charge: ['charge'], balance_transaction: ['balance_transaction'], product: ['product'], default_price: ['price'],
  source: ['charge', 'refund'],
}

/** Fields that are left out unless asked for: object.field → its value. */
const inclusions: Record<string, (ctx: Context, owner: StripeObject) => unknown> = {
  'checkout.session.line_items': (ctx, owner) =>
    listOf(linesOf(ctx, owner), `/v1/checkout/sessions/${owner.id}/line_items`, allOf),
  'charge.refunds': (ctx, owner) =>
    listOf(refunds(ctx).all().reverse().filter(refund => refund.charge === owner.id), `/v1/charges/${owner.id}/refunds`, allOf),
}
const allOf = { limit: 100, starting_after: undefined, ending_before: undefined }

type Fields = Record<string, unknown>

function expandOne(ctx: Context, owner: Fields, steps: string[], path: string): void {
  const [field, ...rest] = steps
  if (field === undefined) return
  const include = inclusions[`${String(owner.object)}.${field}`]
  if (include && owner[field] === undefined) owner[field] = structuredClone(include(ctx, owner as unknown as StripeObject))
  const value = owner[field]
  if (value === undefined || (typeof value === 'string' && !references[field])) {
    throw invalid(`This property cannot be expanded (${path}).`, { param: 'expand' })
  }
  if (typeof value === 'string') {
    const row = references[field]?.map(name => ctx.store.table(name).get(value)).find(found => found !== undefined)
    if (row) owner[field] = structuredClone(row)
  }
  const next = owner[field]
  if (Array.isArray(next)) for (const item of next) expandOne(ctx, item as Fields, rest, path)
  else if (typeof next === 'object' && next !== null) expandOne(ctx, next as Fields, rest, path)
}

/** A copy of an answer with the asked-for paths expanded, at most four steps deep. */
export function expand(ctx: Context, answer: object, paths: string[]): object {
  const copy = structuredClone(answer)
  for (const path of paths) {
    const steps = path.split('.')
    if (steps.filter(step => step !== 'data').length > 4) {
      throw invalid('You cannot expand more than 4 levels of a property.', { param: 'expand' })
    }
    expandOne(ctx, copy as Fields, steps, path)
  }
  return copy
}
