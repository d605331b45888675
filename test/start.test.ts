import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'

/** `npm start` as a person or a script runs it, in a process group of its own. */
interface Started {
  readonly child: ChildProcess
  readonly out: () => string
  readonly ended: Promise<number | null>
}

interface Running { url: string; graphql: string; pid: number; sandbox: string; tokens: Record<string, string> }

const folder = mkdtempSync(join(tmpdir(), 'demarc-start-'))
const children: ChildProcess[] = []
afterAll(async () => {
  for (const child of children) if (child.exitCode === null && child.pid) tryKill(-child.pid)
  rmSync(folder, { recursive: true, force: true })
})

const tryKill = (pid: number): void => {
  try {
    process.kill(pid, 'SIGKILL')
  } catch {
    // It has ended already.
  }
}

function npmStart(env: Record<string, string> = {}): Started {
  const child = spawn(process.execPath, ['scripts/run.mjs', 'start'], {
    cwd: join(import.meta.dirname, '..'), detached: true, stdio: ['ignore', 'pipe', 'pipe'],
    env: { PATH: process.env.PATH, HOME: process.env.HOME, DATA_DIR: folder, PORT: '0', DEMO: 'off', LOG_LEVEL: 'error', ...env },
  })
  children.push(child)
  let out = ''
  child.stdout?.on('data', (chunk: Buffer) => void (out += chunk.toString()))
  child.stderr?.on('data', (chunk: Buffer) => void (out += chunk.toString()))
  return { child, out: () => out, ended: new Promise((resolve) => child.once('exit', (code) => resolve(code))) }
}

/** Waits for running.json of this very start. */
async function ready(started: Started, data = folder): Promise<Running> {
  const file = join(data, 'running.json')
  for (let i = 0; i < 600; i += 1) {
    if (started.child.exitCode !== null) throw new Error(`It ended: ${started.out()}`)
    if (existsSync(file) && started.out().includes('Demarc is ready')) return JSON.parse(readFileSync(file, 'utf8')) as Running
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  throw new Error(`It never became ready: ${started.out()}`)
}

async function ask(running: Running, query: string, token?: string): Promise<any> {
  const response = await fetch(running.graphql, {
    method: 'POST', body: JSON.stringify({ query }),
    headers: { 'content-type': 'application/json', ...(token ? { authorization: `Bearer ${token}` } : {}) },
  })
  return ((await response.json()) as { data: any }).data
}

const signUp = async (running: Running): Promise<string> => (await ask(running, `mutation { signUpVendor(input: { idempotencyKey: "1", name: "Havblikk", handle: "hav",
  referencePrefix: "HAV", locale: "nb", timeZone: "Europe/Oslo", currency: "NOK", memberName: "Ingrid", memberEmail: "i@hav.example" }) { ... on VendorSignUp { token } } }`)).signUpVendor.token

const createCustomer = async (running: Running, token: string, n: number): Promise<string> => (await ask(running, `mutation { createCustomer(input: { idempotencyKey: "c${n}",
  name: "Customer ${n}", country: "NO" }) { ... on Customer { name } } }`, token)).createCustomer.name

const isAlive = (pid: number): boolean => {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

describe('npm start', () => {
  it('loses nothing that was acknowledged when the whole process group is killed, and starts again at once', async () => {
    const first = npmStart()
    const running = await ready(first)
    expect(statSync(join(folder, 'running.json')).mode & 0o777).toBe(0o600)
    const token = await signUp(running)
    const acknowledged: string[] = []
    const work = (async () => {
      for (let n = 0; n < 10_000; n += 1) acknowledged.push(await createCustomer(running, token, n))
    })().catch(() => undefined)
    while (acknowledged.length < 40) await new Promise((resolve) => setTimeout(resolve, 10))
    process.kill(-first.child.pid!, 'SIGKILL')
    await work
    const again = await ready(npmStart())
    const found: string[] = []
    for (let after = ''; ;) {
      const { customers } = await ask(again, `{ customers(first: 100${after && `, after: "${after}"`}) { edges { node { name } } pageInfo { hasNextPage endCursor } } }`, token)
      found.push(...customers.edges.map((e: any) => e.node.name))
      if (!customers.pageInfo.hasNextPage) break
      after = customers.pageInfo.endCursor
    }
    expect(found).toEqual(expect.arrayContaining(acknowledged))
    expect(found.length - acknowledged.length).toBeLessThanOrEqual(1)
  })

  it('refuses a second start on the same folder in one sentence', async () => {
    const second = npmStart()
    expect(await second.ended).not.toBe(0)
    expect(second.out().trim().split('\n')).toHaveLength(1)
    expect(second.out()).toMatch(/already in use/)
  })

  it('stops cleanly on SIGTERM: exit code 0, running.json gone, no process left', async () => {
    const running = JSON.parse(readFileSync(join(folder, 'running.json'), 'utf8')) as Running
    const started = children.find((c) => c.exitCode === null && c.signalCode === null)!
    const ended = new Promise((resolve) => started.once('exit', resolve))
    process.kill(started.pid!, 'SIGTERM')
    expect(await ended).toBe(0)
    expect(existsSync(join(folder, 'running.json'))).toBe(false)
    expect(isAlive(running.pid)).toBe(false)
    await expect(fetch(`${running.url}/livez`)).rejects.toThrow()
    await expect(fetch(running.sandbox)).rejects.toThrow()
  })

  it('says in one sentence what to do about a taken port, a folder that cannot be written, a wrong value and a database that refuses', async () => {
    const server = createServer().listen(0, '127.0.0.1')
    await new Promise((resolve) => server.once('listening', resolve))
    const { port } = server.address() as { port: number }
    const file = join(folder, 'a-file')
    writeFileSync(file, '')
    const refusals: [Record<string, string>, RegExp][] = [
      [{ PORT: String(port) }, /Port \d+ is taken: .*PORT/],
      [{ DATA_DIR: file }, /DATA_DIR/],
      [{ PORT: 'many' }, /PORT must be a whole number/],
      [{ DATABASE_URL: 'postgres://a:b@127.0.0.1:1/x', DATABASE_APP_URL: 'postgres://b:b@127.0.0.1:1/x', DATABASE_JOBS_URL: 'postgres://c:b@127.0.0.1:1/x' }, /cannot be reached/],
    ]
    for (const [env, sentence] of refusals) {
      const started = npmStart(env)
      expect(await started.ended, started.out()).not.toBe(0)
      const said = started.out().trim().split('\n').filter((line) => !/^Stopping|PostgreSQL/.test(line))
      expect(said.join('\n')).toMatch(sentence)
      expect(said).toHaveLength(1)
    }
    server.close()
  })
})
