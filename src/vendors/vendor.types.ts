import { GraphQLDateTimeISO, GraphQLLocale, GraphQLTimeZone } from 'graphql-scalars'
import { createUnionType, Field, ID, InputType, ObjectType } from 'type-graphql'
import type { ContactRole, MemberRole } from '../kernel/actor.js'
import type { Id } from '../kernel/ids.js'
import { Code, CommandInput, Currency, Email, Language, Text, Zone } from '../kernel/input.js'
import { connectionOf } from '../kernel/page.js'
import { enumOf, Node, nodeType } from '../kernel/types.js'
import type { contact, customer, member, vendor } from './vendor.table.js'

export const MemberRoleType = enumOf<MemberRole>('MemberRole', 'What a member of the vendor\'s staff may do.', {
  ADMIN: 'Everything that the vendor may do, members and tokens included.',
  AGENT: 'Works on tickets and keeps customers and contacts.',
  CATALOG: 'Keeps products, plans, calendars and the scope policy.',
  BILLING: 'Keeps customers, purchases and units.',
  REVIEWER: 'Decides reviews of decisions in which they had no part.',
})

export const ContactRoleType = enumOf<ContactRole>('ContactRole', 'What a person at a customer may do.', {
  REQUESTER: 'Opens tickets and answers in them.',
  APPROVER: 'Accepts prices for the others.',
  BILLING: 'Buys plans and reads purchases.',
  SECURITY: 'Reports and reads security matters.',
  ADMIN: 'All of these, and the customer\'s contacts.',
})

export const UpsertOutcome = enumOf('UpsertOutcome', 'What an upsert did.', {
  CREATED: 'There was none with this external id; it was made.',
  UPDATED: 'There was one and something in it changed.',
  UNCHANGED: 'There was one and it was already as sent.',
})
export type UpsertOutcomeName = keyof typeof UpsertOutcome

export type VendorRow = typeof vendor.$inferSelect
export type MemberRow = typeof member.$inferSelect
export type CustomerRow = typeof customer.$inferSelect
export type ContactRow = typeof contact.$inferSelect

@ObjectType({ implements: Node, description: 'The tenant: a company that sells software and its support through Demarc.' })
export class Vendor extends Node implements Pick<VendorRow, 'name' | 'handle' | 'locale' | 'timeZone' | 'currency' | 'referencePrefix' | 'createdAt'> {
  declare id: Id<'vnd'>
  @Field(() => String, { description: 'The name that customers see.' }) name!: string
  @Field(() => String, { description: 'The short name by which anyone can name this vendor.' }) handle!: string
  @Field(() => GraphQLLocale, { description: 'The language of its pages when the reader has none.' }) locale!: string
  @Field(() => GraphQLTimeZone, { description: 'Its time zone, as in Europe/Oslo.' }) timeZone!: string
  @Field(() => String, { description: 'ISO 4217 code of the currency it reports in.' }) currency!: string
  @Field(() => String, { description: 'How its ticket references begin: `HAV` in `HAV-1042`.' }) referencePrefix!: string
  @Field(() => GraphQLDateTimeISO, { description: 'When it signed up.' }) createdAt!: Date
}

@ObjectType({ implements: Node, description: 'A person on the vendor\'s staff.' })
export class Member extends Node implements Pick<MemberRow, 'name' | 'email' | 'roles' | 'active' | 'externalId' | 'createdAt'> {
  declare id: Id<'mem'>
  @Field(() => String, { description: 'Full name.' }) name!: string
  @Field(() => String, { description: 'Work address; unique among the members.' }) email!: string
  @Field(() => [MemberRoleType], { description: 'What the member may do.' }) roles!: MemberRole[]
  @Field(() => Boolean, { description: 'False once deactivated: tokens stop at once, history stays.' }) active!: boolean
  @Field(() => String, { nullable: true, description: 'The vendor\'s own id for the member.' }) externalId!: string | null
  @Field(() => GraphQLDateTimeISO, { description: 'When the member was added.' }) createdAt!: Date
}

@ObjectType({ implements: Node, description: 'A company or person that buys from the vendor.' })
export class Customer extends Node implements Pick<CustomerRow, 'name' | 'country' | 'locale' | 'consumer' | 'active' | 'externalId' | 'createdAt'> {
  declare id: Id<'cus'>
  @Field(() => String, { description: 'The customer\'s name.' }) name!: string
  @Field(() => String, { description: 'ISO 3166-1 alpha-2 code of its country.' }) country!: string
  @Field(() => GraphQLLocale, { description: 'The language it is written to in.' }) locale!: string
  @Field(() => Boolean, { description: 'True for a private person, whom consumer law protects.' }) consumer!: boolean
  @Field(() => Boolean, { description: 'False once deactivated: its contacts can no longer sign in, history stays.' }) active!: boolean
  @Field(() => String, { nullable: true, description: 'The vendor\'s own id for the customer.' }) externalId!: string | null
  @Field(() => GraphQLDateTimeISO, { description: 'When the customer was added.' }) createdAt!: Date
}

