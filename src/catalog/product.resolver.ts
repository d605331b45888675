import { Arg, Args, Ctx, FieldResolver, ID, Mutation, Query, Resolver, Root } from 'type-graphql'
import type { Act, Context } from '../kernel/act.js'
import { command } from '../kernel/command.js'
import type { Id } from '../kernel/ids.js'
import { idArg } from '../kernel/input.js'
import { PageArgs } from '../kernel/page.js'
import { reading } from '../kernel/query.js'
import { answer } from '../kernel/refusal.js'
import { permit } from '../vendors/permit.js'
import { theVendor, visit } from '../vendors/visit.js'
import {
  CreateCauseCodeInput, CreateComponentInput, CreateDutyInput, CreateProductInput, PutProductOnSaleInput, RetireProductInput, UpdateCauseCodeInput,
  UpdateComponentInput, UpdateDutyInput, UpdateProductInput, UpsertProductInput,
} from './catalog.inputs.js'
import {
  causeCodeById, causeCodesOf, componentById, componentsOf, dutiesOf, dutyById, productById, products, publishedPlans, shownProduct,
} from './catalog.reads.js'
import { Incomplete } from './catalog.refusals.js'
import {
  CauseCode, type CauseCodeRow, Component, type ComponentRow, Duty, type DutyRow, Plan, Product, ProductConnection, type ProductRow, ProductUpsert,
} from './catalog.types.js'
import * as causeCodes from './cause-codes.js'
import * as contents from './product-contents.js'
import * as verbs from './products.js'

const createProduct = answer('createProduct', Product, [], productById)
const updateProduct = answer('updateProduct', Product, [], productById)
const putProductOnSale = answer('putProductOnSale', Product, [Incomplete], productById)
const retireProduct = answer('retireProduct', Product, [], productById)
const createComponent = answer('createComponent', Component, [], componentById)
const updateComponent = answer('updateComponent', Component, [], componentById)
const createCauseCode = answer('createCauseCode', CauseCode, [], causeCodeById)
const updateCauseCode = answer('updateCauseCode', CauseCode, [], causeCodeById)
const createDuty = answer('createDuty', Duty, [], dutyById)
const updateDuty = answer('updateDuty', Duty, [], dutyById)

/** A second call with the same key changes nothing, and says so. */
const upsertProduct = answer('upsertProduct', ProductUpsert, [], async (act: Act, id: Id<'prd'>): Promise<ProductUpsert | null> => {
  const product = await productById(act, id)
  return product && { id, product, outcome: 'UNCHANGED' }
})

@Resolver(() => Product)
export class ProductResolver {
  @permit('catalog:read')
  @Query(() => ProductConnection, { description: 'Products, the oldest first: those on sale; all of them for members.' })
  async products(@Args(() => PageArgs) page: PageArgs, @Ctx() ctx: Context, @Arg('vendor', () => String, theVendor) vendor?: string) {
    await visit(ctx, vendor)
    return products(await reading(ctx), page)
  }

  @permit('catalog:read')
  @Query(() => Product, { nullable: true, description: 'One product; null when there is none, or it is not on sale and the caller is no member.' })
  async product(
    @Arg('id', () => ID, { description: 'The product.' }) id: string, @Ctx() ctx: Context, @Arg('vendor', () => String, theVendor) vendor?: string,
  ) {
    await visit(ctx, vendor)
    return shownProduct(await reading(ctx), idArg(id, 'prd', 'id'))
  }

  @FieldResolver(() => [Component], { description: 'Its parts, the oldest first.' })
  async components(@Root() product: ProductRow, @Ctx() ctx: Context) {
    return componentsOf(await reading(ctx), product.id)
  }

  @FieldResolver(() => [Duty], { description: 'What the vendor owes everybody who has it, with or without a plan.' })
  async duties(@Root() product: ProductRow, @Ctx() ctx: Context) {
    return dutiesOf(await reading(ctx), product.id)
  }

  @FieldResolver(() => [CauseCode], { description: 'What a problem with it can turn out to have been: its own causes and those of every product.' })
  async causeCodes(@Root() product: ProductRow, @Ctx() ctx: Context) {
    return causeCodesOf(await reading(ctx), product.id)
  }

  @FieldResolver(() => [Plan], { description: 'The plans on sale with it: its own and those of every product.' })
  async plans(@Root() product: ProductRow, @Ctx() ctx: Context) {
    return (await publishedPlans(await reading(ctx), product.id)).map((sold) => sold.plan)
  }

  @permit('catalog:change')
  @Mutation(() => createProduct.type, { description: 'Adds a product, as a draft.' })
  createProduct(@Arg('input', () => CreateProductInput, { description: 'The product.' }) input: CreateProductInput, @Ctx() ctx: Context) {
    return command(ctx, createProduct, input, (act) => verbs.createProduct(act, input))
  }

  @permit('catalog:change')
  @Mutation(() => updateProduct.type, { description: 'Changes what a product says about itself.' })
  updateProduct(@Arg('input', () => UpdateProductInput, { description: 'What to change.' }) input: UpdateProductInput, @Ctx() ctx: Context) {
    return command(ctx, updateProduct, input, (act) => verbs.updateProduct(act, input))
  }

