import { InputType } from 'type-graphql'
import type { ContactRole, MemberRole } from '../kernel/actor.js'
import type { Id } from '../kernel/ids.js'
import { Choices, Code, CommandInput, Email, ExternalId, Flag, Language, Ref, Text } from '../kernel/input.js'
import { ContactRoleType, MemberRoleType } from './vendor.types.js'

@InputType({ description: 'A new member of the vendor\'s staff.' })
export class CreateMemberInput extends CommandInput {
  @Text('Full name.', { max: 120 }) name!: string
  @Email('Work address; unique among the members.') email!: string
  @Choices(MemberRoleType, 'What the member may do.', { min: 1, max: 5 }) roles!: MemberRole[]
  @Language('The language the member reads; the vendor\'s when not said.', { optional: true }) locale?: string
  @ExternalId() externalId?: string
}

@InputType({ description: 'Changes to a member; what is not said stays.' })
export class UpdateMemberInput extends CommandInput {
  @Ref('mem', 'The member.') memberId!: Id<'mem'>
  @Text('Full name.', { max: 120, optional: true }) name?: string
  @Email('Work address.', { optional: true }) email?: string
  @Choices(MemberRoleType, 'All roles from now on.', { optional: true, min: 1, max: 5 }) roles?: MemberRole[]
  @Flag('False deactivates the member, true lets the member in again.', { optional: true }) active?: boolean
}

@InputType({ description: 'A new customer.' })
export class CreateCustomerInput extends CommandInput {
  @Text('The customer\'s name.', { max: 200 }) name!: string
  @Code('ISO 3166-1 alpha-2 code of the country, as in `NO`.', { max: 2 }) country!: string
  @Language('The language to write to it in; the vendor\'s when not said.', { optional: true }) locale?: string
  @Flag('True for a private person.', { optional: true }) consumer?: boolean
  @ExternalId() externalId?: string
}

@InputType({ description: 'Changes to a customer; what is not said stays.' })
export class UpdateCustomerInput extends CommandInput {
  @Ref('cus', 'The customer.') customerId!: Id<'cus'>
  @Text('The customer\'s name.', { max: 200, optional: true }) name?: string
  @Code('ISO 3166-1 alpha-2 code of the country.', { max: 2, optional: true }) country?: string
  @Language('The language to write to it in.', { optional: true }) locale?: string
  @Flag('False deactivates the customer and all its contacts\' sign-in; true undoes it.', { optional: true }) active?: boolean
}

@InputType({ description: 'A customer as the vendor\'s own system has it, by its external id.' })
export class UpsertCustomerInput extends CommandInput {
  @Text('The vendor\'s own id of the customer.', { max: 200 }) externalId!: string
  @Text('The customer\'s name.', { max: 200 }) name!: string
  @Code('ISO 3166-1 alpha-2 code of the country, as in `NO`.', { max: 2 }) country!: string
  @Language('The language to write to it in; the vendor\'s when not said.', { optional: true }) locale?: string
  @Flag('True for a private person.', { optional: true }) consumer?: boolean
}

@InputType({ description: 'A new person at a customer.' })
export class CreateContactInput extends CommandInput {
  @Ref('cus', 'The customer; a contact who calls may name only their own.') customerId!: Id<'cus'>
  @Text('Full name.', { max: 120 }) name!: string
  @Email('Mail address; unique among the vendor\'s contacts.') email!: string
  @Choices(ContactRoleType, 'What the contact may do.', { min: 1, max: 5 }) roles!: ContactRole[]
  @Language('The language the contact reads; the customer\'s when not said.', { optional: true }) locale?: string
  @ExternalId() externalId?: string
}

@InputType({ description: 'Changes to a contact; what is not said stays.' })
export class UpdateContactInput extends CommandInput {
  @Ref('con', 'The contact.') contactId!: Id<'con'>
  @Text('Full name.', { max: 120, optional: true }) name?: string
  @Email('Mail address.', { optional: true }) email?: string
  @Choices(ContactRoleType, 'All roles from now on.', { optional: true, min: 1, max: 5 }) roles?: ContactRole[]
  @Language('The language the contact reads.', { optional: true }) locale?: string
  @Flag('False deactivates the contact, true lets them in again.', { optional: true }) active?: boolean
}

@InputType({ description: 'A contact as the vendor\'s own system has it, by its external id.' })
export class UpsertContactInput extends CommandInput {
  @Text('The vendor\'s own id of the contact.', { max: 200 }) externalId!: string
  @Ref('cus', 'The customer the contact belongs to.') customerId!: Id<'cus'>
  @Text('Full name.', { max: 120 }) name!: string
  @Email('Mail address; unique among the vendor\'s contacts.') email!: string
  @Choices(ContactRoleType, 'What the contact may do.', { min: 1, max: 5 }) roles!: ContactRole[]
  @Language('The language the contact reads; the customer\'s when not said.', { optional: true }) locale?: string
}

@InputType({ description: 'For whom a token is wanted.' })
export class IssueTokenInput extends CommandInput {
  @Text('The id of an active member (`mem_…`) or contact (`con_…`).', { max: 64 }) holderId!: string
}
