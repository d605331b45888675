import { mkdirSync, statSync } from 'node:fs'
import { dirname } from 'node:path'

/** Makes `folder`, open to its owner alone, and those above it that are missing. Node's own recursive mkdir never returns below /proc. */
export function makeFolder(folder: string): void {
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory()) return
  if (dirname(folder) !== folder) makeFolder(dirname(folder))
  try {
    mkdirSync(folder, { mode: 0o700 })
  } catch (error) {
    const madeMeanwhile = (error as NodeJS.ErrnoException).code === 'EEXIST' && statSync(folder).isDirectory()
    if (!madeMeanwhile) throw error
  }
}
