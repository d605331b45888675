import { and, eq, inArray, type SQL } from 'drizzle-orm'
import type { PgColumn, PgTable } from 'drizzle-orm/pg-core'
import type { Read } from './act.js'
import type { Id } from './ids.js'

type Kept = PgTable & { vendorId: PgColumn; id: PgColumn }

/** A reader of one table's rows by id, batched; `seen` is the third wall (T1): what an actor may not see is not found. */
export function byId<K extends Id, R extends { id: K }>(name: string, table: Kept, seen: (read: Read) => SQL | undefined = () => undefined) {
  return (read: Read, id: K): Promise<R | null> => read.loader<K, R>(name, async (ids) => {
    const rows = await read.db.select().from(table).where(and(eq(table.vendorId, read.vendorId), inArray(table.id, [...ids]), seen(read)))
    return new Map((rows as R[]).map((row) => [row.id, row]))
  }).load(id)
}
