// Is what stands in node_modules what package-lock.json names? Plain Node 20, no packages.
import { createHash } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const stampFile = (root) => join(root, 'node_modules/.demarc-lock')
const lockFile = (root) => join(root, 'package-lock.json')
/** npm writes this last: without it an installation is missing or half done. */
const installedFile = (root) => join(root, 'node_modules/.package-lock.json')

/** Whether nothing has to be installed. Fast when nothing changed since the last answer. */
export function isInstalled(root) {
  if (!existsSync(installedFile(root))) return false
  const installed = readPackages(installedFile(root))
  if (Object.keys(installed).some((path) => !existsSync(join(root, path, 'package.json')))) return false
  if (readText(stampFile(root)) === fingerprint(root)) return true
  if (!matches(readPackages(lockFile(root)), installed)) return false
  markInstalled(root)
  return true
}

/** Remembers that the present lock file and the present node_modules belong together. */
export function markInstalled(root) {
  try {
    writeFileSync(stampFile(root), fingerprint(root))
  } catch {
    // somebody else's node_modules: compared in full the next time
  }
}

function matches(locked, installed) {
  if (Object.keys(installed).some((path) => !(path in locked))) return false
  const wanted = new Set(['', ...Object.keys(installed)].flatMap((path) => {
    const { dependencies, devDependencies, optionalDependencies } = locked[path] ?? {}
    return Object.keys({ ...dependencies, ...(path === '' ? devDependencies : {}), ...optionalDependencies })
  }))
  return Object.entries(locked).every(([path, entry]) => {
    if (path === '') return true
    const found = installed[path]
    if (found) return found.version === entry.version && found.integrity === entry.integrity
    // Left out on purpose: made for another platform, or wanted only by one that is.
    return (entry.optional || entry.devOptional || entry.peer) && (!fits(entry) || !wanted.has(path.split('node_modules/').at(-1)))
  })
}

function fits({ os, cpu, libc }) {
  return allows(os, process.platform) && allows(cpu, process.arch) && (libc === undefined || allows(libc, thisLibc()))
}

function allows(list, value) {
  const rules = [list ?? []].flat()
  if (rules.includes(`!${value}`)) return false
  const positive = rules.filter((rule) => !rule.startsWith('!'))
  return positive.length === 0 || positive.includes(value)
}

function thisLibc() {
  if (process.platform !== 'linux') return ''
  return process.report.getReport().header.glibcVersionRuntime ? 'glibc' : 'musl'
}

function fingerprint(root) {
  const hash = createHash('sha256')
  for (const file of [lockFile(root), installedFile(root)]) hash.update(readText(file) ?? '').update('\0')
  return hash.update(`${process.platform}-${process.arch}`).digest('hex')
}

function readPackages(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8')).packages ?? {}
  } catch {
    return {}
  }
}

function readText(file) {
  return existsSync(file) ? readFileSync(file, 'utf8') : undefined
}
