/** Sets of instants as flat lists [from, to, from, to, …]: sorted, half-open, disjoint and not touching. */

export type Flat = readonly number[]

/** Appends [from, to) to a list whose last start is ≤ `from`, merging what touches or overlaps. */
export function append(flat: number[], from: number, to: number): void {
  if (to <= from) return
  const last = flat.length - 1
  if (last > 0 && from <= flat[last]!) flat[last] = Math.max(flat[last]!, to)
  else flat.push(from, to)
}

/** What is in any of the lists. */
export function union(lists: readonly Flat[]): number[] {
  const pairs: [number, number][] = []
  for (const list of lists) for (let i = 0; i < list.length; i += 2) pairs.push([list[i]!, list[i + 1]!])
  pairs.sort((a, b) => a[0] - b[0])
  const flat: number[] = []
  for (const [from, to] of pairs) append(flat, from, to)
  return flat
}

/** What is in both lists. */
export function intersection(a: Flat, b: Flat): number[] {
  const flat: number[] = []
  for (let i = 0, j = 0; i < a.length && j < b.length;) {
    append(flat, Math.max(a[i]!, b[j]!), Math.min(a[i + 1]!, b[j + 1]!))
    if (a[i + 1]! < b[j + 1]!) i += 2
    else j += 2
  }
  return flat
}
