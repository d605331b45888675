import type { Id } from '../kernel/ids.js'

/** What deciding from which lot to draw needs to know of it. */
export type Drawable = {
  readonly id: Id<'lot'>
  readonly priority: number
  readonly expiresAt: Date | null
  readonly createdAt: Date
  readonly available: number
}

/** True while units can be taken: up to the instant of expiry, which is the first at which they cannot. */
export const usable = (lot: Pick<Drawable, 'expiresAt'>, at: Date): boolean => lot.expiresAt === null || at < lot.expiresAt

/** Units that still lie in a lot whose time has passed. */
export const lapsed = (lot: Pick<Drawable, 'expiresAt' | 'available'>, at: Date): number => (usable(lot, at) ? 0 : lot.available)

const instantOf = (at: Date | null): number => at?.getTime() ?? Infinity
const order = (a: number | string, b: number | string): number => (a < b ? -1 : a > b ? 1 : 0)

/** The order in which lots are drawn from (E4): priority, expiry (never last), creation, id. */
export const byDrawOrder = (a: Drawable, b: Drawable): number =>
  order(a.priority, b.priority) || order(instantOf(a.expiresAt), instantOf(b.expiresAt)) ||
  order(a.createdAt.getTime(), b.createdAt.getTime()) || order(a.id, b.id)

export type Drawn = { readonly taken: readonly { lotId: Id<'lot'>; units: number }[]; readonly missing: number }

/** Takes units from lots in draw order. `missing` is what they do not have; then nothing should be taken. */
export function draw(lots: readonly Drawable[], units: number, at: Date): Drawn {
  let missing = units
  const taken: { lotId: Id<'lot'>; units: number }[] = []
  for (const lot of lots.filter((each) => each.available > 0 && usable(each, at)).sort(byDrawOrder)) {
    const some = Math.min(lot.available, missing)
    if (some > 0) taken.push({ lotId: lot.id, units: some })
    missing -= some
  }
  return { taken, missing }
}

/** Splits portions in their order: the first `units` of them, and the rest. */
export function share<P extends { readonly units: number }>(portions: readonly P[], units: number): { first: P[]; rest: P[] } {
  let left = units
  const split = portions.map((portion) => {
    const some = Math.min(portion.units, left)
    left -= some
    return { first: { ...portion, units: some }, rest: { ...portion, units: portion.units - some } }
  })
  return { first: split.map((s) => s.first).filter((p) => p.units > 0), rest: split.map((s) => s.rest).filter((p) => p.units > 0) }
}
