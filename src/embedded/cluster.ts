import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { chmodSync, chownSync, existsSync, linkSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import postgres from 'postgres'
import { INSTEAD } from './binaries.js'
import type { RunAs } from './run-as.js'
import { BARE_ENVIRONMENT, HERE } from './server-process.js'
import { StartRefused } from './start-refused.js'

const MAJOR = '18'

/** What only the owner of the data folder may read: kept in `postgres.json`, mode 600. */
export interface ClusterState {
  lockId: string
  passwords: { superuser: string, owner: string, app: string, jobs: string }
  port?: number
  provisioned?: boolean
}

/** Reads the state of `dataDir`, or makes it; of two first starts at once one makes it and both read the same. */
export function openState(dataDir: string): ClusterState {
  const file = join(dataDir, 'postgres.json')
  if (!existsSync(file)) {
    if (existsSync(join(dataDir, 'postgres'))) {
      throw new StartRefused(`${file} with the passwords of the database beside it is missing; put it back, or set DATA_DIR to another folder.`)
    }
    const secret = (): string => randomBytes(24).toString('base64url')
    const made: ClusterState = { lockId: secret(), passwords: { superuser: secret(), owner: secret(), app: secret(), jobs: secret() } }
    const temporary = `${file}.${process.pid}.${secret().slice(0, 8)}`
    writeState(temporary, made)
    try {
      linkSync(temporary, file)
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    } finally {
      rmSync(temporary, { force: true })
    }
  }
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as ClusterState
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
    throw new StartRefused(`${file} is damaged; put it back from a copy, or set DATA_DIR to another folder.`)
  }
}

/** Replaces the state in one step. */
export function saveState(dataDir: string, state: ClusterState): void {
  const file = join(dataDir, 'postgres.json')
  writeState(`${file}.new`, state)
  renameSync(`${file}.new`, file)
}

/** As root the file is given to the folder's owner, so that the owner can start the next time without root. */
function writeState(file: string, state: ClusterState): void {
  rmSync(file, { force: true })
  writeFileSync(file, `${JSON.stringify(state, null, 2)}\n`, { mode: 0o600, flag: 'wx', flush: true })
  if (process.getuid?.() !== 0) return
  const owner = statSync(join(file, '..'))
  chownSync(file, owner.uid, owner.gid)
}

/** Makes the cluster in `folder` when there is none. It gets its name last: what is there is whole. */
export async function ensureCluster(folder: string, initdb: string, runAs: RunAs, password: string, durable: boolean): Promise<void> {
  if (existsSync(join(folder, 'PG_VERSION'))) {
    const made = readFileSync(join(folder, 'PG_VERSION'), 'utf8').trim()
    if (made === MAJOR) return
    throw new StartRefused(`${folder} was made by PostgreSQL ${made}, this is ${MAJOR}; set DATA_DIR to another folder, or ${INSTEAD}.`)
  }
  const making = `${folder}.new`
  const passwordFile = join(making, 'password')
  rmSync(making, { recursive: true, force: true })
  mkdirSync(making, { mode: 0o700 })
  mkdirSync(join(making, 'data'), { mode: 0o700 })
  writeFileSync(passwordFile, password, { mode: 0o600 })
  if (runAs) for (const path of [making, passwordFile, join(making, 'data')]) chownSync(path, runAs.uid, runAs.gid)
  chmodSync(join(making, 'data'), 0o700)
  await runInitdb(initdb, join(making, 'data'), runAs, durable)
  rmSync(passwordFile)
  renameSync(join(making, 'data'), folder)
  rmSync(making, { recursive: true, force: true })
}

function runInitdb(initdb: string, folder: string, runAs: RunAs, durable: boolean): Promise<void> {
  const args = [
    '-D', HERE, '-U', 'postgres', '--auth=scram-sha-256', `--pwfile=${HERE}/../password`, '--encoding=UTF8', '--locale=C',
    '--locale-provider=builtin', '--builtin-locale=C.UTF-8', '--no-instructions', ...(durable ? [] : ['--no-sync']),
  ]
  return new Promise((done, failed) => {
    let said = ''
    const child = spawn(initdb, args, { cwd: folder, env: BARE_ENVIRONMENT, stdio: ['ignore', 'ignore', 'pipe'], ...runAs })
    child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()))
    child.once('error', failed)
    child.once('close', (code) => {
      if (code === 0) return done()
      if (said.includes('No space left on device')) return failed(Object.assign(new Error(said), { code: 'ENOSPC' }))
      const why = said.split('\n').find((line) => /error:|FATAL:|PANIC:/.test(line))?.replace(/^.*?(error|FATAL|PANIC):\s*/, '')
      failed(new StartRefused(`The database could not be made in ${folder}: ${why ?? `initdb ended with ${code}`}.`))
    })
  })
}

/** Makes the three logins and the database `demarc`; repeating it changes nothing. */
export async function provision(superuserUrl: string, passwords: ClusterState['passwords']): Promise<void> {
  const sql = postgres(superuserUrl, { max: 1, onnotice: () => undefined })
  try {
    for (const role of ['owner', 'app', 'jobs'] as const) {
      const name = `demarc_${role}`
      const [known] = await sql`select 1 from pg_roles where rolname = ${name}`
      const rights = 'login nosuperuser nocreatedb nocreaterole noreplication nobypassrls'
      await sql.unsafe(`${known ? 'alter' : 'create'} role ${name} with ${rights} password '${passwords[role]}'`)
    }
    const [known] = await sql`select 1 from pg_database where datname = 'demarc'`
    if (!known) await sql.unsafe('create database demarc owner demarc_owner')
    await sql.unsafe(databaseRights('demarc'))
    await sql.unsafe('revoke connect on database postgres, template1 from public')
  } finally {
    await sql.end({ timeout: 5 })
  }
}

/** Who may enter a database: its owner, the application and the queue, nobody else. */
export const databaseRights = (name: string): string =>
  `revoke all on database "${name}" from public; grant connect, temporary on database "${name}" to demarc_app, demarc_jobs`
