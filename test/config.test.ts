import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { isLoopback, parseConfig } from '../src/config.js'
import { openTokenSecret } from '../src/token-secret.js'

const DATABASE = {
  DATABASE_URL: 'postgres://owner:a@db:5432/demarc',
  DATABASE_APP_URL: 'postgresql://app:b@db/demarc',
  DATABASE_JOBS_URL: 'postgres://jobs:c@db/demarc',
}
const STRIPE = { STRIPE_SECRET_KEY: 'sk_test_abc', STRIPE_WEBHOOK_SECRET: 'whsec_abc' }
const PRODUCTION = {
  ...DATABASE, NODE_ENV: 'production', HOST: '0.0.0.0', PUBLIC_URL: 'https://support.example.com', TOKEN_SECRET: 'x'.repeat(32),
  STRIPE_SECRET_KEY: 'sk_live_abc', STRIPE_WEBHOOK_SECRET: 'whsec_abc',
}

/** The sentences that a refused environment is answered with. */
function refusal(env: Record<string, string>): string[] {
  try {
    parseConfig(env)
  } catch (error) {
    expect(error).toHaveProperty('name', 'StartRefused')
    return (error as Error).message.split('\n')
  }
  return []
}

describe('configuration', () => {
  it('needs nothing: an empty environment is a laptop with the embedded database, the sandbox and the demo', () => {
    expect(parseConfig({})).toEqual({
      environment: 'development', host: '127.0.0.1', port: 4000, publicUrl: 'http://localhost:4000', dataDir: '.data',
      database: undefined, stripe: undefined, tokenSecret: undefined, demo: true, logLevel: 'info',
    })
  })

  it('reads every variable', () => {
    expect(parseConfig({ ...PRODUCTION, PORT: '80', DATA_DIR: '/var/lib/demarc', DEMO: 'off', LOG_LEVEL: 'warn' })).toEqual({
      environment: 'production', host: '0.0.0.0', port: 80, publicUrl: 'https://support.example.com', dataDir: '/var/lib/demarc',
      database: { ownerUrl: DATABASE.DATABASE_URL, appUrl: DATABASE.DATABASE_APP_URL, jobsUrl: DATABASE.DATABASE_JOBS_URL },
      stripe: { secretKey: 'sk_live_abc', webhookSecret: 'whsec_abc' }, tokenSecret: 'x'.repeat(32), demo: false, logLevel: 'warn',
    })
  })

  it('takes an empty or blank value for none, and lets unknown names pass', () => {
    expect(parseConfig({ PORT: '', HOST: ' ', DATABASE_URL: '', DEMARC_COLOUR: 'blue', PGHOST: 'x' })).toEqual(parseConfig({}))
  })

  it('names every wrong variable at once, a line each', () => {
    const lines = refusal({ PORT: 'http', NODE_ENV: 'prod', LOG_LEVEL: 'loud', DEMO: 'yes', TOKEN_SECRET: 'short' })
    expect(lines.map((line) => line.split(' ')[0])).toEqual(['NODE_ENV', 'PORT', 'TOKEN_SECRET', 'DEMO', 'LOG_LEVEL'])
    for (const line of lines) expect(line).toMatch(/must .*\.$/)
  })

  it('never repeats a value, which may be a secret', () => {
    const lines = refusal({ ...DATABASE, DATABASE_URL: 'mysql://hunter2', STRIPE_SECRET_KEY: 'hunter2', TOKEN_SECRET: 'hunter2', PUBLIC_URL: 'hunter2' })
    expect(lines).toHaveLength(4)
    expect(lines.join()).not.toContain('hunter2')
  })

  it.each(['-1', '65536', '4000.5', '0x10', '1e3', '4000 '.repeat(2)])('refuses the port "%s"', (PORT) => {
    expect(refusal({ PORT })).toEqual(['PORT must be a whole number from 0 to 65535 (0 takes any free port).'])
  })

  it.each(['a b', 'http://localhost', 'localhost:4000', '-x'])('refuses to listen on "%s"', (HOST) => {
    expect(refusal({ ...STRIPE, HOST })[0]).toBe('HOST must be an IP address or a host name to listen on, without a port.')
  })

  it.each(['ftp://x', 'support.example.com', 'https://x/path', 'https://x/?a', 'https://me@x'])('refuses "%s" as the public address', (PUBLIC_URL) => {
    expect(refusal({ PUBLIC_URL })).toEqual(['PUBLIC_URL must be an http or https address without a path, such as https://support.example.com.'])
  })

  it('drops the slash at the end of the public address', () => {
    expect(parseConfig({ PUBLIC_URL: 'http://demarc.test:8080/' }).publicUrl).toBe('http://demarc.test:8080')
  })
})

