// Would `npm run migration` write anything? drizzle-kit is run on a copy of drizzle/, which must come out as it went in.
import { spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

mkdirSync('.cache', { recursive: true })
const copy = mkdtempSync('.cache/migrations-')
try {
  process.exitCode = unchanged() ? 0 : 1
} finally {
  rmSync(copy, { recursive: true, force: true })
}

function unchanged() {
  const [out, config] = [join(copy, 'drizzle'), join(copy, 'drizzle.config.js')]
  cpSync('drizzle', out, { recursive: true })
  writeFileSync(config, `import known from '../../drizzle.config.js'\nexport default { ...known, out: './${out}' }\n`)
  const done = spawnSync(process.execPath, ['node_modules/drizzle-kit/bin.cjs', 'generate', '--config', config, '--name', 'drift'], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] })
  if (done.status !== 0 || /error/i.test(done.stderr)) {
    const wasAsked = /prompt/i.test(done.stderr)
    console.log(wasAsked ? 'A table or column seems renamed: run `npm run migration -- name-of-the-change`, which asks which one became which.' : `${done.stdout}\n${done.stderr}`.trim())
    return false
  }
  const added = files(out).filter((file) => !files('drizzle').includes(file))
  const changed = files('drizzle').filter((file) => readFileSync(join('drizzle', file), 'utf8') !== readFileSync(join(out, file), 'utf8'))
  for (const file of added.filter((name) => name.endsWith('.sql'))) console.log(readFileSync(join(out, file), 'utf8'))
  const same = added.length + changed.length === 0
  console.log(same ? `${files('drizzle').filter((file) => file.endsWith('.sql')).length} migrations make the tables that the code has.` : 'The tables differ from the migrations: run `npm run migration -- name-of-the-change` and read the SQL it writes.')
  return same
}

function files(folder) {
  return readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
}
