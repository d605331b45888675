// The sandbox as a process of its own:
//   node dist/sandbox/main.js --port 12111 --state .data/stripe.json --webhook http://127.0.0.1:4000/hook --secret whsec_…
// Prints one line of JSON when it is ready. Ends on SIGTERM and SIGINT, and when its parent is gone.
import { fstatSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { startSandbox } from './server.js'

const { values } = parseArgs({
  options: {
    port: { type: 'string', default: '0' }, host: { type: 'string', default: '127.0.0.1' }, state: { type: 'string' },
    webhook: { type: 'string' }, secret: { type: 'string' }, seller: { type: 'string' }, parent: { type: 'string' },
  },
})

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

/** Calls `end` when the parent is gone: the given process, or whoever holds the other end of a piped stdin. */
function watchParent(parent: number | undefined, end: () => void): void {
  if (parent !== undefined) {
    const isChild = process.ppid === parent // then a changed ppid says it, whoever gets the number next
    setInterval(() => {
      if (isChild ? process.ppid !== parent : !isAlive(parent)) end()
    }, 250).unref()
    return
  }
  const stdin = fstatSync(0)
  if (stdin.isFIFO() || stdin.isSocket()) process.stdin.resume().once('end', end).once('error', end)
}

async function main(): Promise<void> {
  const { port, host, state: statePath, webhook: url, secret, seller, parent } = values
  if (!/^\d{1,5}$/.test(port)) throw new Error('--port takes a number.')
  if ((url === undefined) !== (secret === undefined)) throw new Error('--webhook and --secret go together.')
  const sandbox = await startSandbox({
    port: Number(port), host, statePath, seller, webhook: url && secret ? { url, secret } : undefined,
    log: line => console.error(line),
  })
  let isEnding = false
  const end = () => {
    if (isEnding) return
    isEnding = true
    sandbox.stop().then(() => process.exit(0), error => {
      console.error(String(error))
      process.exit(1)
    })
  }
  process.once('SIGTERM', end).once('SIGINT', end)
  watchParent(parent === undefined ? undefined : Number(parent), end)
  console.log(JSON.stringify({ ready: true, url: sandbox.url, port: sandbox.port, pid: process.pid }))
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : String(error))
  process.exitCode = 1
})
