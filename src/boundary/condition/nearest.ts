/** Number of single-letter edits between two words. */
function distance(a: string, b: string): number {
  let above = Array.from({ length: b.length + 1 }, (_, i) => i)
  for (let i = 1; i <= a.length; i++) {
    const row = [i]
    for (let j = 1; j <= b.length; j++) {
      const swapped = (above[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1)
      row.push(Math.min((above[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, swapped))
    }
    above = row
  }
  return above[b.length] ?? 0
}

/** The known word closest to the one written, capitals aside; null when none is close. */
export function nearest(word: string, known: readonly string[]): string | null {
  const written = word.slice(0, 60).toLowerCase()
  let best: { word: string; edits: number } | null = null
  for (const candidate of known) {
    const edits = distance(written, candidate.toLowerCase())
    const close = edits <= Math.max(2, Math.floor(candidate.length / 3))
    if (close && (best === null || edits < best.edits)) best = { word: candidate, edits }
  }
  return best?.word ?? null
}

/** ' Did you mean "X"?' with the closest known word, then the known words when they are few. */
export function suggest(word: string, known: readonly string[]): string {
  const near = nearest(word, known)
  const meant = near === null ? '' : ` Did you mean "${near}"?`
  const listed = known.filter(each => each !== '').slice(0, 25)
  return `${meant} Allowed: ${listed.join(', ')}${listed.length < known.filter(each => each !== '').length ? ', …' : ''}.`
}
