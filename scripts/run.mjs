// What `npm start`, `npm test`, `npm run check`, `npm run schema` and `npm run migration` call first. Runs on Node 20 or newer with nothing installed:
// installs what the lock file names, finds the pinned Node, builds what changed, then becomes the command.
import { spawn, spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { constants } from 'node:os'
import { basename, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { build } from './build.mjs'
import { isInstalled, markInstalled } from './installed.mjs'

const ROOT = fileURLToPath(new URL('..', import.meta.url))
const NODE_MAJOR = 24
const COMMANDS = {
  start: [join(ROOT, 'dist/src/main.js')],
  test: [join(ROOT, 'node_modules/vitest/vitest.mjs'), 'run'],
  check: [join(ROOT, 'scripts/check.mjs')],
  schema: [join(ROOT, 'dist/src/schema.js')],
  migration: [join(ROOT, 'node_modules/drizzle-kit/bin.cjs'), 'generate', '--name'],
}

const [command = '', ...args] = process.argv.slice(2)
if (!(command in COMMANDS)) stop(`Say one of: node scripts/run.mjs ${Object.keys(COMMANDS).join('|')}.`)
if (command === 'migration' && args.length !== 1) stop('Name the change: npm run migration -- add-the-thing.')
if (majorOf(process.versions.node) < 20) stop(`Node ${process.versions.node} is too old: use Node 20.11 or newer (it fetches the Node ${NODE_MAJOR} that the project runs on).`)
process.chdir(ROOT)
if (!isInstalled(ROOT)) install()
const node = findNode()
if (command !== 'check' && !build(ROOT, node)) stop('The sources do not compile: see the lines above.')
become(node, [...COMMANDS[command], ...args])

/** Installs exactly the lock file, whatever NODE_ENV or npm's own settings would leave out. */
function install() {
  console.error('Installing the packages of package-lock.json …')
  const npm = process.env.npm_execpath && basename(process.env.npm_execpath) === 'npm-cli.js'
    ? [process.execPath, process.env.npm_execpath]
    : ['npm']
  const flags = ['ci', '--include=dev', '--include=optional', '--engine-strict=false', '--loglevel=error', '--no-fund', '--no-audit']
  const done = spawnSync(npm[0], [...npm.slice(1), ...flags], { cwd: ROOT, stdio: ['ignore', 2, 2] })
  if (done.error) stop(`npm could not be started (${done.error.message}): install npm, or run "npm ci" by hand.`)
  if (done.status !== 0) stop('The packages could not be installed: see the lines above, mend what they say (often the network), and try again.')
  markInstalled(ROOT)
}

/** The Node that the lock file pins for this platform, else this one when it is new enough. */
function findNode() {
  const { platform, arch } = process
  const pinned = [`node-${platform}-${arch}`, `node-bin-${platform}-${arch}`].map((name) => join(ROOT, 'node_modules', name, 'bin/node')).find(existsSync)
  if (pinned && (pinned === process.execPath || spawnSync(pinned, ['--version']).status === 0)) return pinned
  if (majorOf(process.versions.node) >= NODE_MAJOR) return process.execPath
  return stop(`There is no packaged Node ${NODE_MAJOR} for ${platform}-${arch}: install Node ${NODE_MAJOR} or newer and try again (this is ${process.versions.node}).`)
}

function majorOf(version) {
  return Number.parseInt(version, 10)
}

/** Runs `argv` as if it were this process: same terminal, signals passed on, same exit code, and it ends when we do. */
function become(program, argv) {
  const preload = pathToFileURL(join(ROOT, 'scripts/end-with-parent.mjs')).href
  // A process group of its own: Ctrl-C reaches it once, through us, and not three times (terminal, npm, us).
  const child = spawn(program, ['--enable-source-maps', '--import', preload, ...argv], {
    cwd: ROOT, detached: true, stdio: ['inherit', 'inherit', 'inherit', 'pipe'], env: { ...process.env, DEMARC_PARENT: String(process.pid) },
  })
  let passedAt = -Infinity
  const pass = (signal) => {
    if (performance.now() - passedAt < 1_000) return
    passedAt = performance.now()
    child.kill(signal)
  }
  process.on('SIGINT', () => pass('SIGINT'))
  process.on('SIGTERM', () => pass('SIGTERM'))
  process.on('SIGHUP', () => pass('SIGTERM'))
  whenNpmEnds(() => pass('SIGTERM'))
  child.once('error', (error) => stop(`${program} could not be started: ${error.message}.`))
  child.once('exit', (code, signal) => process.exit(code ?? 128 + (constants.signals[signal] ?? 0)))
}

/** npm hands a signal to the shell between us, which dies of it without a word to us; killed, npm leaves that shell waiting. */
function whenNpmEnds(act) {
  if (!process.env.npm_lifecycle_event) return
  const shell = process.ppid
  const npm = parentOf(shell)
  const watch = setInterval(() => {
    if (process.ppid === shell && parentOf(shell) === npm) return
    clearInterval(watch)
    act()
  }, 250)
  watch.unref()
}

/** The parent of another process, as far as the system tells (Linux does). */
function parentOf(pid) {
  try {
    return readFileSync(`/proc/${pid}/stat`, 'utf8').replace(/^.*\) \S /, '').split(' ')[0]
  } catch {
    return undefined
  }
}

function stop(sentence) {
  console.error(sentence)
  process.exit(1)
}