@ObjectType({ implements: Node, description: 'A person at a customer.' })
export class Contact extends Node implements Pick<ContactRow, 'name' | 'email' | 'roles' | 'locale' | 'active' | 'externalId' | 'createdAt'> {
  declare id: Id<'con'>
  customerId!: Id<'cus'>
  @Field(() => String, { description: 'Full name.' }) name!: string
  @Field(() => String, { description: 'Mail address; unique among the vendor\'s contacts.' }) email!: string
  @Field(() => [ContactRoleType], { description: 'What the contact may do.' }) roles!: ContactRole[]
  @Field(() => GraphQLLocale, { description: 'The language the contact reads.' }) locale!: string
  @Field(() => Boolean, { description: 'False once deactivated: tokens stop at once, history stays.' }) active!: boolean
  @Field(() => String, { nullable: true, description: 'The vendor\'s own id for the contact.' }) externalId!: string | null
  @Field(() => GraphQLDateTimeISO, { description: 'When the contact was added.' }) createdAt!: Date
}

nodeType('vnd', 'Vendor')
nodeType('mem', 'Member')
nodeType('cus', 'Customer')
nodeType('con', 'Contact')

export const MemberConnection = connectionOf(Member)
export const CustomerConnection = connectionOf(Customer)
export const ContactConnection = connectionOf(Contact)

@ObjectType({ description: 'A new vendor with its first member, who is an admin, and that member\'s token.' })
export class VendorSignUp {
  id!: Id<'vnd'>
  @Field(() => Vendor, { description: 'The new vendor.' }) vendor!: VendorRow
  @Field(() => Member, { description: 'Its first member, with the role ADMIN.' }) member!: MemberRow
  @Field(() => String, { description: 'A bearer token for that member, valid for 30 days. Shown here only.' }) token!: string
}

@ObjectType({ description: 'A bearer token for one person.' })
export class IssuedToken {
  @Field(() => ID, { description: 'The member or contact that the token names.' }) id!: Id<'mem'> | Id<'con'>
  @Field(() => String, { description: 'The token, valid for 30 days. It is not stored and is not shown again.' }) token!: string
}

@ObjectType({ description: 'What became of a customer that was sent with an external id.' })
export class CustomerUpsert {
  id!: Id<'cus'>
  @Field(() => Customer, { description: 'The customer as it is now.' }) customer!: CustomerRow
  @Field(() => UpsertOutcome, { description: 'What this call did.' }) outcome!: UpsertOutcomeName
}

@ObjectType({ description: 'What became of a contact that was sent with an external id.' })
export class ContactUpsert {
  id!: Id<'con'>
  @Field(() => Contact, { description: 'The contact as it is now.' }) contact!: ContactRow
  @Field(() => UpsertOutcome, { description: 'What this call did.' }) outcome!: UpsertOutcomeName
}

/** The person or thing that calls. */
export const Viewer = createUnionType({
  name: 'Viewer', description: 'Who is calling: a member or a contact.', types: () => [Member, Contact] as const,
  resolveType: (v: { id: string }) => (v.id.startsWith('mem_') ? 'Member' : 'Contact'),
})

@InputType({ description: 'A new vendor and its first member.' })
export class SignUpVendorInput extends CommandInput {
  @Text('The vendor\'s name, as customers see it.', { max: 120 }) name!: string
  @Code('The short name in addresses and for anonymous callers; unique on this server.', { max: 40 }) handle!: string
  @Code('How ticket references begin, as `HAV` in `HAV-1042`.', { max: 8 }) referencePrefix!: string
  @Language('The language of its pages.') locale!: string
  @Zone('Its time zone.') timeZone!: string
  @Currency('ISO 4217 code of the currency it reports in.') currency!: string
  @Text('The first member\'s full name.', { max: 120 }) memberName!: string
  @Email('The first member\'s address.') memberEmail!: string
}

@InputType({ description: 'Changes to the vendor; what is not said stays.' })
export class UpdateVendorInput extends CommandInput {
  @Text('The new name.', { max: 120, optional: true }) name?: string
  @Language('The new language of its pages.', { optional: true }) locale?: string
  @Zone('The new time zone. Deadlines already told do not move.', { optional: true }) timeZone?: string
}
