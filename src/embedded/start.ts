import { existsSync, realpathSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { findBinaries } from './binaries.js'
import { ensureCluster, openState, provision, saveState } from './cluster.js'
import type { ClusterState } from './cluster.js'
import { makeFolder } from './folder.js'
import { stopLeftovers } from './leftovers.js'
import { lockFolder } from './lock.js'
import { chooseRunAs } from './run-as.js'
import { startServer } from './server-process.js'
import type { ServerProcess } from './server-process.js'
import { refusingDiskErrors } from './start-refused.js'

export interface EmbeddedPostgres {
  host: string
  port: number
  pid: number
  ownerUrl: string
  appUrl: string
  jobsUrl: string
  /** The bootstrap superuser, for tests and repairs: the product never connects with it. */
  superuserUrl(database: string): string
  /** Resolves when the server has ended: asked for by stop() or not. */
  ended: Promise<void>
  /** Leaves no process behind, within 20 seconds; repeating it is harmless. */
  stop(): Promise<void>
}

export interface EmbeddedOptions {
  dataDir: string
  /** Told what takes time or is worth knowing, a sentence each. */
  log: (sentence: string) => void
  /** More server settings; tests switch durability off with `fsync`. */
  settings?: Record<string, string>
}

const HOST = '127.0.0.1'

/** A small machine's settings: reachable over loopback only, durable, no background work that a small database does not need. */
const SETTINGS: Record<string, string> = {
  listen_addresses: HOST,
  unix_socket_directories: '',
  max_connections: '100',
  shared_buffers: '128MB',
  max_wal_size: '512MB',
  wal_level: 'minimal',
  max_wal_senders: '0',
  jit: 'off',
  timezone: 'UTC',
  log_timezone: 'UTC',
}

/**
 * Starts the PostgreSQL that comes with the product on `dataDir`/postgres, making it the first time, and takes over what a killed
 * start left running. It ends with this process. Throws StartRefused with a sentence that says what to do.
 */
export async function startPostgres(options: EmbeddedOptions): Promise<EmbeddedPostgres> {
  const dataDir = resolve(options.dataDir)
  return refusingDiskErrors(dataDir, async () => {
    makeFolder(dataDir)
    const real = realpathSync(dataDir)
    const state = openState(real)
    const lock = await lockFolder(real, state.lockId)
    try {
      const server = await startLocked(real, state, options)
      void server.ended.then(() => lock.release())
      return describe(server, openState(real), lock.release)
    } catch (error) {
      await lock.release()
      throw error
    }
  })
}

async function startLocked(dataDir: string, state: ClusterState, options: EmbeddedOptions): Promise<ServerProcess> {
  const clusterFolder = join(dataDir, 'postgres')
  const settings = { ...SETTINGS, ...options.settings }
  const runAs = chooseRunAs(clusterFolder)
  const binaries = findBinaries(runAs)
  if (!existsSync(clusterFolder)) options.log(`Making a database in ${clusterFolder}.`)
  await ensureCluster(clusterFolder, binaries.initdb, runAs, state.passwords.superuser, settings.fsync !== 'off')
  if (await stopLeftovers(clusterFolder) > 0) options.log('Stopped the database server that an earlier start left running.')
  const logFile = join(dataDir, 'postgres.log')
  const server = await startServer({ postgres: binaries.postgres, clusterFolder, logFile, runAs, settings }, state.port)
  try {
    if (!state.provisioned) await provision(urlOf('postgres', state.passwords.superuser, server.port, 'postgres'), state.passwords)
    if (!state.provisioned || state.port !== server.port) saveState(dataDir, { ...state, provisioned: true, port: server.port })
    return server
  } catch (error) {
    await server.stop()
    throw error
  }
}

function describe(server: ServerProcess, state: ClusterState, release: () => Promise<void>): EmbeddedPostgres {
  const url = (role: 'owner' | 'app' | 'jobs'): string => urlOf(`demarc_${role}`, state.passwords[role], server.port, 'demarc')
  return {
    host: HOST,
    port: server.port,
    pid: server.pid,
    ownerUrl: url('owner'),
    appUrl: url('app'),
    jobsUrl: url('jobs'),
    superuserUrl: (database) => urlOf('postgres', state.passwords.superuser, server.port, database),
    ended: server.ended,
    stop: async () => {
      await server.stop()
      await release()
    },
  }
}

const urlOf = (login: string, password: string, port: number, database: string): string =>
  `postgres://${login}:${encodeURIComponent(password)}@${HOST}:${port}/${database}`
