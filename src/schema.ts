import 'reflect-metadata'
import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { type GraphQLSchema, lexicographicSortSchema, printSchema } from 'graphql'
import { buildSchemaSync, type NonEmptyArray } from 'type-graphql'
import { NodeResolver } from './node.resolver.js'
import { PurchaseResolver } from './billing/billing.resolver.js'
import { DecisionResolver, QuoteResolver } from './boundary/boundary.resolver.js'
import { ScopePolicyResolver, ScopePolicyVersionResolver } from './boundary/policies.resolver.js'
import { PlanResolver, PlanVersionResolver } from './catalog/plan.resolver.js'
import { CauseCodeResolver, ComponentResolver, DutyResolver, ProductResolver } from './catalog/product.resolver.js'
import { AgreementResolver, LedgerTransactionResolver, LotResolver } from './entitlements/entitlements.resolver.js'
import { IntakeResolver } from './intake/intake.resolver.js'
import { CalendarResolver, ClockResolver, DutyPromisesResolver, PlanPromisesResolver, PromiseResolver } from './sla/sla.resolver.js'
import { PartMutations, PartResolver } from './tickets/part.resolver.js'
import { MessageResolver, TicketResolver } from './tickets/ticket.resolver.js'
import { ContactResolver, CustomerResolver, MemberResolver } from './vendors/people.resolver.js'
import { authChecker } from './vendors/permit.js'
import { VendorResolver } from './vendors/vendor.resolver.js'

/** THE list of resolvers. What is not here is not in the API. */
export const resolvers = [
  NodeResolver,
  VendorResolver, MemberResolver, CustomerResolver, ContactResolver,
  ProductResolver, ComponentResolver, DutyResolver, CauseCodeResolver, PlanResolver, PlanVersionResolver,
  CalendarResolver, PromiseResolver, DutyPromisesResolver, PlanPromisesResolver, ClockResolver,
  PurchaseResolver,
  ScopePolicyResolver, ScopePolicyVersionResolver, DecisionResolver, QuoteResolver,
  AgreementResolver, LotResolver, LedgerTransactionResolver,
  TicketResolver, MessageResolver, PartResolver, PartMutations,
  IntakeResolver,
] as unknown as NonEmptyArray<() => unknown>

/** Builds the schema, and checks it. Inputs are checked by `command` and `query`, not by type-graphql. */
export const buildApi = (): GraphQLSchema => buildSchemaSync({ resolvers: resolvers as never, authChecker, validate: false })

const emittedPath = fileURLToPath(new URL(import.meta.url.includes('/dist/') ? '../../schema/schema.graphql' : '../schema/schema.graphql', import.meta.url))
export const emitted = (): string => `${printSchema(lexicographicSortSchema(buildApi()))}\n`

// `node dist/src/schema.js` writes schema/schema.graphql; with --check it fails when the file tells something else.
if (process.argv[1] === fileURLToPath(import.meta.url)) {
  if (process.argv.includes('--check')) {
    const same = readFileSync(emittedPath, 'utf8') === emitted()
    process.stdout.write(same ? 'schema/schema.graphql is up to date.\n' : 'schema/schema.graphql is out of date: run `npm run schema` and read the difference.\n')
    process.exitCode = same ? 0 : 1
  } else {
    writeFileSync(emittedPath, emitted())
  }
}
