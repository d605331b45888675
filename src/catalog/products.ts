import { and, eq } from 'drizzle-orm'
import type { Act } from '../kernel/act.js'
import { said } from '../kernel/columns.js'
import { record } from '../kernel/event.js'
import { type Id, newId } from '../kernel/ids.js'
import { invalid, notFound } from '../kernel/refusal.js'
import { currentVendor } from '../vendors/vendor.reads.js'
import type { CreateProductInput, ProductInput, UpdateProductInput, UpsertProductInput } from './catalog.inputs.js'
import { refuseGaps } from './catalog.refusals.js'
import { component, duty, product } from './catalog.table.js'
import type { ProductRow, ProductUpsert } from './catalog.types.js'
import { addFixedCauseCodes } from './cause-codes.js'
import { gapsOfProduct } from './complete.js'
import type { ProductState } from './words.js'

function checkLanguages(tags: string[] | null | undefined): string[] | undefined {
  if (!tags) return undefined
  if (tags.length === 0) throw invalid({ path: 'languages', message: 'must name at least one language.' })
  return [...new Set(tags.map((tag, i) => {
    try {
      return Intl.getCanonicalLocales(tag)[0]!
    } catch {
      throw invalid({ path: `languages.${i}`, message: 'must be a BCP 47 tag, as in nb or en-GB.' })
    }
  }))]
}

/** Adds a product as a draft. The vendor's first brings the cause codes that every vendor has. Refuses a code or external id in use. */
export async function createProduct(act: Act, input: CreateProductInput): Promise<ProductRow> {
  const made = await addProduct(act, input)
  if (made) return made
  const sameCode = await act.db.$count(product, and(eq(product.vendorId, act.vendorId), eq(product.code, input.code)))
  throw invalid({ path: sameCode > 0 ? 'code' : 'externalId', message: 'must be unused; another product has it.' })
}

/** Null when another product has the code or external id, one that is being added at this moment too. */
async function addProduct(act: Act, input: CreateProductInput): Promise<ProductRow | null> {
  const languages = checkLanguages(input.languages) ?? [(await currentVendor(act)).locale]
  const [row] = await act.db.insert(product).values({
    vendorId: act.vendorId, id: newId('prd'), code: input.code, name: input.name, description: input.description, languages,
    channels: [...new Set(input.channels ?? ['TICKET'] as const)], exclusions: input.exclusions ?? null, turnTo: input.turnTo ?? null,
    externalId: input.externalId ?? null, createdAt: act.now,
  }).onConflictDoNothing().returning()
  if (!row) return null
  await addFixedCauseCodes(act)
  await record(act, { type: 'product.created', streamId: row.id, visibility: 'INTERNAL' })
  return row
}

/** Takes the product and holds it: who changes it at the same time waits here. */
async function holdProduct(act: Act, productId: Id<'prd'>): Promise<ProductRow> {
  const [row] = await act.db.select().from(product).where(and(eq(product.vendorId, act.vendorId), eq(product.id, productId))).for('no key update')
  if (!row) throw notFound('productId', 'product')
  return row
}

/** Changes what a product says about itself. What it needs to be on sale can be replaced, not taken away. */
export async function updateProduct(act: Act, input: UpdateProductInput): Promise<ProductRow> {
  const before = await holdProduct(act, input.productId)
  return (await changeProduct(act, before, {
    ...said({
      name: input.name, description: input.description, languages: checkLanguages(input.languages),
      channels: input.channels && [...new Set(input.channels)], turnTo: input.turnTo,
    }),
    ...(input.exclusions !== undefined && { exclusions: input.exclusions }),
  })).product
}

async function changeProduct(act: Act, before: ProductRow, wanted: Partial<ProductRow>): Promise<ProductUpsert> {
  const changed = Object.entries(wanted).filter(([k, v]) => JSON.stringify(before[k as keyof ProductRow]) !== JSON.stringify(v)).map(([k]) => k)
  if (changed.length === 0) return { id: before.id, product: before, outcome: 'UNCHANGED' }
  const [row] = await act.db.update(product).set(wanted).where(and(eq(product.vendorId, act.vendorId), eq(product.id, before.id))).returning()
  await record(act, { type: 'product.updated', streamId: before.id, data: { changed }, visibility: 'INTERNAL' })
  return { id: before.id, product: row!, outcome: 'UPDATED' }
}

/** Makes the product with that external id, or brings it up to date; says which. Its code and its place on sale stay. */
export async function upsertProduct(act: Act, input: UpsertProductInput): Promise<ProductUpsert> {
  const before = await holdExternal(act, input.externalId)
  if (before) return bringUpToDate(act, before, input)
  const made = await addProduct(act, input)
  if (made) return { id: made.id, product: made, outcome: 'CREATED' }
  const meanwhile = await holdExternal(act, input.externalId)
  if (!meanwhile) throw invalid({ path: 'code', message: 'must be unused; another product has it.' })
  return bringUpToDate(act, meanwhile, input)
}

async function holdExternal(act: Act, externalId: string): Promise<ProductRow | null> {
  const [row] = await act.db.select().from(product)
    .where(and(eq(product.vendorId, act.vendorId), eq(product.externalId, externalId))).for('no key update')
  return row ?? null
}

async function bringUpToDate(act: Act, before: ProductRow, input: UpsertProductInput): Promise<ProductUpsert> {
  if (before.code !== input.code) throw invalid({ path: 'code', message: `must be ${before.code}: rules name the product by its code, so it stays.` })
  return changeProduct(act, before, said({
    name: input.name, description: input.description, languages: checkLanguages(input.languages),
    channels: input.channels && [...new Set(input.channels)], exclusions: input.exclusions, turnTo: input.turnTo,
  }))
}

/** Puts a product on sale, a retired one too. Refuses one that lacks what customers rely on (Incomplete, R21). */
export async function putProductOnSale(act: Act, input: ProductInput): Promise<ProductRow> {
  const before = await holdProduct(act, input.productId)
  const [components, duties] = await Promise.all([
    act.db.$count(component, and(eq(component.vendorId, act.vendorId), eq(component.productId, before.id))),
    act.db.$count(duty, and(eq(duty.vendorId, act.vendorId), eq(duty.productId, before.id))),
  ])
  refuseGaps(`The product ${before.name}`, gapsOfProduct(before, components, duties))
  return moveProduct(act, before, 'ON_SALE', 'product.put_on_sale')
}

/** Ends the sale of a product. Agreements, tickets and promises go on. */
export async function retireProduct(act: Act, input: ProductInput): Promise<ProductRow> {
  return moveProduct(act, await holdProduct(act, input.productId), 'RETIRED', 'product.retired')
}

async function moveProduct(act: Act, before: ProductRow, state: ProductState, type: string): Promise<ProductRow> {
  if (before.state === state) return before
  const [row] = await act.db.update(product).set({ state }).where(and(eq(product.vendorId, act.vendorId), eq(product.id, before.id))).returning()
  await record(act, { type, streamId: before.id, visibility: before.state === 'DRAFT' && state === 'RETIRED' ? 'INTERNAL' : 'PUBLIC' })
  return row!
}
