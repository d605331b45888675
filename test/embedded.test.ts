import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as wait } from 'node:timers/promises'
import postgres from 'postgres'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { findBinaries } from '../src/embedded/binaries.js'
import { chooseRunAs } from '../src/embedded/run-as.js'
import { startPostgres } from '../src/embedded/start.js'
import type { EmbeddedPostgres } from '../src/embedded/start.js'
import { execute } from './support/databases.js'

const folder = mkdtempSync(join(tmpdir(), 'demarc-embedded-'))
const dataDir = join(folder, 'data')
const said: string[] = []
const start = (dir = dataDir): Promise<EmbeddedPostgres> => startPostgres({ dataDir: dir, log: (sentence) => said.push(sentence) })

type Told = { pid?: number, ownerUrl?: string, refused?: string }

/** A process of its own that starts a database on `dir`; `told` is its first line. */
async function spawnOwner(dir: string): Promise<{ child: ChildProcess, told: Told }> {
  const support = join(import.meta.dirname, 'support')
  const args = ['--import', join(support, 'typescript-hooks.mjs'), join(support, 'embedded-owner.ts'), dir]
  const child = spawn(process.execPath, args, { detached: true, stdio: ['pipe', 'pipe', 'inherit'] })
  const [line] = await once(createInterface(child.stdout), 'line') as [string]
  return { child, told: JSON.parse(line) as Told }
}

const isAlive = (pid: number): boolean => {
  const stat = `/proc/${pid}/stat`
  return existsSync(stat) && !readFileSync(stat, 'utf8').includes(') Z ')
}

async function gone(pid: number): Promise<void> {
  while (isAlive(pid)) await wait(10)
}

async function countNotes(url: string): Promise<number> {
  const sql = postgres(url, { max: 1 })
  try {
    const [row] = await sql<{ notes: number }[]>`select count(*)::int as notes from note`
    return row?.notes ?? -1
  } finally {
    await sql.end()
  }
}

/** Writes rows until the server dies, and answers how many were acknowledged. */
async function writeUntil(url: string, enough: number, then: () => void): Promise<number> {
  const sql = postgres(url, { max: 1, onnotice: () => undefined, connect_timeout: 1, max_lifetime: null })
  await sql`create table if not exists note (id int generated always as identity, body text)`
  await sql`truncate note`
  let acknowledged = 0
  try {
    for (;;) {
      await sql`insert into note (body) values ('kept')`
      acknowledged++
      if (acknowledged === enough) then()
    }
  } catch {
    return acknowledged
  } finally {
    await sql.end({ timeout: 0 })
  }
}