  @permit('catalog:change')
  @Mutation(() => upsertProduct.type, { description: "Brings one product of the vendor's own system here, or up to date, by its external id." })
  upsertProduct(@Arg('input', () => UpsertProductInput, { description: 'The product.' }) input: UpsertProductInput, @Ctx() ctx: Context) {
    return command(ctx, upsertProduct, input, (act) => verbs.upsertProduct(act, input))
  }

  @permit('catalog:change')
  @Mutation(() => putProductOnSale.type, {
    description: 'Puts a product on sale: everyone sees it from now on. It needs a component, a duty and a support statement.',
  })
  putProductOnSale(@Arg('input', () => PutProductOnSaleInput, { description: 'The product.' }) input: PutProductOnSaleInput, @Ctx() ctx: Context) {
    return command(ctx, putProductOnSale, input, (act) => verbs.putProductOnSale(act, input))
  }

  @permit('catalog:change')
  @Mutation(() => retireProduct.type, { description: 'Ends the sale of a product. Agreements and tickets go on.' })
  retireProduct(@Arg('input', () => RetireProductInput, { description: 'The product.' }) input: RetireProductInput, @Ctx() ctx: Context) {
    return command(ctx, retireProduct, input, (act) => verbs.retireProduct(act, input))
  }
}

@Resolver(() => Component)
export class ComponentResolver {
  @FieldResolver(() => Product, { description: 'The product that it is a part of.' })
  async product(@Root() component: ComponentRow, @Ctx() ctx: Context) {
    return productById(await reading(ctx), component.productId)
  }

  @permit('catalog:change')
  @Mutation(() => createComponent.type, { description: 'Adds a component to a product.' })
  createComponent(@Arg('input', () => CreateComponentInput, { description: 'The component.' }) input: CreateComponentInput, @Ctx() ctx: Context) {
    return command(ctx, createComponent, input, (act) => contents.createComponent(act, input))
  }

  @permit('catalog:change')
  @Mutation(() => updateComponent.type, { description: 'Changes a component. Decisions already made stay as they are.' })
  updateComponent(@Arg('input', () => UpdateComponentInput, { description: 'What to change.' }) input: UpdateComponentInput, @Ctx() ctx: Context) {
    return command(ctx, updateComponent, input, (act) => contents.updateComponent(act, input))
  }
}

@Resolver(() => Duty)
export class DutyResolver {
  @FieldResolver(() => Product, { description: 'The product that it comes with.' })
  async product(@Root() duty: DutyRow, @Ctx() ctx: Context) {
    return productById(await reading(ctx), duty.productId)
  }

  @permit('catalog:change')
  @Mutation(() => createDuty.type, { description: 'Adds a duty to a product.' })
  createDuty(@Arg('input', () => CreateDutyInput, { description: 'The duty.' }) input: CreateDutyInput, @Ctx() ctx: Context) {
    return command(ctx, createDuty, input, (act) => contents.createDuty(act, input))
  }

  @permit('catalog:change')
  @Mutation(() => updateDuty.type, { description: 'Changes the words of a duty.' })
  updateDuty(@Arg('input', () => UpdateDutyInput, { description: 'What to change.' }) input: UpdateDutyInput, @Ctx() ctx: Context) {
    return command(ctx, updateDuty, input, (act) => contents.updateDuty(act, input))
  }
}

@Resolver(() => CauseCode)
export class CauseCodeResolver {
  @permit('catalog:read')
  @Query(() => [CauseCode], { description: 'What a problem with a product can turn out to have been: its own causes and those of every product.' })
  async causeCodes(
    @Arg('productId', () => ID, { description: 'The product.' }) productId: string, @Ctx() ctx: Context,
    @Arg('vendor', () => String, theVendor) vendor?: string,
  ) {
    await visit(ctx, vendor)
    const read = await reading(ctx)
    const product = await shownProduct(read, idArg(productId, 'prd', 'productId'))
    return product ? causeCodesOf(read, product.id) : []
  }

  @FieldResolver(() => Product, { nullable: true, description: 'The product that it belongs to; null when it belongs to every product.' })
  async product(@Root() causeCode: CauseCodeRow, @Ctx() ctx: Context) {
    return causeCode.productId && productById(await reading(ctx), causeCode.productId)
  }

  @permit('catalog:change')
  @Mutation(() => createCauseCode.type, { description: 'Adds a cause code to one product, or to all.' })
  createCauseCode(@Arg('input', () => CreateCauseCodeInput, { description: 'The cause code.' }) input: CreateCauseCodeInput, @Ctx() ctx: Context) {
    return command(ctx, createCauseCode, input, (act) => causeCodes.createCauseCode(act, input))
  }

  @permit('catalog:change')
  @Mutation(() => updateCauseCode.type, { description: 'Changes the words of a cause code; UNDETERMINED and NOT_REPRODUCIBLE stay as they are.' })
  updateCauseCode(@Arg('input', () => UpdateCauseCodeInput, { description: 'What to change.' }) input: UpdateCauseCodeInput, @Ctx() ctx: Context) {
    return command(ctx, updateCauseCode, input, (act) => causeCodes.updateCauseCode(act, input))
  }
}
