import { spawnSync } from 'node:child_process'
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

const root = join(import.meta.dirname, '..')
const folder = mkdtempSync(join(tmpdir(), 'demarc-arrows-'))

/** A small product that breaks each rule once; the file that breaks it, what it imports, the rule. */
const PLANTED = [
  ['src/kernel/a.ts', '../vendors/a.js', 'arrows-kernel'],
  ['src/billing/a.ts', '../sla/a.js', 'arrows-billing'],
  ['src/boundary/a.ts', '../tickets/a.js', 'arrows-boundary'],
  ['src/embedded/a.ts', '../kernel/money.js', 'arrows-embedded'],
  ['src/elsewhere/a.ts', '../kernel/money.js', 'arrows-unknown'],
  ['src/vendors/b.ts', '../config.js', 'nobody-imports-the-root'],
  ['src/catalog/a.ts', '../vendors/a.resolver.js', 'resolver-of-a-neighbour'],
  ['src/catalog/b.ts', '../vendors/a.table.js', 'table-of-a-neighbour'],
  ['src/boundary/decide.ts', './a.js', 'pure-imports-pure'],
  ['src/sla/calendar.ts', 'node:fs', 'pure-does-nothing-outside'],
  ['src/entitlements/posting.ts', 'drizzle-orm', 'pure-does-nothing-outside'],
  ['plugins/a.ts', '../src/vendors/a.js', 'plugins-know-no-business'],
  ['sandbox/a.ts', '../src/kernel/money.js', 'sandbox-stands-alone'],
  ['src/b.ts', '../sandbox/b.js', 'nobody-imports-the-sandbox'],
  ['src/billing/b.ts', 'stripe', 'one-file-knows-stripe'],
  ['src/tickets/b.ts', './c.js', 'no-circle'],
  ['src/tickets/d.ts', './nowhere.js', 'resolves'],
  ['src/tickets/e.ts', 'eslint', 'declared'],
] as const

const ALLOWED = [
  ['src/tickets/c.ts', './b.js'], ['src/vendors/a.ts', '../kernel/money.js'], ['src/catalog/a.table.ts', '../vendors/a.table.js'],
  ['src/main.ts', './tickets/a.js'], ['src/demo/a.ts', '../tickets/a.js'], ['src/billing/stripe.ts', 'stripe'], ['plugins/b.ts', '../src/kernel/money.js'],
  ['src/boundary/outcome.ts', './better.js'],
] as const
const TARGETS = [
  'src/kernel/money.ts', 'src/vendors/a.resolver.ts', 'src/vendors/a.table.ts', 'src/sla/a.ts', 'src/tickets/a.ts', 'src/config.ts', 'src/boundary/better.ts', 'sandbox/b.ts',
]

let said = ''
let status: number | null = null

beforeAll(() => {
  const write = (file: string, text: string): void => {
    mkdirSync(join(folder, dirname(file)), { recursive: true })
    writeFileSync(join(folder, file), text)
  }
  for (const file of TARGETS) write(file, 'export const x = 1\n')
  for (const [file, imported] of [...ALLOWED, ...PLANTED]) write(file, `import * as other from '${imported}'\nexport const x = other\n`)
  for (const file of ['tsconfig.json', 'package.json']) copyFileSync(join(root, file), join(folder, file))
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'))
  const cruised = spawnSync(process.execPath, [join(root, 'scripts/checks/arrows.mjs')], { cwd: folder, encoding: 'utf8' })
  said = cruised.stdout + cruised.stderr
  status = cruised.status
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

describe('the arrows between folders', () => {
  it.each(PLANTED)('catch %s that imports %s (%s)', (file, _imported, rule) => {
    expect(said.split('\n').some((line) => line.startsWith(`${file} →`) && line.includes(`: ${rule} (`)), said).toBe(true)
    expect(status).toBe(1)
  })

  it('let pass what points left, a table that names a table, the root, and Stripe in its one file', () => {
    const accused = said.split('\n').map((line) => line.split(' →')[0])
    expect(ALLOWED.map(([file]) => file).filter((file) => accused.includes(file) && file !== 'src/tickets/c.ts')).toEqual([])
  })
})