beforeAll(async () => {
  const server = await start()
  await server.stop()
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

describe('embedded PostgreSQL', () => {
  it('keeps every acknowledged row when the server and its owner are killed with -9 while writing', async () => {
    const { child, told } = await spawnOwner(dataDir)
    const acknowledged = await writeUntil(told.ownerUrl ?? '', 200, () => {
      process.kill(told.pid ?? 0, 'SIGKILL')
      process.kill(-(child.pid ?? 0), 'SIGKILL')
    })
    const server = await start()
    const kept = await countNotes(server.ownerUrl)
    await server.stop()
    expect(acknowledged).toBeGreaterThanOrEqual(200)
    expect(kept - acknowledged === 0 || kept - acknowledged === 1, `${kept} kept of ${acknowledged}`).toBe(true) // one may be written but unanswered
    expect(readFileSync(join(dataDir, 'postgres.log'), 'utf8')).toContain('not properly shut down')
  })

  it('starts again at once after its owner was killed with -9, without a loss', async () => {
    const { child, told } = await spawnOwner(dataDir)
    const acknowledged = await writeUntil(told.ownerUrl ?? '', 50, () => process.kill(child.pid ?? 0, 'SIGKILL'))
    const server = await start()
    expect(isAlive(told.pid ?? 0)).toBe(false)
    const kept = await countNotes(server.ownerUrl)
    await server.stop()
    expect(kept).toBeGreaterThanOrEqual(acknowledged)
  })

  it('takes over a server that an earlier start left running', async () => {
    const cluster = join(dataDir, 'postgres')
    const runAs = chooseRunAs(cluster)
    const { port } = JSON.parse(readFileSync(join(dataDir, 'postgres.json'), 'utf8')) as { port: number }
    const args = ['-D', '/proc/self/cwd', '-c', 'listen_addresses=127.0.0.1', '-c', 'unix_socket_directories=', '-p', String(port)]
    const leftover = spawn(findBinaries(runAs).postgres, args, { cwd: cluster, stdio: 'ignore', ...runAs })
    const pidFile = join(cluster, 'postmaster.pid')
    while (!existsSync(pidFile) || !readFileSync(pidFile, 'utf8').includes('ready')) await wait(10)
    said.length = 0
    const server = await start()
    expect(isAlive(leftover.pid ?? 0)).toBe(false)
    expect(said).toEqual(['Stopped the database server that an earlier start left running.'])
    await countNotes(server.ownerUrl)
    await server.stop()
  })

  it('is not stopped by a pid file whose number belongs to another program now', async () => {
    const bystander = spawn('sleep', ['60'], { stdio: 'ignore', ...chooseRunAs(join(dataDir, 'postgres')) })
    writeFileSync(join(dataDir, 'postgres/postmaster.pid'), `${bystander.pid}\n/proc/self/cwd\n`)
    const server = await start()
    expect(isAlive(bystander.pid ?? 0)).toBe(true)
    await server.stop()
    bystander.kill()
  })

  it('refuses a second start on the same folder and names the first', async () => {
    const server = await start()
    const { told } = await spawnOwner(dataDir)
    expect(told.refused).toMatch(`is already in use by process ${process.pid}; stop that one, or set DATA_DIR to another folder.`)
    await expect(start()).rejects.toThrow('already in use')
    await countNotes(server.ownerUrl)
    await server.stop()
  })

  it('lets exactly one of several starts at once have a new folder', async () => {
    const dir = join(folder, 'contested')
    const owners = await Promise.all([1, 2, 3].map(() => spawnOwner(dir)))
    const winners = owners.filter(({ told }) => told.pid)
    expect(winners).toHaveLength(1)
    for (const { child } of winners) {
      child.stdin?.end()
      await once(child, 'exit')
    }
  })

  it('leaves no process behind when stopped, nor when its owner forgets to', async () => {
    const server = await start()
    await Promise.all([server.stop(), server.stop()])
    expect(isAlive(server.pid)).toBe(false)
    const { child, told } = await spawnOwner(dataDir)
    child.kill('SIGTERM')
    await gone(told.pid ?? 0)
  })

  it('says in one sentence on a platform that it has no PostgreSQL for', () => {
    const arch = Object.getOwnPropertyDescriptor(process, 'arch')!
    Object.defineProperty(process, 'arch', { ...arch, value: 'riscv64' })
    try {
      expect(() => findBinaries(null as never)).toThrow(/^There is no embedded PostgreSQL for linux-riscv64; start a PostgreSQL 15 or newer and set DATABASE_URL/)
    } finally {
      Object.defineProperty(process, 'arch', arch)
    }
  })

  /** Waits until somebody's statement runs. */
  async function busy(url: string): Promise<void> {
    const admin = postgres(url, { max: 1 })
    for (let sleeping = 0; sleeping === 0;) {
      [{ sleeping }] = await admin<[{ sleeping: number }]>`select count(*)::int as sleeping from pg_stat_activity where query like '%pg_sleep%' and state = 'active' and pid <> pg_backend_pid()`
    }
    await admin.end()
  }

  it('stops although a client is in the middle of a statement', async () => {
    const server = await start()
    const sql = postgres(server.ownerUrl, { max: 1, fetch_types: false })
    const open = sql`select pg_sleep(60)`.catch((error: Error) => error.message)
    await busy(server.superuserUrl('postgres'))
    const before = performance.now()
    await server.stop()
    expect(performance.now() - before).toBeLessThan(5_000)
    await open
    await sql.end({ timeout: 0 })
  })

  it('moves to another port when somebody took its own', async () => {
    const first = await start()
    await first.stop()
    const squatter = createServer().listen(first.port, '127.0.0.1')
    await once(squatter, 'listening')
    const second = await start()
    expect(second.port).not.toBe(first.port)
    await countNotes(second.ownerUrl)
    await second.stop()
    squatter.close()
  })

  it('starts warm in less than a second', async () => {
    const before = performance.now()
    const server = await start()
    const took = performance.now() - before
    await server.stop()
    expect(took).toBeLessThan(1_000)
  })
})

describe('its logins and files', () => {
  it('T2 makes three logins without special rights; the owner lends the queue the right to create, and takes it back', async () => {
    const server = await start()
    const sql = postgres(server.ownerUrl, { max: 1 })
    const roles = await sql`
      select rolname, rolsuper or rolbypassrls or rolcreaterole or rolcreatedb or rolreplication as special
      from pg_roles where rolname like 'demarc%' order by 1`
    expect([...roles]).toEqual(['demarc_app', 'demarc_jobs', 'demarc_owner'].map((rolname) => ({ rolname, special: false })))
    await sql`grant create on database demarc to demarc_jobs`
    await execute(server.jobsUrl, 'create schema queue', 'drop schema queue')
    await sql`revoke create on database demarc from demarc_jobs`
    await expect(execute(server.jobsUrl, 'create schema queue')).rejects.toThrow('permission denied')
    await expect(execute(server.appUrl, 'create table public.mine (id int)')).rejects.toThrow('permission denied')
    await expect(execute(server.appUrl.replace('/demarc?', '/postgres').replace(/demarc$/, 'postgres'), 'select 1')).rejects.toThrow('permission denied')
    await sql.end()
    await server.stop()
  })

  it('keeps passwords where only their owner reads them, and listens on loopback alone', async () => {
    const server = await start()
    expect(statSync(join(dataDir, 'postgres.json')).mode & 0o777).toBe(0o600)
    expect(statSync(join(dataDir, 'postgres')).mode & 0o777).toBe(0o700)
    const sql = postgres(server.ownerUrl, { max: 1 })
    const shown = await sql`select current_setting('listen_addresses') as at, current_setting('fsync') as fsync, current_setting('timezone') as zone`
    expect([...shown]).toEqual([{ at: '127.0.0.1', fsync: 'on', zone: 'UTC' }])
    await sql.end()
    await expect(execute(server.ownerUrl.replace(/:[^:@]+@/, ':wrong@'), 'select 1')).rejects.toThrow('password authentication failed')
    await server.stop()
  })

  it('never shows the database our environment', async () => {
    const server = await start()
    const seen = readFileSync(`/proc/${server.pid}/environ`, 'utf8').split('\0').filter(Boolean).map((entry) => entry.split('=')[0])
    await server.stop()
    expect(seen.filter((name) => !/^(LC_|PG|PATH$)/.test(name ?? ''))).toEqual([])
  })
})

describe('refusals to start, a sentence each', () => {
  it('when a file stands where the folder should be', async () => {
    writeFileSync(join(folder, 'file'), '')
    await expect(start(join(folder, 'file'))).rejects.toThrow(/^The database cannot be kept in .*\/file: a file stands where a folder should be; set DATA_DIR/)
  })

  it('when no folder can be made', async () => {
    await expect(start('/proc/demarc/data')).rejects.toThrow(/^The database cannot be kept in \/proc\/demarc\/data: no folder can be made there; set DATA_DIR/)
  })

  it('when the database is of another version', async () => {
    const dir = join(folder, 'old')
    await (await start(dir)).stop()
    writeFileSync(join(dir, 'postgres/PG_VERSION'), '17\n')
    await expect(start(dir)).rejects.toThrow(/was made by PostgreSQL 17, this is 18; set DATA_DIR to another folder, or start a PostgreSQL/)
  })

  it('when the passwords are gone, or damaged', async () => {
    const dir = join(folder, 'lost')
    mkdirSync(join(dir, 'postgres'), { recursive: true })
    await expect(start(dir)).rejects.toThrow(/postgres.json with the passwords of the database beside it is missing; put it back/)
    writeFileSync(join(dir, 'postgres.json'), '{')
    await expect(start(dir)).rejects.toThrow(/postgres.json is damaged; put it back from a copy/)
  })

  it('when the server itself refuses, with its own words and where its log is', async () => {
    const refused = startPostgres({ dataDir, log: () => undefined, settings: { max_connections: 'many' } })
    await expect(refused).rejects.toThrow(/^PostgreSQL did not start: invalid value for parameter "max_connections": "many"\. Its log is .*postgres\.log\.$/)
  })
})
