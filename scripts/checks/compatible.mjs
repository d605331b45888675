// Compares the schema with schema/released.graphql, what clients were given: nothing they rely on may break.
import { readFileSync } from 'node:fs'
import { buildSchema, findBreakingChanges } from 'graphql'

const [released, present] = ['released', 'schema'].map((name) => buildSchema(readFileSync(`schema/${name}.graphql`, 'utf8')))
const breaking = findBreakingChanges(released, present)
for (const { type, description } of breaking) console.log(`${type}: ${description}`)
console.log(`${breaking.length} breaking changes since the last release.`)
process.exitCode = breaking.length > 0 ? 1 : 0
