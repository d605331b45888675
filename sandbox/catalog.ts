// Products and prices.
import { toSeconds } from './clock.js'
import type { Context } from './context.js'
import { invalid, missingParam } from './errors.js'
import { emit, update } from './events.js'
import {
  amount, anything, currency, group, integer, list, mergeMetadata, metadata, oneOf, required, text, truth, url, type Values,
} from './params.js'
import { find, listRoute, retrieveRoute, route, type Route } from './routes.js'
import { newId, type StripeObject, type Table } from './state.js'

export interface Product extends StripeObject {
  object: 'product'
  active: boolean
  created: number
  description: string | null
  name: string
  metadata: Record<string, string>
  updated: number
  [field: string]: unknown
}

export interface Price extends StripeObject {
  object: 'price'
  active: boolean
  created: number
  currency: string
  lookup_key: string | null
  metadata: Record<string, string>
  product: string
  recurring: object | null
  type: 'one_time' | 'recurring'
  unit_amount: number
  [field: string]: unknown
}

const products = (ctx: Context): Table<Product> => ctx.store.table('product')
export const prices = (ctx: Context): Table<Price> => ctx.store.table('price')

const productShape = {
  active: truth, description: text, metadata, images: list(required(text)), statement_descriptor: text, tax_code: text,
  unit_label: text, url, shippable: truth, marketing_features: anything,
}
const productDataShape = {
  name: required(text), description: text, metadata, images: list(required(text)), tax_code: text, unit_label: text,
}

const given = (fields: object) => Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined))

type ProductParams = { name: string; id?: string | null } & Partial<Values<typeof productShape>>

function createProduct(ctx: Context, params: ProductParams): Product {
  const { metadata: change, id, ...fields } = params
  if (id && products(ctx).get(id)) throw invalid('Product already exists.', { code: 'resource_already_exists', param: 'id' })
  const at = toSeconds(ctx.now())
  const product = products(ctx).put({
    object: 'product', active: true, created: at, default_price: null, description: null, images: [], livemode: false,
    marketing_features: [], package_dimensions: null, shippable: null, statement_descriptor: null, tax_code: null,
    tax_details: null,
    type: 'service', unit_label: null, updated: at, url: null, ...given(fields),
    name: params.name, id: id ?? newId('prod_', 14), metadata: mergeMetadata({}, change),
  })
  emit(ctx, 'product.created', product)
  return product
}

const recurring = group({
  interval: required(oneOf('day', 'week', 'month', 'year')), interval_count: integer, usage_type: oneOf('licensed'),
  trial_period_days: integer,
})
const taxBehavior = oneOf('exclusive', 'inclusive', 'unspecified')

const priceShape = {
  currency: required(currency), unit_amount: amount, unit_amount_decimal: text, product: text,
  product_data: group(productDataShape),
  active: truth, nickname: text, lookup_key: text, transfer_lookup_key: truth, metadata, recurring, tax_behavior: taxBehavior,
  billing_scheme: oneOf('per_unit'),
}

/** The parameters of a price made on the fly, in a Checkout line. */
export const priceDataShape = {
  currency: required(currency), unit_amount: amount, unit_amount_decimal: text, product: text,
  product_data: group(productDataShape),
  recurring, tax_behavior: taxBehavior,
}

type AmountParams = { unit_amount?: number | null; unit_amount_decimal?: string | null }

function unitAmount(params: AmountParams, at: (name: string) => string): number {
  if (typeof params.unit_amount === 'number') return params.unit_amount
  if (!params.unit_amount_decimal) throw missingParam(at('unit_amount'))
  if (!/^\d+(\.0+)?$/.test(params.unit_amount_decimal)) {
    throw invalid('The sandbox prices in whole minor units only.', { param: at('unit_amount_decimal') })
  }
  return Number(params.unit_amount_decimal)
}

type PriceParams = Values<typeof priceDataShape> & Partial<Values<typeof priceShape>>