describe('configured database', () => {
  it('T2 wants all three logins or none', () => {
    expect(refusal({ DATABASE_URL: DATABASE.DATABASE_URL }).map((line) => line.split(' ')[0])).toEqual(['DATABASE_APP_URL', 'DATABASE_JOBS_URL'])
    expect(refusal({ DATABASE_APP_URL: DATABASE.DATABASE_APP_URL })[0]).toMatch(/^DATABASE_APP_URL needs DATABASE_URL/)
  })

  it('T2 refuses one login in two roles', () => {
    const lines = refusal({ ...DATABASE, DATABASE_JOBS_URL: DATABASE.DATABASE_APP_URL })
    expect(lines).toEqual(['DATABASE_URL, DATABASE_APP_URL and DATABASE_JOBS_URL must name three different logins.'])
  })

  it.each(['db', 'http://owner@db/demarc', 'postgres://db/demarc', 'postgres://owner@db', 'postgres://owner@db/'])('refuses the address "%s"', (url) => {
    expect(refusal({ ...DATABASE, DATABASE_URL: url })).toEqual(['DATABASE_URL must have the form postgres://login:password@host:port/database.'])
  })
})

describe('what is for one machine only', () => {
  it('M5 refuses the sandbox in production and beyond loopback', () => {
    const { STRIPE_SECRET_KEY, STRIPE_WEBHOOK_SECRET, ...rest } = PRODUCTION
    expect([STRIPE_SECRET_KEY, STRIPE_WEBHOOK_SECRET]).toHaveLength(2)
    expect(refusal(rest)[0]).toMatch(/^STRIPE_SECRET_KEY and STRIPE_WEBHOOK_SECRET are required when NODE_ENV is production/)
    expect(refusal({ HOST: '0.0.0.0' })[0]).toMatch(/^STRIPE_SECRET_KEY and STRIPE_WEBHOOK_SECRET are required when HOST is not loopback/)
  })

  it('M5 refuses the demo in production and beyond loopback, and switches it off there unasked', () => {
    const sentence = 'DEMO must be off when NODE_ENV is production or HOST is not loopback: everybody knows its tokens.'
    expect(refusal({ ...PRODUCTION, DEMO: 'auto' })).toEqual([sentence])
    expect(refusal({ ...STRIPE, HOST: '192.168.1.4', DEMO: 'auto' })).toEqual([sentence])
    expect(parseConfig({ ...STRIPE, HOST: '192.168.1.4' }).demo).toBe(false)
    expect(parseConfig(PRODUCTION).demo).toBe(false)
    expect(parseConfig({ DEMO: 'auto' }).demo).toBe(true)
    expect(parseConfig({ DEMO: 'off' }).demo).toBe(false)
  })

  it.each(['127.0.0.1', '127.1.2.3', '::1', 'localhost'])('M5 knows %s as loopback', (host) => {
    expect(isLoopback(host)).toBe(true)
  })

  it.each(['0.0.0.0', '::', '10.0.0.1', '127.evil.example', 'localhost.example', '::ffff:10.0.0.1'])('M5 knows that %s can be reached from outside', (host) => {
    expect(isLoopback(host)).toBe(false)
  })

  it('M5 refuses a live Stripe key outside production', () => {
    expect(refusal({ ...STRIPE, STRIPE_SECRET_KEY: 'sk_live_abc' })[0]).toMatch(/^STRIPE_SECRET_KEY moves real money/)
  })

  it('M3 wants the webhook secret with the Stripe key', () => {
    expect(refusal({ STRIPE_SECRET_KEY: 'sk_test_abc' })[0]).toMatch(/^STRIPE_WEBHOOK_SECRET is required/)
    expect(refusal({ STRIPE_WEBHOOK_SECRET: 'whsec_abc' })[0]).toMatch(/^STRIPE_SECRET_KEY is required/)
    expect(parseConfig(STRIPE).stripe).toEqual({ secretKey: 'sk_test_abc', webhookSecret: 'whsec_abc' })
  })

  it('wants a token secret and an https address in production', () => {
    expect(refusal({ ...PRODUCTION, TOKEN_SECRET: '', PUBLIC_URL: '' }).map((line) => line.split(' ')[0])).toEqual(['PUBLIC_URL', 'TOKEN_SECRET'])
    expect(refusal({ ...PRODUCTION, PUBLIC_URL: 'http://support.example.com' })).toEqual(['PUBLIC_URL must begin with https:// when NODE_ENV is production.'])
  })
})

describe('token secret', () => {
  const folder = mkdtempSync(join(tmpdir(), 'demarc-config-'))
  afterAll(() => rmSync(folder, { recursive: true }))

  it('is made once, kept for its owner alone, and the same after a restart', async () => {
    const dataDir = join(folder, 'data')
    const first = await Promise.all([1, 2, 3].map(() => openTokenSecret({ tokenSecret: undefined, dataDir })))
    expect(first[0]).toHaveLength(64)
    expect(new Set([...first, await openTokenSecret({ tokenSecret: undefined, dataDir })]).size).toBe(1)
    expect(statSync(join(dataDir, 'token-secret')).mode & 0o777).toBe(0o600)
  })

  it('is the configured one when there is one', async () => {
    expect(await openTokenSecret({ tokenSecret: 'y'.repeat(40), dataDir: join(folder, 'none') })).toBe('y'.repeat(40))
  })
})
