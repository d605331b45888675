import { isIP } from 'node:net'
import { StartRefused } from './embedded/start-refused.js'

const ENVIRONMENTS = ['development', 'test', 'production'] as const
const LOG_LEVELS = ['debug', 'info', 'warn', 'error', 'silent'] as const

/** Everything that the environment can say, checked. No other file reads process.env. */
export interface Config {
  environment: (typeof ENVIRONMENTS)[number]
  host: string
  /** 0 takes any free port. */
  port: number
  /** Where people reach us: scheme, host and port, without a slash at the end. */
  publicUrl: string
  dataDir: string
  /** The three logins of somebody else's PostgreSQL; undefined: the embedded one, in dataDir. */
  database: { ownerUrl: string, appUrl: string, jobsUrl: string } | undefined
  /** Undefined: the sandbox stands in for Stripe. */
  stripe: { secretKey: string, webhookSecret: string } | undefined
  /** Signs our own tokens; undefined: one is made and kept in dataDir. */
  tokenSecret: string | undefined
  /** Load the demo world into an empty database and hand out its tokens. */
  demo: boolean
  logLevel: (typeof LOG_LEVELS)[number]
}

type Environment = Record<string, string | undefined>
type Reader = ReturnType<typeof reader>

/**
 * Reads the configuration. Throws StartRefused with a line for each wrong or missing variable; a value is never repeated,
 * it may be a secret.
 */
export function parseConfig(env: Environment): Config {
  const read = reader(env)
  const environment = read.oneOf('NODE_ENV', ENVIRONMENTS, 'development')
  const host = readHost(read)
  const port = readPort(read)
  const isPublic = environment === 'production' || !isLoopback(host)
  const config: Config = {
    environment,
    host,
    port,
    publicUrl: readPublicUrl(read, environment, port),
    dataDir: read.text('DATA_DIR') ?? '.data',
    database: readDatabase(read),
    stripe: readStripe(read, environment, host),
    tokenSecret: readTokenSecret(read, environment),
    demo: readDemo(read, isPublic),
    logLevel: read.oneOf('LOG_LEVEL', LOG_LEVELS, 'info'),
  }
  if (read.problems.length > 0) throw new StartRefused(read.problems.join('\n'))
  return config
}

/** Whether only this machine can reach a server that listens on `host`. */
export const isLoopback = (host: string): boolean =>
  host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'))

function reader(env: Environment) {
  const problems: string[] = []
  const refuse = (sentence: string): undefined => void problems.push(sentence)
  const text = (name: string): string | undefined => env[name]?.trim() || undefined
  const oneOf = <T extends string>(name: string, allowed: readonly T[], otherwise: T): T => {
    const value = text(name)
    if (value === undefined) return otherwise
    const known = allowed.find((candidate) => candidate === value)
    return known ?? refuse(`${name} must be ${listed(allowed)}.`) ?? otherwise
  }
  return { problems, refuse, text, oneOf }
}

const listed = (words: readonly string[]): string => `${words.slice(0, -1).join(', ')} or ${words.at(-1)}`