/** Makes a price; `at` names a parameter as the caller sent it. */
export function createPrice(ctx: Context, params: PriceParams, at = (name: string) => name): Price {
  const unit_amount = unitAmount(params, at)
  if (Boolean(params.product) === Boolean(params.product_data)) {
    if (!params.product) throw missingParam(at('product'))
    throw invalid(`You may only specify one of ${at('product')}, ${at('product_data')}.`, { param: at('product') })
  }
  if (params.product) find(products(ctx), 'product', params.product, at('product'))
  claimLookupKey(ctx, params.lookup_key, params.transfer_lookup_key)
  const product = params.product ?? createProduct(ctx, params.product_data!).id
  const price = prices(ctx).put({
    id: newId('price_'), object: 'price', active: params.active ?? true, billing_scheme: 'per_unit',
    created: toSeconds(ctx.now()),
    currency: params.currency, custom_unit_amount: null, livemode: false, lookup_key: params.lookup_key ?? null,
    metadata: mergeMetadata({}, params.metadata), nickname: params.nickname ?? null, product,
    recurring: params.recurring ? {
      interval: params.recurring.interval, interval_count: params.recurring.interval_count ?? 1, meter: null,
      trial_period_days: params.recurring.trial_period_days ?? null, usage_type: 'licensed',
    } : null,
    tax_behavior: params.tax_behavior ?? 'unspecified', tiers_mode: null, transform_quantity: null,
    type: params.recurring ? 'recurring' : 'one_time', unit_amount, unit_amount_decimal: String(unit_amount),
  })
  emit(ctx, 'price.created', price)
  return price
}

function claimLookupKey(ctx: Context, key: string | null | undefined, isTransfer: boolean | null | undefined): void {
  const holder = key ? prices(ctx).all().find(price => price.lookup_key === key) : undefined
  if (!holder) return
  if (!isTransfer) throw invalid(`A price (\`${holder.id}\`) already uses that lookup key.`, { param: 'lookup_key' })
  update(ctx, 'price.updated', holder, { lookup_key: null })
}

function updateProduct(ctx: Context, params: Partial<Values<typeof productShape>>, id: string): Product {
  const product = find(products(ctx), 'product', id)
  const { metadata: change, ...fields } = params
  return update(ctx, 'product.updated', product, {
    ...given(fields), metadata: mergeMetadata(product.metadata, change), updated: toSeconds(ctx.now()),
  })
}

export const catalogRoutes: Route[] = [
  route('POST', '/v1/products', { ...productShape, name: required(text), id: text }, (ctx, params) => createProduct(ctx, params)),
  listRoute('/v1/products', products, { active: truth, ids: list(required(text)), url }, {
    ids: (product, wanted) => (wanted as string[]).includes(product.id),
  }),
  retrieveRoute('/v1/products/{id}', 'product', products),
  route('POST', '/v1/products/{id}', { ...productShape, name: text, default_price: text }, updateProduct),
  route('POST', '/v1/prices', priceShape, (ctx, params) => createPrice(ctx, params)),
  listRoute('/v1/prices', prices, {
    active: truth, currency, product: text, type: oneOf('one_time', 'recurring'), lookup_keys: list(required(text)),
  }, {
    lookup_keys: (price, wanted) => (wanted as string[]).includes(price.lookup_key ?? ''),
  }),
  retrieveRoute('/v1/prices/{id}', 'price', prices),
  route('POST', '/v1/prices/{id}', {
    active: truth, nickname: text, lookup_key: text, transfer_lookup_key: truth, metadata, tax_behavior: taxBehavior,
  }, (ctx, params, id: string) => {
    const price = find(prices(ctx), 'price', id)
    if (params.lookup_key !== price.lookup_key) claimLookupKey(ctx, params.lookup_key, params.transfer_lookup_key)
    const { active, nickname, lookup_key, tax_behavior } = params
    return update(ctx, 'price.updated', price, {
      ...given({ active, nickname, lookup_key, tax_behavior }), metadata: mergeMetadata(price.metadata, params.metadata),
    })
  }),
]
