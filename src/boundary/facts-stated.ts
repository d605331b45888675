import { and, eq, inArray } from 'drizzle-orm'
import { causeCodesOf, componentsOf, productById } from '../catalog/catalog.reads.js'
import type { Act, Read } from '../kernel/act.js'
import type { Actor } from '../kernel/actor.js'
import { record } from '../kernel/event.js'
import { type Id, newId } from '../kernel/ids.js'
import { type InvalidField, invalid } from '../kernel/refusal.js'
import { fact } from './boundary.table.js'
import type { FactRow } from './boundary.types.js'
import { suggest } from './condition/nearest.js'
import { type FactSource, type FactValue, fitsFact, type Vocabulary, vocabularyFor } from './facts.js'
import { type FactStatement, resolveFacts, type ResolvedFacts } from './statements.js'

/** A fact as it is said, before anybody has checked it. */
export interface SaidFact {
  readonly name: string
  readonly value: FactValue
}

export interface StateFacts {
  /** The part or quote that it is about. */
  readonly subjectId: Id
  /** Where the event is recorded: the ticket, or the quote. */
  readonly streamId: Id
  readonly productId: Id<'prd'>
  readonly statements: readonly SaidFact[]
  /** Who says so; the kind of the actor when not given. */
  readonly source?: FactSource
  /** The path of the list in the input, for refusals. Default `facts`. */
  readonly path?: string
}

const MOST_STATEMENTS = 50

/** Whose word a caller's word is. */
export const sourceOf = (actor: Actor): FactSource => (actor.kind === 'MEMBER' ? 'MEMBER' : actor.kind === 'AUTOMATION' ? 'SYSTEM' : 'CONTACT')

/** The facts of a product, with its cause and component codes. */
export async function vocabularyOf(read: Read, productId: Id<'prd'>): Promise<Vocabulary> {
  const [product, causes, components] = await Promise.all([productById(read, productId), causeCodesOf(read, productId), componentsOf(read, productId)])
  return vocabularyFor({
    causeCodes: causes.map((c) => c.code), componentCodes: components.map((c) => c.code), productCodes: product ? [product.code] : [],
  })
}

/** What is wrong with statements of one source; empty when they can be stated. Paths begin with the list's. */
export function problemsOfFacts(vocabulary: Vocabulary, source: FactSource, statements: readonly SaidFact[], path = 'facts'): InvalidField[] {
  if (statements.length > MOST_STATEMENTS) return [{ path, message: `must have at most ${MOST_STATEMENTS} entries; it has ${statements.length}.` }]
  const names = new Set<string>()
  return statements.flatMap(({ name, value }, i): InvalidField[] => {
    const known = vocabulary.byName.get(name)
    if (!known) return [{ path: `${path}.${i}.name`, message: `must be the name of a fact; "${name}" is none.${suggest(name, [...vocabulary.byName.keys()])}` }]
    if (!known.sources.includes(source)) {
      return [{ path: `${path}.${i}.name`, message: `cannot be ${name}, which is not for ${source} to state. It is stated by ${known.sources.join(', ')}.` }]
    }
    if (names.has(name)) return [{ path: `${path}.${i}.name`, message: `must be said once; ${name} is said twice.` }]
    names.add(name)
    if (fitsFact(known, value)) return []
    return [{ path: `${path}.${i}.value`, message: `must be ${wanted[known.type]} for ${name}.${known.values && typeof value === 'string' ? suggest(value, known.values) : ''}` }]
  })
}

const wanted = { BOOL: 'true or false', INT: 'a whole number', STRING: 'a text', ENUM: 'one of its values' } as const

/** Statements of the caller that are checked but not stored: for a preview. Refuses what cannot be stated (InvalidInput). */
export async function statementsOf(
  read: Read, given: Pick<StateFacts, 'productId' | 'statements' | 'source' | 'path'>,
): Promise<FactStatement[]> {
  const source = given.source ?? sourceOf(read.actor)
  const problems = problemsOfFacts(await vocabularyOf(read, given.productId), source, given.statements, given.path)
  if (problems.length > 0) throw invalid(...problems)
  return given.statements.map(({ name, value }) => ({ name, value, source, statedBy: read.actor.id, at: read.now.getTime() }))
}

/**
 * States facts about a part or quote: appends them, and says so in an event. Refuses names that are no facts (with the
 * nearest one), values of the wrong type, and facts that are not for this source to state (InvalidInput).
 */
export async function stateFacts(act: Act, given: StateFacts): Promise<FactRow[]> {
  const statements = await statementsOf(act, given)
  const rows = await append(act, given.subjectId, statements)
  if (rows.length === 0) return []
  const facts = statements.map(({ name, value, source }) => ({ name, value, source }))
  await record(act, { type: 'fact.stated', streamId: given.streamId, data: { subjectId: given.subjectId, facts } })
  const { contested } = await factSheet(act, given.productId, given.subjectId)
  const asked = contested.filter((c) => statements.some((s) => s.name === c.name))
    .map((c) => ({ name: c.name, sources: c.statements.map((s) => s.source) }))
  if (asked.length > 0) await record(act, { type: 'fact.contested', streamId: given.streamId, data: { subjectId: given.subjectId, facts: asked } })
  return rows
}

async function append(act: Act, subjectId: Id, statements: readonly FactStatement[]): Promise<FactRow[]> {
  if (statements.length === 0) return []
  return await act.db.insert(fact).values(statements.map((s) => ({
    vendorId: act.vendorId, id: newId('fct'), subjectId, name: s.name, value: s.value, source: s.source,
    statedBy: s.statedBy as Id | null, statedAt: new Date(s.at),
  }))).returning()
}

/** What was said about one subject is said about another too, by the same people at the same instants: a quote's facts go to the ticket. */
export async function carryFacts(act: Act, from: Id, to: Id): Promise<void> {
  await append(act, to, asStatements(await factsOf(act, from)))
}

/** Keeps statements that were checked before, as they are: for a quote. */
export const keepFacts = append

/** Everything that was said about a part or quote, in the order in which it was said. */
export const factsOf = async (read: Read, subjectId: Id): Promise<FactRow[]> =>
  (await read.loader<Id, FactRow[]>('facts', async (ids) => {
    const rows = await read.db.select().from(fact).where(and(eq(fact.vendorId, read.vendorId), inArray(fact.subjectId, [...ids])))
      .orderBy(fact.subjectId, fact.statedAt, fact.id)
    return Map.groupBy(rows, (row) => row.subjectId)
  }).load(subjectId)) ?? []

/** Rows as the rules read them. Of two by one source at one instant the later one counts: it corrects the other. */
export function asStatements(rows: readonly FactRow[]): FactStatement[] {
  const last = new Map<string, FactStatement>()
  for (const row of rows) {
    last.set(`${row.name} ${row.source} ${row.statedAt.getTime()}`, {
      name: row.name, value: row.value, source: row.source, statedBy: row.statedBy, at: row.statedAt.getTime(),
    })
  }
  return [...last.values()]
}

/** One value per fact of a part or quote, who said it, and where sources disagree (B8). */
export async function factSheet(read: Read, productId: Id<'prd'>, subjectId: Id): Promise<ResolvedFacts> {
  return resolveFacts(asStatements(await factsOf(read, subjectId)), await vocabularyOf(read, productId))
}
