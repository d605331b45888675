import { Arg, Ctx, ID, Query, Resolver } from 'type-graphql'
import { purchaseAsNode } from './billing/billing.reads.js'
import { decisionById, quoteById } from './boundary/boundary.reads.js'
import { scopePolicyById, versionById } from './boundary/policies.reads.js'
import { causeCodeById, componentById, dutyById, shownPlan, shownPlanVersion, shownProduct } from './catalog/catalog.reads.js'
import { agreementById, lotById } from './entitlements/entitlements.reads.js'
import { transactionById } from './entitlements/ledger.reads.js'
import type { Context, Read } from './kernel/act.js'
import { type Id, type Prefix, prefixOf } from './kernel/ids.js'
import { reading } from './kernel/query.js'
import { Node } from './kernel/types.js'
import { calendarById, promiseById } from './sla/sla.reads.js'
import { messageById, partById, ticketById } from './tickets/ticket.reads.js'
import { permit } from './vendors/permit.js'
import { contactById, currentVendor, customerById, memberById } from './vendors/vendor.reads.js'

type Reader = (read: Read, id: never) => Promise<object | null>

/** How each kind of thing is read by its id; each reader answers null for what its caller may not see. */
const readers: Partial<Record<Prefix, Reader>> = {
  vnd: async (read, id: Id<'vnd'>) => (id === read.vendorId ? currentVendor(read) : null),
  mem: async (read, id: Id<'mem'>) => (read.actor.kind === 'CONTACT' ? null : memberById(read, id)),
  cus: customerById,
  con: contactById,
  prd: shownProduct,
  cmp: componentById,
  cau: causeCodeById,
  dty: dutyById,
  pln: shownPlan,
  plv: shownPlanVersion,
  cal: calendarById,
  prm: promiseById,
  pur: purchaseAsNode,
  pol: scopePolicyById, pov: versionById, dec: decisionById, quo: quoteById,
  agr: agreementById, lot: lotById, ltx: transactionById,
  tkt: ticketById, prt: partById, msg: messageById,
}

@Resolver()
export class NodeResolver {
  @permit('nodes:read')
  @Query(() => Node, { nullable: true, description: 'Anything that has an id and that the caller may see; null otherwise.' })
  async node(@Arg('id', () => ID, { description: 'The id of the thing.' }) id: string, @Ctx() ctx: Context) {
    const prefix = prefixOf(id)
    const reader = prefix && readers[prefix]
    return reader ? reader(await reading(ctx), id as never) : null
  }
}
