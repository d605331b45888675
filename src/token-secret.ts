import { randomBytes } from 'node:crypto'
import { linkSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import type { Config } from './config.js'
import { makeFolder } from './embedded/folder.js'
import { refusingDiskErrors } from './embedded/start-refused.js'

/**
 * The secret that signs our own tokens: the configured one, else one made once and kept in `dataDir`/token-secret (mode 600),
 * so that tokens outlive a restart. Throws StartRefused when it cannot be kept.
 */
export async function openTokenSecret(config: Pick<Config, 'tokenSecret' | 'dataDir'>): Promise<string> {
  if (config.tokenSecret) return config.tokenSecret
  return refusingDiskErrors(config.dataDir, () => {
    const file = join(config.dataDir, 'token-secret')
    makeFolder(resolve(config.dataDir))
    const kept = readIfThere(file)
    if (kept) return kept
    const temporary = `${file}.${process.pid}`
    writeFileSync(temporary, randomBytes(48).toString('base64url'), { mode: 0o600, flush: true })
    try {
      linkSync(temporary, file) // of two first starts at once one makes it and both read the same
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    } finally {
      rmSync(temporary, { force: true })
    }
    return readFileSync(file, 'utf8').trim()
  })
}

function readIfThere(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8').trim()
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}
