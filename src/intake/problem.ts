import { type Decided, decideNow } from '../boundary/deciding.js'
import { statementsOf } from '../boundary/facts-stated.js'
import type { FactStatement } from '../boundary/statements.js'
import { componentsOf, productByCode } from '../catalog/catalog.reads.js'
import { candidatesFor } from '../entitlements/entitlements.reads.js'
import type { Read } from '../kernel/act.js'
import type { Id } from '../kernel/ids.js'
import { invalid, notFound } from '../kernel/refusal.js'
import { contactById, customerById } from '../vendors/vendor.reads.js'
import type { ContactRow } from '../vendors/vendor.types.js'
import type { ProblemInput } from './intake.types.js'

export interface Asked {
  readonly productId: Id<'prd'>
  readonly componentId: Id<'cmp'> | null
  readonly decided: Decided
  readonly statements: readonly FactStatement[]
}

/** What the policy says about a problem for a customer, or for somebody without a plan (B2, B4). */
export async function decideProblem(read: Read, problem: ProblemInput, customerId: Id<'cus'> | null): Promise<Asked> {
  const { productId, componentId } = await placeOf(read, problem)
  const statements = await saidAbout(read, productId, problem)
  const decided = await decideNow(read, {
    productId, componentId, customerId, statements, at: read.now,
    candidates: customerId ? await candidatesFor(read, customerId, productId, read.now) : [],
  })
  return { productId, componentId, decided, statements }
}

/** Product and component are named by their codes, which the caller's own software knows. */
async function placeOf(read: Read, problem: ProblemInput): Promise<Pick<Asked, 'productId' | 'componentId'>> {
  const product = await productByCode(read, problem.product)
  if (!product || product.state === 'DRAFT') throw notFound('problem.product', 'product on sale')
  if (!problem.component) return { productId: product.id, componentId: null }
  const component = (await componentsOf(read, product.id)).find((c) => c.code === problem.component)
  if (!component) throw notFound('problem.component', 'component of this product')
  return { productId: product.id, componentId: component.id }
}

/** Kind, severity and the caller's facts, all with the caller as their source (R6). */
async function saidAbout(read: Read, productId: Id<'prd'>, problem: ProblemInput): Promise<FactStatement[]> {
  const facts = problem.facts ?? []
  const elsewhere = facts.findIndex((f) => ['kind', 'severity', 'claimsDefect', 'cause'].includes(f.name))
  if (elsewhere >= 0) {
    throw invalid({ path: `problem.facts.${elsewhere}.name`, message: 'must not be kind, severity, claimsDefect or cause: the first two have fields '
      + 'of their own, a DEFECT claims itself, and a cause is found at resolution.' })
  }
  const claim = problem.kind === 'DEFECT' && read.actor.kind === 'CONTACT' ? [{ name: 'claimsDefect', value: true }] : []
  return statementsOf(read, {
    productId, path: 'problem.facts',
    statements: [...facts, { name: 'kind', value: problem.kind }, { name: 'severity', value: problem.severity }, ...claim],
    ...(read.actor.kind === 'ANONYMOUS' ? { source: 'CONTACT' as const } : {}),
  })
}

/** Who asks: the contact that calls, or the one that a member names. */
export async function askerOf(read: Read, contactId: Id<'con'> | undefined): Promise<ContactRow> {
  if (read.actor.kind === 'CONTACT' && contactId && contactId !== read.actor.id) {
    throw invalid({ path: 'contactId', message: 'must be yourself, or left out.' })
  }
  const id = read.actor.kind === 'CONTACT' ? read.actor.id : contactId
  if (!id) throw invalid({ path: 'contactId', message: 'is missing: name the contact who asks.' })
  const contact = await contactById(read, id)
  if (!contact?.active || !(await customerById(read, contact.customerId))?.active) throw notFound('contactId', 'active contact')
  return contact
}
