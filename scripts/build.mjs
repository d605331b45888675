// Compiles src, plugins and sandbox into dist when one of them changed. Plain Node 20, no packages but tsc.
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join, relative } from 'node:path'

const FOLDERS = ['src', 'plugins', 'sandbox']

/** Leaves dist up to date and answers true, or shows the compiler's complaints and answers false. */
export function build(root, node) {
  const stamp = join(root, 'dist/.demarc-build')
  const state = fingerprint(root)
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === state) return true
  rmSync(stamp, { force: true })
  const tsc = [join(root, 'node_modules/typescript/bin/tsc'), '-p', 'tsconfig.build.json']
  const done = spawnSync(node, tsc, { cwd: root, stdio: ['ignore', 2, 2] })
  if (done.status !== 0) return false
  removeOrphans(root)
  mkdirSync(join(root, 'dist'), { recursive: true })
  writeFileSync(stamp, state)
  return true
}

function fingerprint(root) {
  const hash = createHash('sha256')
  for (const file of ['package-lock.json', 'tsconfig.json', 'tsconfig.build.json']) hash.update(readFileSync(join(root, file)))
  for (const folder of FOLDERS) {
    for (const file of filesBelow(join(root, folder), '.ts')) {
      const { size, mtimeMs } = statSync(file)
      hash.update(`${relative(root, file)} ${size} ${mtimeMs}\n`)
    }
  }
  return hash.digest('hex')
}

/** A compiled file whose source is gone would still be found by whoever lists dist. */
function removeOrphans(root) {
  for (const folder of FOLDERS) {
    for (const file of filesBelow(join(root, 'dist', folder), '.js')) {
      if (existsSync(join(root, relative(join(root, 'dist'), file).replace(/\.js$/, '.ts')))) continue
      rmSync(file)
      rmSync(`${file}.map`, { force: true })
    }
  }
}

function filesBelow(folder, ending) {
  if (!existsSync(folder)) return []
  return readdirSync(folder, { recursive: true }).filter((name) => name.endsWith(ending)).map((name) => join(folder, name)).sort()
}
