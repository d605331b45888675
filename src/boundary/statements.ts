import { fitsFact, UNKNOWN } from './facts.js'
import type { FactSource, FactValue, FactValues, Vocabulary } from './facts.js'

/** What somebody said about a ticket. `at` is the instant in milliseconds, UTC. */
export type FactStatement = { name: string; value: FactValue; source: FactSource; statedBy: string | null; at: number }

export type ResolvedFacts = {
  /** A value for every fact of the vocabulary. */
  values: FactValues
  /** The statement behind each stated fact, in the vocabulary's order (R6). */
  used: FactStatement[]
  /** Facts on which two sources disagree: the decision is CONTESTED and these sources are asked (B8). */
  contested: { name: string; statements: FactStatement[] }[]
  /** Statements that count for nothing, and why. */
  setAside: { statement: FactStatement; why: string }[]
}

/**
 * Who is believed while sources disagree: what was measured comes before what was judged by somebody who looked, that
 * before what the product and our records say of themselves, and the contact's first guess last. Member and partner
 * stand equal, so that neither can overrule the other about a cause: the newer of the two counts, and it is contested.
 */
export const SOURCE_RANK: Readonly<Record<FactSource, number>> = {
  CHECK: 0, MEMBER: 1, PARTNER: 1, PRODUCT: 2, SYSTEM: 3, CONTACT: 4,
}

const byCodeUnits = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

/** Newest first; the rest makes the order independent of the order in which the statements were read. */
const newestFirst = (a: FactStatement, b: FactStatement): number =>
  b.at - a.at || byCodeUnits(a.source, b.source) || byCodeUnits(a.statedBy ?? '', b.statedBy ?? '') ||
  byCodeUnits(String(a.value), String(b.value))

const mostBelievedFirst = (a: FactStatement, b: FactStatement): number =>
  SOURCE_RANK[a.source] - SOURCE_RANK[b.source] || newestFirst(a, b)

const whySetAside = (statement: FactStatement, vocabulary: Vocabulary): string | null => {
  const fact = vocabulary.byName.get(statement.name)
  if (fact === undefined) return `There is no fact called ${statement.name}.`
  if (!fact.sources.includes(statement.source)) return `${statement.name} cannot be stated by ${statement.source}.`
  if (!fitsFact(fact, statement.value)) return `${String(statement.value)} is not a value of ${statement.name}.`
  return null
}

/** The newest statement of each source. UNKNOWN takes back what the same source said before. */
const standing = (statements: FactStatement[]): FactStatement[] => {
  const newest = new Map<FactSource, FactStatement>()
  for (const statement of [...statements].sort(newestFirst)) {
    if (!newest.has(statement.source)) newest.set(statement.source, statement)
  }
  return [...newest.values()].filter(statement => statement.value !== UNKNOWN).sort(mostBelievedFirst)
}

/** Merges statements into one value per fact: the newest of each source, then the most believed source (SOURCE_RANK). */
export function resolveFacts(statements: readonly FactStatement[], vocabulary: Vocabulary): ResolvedFacts {
  const byFact = new Map<string, FactStatement[]>()
  const setAside: ResolvedFacts['setAside'] = []
  for (const statement of statements) {
    const why = whySetAside(statement, vocabulary)
    if (why !== null) setAside.push({ statement, why })
    else byFact.set(statement.name, [...(byFact.get(statement.name) ?? []), statement])
  }
  const values: Record<string, FactValue> = {}
  const used: FactStatement[] = []
  const contested: ResolvedFacts['contested'] = []
  for (const fact of vocabulary.facts) {
    const said = standing(byFact.get(fact.name) ?? [])
    const first = said[0]
    values[fact.name] = first?.value ?? fact.whenUnstated
    if (first !== undefined) used.push(first)
    if (said.some(statement => statement.value !== first?.value)) contested.push({ name: fact.name, statements: said })
  }
  return { values, used, contested, setAside }
}
