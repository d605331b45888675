import { startPostgres } from '../../src/embedded/start.js'

/** A process that owns a database: says where it is in one line of JSON, or why not, and stops it when its input ends. */
try {
  const server = await startPostgres({ dataDir: process.argv[2] ?? '', log: () => undefined })
  process.stdout.write(`${JSON.stringify({ pid: server.pid, ownerUrl: server.ownerUrl })}\n`)
  process.stdin.resume().once('end', () => void server.stop().then(() => process.exit(0)))
} catch (error) {
  process.stdout.write(`${JSON.stringify({ refused: error instanceof Error ? error.message : String(error) })}\n`)
}
