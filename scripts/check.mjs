// The whole gate: `npm run check`, or some steps of it: `npm run check -- lint arrows`.
// Every step runs even when an earlier one failed; the last line counts them.
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { build } from './build.mjs'

const bin = (path) => join('node_modules', path)

/** In this order. `needs` is what the step looks at: a step without its subject fails, it does not pass unseen. */
const STEPS = [
  { name: 'types', tells: 'tsc over src, plugins, sandbox and test', run: [bin('typescript/bin/tsc'), '-p', '.', '--noEmit'], needs: ['src', 'test'] },
  { name: 'build', tells: 'dist is what the sources say', run: () => build(process.cwd(), process.execPath), needs: ['src/main.ts'] },
  { name: 'lint', tells: 'promises awaited, sizes, the clock, names, who imports Stripe', run: [bin('eslint/bin/eslint.js'), '.'], needs: ['eslint.config.js'] },
  { name: 'arrows', tells: 'which folder may import which', run: ['scripts/checks/arrows.mjs'], needs: ['.dependency-cruiser.cjs'] },
  { name: 'schema', tells: 'schema/schema.graphql is what the code emits', run: ['dist/src/schema.js', '--check'], needs: ['dist/src/schema.js', 'schema/schema.graphql'] },
  { name: 'compatible', tells: 'nothing that clients rely on is gone', run: ['scripts/checks/compatible.mjs'], needs: ['schema/schema.graphql', 'schema/released.graphql'] },
  { name: 'described', tells: 'everything in the API says what it is', run: ['scripts/checks/descriptions.mjs'], needs: ['schema/schema.graphql'] },
  { name: 'migrations', tells: 'the migrations make the tables of the code', run: ['scripts/checks/migrations.mjs'], needs: ['drizzle/meta/_journal.json', 'drizzle.config.js', 'dist/src'] },
  { name: 'stripe', tells: 'the contract is what the stripe package declares', run: ['scripts/stripe-contract.mjs', '--check'], needs: ['test/support/stripe/contract.json'] },
  { name: 'documents', tells: 'links, paths and commands in the documents exist', run: ['scripts/checks/documents.mjs'], needs: ['README.md'] },
  { name: 'tests', tells: 'every test', run: [bin('vitest/vitest.mjs'), 'run'], needs: ['test'] },
]

const asked = process.argv.slice(2)
const unknown = asked.filter((name) => !STEPS.some((step) => step.name === name))
if (unknown.length > 0) {
  console.error(`No step called ${unknown.join(', ')}; there are: ${STEPS.map(({ name }) => name).join(', ')}.`)
  process.exit(1)
}

let running
for (const signal of ['SIGINT', 'SIGTERM']) {
  process.once(signal, () => {
    running?.kill(signal)
    process.exit(130)
  })
}

let failed = 0
const steps = STEPS.filter(({ name }) => asked.length === 0 || asked.includes(name))
for (const step of steps) {
  const before = performance.now()
  const { passed, output } = await runStep(step)
  const took = `${((performance.now() - before) / 1_000).toFixed(1)} s`
  console.log(`${passed ? '✓' : '✗'} ${step.name.padEnd(11)}${took.padStart(7)}  ${step.tells}${passed ? summaryOf(output) : ''}`)
  if (passed) continue
  failed++
  console.log(output.trimEnd().replace(/^/gm, '    '))
}
console.log(`\n${steps.length - failed} passed, ${failed} failed`)
process.exitCode = failed > 0 ? 1 : 0

async function runStep({ run, needs }) {
  const missing = needs.filter((path) => !existsSync(path))
  if (missing.length > 0) return { passed: false, output: `There is nothing to check: ${missing.join(', ')} is missing.` }
  if (typeof run === 'function') return run() ? { passed: true, output: '' } : { passed: false, output: 'see above' }
  return runNode(run)
}

function runNode(argv) {
  return new Promise((done) => {
    let output = ''
    const child = spawn(process.execPath, argv, { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, NO_COLOR: '1', FORCE_COLOR: undefined } })
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += chunk))
    child.once('error', (error) => done({ passed: false, output: error.message }))
    child.once('close', (code) => done({ passed: code === 0, output }))
    running = child
  })
}

/** What a step said last, or vitest's two counts. */
function summaryOf(output) {
  const lines = output.split('\n').map((line) => line.trim()).filter(Boolean)
  const counts = lines.filter((line) => /^(Test Files|Tests) /.test(line)).map((line) => line.replace(/\s+/g, ' '))
  const said = counts.length > 0 ? counts.join(', ') : lines.at(-1)
  return said ? ` — ${said}` : ''
}
