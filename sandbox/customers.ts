import { toSeconds } from './clock.js'
import type { Context } from './context.js'
import { noSuch } from './errors.js'
import { emit, update } from './events.js'
import { anything, email, group, integer, list, mergeMetadata, metadata, oneOf, text, type Values } from './params.js'
import { find, listRoute, route, type Route } from './routes.js'
import { newId, type StripeObject, type Table } from './state.js'

export interface Address {
  city: string | null
  country: string | null
  line1: string | null
  line2: string | null
  postal_code: string | null
  state: string | null
}

export interface Customer extends StripeObject {
  object: 'customer'
  created: number
  email: string | null
  name: string | null
  address: Address | null
  metadata: Record<string, string>
  deleted?: true
  [field: string]: unknown
}

const rows = (ctx: Context): Table<Customer> => ctx.store.table('customer')
const present = (ctx: Context): Table<Customer> => ({ ...rows(ctx), all: () => rows(ctx).all().filter(row => !row.deleted) })

/** A customer that exists and was not deleted; `param` is the parameter that named it. */
export function customerNamed(ctx: Context, id: string, param = 'customer'): Customer {
  const customer = find(rows(ctx), 'customer', id, param)
  if (customer.deleted) throw noSuch('customer', id, param)
  return customer
}

const shape = {
  email, name: text, phone: text, description: text, metadata,
  address: group({ city: text, country: text, line1: text, line2: text, postal_code: text, state: text }),
  balance: integer, business_name: text, individual_name: text, preferred_locales: list(text),
  tax_exempt: oneOf('exempt', 'none', 'reverse'),
  invoice_prefix: text, shipping: anything,
}

function fieldsOf({ address, metadata: _metadata, ...fields }: Values<typeof shape>): Partial<Customer> {
  const none = { city: null, country: null, line1: null, line2: null, postal_code: null, state: null }
  const given = Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined))
  return { ...given, ...(address && { address: { ...none, ...address } as Address }) }
}

/** Makes a customer. */
export function createCustomer(ctx: Context, params: Partial<Values<typeof shape>>): Customer {
  const customer = rows(ctx).put({
    id: newId('cus_', 14), object: 'customer', address: null, balance: 0, created: toSeconds(ctx.now()), currency: null,
    default_source: null,
    delinquent: false, description: null, discount: null, email: null, invoice_prefix: newId('', 8).toUpperCase(),
    invoice_settings: { custom_fields: null, default_payment_method: null, footer: null, rendering_options: null },
    livemode: false, name: null, next_invoice_sequence: 1, phone: null, preferred_locales: [], shipping: null, tax_exempt: 'none',
    test_clock: null,
    ...fieldsOf(params as Values<typeof shape>), metadata: mergeMetadata({}, params.metadata),
  })
  emit(ctx, 'customer.created', customer)
  return customer
}

function deleteCustomer(ctx: Context, id: string): object {
  const customer = rows(ctx).get(id)
  if (!customer || customer.deleted) throw noSuch('customer', id)
  emit(ctx, 'customer.deleted', customer)
  const stub = { id, object: 'customer', deleted: true } as Customer
  return rows(ctx).put(stub)
}

export const customerRoutes: Route[] = [
  route('POST', '/v1/customers', shape, createCustomer),
  listRoute('/v1/customers', present, { email: text }),
  route('GET', '/v1/customers/{id}', {}, (ctx, _params, id: string) => find(rows(ctx), 'customer', id)),
  route('POST', '/v1/customers/{id}', shape, (ctx, params, id: string) => {
    const customer = rows(ctx).get(id)
    if (!customer || customer.deleted) throw noSuch('customer', id)
    const metadata = mergeMetadata(customer.metadata, params.metadata)
    return update(ctx, 'customer.updated', customer, { ...fieldsOf(params), metadata })
  }),
  route('DELETE', '/v1/customers/{id}', {}, (ctx, _params, id: string) => deleteCustomer(ctx, id)),
]
