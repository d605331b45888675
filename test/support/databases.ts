import postgres from 'postgres'
import { databaseRights } from '../../src/embedded/cluster.js'

/** `url` with another database's name. */
export const inDatabase = (url: string, name: string): string => Object.assign(new URL(url), { pathname: `/${name}` }).toString()

/** Runs statements, each on its own, as the login of `url`. */
export async function execute(url: string, ...statements: string[]): Promise<void> {
  const sql = postgres(url, { max: 1, onnotice: () => undefined })
  try {
    for (const statement of statements) await sql.unsafe(statement)
  } finally {
    await sql.end({ timeout: 5 })
  }
}

/** Creates a database that the owner's login owns, empty or as a copy of `template`. */
export const create = (superuserUrl: string, name: string, template = 'template1'): Promise<void> =>
  execute(superuserUrl, `create database "${name}" owner demarc_owner template "${template}"`, databaseRights(name))

export const drop = (superuserUrl: string, name: string): Promise<void> =>
  execute(superuserUrl, `drop database if exists "${name}" with (force)`)

/** Drops what earlier runs left. */
export async function sweep(superuserUrl: string): Promise<void> {
  const sql = postgres(superuserUrl, { max: 1, onnotice: () => undefined })
  try {
    const left = await sql<{ name: string }[]>`select datname as name from pg_database where datname like 'test\\_%'`
    for (const { name } of left) await sql.unsafe(`drop database if exists "${name}" with (force)`)
  } finally {
    await sql.end({ timeout: 5 })
  }
}
