import { and, eq, isNull } from 'drizzle-orm'
import type { Act } from '../kernel/act.js'
import { said } from '../kernel/columns.js'
import { record } from '../kernel/event.js'
import { newId } from '../kernel/ids.js'
import { conflict, invalid, naming, notFound } from '../kernel/refusal.js'
import type { CreateCauseCodeInput, UpdateCauseCodeInput } from './catalog.inputs.js'
import { causeCodeById, productById } from './catalog.reads.js'
import { refuseWhenFull } from './catalog.refusals.js'
import { causeCode } from './catalog.table.js'
import type { CauseCodeRow } from './catalog.types.js'
import { fixedCauseCodes } from './words.js'

const isFixed = (code: string): boolean => fixedCauseCodes.some((fixed) => fixed.code === code.toUpperCase())

/** Adds the causes that every vendor has, where they are not there yet. */
export async function addFixedCauseCodes(act: Act): Promise<void> {
  await act.db.insert(causeCode)
    .values(fixedCauseCodes.map((fixed) => ({ vendorId: act.vendorId, id: newId('cau'), productId: null, ...fixed, createdAt: act.now })))
    .onConflictDoNothing({ target: [causeCode.vendorId, causeCode.code] })
}

const MOST = 50

/** Adds a cause code to one product or to all. Refuses a code in use, and the fixed ones in any spelling (InvalidInput). */
export async function createCauseCode(act: Act, input: CreateCauseCodeInput): Promise<CauseCodeRow> {
  if (input.productId && !(await productById(act, input.productId))) throw notFound('productId', 'product')
  if (isFixed(input.code)) throw invalid({ path: 'code', message: 'must be another one; every vendor has this one from the start.' })
  const beside = input.productId ? eq(causeCode.productId, input.productId) : isNull(causeCode.productId)
  refuseWhenFull(await act.db.$count(causeCode, and(eq(causeCode.vendorId, act.vendorId), beside)), MOST, 'cause codes for the same')
  const [row] = await naming({ cause_code_code: { path: 'code', message: 'must be unused; another cause code has it.' } }, act.db.insert(causeCode)
    .values({
      vendorId: act.vendorId, id: newId('cau'), productId: input.productId ?? null, code: input.code, name: input.name,
      description: input.description, createdAt: act.now,
    }).returning())
  await record(act, { type: 'cause_code.created', streamId: row!.id, visibility: 'INTERNAL' })
  return row!
}

/** Changes the words of a cause code. The two that every vendor has keep theirs (Conflict): rules and customers count on them. */
export async function updateCauseCode(act: Act, input: UpdateCauseCodeInput): Promise<CauseCodeRow> {
  const before = await causeCodeById(act, input.causeCodeId)
  if (!before) throw notFound('causeCodeId', 'cause code')
  if (isFixed(before.code)) {
    throw conflict(`${before.code} means the same for every vendor and stays as it is. Nothing was changed.`, 'Add a cause code of your own for a finer meaning.')
  }
  const changes = said({ name: input.name, description: input.description })
  if (Object.keys(changes).length === 0) return before
  const [row] = await act.db.update(causeCode).set(changes)
    .where(and(eq(causeCode.vendorId, act.vendorId), eq(causeCode.id, before.id))).returning()
  await record(act, { type: 'cause_code.updated', streamId: before.id, data: { changed: Object.keys(changes) }, visibility: 'INTERNAL' })
  return row!
}
