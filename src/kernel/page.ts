import { and, asc, count, desc, eq, getTableColumns, inArray, lte, type SQL, sql } from 'drizzle-orm'
import type { PgColumn, PgTable } from 'drizzle-orm/pg-core'
import { ArgsType, type ClassType, Field, Int, ObjectType } from 'type-graphql'
import type { Read } from './act.js'
import { invalid } from './refusal.js'
import { PageInfo } from './types.js'

const LARGEST = 100
const USUAL = 25

@ArgsType()
export class PageArgs {
  @Field(() => Int, { nullable: true, description: `How many, 1 to ${LARGEST}; ${USUAL} when not said.` })
  first?: number

  @Field(() => String, { nullable: true, description: 'The cursor after which the page begins; from the start when not said.' })
  after?: string
}

/** One page of rows with a cursor each. `count` asks the database only when `totalCount` was selected. */
export interface Page<T> {
  readonly edges: { cursor: string; node: T }[]
  readonly pageInfo: PageInfo
  readonly count: () => Promise<number>
}

/** The connection types of a thing (`TicketConnection`, `TicketEdge`), made once per thing. */
export function connectionOf<T extends object>(thing: ClassType<T>): ClassType<Page<T>> {
  @ObjectType(`${thing.name}Edge`, { description: `One ${thing.name} in a list, with its place.` })
  class Edge {
    @Field(() => String, { description: 'The place in the list; stays true when rows are added.' })
    cursor!: string

    @Field(() => thing, { description: `The ${thing.name}.` })
    node!: T
  }
  @ObjectType(`${thing.name}Connection`, { description: `One page of a list of ${thing.name}.` })
  class Connection {
    @Field(() => [Edge], { description: 'The rows of this page, in order.' })
    edges!: Edge[]

    @Field(() => PageInfo, { description: 'Where this page begins and ends.' })
    pageInfo!: PageInfo

    count!: () => Promise<number>

    @Field(() => Int, { description: 'How many there are in all; costs a count, so ask only when it is shown.' })
    totalCount(): Promise<number> {
      return this.count()
    }
  }
  Object.defineProperty(Edge, 'name', { value: `${thing.name}Edge` })
  Object.defineProperty(Connection, 'name', { value: `${thing.name}Connection` })
  return Connection as unknown as ClassType<Page<T>>
}

interface Sorting {
  /** The column that the list is sorted by; ties are broken by the id. */
  readonly by: PgColumn
  readonly id: PgColumn
  readonly descending?: boolean
}

interface Asking<T> {
  /** Reads rows with this condition, order and limit. */
  rows(where: SQL | undefined, order: SQL[], limit: number): Promise<T[]>
  count(): Promise<number>
  /** The row's value of the sorting column. */
  at(row: T): Date | string | number
}

/** Reads one page by keyset: no offset, so a page costs the same wherever it lies. */
export async function pageOf<T extends { id: string }>(args: PageArgs, sort: Sorting, asking: Asking<T>): Promise<Page<T>> {
  const first = args.first ?? USUAL
  if (first < 1 || first > LARGEST) throw invalid({ path: 'first', message: `must be 1 to ${LARGEST}.` })
  const direction = sort.descending ? desc : asc
  // An empty text is a cursor that was not given out; nothing said begins at the start.
  const where = typeof args.after === 'string' ? past(args.after, sort) : undefined
  const found = await asking.rows(where, [direction(sort.by), direction(sort.id)], first + 1)
  const edges = found.slice(0, first).map((node) => ({ cursor: cursorOf(asking.at(node), node.id), node }))
  return {
    edges,
    pageInfo: {
      hasNextPage: found.length > first, hasPreviousPage: Boolean(args.after),
      startCursor: edges[0]?.cursor ?? null, endCursor: edges.at(-1)?.cursor ?? null,
    },
    count: asking.count,
  }
}

interface Hanging<K extends string, R> extends Sorting {
  /** Names the loaders; the same rows have the same name. */
  readonly name: string
  readonly table: PgTable & { vendorId: PgColumn }
  /** The column that says with whom a row stands, and its value. */
  readonly owner: PgColumn
  readonly ownerOf: (row: R) => K
  readonly at: (row: R) => Date | string | number
  /** Which of the rows the caller sees; all when not said. */
  readonly seen?: (read: Read) => SQL | undefined
}

/** Pages of what hangs on an owner. The same page of many owners is one question, so that a list of lists stays cheap. */
export function pagesOf<K extends string, R extends { id: string }>(hung: Hanging<K, R>) {
  const { name, table, owner, ownerOf, seen } = hung
  const mine = (read: Read, ids: readonly K[]) => and(eq(table.vendorId, read.vendorId), inArray(owner, [...ids]), seen?.(read))
  const rowsOf = async (read: Read, ids: readonly K[], past: SQL | undefined, order: SQL[], limit: number): Promise<R[]> => {
    const where = and(mine(read, ids), past)
    if (ids.length === 1) return (await read.db.select().from(table).where(where).orderBy(...order).limit(limit)) as unknown as R[]
    const place = sql<number>`row_number() over (partition by ${owner} order by ${sql.join(order, sql`, `)})`.as('place')
    const ranked = read.db.select({ ...getTableColumns(table), place }).from(table).where(where).as('ranked')
    const rows = await read.db.select().from(ranked).where(lte(ranked.place, limit)).orderBy(ranked.place)
    return rows.map(({ place: _, ...row }) => row) as unknown as R[]
  }
  const countOf = (read: Read, id: K) => read.loader<K, number>(`${name}.count`, async (ids) => {
    const rows = await read.db.select({ of: owner, n: count() }).from(table).where(mine(read, ids)).groupBy(owner)
    return new Map(rows.map((row) => [row.of as K, row.n]))
  }).load(id)
  return (read: Read, id: K, args: PageArgs): Promise<Page<R>> => pageOf<R>(args, hung, {
    rows: async (past, order, limit) => (await read.loader<K, R[]>(`${name} ${JSON.stringify([args.first, args.after])}`, async (ids) =>
      Map.groupBy(await rowsOf(read, ids, past, order, limit), ownerOf)).load(id)) ?? [],
    count: async () => (await countOf(read, id)) ?? 0,
    at: hung.at,
  })
}

const cursorOf = (at: Date | string | number, id: string): string =>
  Buffer.from(JSON.stringify([at instanceof Date ? at.toISOString() : at, id])).toString('base64url')

function fits(column: PgColumn, at: string | number): boolean {
  if (column.columnType === 'PgTimestamp') return typeof at === 'string' && /^\d{4}-.*Z$/.test(at) && !Number.isNaN(Date.parse(at))
  if (column.dataType === 'number') return Number.isInteger(at) && Math.abs(at as number) < 2 ** 31
  return typeof at === 'string' && !at.includes('\0')
}

function past(cursor: string, sort: Sorting): SQL {
  try {
    const [at, id] = JSON.parse(Buffer.from(cursor, 'base64url').toString()) as [string | number, string]
    const than = sort.descending ? sql`<` : sql`>`
    // What the database would choke on later is found here, where it is the caller's mistake.
    if (!fits(sort.by, at) || typeof id !== 'string' || id.includes('\0') || !sort.id.mapToDriverValue(id)) throw new TypeError('no cursor')
    const value = sort.by.columnType === 'PgTimestamp' ? new Date(at) : at
    return sql`(${sort.by}, ${sort.id}) ${than} (${sql.param(value, sort.by)}, ${sql.param(id, sort.id)})`
  } catch {
    throw invalid({ path: 'after', message: 'must be a cursor that this list gave out.' })
  }
}
