import { GraphQLDateTimeISO } from 'graphql-scalars'
import { Field, ID, InputType, Int, ObjectType } from 'type-graphql'
import { PlanKindType, UnitType } from '../catalog/catalog.types.js'
import type { PlanKind, Unit } from '../catalog/words.js'
import type { Id } from '../kernel/ids.js'
import { CommandInput, Ref, Text, Whole } from '../kernel/input.js'
import { connectionOf } from '../kernel/page.js'
import { enumOf, Node, nodeType } from '../kernel/types.js'
import type { AgreementRow, LotRow, UnitCount } from './entitlements.reads.js'
import type { AgreementState, SourceKind } from './entitlements.table.js'
import type { LedgerEntryRow, LedgerTransactionRow } from './ledger.reads.js'
import type { Account, TransactionKind } from './posting.js'

export const SourceKindType = enumOf<SourceKind>('SourceKind', 'What an agreement and its units come from.', {
  PURCHASE: 'Bought and paid in the checkout.',
  ORDER: 'An accepted order on terms, settled by its invoice.',
  GOODWILL: 'Given by the vendor, for nothing.',
  INVOICE: 'A paid invoice of a subscription.',
})

export const AgreementStateType = enumOf<AgreementState>('AgreementState', 'Whether an agreement can carry tickets.', {
  ACTIVE: 'It can.',
  ENDED: 'Its period is over, or its units are used up or expired.',
})

export const AccountType = enumOf<Account>('LedgerAccount', 'Where units of a lot can be. Their amounts always sum to zero.', {
  ISSUED: 'The other side of everything put into the lot; its balance is what was issued, below zero.',
  AVAILABLE: 'Can be taken.',
  RESERVED: 'Set aside for a part of a ticket.',
  USED: 'Taken for good.',
  EXPIRED: 'Not used in time.',
  REFUNDED: 'Taken back against money.',
  TRANSFERRED_OUT: 'Gone on to another lot.',
})

export const TransactionKindType = enumOf<TransactionKind>('LedgerTransactionKind', 'Why units moved.', {
  GRANT: 'They came with an agreement.',
  RESERVE: 'They were set aside for a part of a ticket.',
  CAPTURE: 'They were used for it.',
  RELEASE: 'They came back from it.',
  EXPIRE: 'Their time had passed.',
  CORRECTION: 'They came back because an earlier use was wrong; it names that use.',
})

@ObjectType({ description: 'How many of a unit.' })
export class Units implements UnitCount {
  @Field(() => UnitType, { description: 'What is counted.' }) unit!: Unit
  @Field(() => Int, { description: 'How many.' }) units!: number
}

@ObjectType({ implements: Node, description: 'One purchase (or gift) of a plan by a customer, with the units that it brought.' })
export class Agreement extends Node implements Pick<AgreementRow, 'planKind' | 'noticeDays' | 'startsAt' | 'endsAt' | 'sourceKind' | 'sourceId'> {
  declare id: Id<'agr'>
  customerId!: Id<'cus'>
  planVersionId!: Id<'plv'>
  @Field(() => PlanKindType, { description: 'The kind of plan that was sold.' }) planKind!: PlanKind
  @Field(() => Int, { description: 'Days of notice before other terms or another scope policy apply after a renewal.' }) noticeDays!: number
  @Field(() => GraphQLDateTimeISO, { description: 'From when it is in force.' }) startsAt!: Date
  @Field(() => GraphQLDateTimeISO, { nullable: true, description: 'When it ends; null: as long as it has units.' }) endsAt!: Date | null
  @Field(() => SourceKindType, { description: 'What it comes from.' }) sourceKind!: SourceKind
  @Field(() => ID, { description: 'The purchase, order or invoice that it comes from; a gift names itself. Each grants once.' }) sourceId!: string
}

