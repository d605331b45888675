import postgres from 'postgres'
import { inject } from 'vitest'
import { create, drop, inDatabase } from './databases.js'

/** A database of its own for one test file, with the product's three logins and the superuser's. */
export interface TestDatabase {
  name: string
  superuserUrl: string
  ownerUrl: string
  appUrl: string
  jobsUrl: string
  drop(): Promise<void>
}

const shared = (): ReturnType<typeof inject<'postgres'>> => inject('postgres')

/** The four logins' addresses of a database on the run's server. */
export function urlsOf(name: string): Omit<TestDatabase, 'drop'> {
  const { superuserUrl, ownerUrl, appUrl, jobsUrl } = shared()
  return {
    name,
    superuserUrl: inDatabase(superuserUrl, name),
    ownerUrl: inDatabase(ownerUrl, name),
    appUrl: inDatabase(appUrl, name),
    jobsUrl: inDatabase(jobsUrl, name),
  }
}

let made = 0

/** Creates a database, empty or as a copy of `template`; the name says which run and worker made it. */
export async function createDatabase(label = 'db', template?: string): Promise<TestDatabase> {
  const name = `test_${shared().runId}_${process.pid}_${++made}_${label.replace(/\W+/g, '_').toLowerCase()}`.slice(0, 63)
  await create(shared().superuserUrl, name, template)
  return { ...urlsOf(name), drop: () => dropDatabase(name) }
}

/** Drops a database and whoever is still connected to it. */
export const dropDatabase = (name: string): Promise<void> => drop(shared().superuserUrl, name)

/**
 * The run's template called `label`, made by the first test file that asks: `prepare` gets its addresses, must close
 * its connections, and is called once a run however many workers ask at once. Answers the name for createDatabase.
 */
export async function prepareTemplate(label: string, prepare: (urls: Omit<TestDatabase, 'drop'>) => Promise<void>): Promise<string> {
  const name = `test_${shared().runId}_template_${label}`
  const sql = postgres(shared().superuserUrl, { max: 1, onnotice: () => undefined })
  try {
    await sql`select pg_advisory_lock(hashtext(${name}))`
    const [known] = await sql`select 1 from pg_database where datname = ${name}`
    if (known) return name
    await dropDatabase(`${name}_new`)
    await create(shared().superuserUrl, `${name}_new`)
    await prepare(urlsOf(`${name}_new`))
    await sql.unsafe(`alter database "${name}_new" rename to "${name}"`)
    return name
  } finally {
    await sql.end({ timeout: 5 })
  }
}
