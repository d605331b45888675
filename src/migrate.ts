import { fileURLToPath } from 'node:url'
import { drizzle } from 'drizzle-orm/postgres-js'
import { migrate as runMigrations } from 'drizzle-orm/postgres-js/migrator'
import { runMigrations as migrateQueue } from 'graphile-worker'
import postgres from 'postgres'
import { secure } from './access.js'

const folder = fileURLToPath(new URL(import.meta.url.includes('/dist/') ? '../../drizzle' : '../drizzle', import.meta.url))

/** Any number: every process of this product that migrates waits for the same lock. */
const LOCK = 7_312_640

export interface Logins {
  readonly ownerUrl: string
  readonly appUrl: string
  readonly jobsUrl: string
}

const loginOf = (url: string): string => decodeURIComponent(new URL(url).username)

/** Brings the database to this version: tables as their owner, row security and rights, and the queue as its own login. */
export async function migrate(logins: Logins): Promise<void> {
  const sql = postgres(logins.ownerUrl, { max: 1, onnotice: () => undefined })
  try {
    await sql`select pg_advisory_lock(${LOCK})`
    await runMigrations(drizzle(sql), { migrationsFolder: folder })
    await secure(sql, { app: loginOf(logins.appUrl), jobs: loginOf(logins.jobsUrl) })
    await makeQueue(sql, logins.jobsUrl)
  } finally {
    await sql.end({ timeout: 5 })
  }
}

/** graphile-worker creates its schema itself and needs CREATE on the database for that, and for nothing else. */
async function makeQueue(sql: postgres.Sql, jobsUrl: string): Promise<void> {
  const [{ name, login }] = await sql<[{ name: string; login: string }]>`select current_database() as name, ${loginOf(jobsUrl)} as login`
  await sql`grant create on database ${sql(name)} to ${sql(login)}`
  try {
    await migrateQueue({ connectionString: jobsUrl })
  } finally {
    await sql`revoke create on database ${sql(name)} from ${sql(login)}`
  }
}

/** True when nothing was ever written: the demo world may be loaded. */
export async function isEmpty(ownerUrl: string): Promise<boolean> {
  const sql = postgres(ownerUrl, { max: 1, onnotice: () => undefined })
  try {
    const rows = await sql`select from platform_directory limit 1`
    return rows.length === 0
  } finally {
    await sql.end({ timeout: 5 })
  }
}

/** Takes out everything that was ever written: only for a database of our own, whose demo world was not loaded to its end. */
export async function emptyAgain(logins: Logins): Promise<void> {
  const [owner, jobs] = [logins.ownerUrl, logins.jobsUrl].map((url) => postgres(url, { max: 1, onnotice: () => undefined }))
  try {
    const tables = await owner!<{ name: string }[]>`select format('%I.%I', schemaname, tablename) as name from pg_tables where schemaname = 'public'`
    await owner!.unsafe(`truncate ${tables.map(({ name }) => name).join(', ')}`)
    await jobs!`delete from graphile_worker._private_jobs`
  } finally {
    await Promise.all([owner!.end({ timeout: 5 }), jobs!.end({ timeout: 5 })])
  }
}