@ObjectType({
  implements: Node,
  description: 'Units from one source with one expiry. issued = available + reserved + used + expired + refunded + transferredOut.',
})
export class Lot extends Node
  implements Pick<LotRow, 'unit' | 'issued' | 'reserved' | 'used' | 'refunded' | 'transferredOut' | 'expiresAt' | 'sourceKind' | 'sourceId'
    | 'continuesLotId' | 'createdAt'> {
  declare id: Id<'lot'>
  agreementId!: Id<'agr'>
  available!: number
  expired!: number
  @Field(() => UnitType, { description: 'What is counted.' }) unit!: Unit
  @Field(() => Int, { description: 'How many were ever put into it.' }) issued!: number
  @Field(() => Int, { description: 'How many are set aside for tickets; these stay usable past the expiry.' }) reserved!: number
  @Field(() => Int, { description: 'How many were used.' }) used!: number
  @Field(() => Int, { description: 'How many were taken back against money.' }) refunded!: number
  @Field(() => Int, { description: 'How many went on to another lot, with more time or to another customer.' }) transferredOut!: number
  @Field(() => GraphQLDateTimeISO, { nullable: true, description: 'The first instant at which nothing can be taken any more; null: never.' })
  expiresAt!: Date | null

  @Field(() => SourceKindType, { description: 'What the units come from; kept when they go on to another lot.' }) sourceKind!: SourceKind
  @Field(() => ID, { description: 'The purchase, order or invoice that they come from.' }) sourceId!: string
  @Field(() => ID, { nullable: true, description: 'The lot whose units these were; null when they were granted here.' })
  continuesLotId!: Id<'lot'> | null

  @Field(() => GraphQLDateTimeISO, { description: 'When it was made.' }) createdAt!: Date
}

@ObjectType({
  implements: Node,
  description: 'One movement of units: from where, to where, for what. Never changed; a correction names what it corrects.',
})
export class LedgerTransaction extends Node implements Pick<LedgerTransactionRow, 'kind' | 'subjectId' | 'reason' | 'correctsId' | 'at'> {
  declare id: Id<'ltx'>
  agreementId!: Id<'agr'>
  @Field(() => TransactionKindType, { description: 'Why units moved.' }) kind!: TransactionKind
  @Field(() => ID, { nullable: true, description: 'The part of a ticket that it was for; null when it was for none.' }) subjectId!: Id | null
  @Field(() => String, { description: 'What it was for, in words.' }) reason!: string
  @Field(() => ID, { nullable: true, description: 'The transaction that this one corrects.' }) correctsId!: Id<'ltx'> | null
  @Field(() => GraphQLDateTimeISO, { description: 'When it was posted.' }) at!: Date
}

@ObjectType({ description: 'What a transaction did to one account of one lot.' })
export class LedgerEntry implements Pick<LedgerEntryRow, 'lotId' | 'account' | 'unit' | 'amount'> {
  @Field(() => ID, { description: 'The lot.' }) lotId!: Id<'lot'>
  @Field(() => AccountType, { description: 'The account.' }) account!: Account
  @Field(() => UnitType, { description: 'What is counted.' }) unit!: Unit
  @Field(() => Int, { description: 'How many came (above zero) or went (below).' }) amount!: number
}

nodeType('agr', 'Agreement')
nodeType('lot', 'Lot')
nodeType('ltx', 'LedgerTransaction')

export const AgreementConnection = connectionOf(Agreement)
export const LotConnection = connectionOf(Lot)
export const LedgerTransactionConnection = connectionOf(LedgerTransaction)

@InputType({ description: 'Units that the vendor gives a customer for nothing.' })
export class GrantUnitsInput extends CommandInput {
  @Ref('cus', 'The customer.') customerId!: Id<'cus'>
  @Ref('plv', 'The plan version on whose terms they are given: what is counted, for which product, until when.') planVersionId!: Id<'plv'>
  @Whole('How many units.', { min: 1, max: 1_000 }) units!: number
  @Text('Why, for the customer and the books.', { max: 500, multiline: true }) reason!: string
}