function readHost(read: Reader): string {
  const host = (read.text('HOST') ?? '127.0.0.1').replace(/^\[(.*)\]$/, '$1')
  if (isIP(host) === 0 && !/^[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?$/i.test(host)) {
    read.refuse('HOST must be an IP address or a host name to listen on, without a port.')
  }
  return host
}

function readPort(read: Reader): number {
  const value = read.text('PORT')
  if (value === undefined) return 4000
  const port = /^\d{1,5}$/.test(value) ? Number(value) : Infinity
  if (port <= 65_535) return port
  read.refuse('PORT must be a whole number from 0 to 65535 (0 takes any free port).')
  return 4000
}

function readPublicUrl(read: Reader, environment: Config['environment'], port: number): string {
  const value = read.text('PUBLIC_URL')
  if (value === undefined) {
    if (environment === 'production') read.refuse('PUBLIC_URL is required when NODE_ENV is production: links in messages and pages begin with it.')
    return `http://localhost:${port}`
  }
  const url = URL.parse(value)
  const isOrigin = url !== null && /^https?:$/.test(url.protocol) && url.pathname === '/' && !url.search && !url.hash && !url.username
  if (!url || !isOrigin) {
    read.refuse('PUBLIC_URL must be an http or https address without a path, such as https://support.example.com.')
    return ''
  }
  if (environment === 'production' && url.protocol !== 'https:') read.refuse('PUBLIC_URL must begin with https:// when NODE_ENV is production.')
  return url.origin
}

function readDatabase(read: Reader): Config['database'] {
  const others = ['DATABASE_APP_URL', 'DATABASE_JOBS_URL'] as const
  if (read.text('DATABASE_URL') === undefined) {
    for (const name of others) {
      if (read.text(name)) read.refuse(`${name} needs DATABASE_URL, the login that owns the database, beside it; without all three the embedded database is used.`)
    }
    return undefined
  }
  const ownerUrl = readDatabaseUrl(read, 'DATABASE_URL')
  const [appUrl, jobsUrl] = others.map((name) => {
    if (read.text(name)) return readDatabaseUrl(read, name)
    return read.refuse(`${name} is required when DATABASE_URL is given: ${name.includes('APP') ? 'the application' : 'the queue'} has a login of its own.`)
  })
  if (!ownerUrl || !appUrl || !jobsUrl) return undefined
  if (new Set([ownerUrl, appUrl, jobsUrl].map((url) => new URL(url).username)).size < 3) {
    read.refuse('DATABASE_URL, DATABASE_APP_URL and DATABASE_JOBS_URL must name three different logins.')
  }
  return { ownerUrl, appUrl, jobsUrl }
}

function readDatabaseUrl(read: Reader, name: string): string | undefined {
  const value = read.text(name) ?? ''
  const url = URL.parse(value)
  const isWhole = url !== null && /^postgres(ql)?:$/.test(url.protocol) && url.username !== '' && url.hostname !== '' && url.pathname.length > 1
  return isWhole ? value : read.refuse(`${name} must have the form postgres://login:password@host:port/database.`)
}

function readStripe(read: Reader, environment: Config['environment'], host: string): Config['stripe'] {
  const secretKey = read.text('STRIPE_SECRET_KEY')
  const webhookSecret = read.text('STRIPE_WEBHOOK_SECRET')
  if (secretKey && !/^(sk|rk)_(test|live)_\w+$/.test(secretKey)) {
    return read.refuse('STRIPE_SECRET_KEY must be a secret or restricted key of Stripe, which begins with sk_test_, sk_live_, rk_test_ or rk_live_.')
  }
  if (webhookSecret && !/^whsec_\S+$/.test(webhookSecret)) {
    return read.refuse('STRIPE_WEBHOOK_SECRET must be the signing secret of a Stripe webhook endpoint, which begins with whsec_.')
  }
  if (secretKey && /_live_/.test(secretKey) && environment !== 'production') {
    read.refuse('STRIPE_SECRET_KEY moves real money (it is a live key): use a test key, or set NODE_ENV to production.')
  }
  if (secretKey && webhookSecret) return { secretKey, webhookSecret }
  if (secretKey) return read.refuse('STRIPE_WEBHOOK_SECRET is required when STRIPE_SECRET_KEY is given: unsigned webhooks are not believed.')
  if (webhookSecret) return read.refuse('STRIPE_SECRET_KEY is required when STRIPE_WEBHOOK_SECRET is given.')
  const sandbox = 'the stand-in for Stripe pays with play money'
  if (environment === 'production') return read.refuse(`STRIPE_SECRET_KEY and STRIPE_WEBHOOK_SECRET are required when NODE_ENV is production: ${sandbox}.`)
  if (!isLoopback(host)) return read.refuse(`STRIPE_SECRET_KEY and STRIPE_WEBHOOK_SECRET are required when HOST is not loopback: ${sandbox}.`)
  return undefined
}

function readTokenSecret(read: Reader, environment: Config['environment']): string | undefined {
  const secret = read.text('TOKEN_SECRET')
  if (secret && secret.length < 32) return read.refuse('TOKEN_SECRET must have at least 32 characters, for instance from "openssl rand -base64 48".')
  if (!secret && environment === 'production') {
    return read.refuse('TOKEN_SECRET is required when NODE_ENV is production, with at least 32 characters: every process must know the same one.')
  }
  return secret
}

/** Demo tokens are known to everybody: nobody but this machine may be able to use them. */
function readDemo(read: Reader, isPublic: boolean): boolean {
  const wanted = read.oneOf('DEMO', ['auto', 'off'], isPublic ? 'off' : 'auto') === 'auto'
  if (wanted && isPublic) read.refuse('DEMO must be off when NODE_ENV is production or HOST is not loopback: everybody knows its tokens.')
  return wanted && !isPublic
}
