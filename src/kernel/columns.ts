import { type AnyPgColumn, customType, foreignKey, primaryKey, timestamp } from 'drizzle-orm/pg-core'
import { type Id, idOf, type Prefix, uuidOf } from './ids.js'

/** A column that holds an id: a TypeID in code, a uuid in the database. */
export const id = <P extends Prefix>(prefix: P, name: string) =>
  customType<{ data: Id<P>; driverData: string }>({
    dataType: () => 'uuid',
    toDriver: (value) => uuidOf(value),
    fromDriver: (value) => idOf(prefix, value),
  })(name)

/** A column that holds the id of one of several kinds of thing; kept as text, so that the kind is not lost. */
export const anyId = (name: string) => customType<{ data: Id; driverData: string }>({ dataType: () => 'text' })(name)

/** An instant: a Date in code, millisecond precision. */
export const instant = (name: string) => timestamp(name, { withTimezone: true, precision: 3, mode: 'date' })

/** The two columns that every table of a vendor starts with. */
export const owned = <P extends Prefix>(prefix: P) => ({ vendorId: id('vnd', 'vendor_id').notNull(), id: id(prefix, 'id').notNull() })

/** The primary key of a table made with `owned`: the vendor first, so that the schema can be distributed by it (T3). */
export const key = (t: { vendorId: AnyPgColumn; id: AnyPgColumn }) => primaryKey({ columns: [t.vendorId, t.id] as never })

/** A foreign key inside one vendor's data. */
export const refers = (vendorId: AnyPgColumn, column: AnyPgColumn, to: { vendorId: AnyPgColumn; id: AnyPgColumn }) =>
  foreignKey({ columns: [vendorId, column] as never, foreignColumns: [to.vendorId, to.id] as never })

/** Only the fields that were said: an update leaves the others alone. */
export const said = <T extends object>(fields: T): Partial<T> =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined && value !== null)) as Partial<T>
