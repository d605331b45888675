// What the documents point at exists: relative links, `paths/with.endings`, and every `npm run …`.
import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

const ignored = /^(node_modules|dist|\.data|\.cache)\//
const documents = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard', '*.md'], { encoding: 'utf8' }).split('\n').filter((file) => file && existsSync(file))
const { scripts } = JSON.parse(readFileSync('package.json', 'utf8'))
const wrong = []
let looked = 0

for (const document of documents) {
  const text = readFileSync(document, 'utf8')
  const check = (found, what) => {
    looked++
    if (!found) wrong.push(`${document}: ${what}`)
  }
  for (const [, target] of text.matchAll(/\]\(([^)#\s]+)[^)]*\)/g)) {
    if (!/^[a-z]+:/.test(target)) check(existsSync(join(dirname(document), target)), `the link to ${target} leads nowhere`)
  }
  for (const [, path] of text.matchAll(/`((?:[\w.-]+\/)+[\w.-]+\.(?:tsx?|mjs|cjs|js|json|md|graphql|sql))`/g)) {
    if (ignored.test(path)) continue
    const places = [path, join(dirname(document), path), join('src', path)]
    check(places.some((place) => existsSync(place)), `there is no ${path}`)
  }
  for (const [, name] of text.matchAll(/\bnpm run ([\w:-]+)/g)) check(name in scripts, `package.json has no script "${name}"`)
}
for (const line of wrong) console.log(line)
console.log(`${documents.length} documents, ${looked} links, paths and commands, ${wrong.length} wrong.`)
process.exitCode = wrong.length > 0 || documents.length === 0 ? 1 : 0
