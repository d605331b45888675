import { GraphQLDateTimeISO } from 'graphql-scalars'
import { Arg, Args, Ctx, FieldResolver, ID, Int, Mutation, Query, Resolver, Root } from 'type-graphql'
import { planVersionById } from '../catalog/catalog.reads.js'
import { PlanVersion } from '../catalog/catalog.types.js'
import type { Context } from '../kernel/act.js'
import { command } from '../kernel/command.js'
import { idArg } from '../kernel/input.js'
import { PageArgs } from '../kernel/page.js'
import { reading } from '../kernel/query.js'
import { answer } from '../kernel/refusal.js'
import { customerById } from '../vendors/vendor.reads.js'
import { permit } from '../vendors/permit.js'
import { Customer } from '../vendors/vendor.types.js'
import { lapsed } from './draw-order.js'
import { agreementById, type AgreementRow, agreements, availableOf, type LotRow } from './entitlements.reads.js'
import {
  Agreement, AgreementConnection, AgreementStateType, GrantUnitsInput, LedgerEntry, LedgerTransaction, LedgerTransactionConnection, Lot,
  LotConnection, Units,
} from './entitlements.types.js'
import { grantUnits as grantUnitsVerb } from './grant.js'
import { entriesOf, historyOf, type LedgerTransactionRow, lotsOf } from './ledger.reads.js'
import { pinnedUntil } from './term.js'

const grantUnits = answer('grantUnits', Agreement, [], agreementById)

@Resolver(() => Agreement)
export class AgreementResolver {
  @permit('agreements:read')
  @Query(() => Agreement, { nullable: true, description: 'One agreement; null when there is none that the caller may see.' })
  async agreement(@Arg('id', () => ID, { description: 'The agreement.' }) id: string, @Ctx() ctx: Context) {
    return agreementById(await reading(ctx), idArg(id, 'agr', 'id'))
  }

  @permit('agreements:read')
  @Query(() => AgreementConnection, {
    description: 'Agreements, the oldest first: all of the vendor\'s for a member, those of the own customer for a contact.',
  })
  async agreements(
    @Args(() => PageArgs) page: PageArgs, @Ctx() ctx: Context,
    @Arg('customerId', () => ID, { nullable: true, description: 'Only those of this customer.' }) customerId?: string,
  ) {
    return agreements(await reading(ctx), page, customerId ? idArg(customerId, 'cus', 'customerId') : undefined)
  }

  @permit('units:grant')
  @Mutation(() => grantUnits.type, {
    description: 'Gives a customer units as goodwill. They make an agreement of their own, on the terms of the plan version.',
  })
  grantUnits(@Arg('input', () => GrantUnitsInput, { description: 'To whom, how many, why.' }) input: GrantUnitsInput, @Ctx() ctx: Context) {
    return command(ctx, grantUnits, input, (act) => grantUnitsVerb(act, input))
  }

  @FieldResolver(() => AgreementStateType, { description: 'Whether it can carry tickets now.' })
  async state(@Root() row: AgreementRow, @Ctx() ctx: Context): Promise<AgreementRow['state']> {
    return row.endsAt && row.endsAt <= (await reading(ctx)).now ? 'ENDED' : row.state
  }

  @FieldResolver(() => Customer, { description: 'The customer that has it.' })
  async customer(@Root() row: AgreementRow, @Ctx() ctx: Context) {
    return customerById(await reading(ctx), row.customerId)
  }

  @FieldResolver(() => PlanVersion, { description: 'The terms that were sold.' })
  async planVersion(@Root() row: AgreementRow, @Ctx() ctx: Context) {
    return planVersionById(await reading(ctx), row.planVersionId)
  }

  @FieldResolver(() => GraphQLDateTimeISO, {
    nullable: true, description: 'Until when the scope policy of the sale stands at least; null: as long as there are units.',
  })
  policyStandsUntil(@Root() row: AgreementRow): Date | null {
    return pinnedUntil(row)
  }

  @FieldResolver(() => [Units], { description: 'The units that can be taken now, per unit; what has expired does not count.' })
  async available(@Root() row: AgreementRow, @Ctx() ctx: Context) {
    return availableOf(await reading(ctx), row.id)
  }

  @FieldResolver(() => LotConnection, { description: 'Its lots, the oldest first.' })
  async lots(@Root() row: AgreementRow, @Args(() => PageArgs) page: PageArgs, @Ctx() ctx: Context) {
    return lotsOf(await reading(ctx), row.id, page)
  }

  @FieldResolver(() => LedgerTransactionConnection, { description: 'Where each unit came from and where it went, the oldest first.' })
  async history(@Root() row: AgreementRow, @Args(() => PageArgs) page: PageArgs, @Ctx() ctx: Context) {
    return historyOf(await reading(ctx), row.id, page)
  }
}

@Resolver(() => Lot)
export class LotResolver {
  @FieldResolver(() => Int, { description: 'How many can be taken now: none from the instant of expiry on.' })
  async available(@Root() row: LotRow, @Ctx() ctx: Context): Promise<number> {
    return row.available - lapsed(row, (await reading(ctx)).now)
  }

  @FieldResolver(() => Int, { description: 'How many were not used in time.' })
  async expired(@Root() row: LotRow, @Ctx() ctx: Context): Promise<number> {
    return row.expired + lapsed(row, (await reading(ctx)).now)
  }

  @FieldResolver(() => Agreement, { description: 'The agreement that it belongs to.' })
  async agreement(@Root() row: LotRow, @Ctx() ctx: Context) {
    return agreementById(await reading(ctx), row.agreementId)
  }
}

@Resolver(() => LedgerTransaction)
export class LedgerTransactionResolver {
  @FieldResolver(() => [LedgerEntry], { description: 'What it did to each account; the amounts sum to zero.' })
  async entries(@Root() row: LedgerTransactionRow, @Ctx() ctx: Context) {
    return entriesOf(await reading(ctx), row.id)
  }

  @FieldResolver(() => Agreement, { description: 'The agreement whose units moved.' })
  async agreement(@Root() row: LedgerTransactionRow, @Ctx() ctx: Context) {
    return agreementById(await reading(ctx), row.agreementId)
  }
}
