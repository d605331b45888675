import { Arg, Args, Ctx, FieldResolver, ID, Mutation, Query, Resolver, Root } from 'type-graphql'
import type { Act, Context } from '../kernel/act.js'
import { command } from '../kernel/command.js'
import { type Id } from '../kernel/ids.js'
import { idArg } from '../kernel/input.js'
import { PageArgs } from '../kernel/page.js'
import { reading } from '../kernel/query.js'
import { answer } from '../kernel/refusal.js'
import * as people from './people.js'
import {
  CreateContactInput, CreateCustomerInput, CreateMemberInput, UpdateContactInput, UpdateCustomerInput, UpdateMemberInput, UpsertContactInput,
  UpsertCustomerInput,
} from './people.types.js'
import { permit } from './permit.js'
import { contactById, contacts, customerById, customers, memberById, members } from './vendor.reads.js'
import {
  Contact, ContactConnection, type ContactRow, ContactUpsert, Customer, CustomerConnection, CustomerUpsert, Member, MemberConnection,
} from './vendor.types.js'

const createMember = answer('createMember', Member, [], memberById)
const updateMember = answer('updateMember', Member, [], memberById)
const createCustomer = answer('createCustomer', Customer, [], customerById)
const updateCustomer = answer('updateCustomer', Customer, [], customerById)
const createContact = answer('createContact', Contact, [], contactById)
const updateContact = answer('updateContact', Contact, [], contactById)

/** A second call with the same key changes nothing, and says so. */
const upsertCustomer = answer('upsertCustomer', CustomerUpsert, [], async (act: Act, id: Id<'cus'>): Promise<CustomerUpsert | null> => {
  const customer = await customerById(act, id)
  return customer && { id, customer, outcome: 'UNCHANGED' }
})
const upsertContact = answer('upsertContact', ContactUpsert, [], async (act: Act, id: Id<'con'>): Promise<ContactUpsert | null> => {
  const contact = await contactById(act, id)
  return contact && { id, contact, outcome: 'UNCHANGED' }
})

@Resolver(() => Member)
export class MemberResolver {
  @permit('members:read')
  @Query(() => MemberConnection, { description: "The vendor's members, the oldest first." })
  async members(@Args(() => PageArgs) page: PageArgs, @Ctx() ctx: Context) {
    return members(await reading(ctx), page)
  }

  @permit('members:change')
  @Mutation(() => createMember.type, { description: 'Adds a member.' })
  createMember(@Arg('input', () => CreateMemberInput, { description: 'The member.' }) input: CreateMemberInput, @Ctx() ctx: Context) {
    return command(ctx, createMember, input, (act) => people.createMember(act, input))
  }

  @permit('members:change')
  @Mutation(() => updateMember.type, { description: 'Changes a member, or deactivates one. The last active admin stays.' })
  updateMember(@Arg('input', () => UpdateMemberInput, { description: 'What to change.' }) input: UpdateMemberInput, @Ctx() ctx: Context) {
    return command(ctx, updateMember, input, (act) => people.updateMember(act, input))
  }
}

@Resolver(() => Customer)
export class CustomerResolver {
  @permit('customers:read')
  @Query(() => CustomerConnection, { description: "The vendor's customers, the oldest first." })
  async customers(@Args(() => PageArgs) page: PageArgs, @Ctx() ctx: Context) {
    return customers(await reading(ctx), page)
  }

  @permit('customers:change')
  @Mutation(() => createCustomer.type, { description: 'Adds a customer.' })
  createCustomer(@Arg('input', () => CreateCustomerInput, { description: 'The customer.' }) input: CreateCustomerInput, @Ctx() ctx: Context) {
    return command(ctx, createCustomer, input, (act) => people.createCustomer(act, input))
  }

  @permit('customers:change')
  @Mutation(() => updateCustomer.type, { description: 'Changes a customer, or deactivates one with its contacts.' })
  updateCustomer(@Arg('input', () => UpdateCustomerInput, { description: 'What to change.' }) input: UpdateCustomerInput, @Ctx() ctx: Context) {
    return command(ctx, updateCustomer, input, (act) => people.updateCustomer(act, input))
  }

  @permit('customers:change')
  @Mutation(() => upsertCustomer.type, { description: "Brings one customer of the vendor's own system here, or up to date, by its external id." })
  upsertCustomer(@Arg('input', () => UpsertCustomerInput, { description: 'The customer.' }) input: UpsertCustomerInput, @Ctx() ctx: Context) {
    return command(ctx, upsertCustomer, input, (act) => people.upsertCustomer(act, input))
  }
}

@Resolver(() => Contact)
export class ContactResolver {
  @permit('contacts:read')
  @Query(() => ContactConnection, { description: 'Contacts, the oldest first: all of the vendor\'s for a member, those of the own customer for a contact.' })
  async contacts(
    @Args(() => PageArgs) page: PageArgs, @Ctx() ctx: Context,
    @Arg('customerId', () => ID, { nullable: true, description: 'Only those of this customer.' }) customerId?: string,
  ) {
    return contacts(await reading(ctx), page, customerId ? idArg(customerId, 'cus', 'customerId') : undefined)
  }

  @FieldResolver(() => Customer, { description: 'The customer that the contact belongs to.' })
  async customer(@Root() contact: ContactRow, @Ctx() ctx: Context) {
    return customerById(await reading(ctx), contact.customerId)
  }

  @permit('contacts:change')
  @Mutation(() => createContact.type, { description: 'Adds a contact to a customer.' })
  createContact(@Arg('input', () => CreateContactInput, { description: 'The contact.' }) input: CreateContactInput, @Ctx() ctx: Context) {
    return command(ctx, createContact, input, (act) => people.createContact(act, input))
  }

  @permit('contacts:change')
  @Mutation(() => updateContact.type, { description: 'Changes a contact, or deactivates one.' })
  updateContact(@Arg('input', () => UpdateContactInput, { description: 'What to change.' }) input: UpdateContactInput, @Ctx() ctx: Context) {
    return command(ctx, updateContact, input, (act) => people.updateContact(act, input))
  }

  @permit('contacts:change')
  @Mutation(() => upsertContact.type, { description: "Brings one contact of the vendor's own system here, or up to date, by its external id." })
  upsertContact(@Arg('input', () => UpsertContactInput, { description: 'The contact.' }) input: UpsertContactInput, @Ctx() ctx: Context) {
    return command(ctx, upsertContact, input, (act) => people.upsertContact(act, input))
  }
}
