import { and, eq } from 'drizzle-orm'
import type { Act } from '../kernel/act.js'
import { said } from '../kernel/columns.js'
import { record } from '../kernel/event.js'
import { type Id, newId } from '../kernel/ids.js'
import { invalid, naming, notFound } from '../kernel/refusal.js'
import type { CreateComponentInput, CreateDutyInput, UpdateComponentInput, UpdateDutyInput } from './catalog.inputs.js'
import { dutyById, productById } from './catalog.reads.js'
import { refuseWhenFull } from './catalog.refusals.js'
import { component, duty } from './catalog.table.js'
import type { ComponentRow, DutyRow } from './catalog.types.js'

const MOST = 100

const taken = (whose: string) => ({ path: 'code', message: `must be unused in the product; another ${whose} has it.` })

function needOwner(owner: string, ownerName: string | null | undefined): void {
  if (owner === 'DEPENDENCY' && !ownerName) {
    throw invalid({ path: 'ownerName', message: 'must name the third party: a DEPENDENCY is somebody\'s, and customers are told whose.' })
  }
}

/** Adds a component to a product. A DEPENDENCY names its owner (InvalidInput). */
export async function createComponent(act: Act, input: CreateComponentInput): Promise<ComponentRow> {
  if (!(await productById(act, input.productId))) throw notFound('productId', 'product')
  needOwner(input.owner, input.ownerName)
  const beside = and(eq(component.vendorId, act.vendorId), eq(component.productId, input.productId))
  refuseWhenFull(await act.db.$count(component, beside), MOST, 'components in this product')
  const [row] = await naming({ component_code: taken('component') }, act.db.insert(component).values({
    vendorId: act.vendorId, id: newId('cmp'), productId: input.productId, code: input.code, name: input.name, owner: input.owner,
    ownerName: input.ownerName ?? null, description: input.description, createdAt: act.now,
  }).returning())
  await record(act, { type: 'component.created', streamId: row!.id, data: { productId: input.productId }, visibility: 'INTERNAL' })
  return row!
}

/** Changes a component. Decisions already made keep the facts that they were made with. */
export async function updateComponent(act: Act, input: UpdateComponentInput): Promise<ComponentRow> {
  const mine = and(eq(component.vendorId, act.vendorId), eq(component.id, input.componentId))
  const [before] = await act.db.select().from(component).where(mine).for('update')
  if (!before) throw notFound('componentId', 'component')
  const changes = {
    ...said({ name: input.name, owner: input.owner, description: input.description }),
    ...(input.ownerName !== undefined && { ownerName: input.ownerName }),
  }
  if (Object.keys(changes).length === 0) return before
  needOwner(input.owner ?? before.owner, input.ownerName === undefined ? before.ownerName : input.ownerName)
  const [row] = await act.db.update(component).set(changes).where(mine).returning()
  await record(act, { type: 'component.updated', streamId: before.id, data: { changed: Object.keys(changes) }, visibility: 'INTERNAL' })
  return row!
}

/** Adds a duty to a product. Its deadlines are promises, which hang on it. */
export async function createDuty(act: Act, input: CreateDutyInput): Promise<DutyRow> {
  if (!(await productById(act, input.productId))) throw notFound('productId', 'product')
  refuseWhenFull(await act.db.$count(duty, and(eq(duty.vendorId, act.vendorId), eq(duty.productId, input.productId))), MOST, 'duties in this product')
  const [row] = await naming({ duty_code: taken('duty') }, act.db.insert(duty).values({
    vendorId: act.vendorId, id: newId('dty'), productId: input.productId, code: input.code, kind: input.kind, statement: input.statement,
    createdAt: act.now,
  }).returning())
  await record(act, { type: 'duty.created', streamId: row!.id, data: { productId: input.productId }, visibility: 'INTERNAL' })
  return row!
}

/** Changes the words of a duty. Its kind stays: promises and decisions cite it. */
export async function updateDuty(act: Act, input: UpdateDutyInput): Promise<DutyRow> {
  const before = await dutyById(act, input.dutyId)
  if (!before) throw notFound('dutyId', 'duty')
  const changes = said({ statement: input.statement })
  if (Object.keys(changes).length === 0) return before
  const [row] = await act.db.update(duty).set(changes).where(and(eq(duty.vendorId, act.vendorId), eq(duty.id, before.id))).returning()
  await record(act, { type: 'duty.updated', streamId: before.id, data: { before: before.statement }, visibility: 'INTERNAL' })
  return row!
}

/** Takes a duty and holds it to the end of the transaction, for whoever changes what hangs on it. Refuses one that is not there (NotFound). */
export async function holdDuty(act: Act, dutyId: Id<'dty'>): Promise<DutyRow> {
  const [row] = await act.db.select().from(duty).where(and(eq(duty.vendorId, act.vendorId), eq(duty.id, dutyId))).for('no key update')
  if (!row) throw notFound('dutyId', 'duty')
  return row
}
