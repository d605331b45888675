// A route is a row of a table: verb, path, the parameters it takes, what it does.
import type { Context } from './context.js'
import { invalid, noSuch } from './errors.js'
import type { Form } from './form.js'
import { group, integer, list, readAll, text, type Read, type Shape, type Values } from './params.js'
import type { StripeObject, Table } from './state.js'

export interface Route {
  method: 'GET' | 'POST' | 'DELETE'
  /** Steps in braces take anything and are handed to the handler in order. */
  path: string
  /** Reads the parameters (throws a refusal when they are wrong) and returns what then does the work. */
  prepare(form: Form): (ctx: Context, ids: string[]) => object
}

/** Defines a route whose handler gets the parameters as typed by their shape. `expand` is taken by every route. */
export function route<S extends Shape>(
  method: Route['method'], path: string, shape: S, handle: (ctx: Context, params: Values<S>, ...ids: string[]) => object,
): Route {
  const withExpand = { ...shape, expand: list(text) }
  return {
    method, path,
    prepare: form => {
      const { expand: _expand, ...rest } = readAll(withExpand, form)
      const params = rest as unknown as Values<S>
      return (ctx, ids) => handle(ctx, params, ...ids)
    },
  }
}

const range = group({ gt: integer, gte: integer, lt: integer, lte: integer })
const created: Read<ReturnType<typeof range> | number | null> = (raw, name) =>
  typeof raw === 'string' ? (integer(raw, name) ?? null) : range(raw, name)

const page = { limit: integer, starting_after: text, ending_before: text }

function pageOf<T extends StripeObject>(rows: T[], url: string, params: Values<typeof page>): object {
  const limit = params.limit ?? 10
  if (limit < 1 || limit > 100) {
    throw invalid('This value must be between 1 and 100.', { code: 'parameter_invalid_integer', param: 'limit' })
  }
  const indexOf = (id: string, param: string): number => {
    const index = rows.findIndex(row => row.id === id)
    if (index < 0) throw noSuch('object in this list', id, param)
    return index
  }
  if (params.ending_before) {
    const end = indexOf(params.ending_before, 'ending_before')
    const start = Math.max(0, end - limit)
    return { object: 'list', url, has_more: start > 0, data: rows.slice(start, end) }
  }
  const start = params.starting_after ? indexOf(params.starting_after, 'starting_after') + 1 : 0
  return { object: 'list', url, has_more: rows.length > start + limit, data: rows.slice(start, start + limit) }
}

/** A page of the given rows, in the order given. */
export const listShape = page
export const listOf = pageOf

function isWithin(at: number, wanted: ReturnType<typeof created>): boolean {
  if (wanted === undefined || wanted === null) return true
  if (typeof wanted === 'number') return at === wanted
  const { gt, gte, lt, lte } = wanted
  return at > (gt ?? -Infinity) && at >= (gte ?? -Infinity) && at < (lt ?? Infinity) && at <= (lte ?? Infinity)
}

/**
 * GET of a collection, newest first. Each filter compares with the field of its name; `matches` decides for those
 * that need more.
 */
export function listRoute<T extends StripeObject & { created: number }, S extends Shape>(
  path: string, table: (ctx: Context) => Table<T>, filters: S, matches: Partial<Record<keyof S,
  (row: T, wanted: unknown) => boolean>> = {},
): Route {
  return route('GET', path, { ...filters, ...page, created }, (ctx, given) => {
    const params = given as Values<S> & Values<typeof page> & { created: ReturnType<typeof created> }
    const wanted = Object.keys(filters).filter(name => params[name] !== undefined && params[name] !== null)
    const rows = table(ctx).all().reverse().filter(row => isWithin(row.created, params.created) && wanted.every(name => {
      const match = matches[name]
      return match ? match(row, params[name]) : (row as unknown as Record<string, unknown>)[name] === params[name]
    }))
    return pageOf(rows, path, params)
  })
}

/** GET of one object. */
export const retrieveRoute = <T extends StripeObject>(path: string, noun: string, table: (ctx: Context) => Table<T>): Route =>
  route('GET', path, {}, (ctx, _params, id: string) => find(table(ctx), noun, id))

/** The row, or Stripe's "No such …": 404 when it is the path's id, 400 when `param` named it. */
export function find<T extends StripeObject>(table: Table<T>, noun: string, id: string, param?: string): T {
  const row = table.get(id)
  if (!row) throw noSuch(noun, id, param)
  return row
}

export interface Matched { route: Route; ids: string[] }

/** The route for a verb and a path; literal steps win over braces. */
export function match(routes: Route[], method: string, path: string): Matched | undefined {
  const steps = path.split('/').map(decodeURIComponent)
  const candidates = routes.filter(({ method: verb, path: template }) => {
    const parts = template.split('/')
    const fits = (part: string, i: number) => (part.startsWith('{') ? steps[i] !== '' : part === steps[i])
    return verb === method && parts.length === steps.length && parts.every(fits)
  })
  const found = candidates.sort((a, b) => a.path.split('{').length - b.path.split('{').length)[0]
  return found && { route: found, ids: steps.filter((_, i) => found.path.split('/')[i]?.startsWith('{')) }
}
