// Everything the sandbox knows: named tables of rows, kept in memory and, when a path is given, in one JSON file.
import { randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync } from 'node:fs'
import { rename, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'

export interface Row { id: string }

/** Every Stripe object: `object` names its table. */
export interface StripeObject extends Row { object: string }

export interface Table<T extends Row> {
  get(id: string): T | undefined
  /** Adds or replaces; a replaced row keeps its place. */
  put(row: T): T
  delete(id: string): void
  /** Oldest first. */
  all(): T[]
}

export interface Store {
  /** The table of that name; names that begin with _ hold what Stripe keeps to itself. */
  table<T extends Row>(name: string): Table<T>
  counts(): Record<string, number>
  /** Resolves when everything that was put before the call is in the file. */
  save(): Promise<void>
}

const format = 1

function load(path: string): Map<string, Map<string, Row>> {
  if (!existsSync(path)) return new Map()
  const content = JSON.parse(readFileSync(path, 'utf8')) as { format?: number; tables?: Record<string, Row[]> }
  if (content.format !== format || !content.tables) {
    throw new Error(`${path} is not a state file of this sandbox: move it away to start afresh.`)
  }
  return new Map(Object.entries(content.tables).map(([name, rows]) => [name, new Map(rows.map(row => [row.id, row]))]))
}

/** Opens the state; without a path it lives in memory only. Throws when the file is not a state file. */
export function openStore(path?: string): Store {
  if (path) mkdirSync(dirname(path), { recursive: true })
  const tables = path ? load(path) : new Map<string, Map<string, Row>>()

  async function write(file: string): Promise<void> {
    const content = { format, tables: Object.fromEntries([...tables].map(([name, rows]) => [name, [...rows.values()]])) }
    const next = `${file}.${process.pid}.tmp`
    await writeFile(next, JSON.stringify(content), { mode: 0o600 })
    await rename(next, file) // a reader, or a restart, sees the old file or the new one
  }

  // Calls that arrive during a write share the next one.
  let writing = Promise.resolve()
  let waiting: Promise<void> | undefined
  function save(): Promise<void> {
    if (!path) return Promise.resolve()
    waiting ??= writing.catch(() => undefined).then(() => {
      waiting = undefined
      writing = write(path)
      return writing
    })
    return waiting
  }

  function table<T extends Row>(name: string): Table<T> {
    const rows = (tables.get(name) ?? tables.set(name, new Map()).get(name)) as Map<string, T>
    return {
      get: id => rows.get(id),
      put: row => {
        rows.set(row.id, row)
        return row
      },
      delete: id => void rows.delete(id),
      all: () => [...rows.values()],
    }
  }

  return { table, save, counts: () => Object.fromEntries([...tables].map(([name, rows]) => [name, rows.size])) }
}

const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789'

/** A new id that looks like Stripe's: prefix and random letters. */
export function newId(prefix: string, length = 24): string {
  return prefix + [...randomBytes(length)].map(byte => letters[byte % letters.length]).join('')
}
