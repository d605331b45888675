// Holds the arrows of .dependency-cruiser.cjs, and fails when the cruiser saw fewer files than there are.
import { readdirSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { cruise } from 'dependency-cruiser'
import extractTSConfig from 'dependency-cruiser/config-utl/extract-ts-config'

const FOLDERS = ['src', 'plugins', 'sandbox']
const { forbidden, options } = createRequire(import.meta.url)('../../.dependency-cruiser.cjs')

const sources = FOLDERS.flatMap((folder) => readdirSync(folder, { recursive: true }).filter((name) => name.endsWith('.ts')).map((name) => join(folder, name)))
const { output } = await cruise(FOLDERS, { ...options, validate: true, ruleSet: { forbidden } }, undefined, { tsConfig: extractTSConfig(options.tsConfig.fileName) })

const seen = new Set(output.modules.map((module) => module.source))
const unseen = sources.filter((file) => !seen.has(file))
const broken = output.summary.violations.map(({ rule, from, to }) => {
  const { comment } = forbidden.find(({ name }) => name === rule.name) ?? {}
  return `${from} → ${to}: ${rule.name} (${comment})`
})
for (const line of [...broken, ...unseen.map((file) => `${file}: not looked at`)]) console.log(line)
console.log(`${sources.length} files, ${output.summary.totalDependenciesCruised} imports, ${forbidden.length} rules, ${broken.length} broken.`)
process.exitCode = broken.length + unseen.length > 0 || sources.length === 0 ? 1 : 0
