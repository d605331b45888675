import { fromString, TypeID, typeid } from 'typeid-js'

/**
 * What each id is an id of. The prefix makes an id readable in a log and makes a wrong kind of id a clear refusal.
 * Ids are TypeIDs outside (`tkt_01k…`) and UUIDv7 in the database.
 */
export const prefixes = {
  vnd: 'vendor', mem: 'member', cus: 'customer', con: 'contact', key: 'API key',
  prd: 'product', cmp: 'component', cau: 'cause code', dty: 'duty', pln: 'plan', plv: 'plan version', prc: 'price',
  cal: 'calendar', cav: 'calendar version', prm: 'promise', clk: 'clock',
  pol: 'scope policy', pov: 'scope policy version', fct: 'fact', dec: 'decision', quo: 'quote',
  pur: 'purchase', agr: 'agreement', lot: 'lot', rsv: 'reservation', ltx: 'ledger transaction',
  tkt: 'ticket', prt: 'part', msg: 'message', evt: 'event',
} as const

export type Prefix = keyof typeof prefixes
export type Id<P extends Prefix = Prefix> = `${P}_${string}`

/** A new id; ids made later sort later. */
export const newId = <P extends Prefix>(prefix: P): Id<P> => typeid(prefix).toString() as Id<P>

/** True when the text is a well-formed id of that kind. */
export function isId<P extends Prefix>(text: string, prefix: P): text is Id<P> {
  try {
    return text.startsWith(`${prefix}_`) && fromString(text, prefix) === text
  } catch {
    return false
  }
}

/** The kind of thing an id names, or null when it is no id of ours. */
export function prefixOf(text: string): Prefix | null {
  const prefix = text.slice(0, text.lastIndexOf('_'))
  return Object.hasOwn(prefixes, prefix) && isId(text, prefix as Prefix) ? (prefix as Prefix) : null
}

/** The UUID that the database stores for an id. Throws on anything that is no id. */
export const uuidOf = (id: Id): string => TypeID.fromString(id).toUUID()

/** The id for a stored UUID. */
export const idOf = <P extends Prefix>(prefix: P, uuid: string): Id<P> => TypeID.fromUUID(prefix, uuid).toString() as Id<P>
