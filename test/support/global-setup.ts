import { mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { TestProject } from 'vitest/node'
import { startPostgres } from '../../src/embedded/start.js'
import type { EmbeddedPostgres } from '../../src/embedded/start.js'
import { StartRefused } from '../../src/embedded/start-refused.js'
import { sweep } from './databases.js'

const CACHE = join(import.meta.dirname, '../../.cache/test-postgres')

/** Nothing here has to survive a power cut. */
const FAST = { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off', max_connections: '200', autovacuum_naptime: '10s' }

declare module 'vitest' {
  interface ProvidedContext {
    /** The run's shared server; test/support/postgres.ts makes databases on it. */
    postgres: { port: number, superuserUrl: string, ownerUrl: string, appUrl: string, jobsUrl: string, runId: string }
  }
}

/** One server for a whole run, on a folder that is kept between runs; runs at the same time take different folders. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const server = await startInFreeSlot()
  await sweep(server.superuserUrl('postgres'))
  const { port, ownerUrl, appUrl, jobsUrl } = server
  const runId = Math.random().toString(36).slice(2, 8)
  project.provide('postgres', { port, superuserUrl: server.superuserUrl('postgres'), ownerUrl, appUrl, jobsUrl, runId })
  return () => server.stop()
}

async function startInFreeSlot(): Promise<EmbeddedPostgres> {
  mkdirSync(CACHE, { recursive: true })
  for (let slot = 1; slot <= 16; slot++) {
    const dataDir = join(CACHE, `slot-${slot}`)
    try {
      return await startPostgres({ dataDir, log: () => undefined, settings: FAST })
    } catch (error) {
      if (!(error instanceof StartRefused)) throw error
      if (/already in use/.test(error.message)) continue
      if (!/did not start/.test(error.message)) throw error
      rmSync(dataDir, { recursive: true, force: true }) // without fsync a machine that crashed may leave it damaged
      return await startPostgres({ dataDir, log: () => undefined, settings: FAST })
    }
  }
  throw new Error(`All 16 folders of ${CACHE} are in use by other test runs.`)
}
