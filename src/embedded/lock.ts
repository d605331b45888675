import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { connect, createServer } from 'node:net'
import type { Server } from 'node:net'
import { setTimeout as wait } from 'node:timers/promises'
import { StartRefused } from './start-refused.js'

export interface FolderLock {
  release(): Promise<void>
}

/** A holder that was killed keeps the name for an instant while the kernel clears up: it does not answer any more. */
const PATIENCE_MS = 2_000

/**
 * Holds `folder` for this process until released or until the process ends, however it ends.
 * A listener in Linux's abstract namespace: the kernel lets exactly one in and lets go by itself, so nothing can be left over.
 * Throws StartRefused when another process (or another server of this one) holds it.
 */
export async function lockFolder(folder: string, lockId: string): Promise<FolderLock> {
  const name = `\0demarc-${createHash('sha256').update(lockId).digest('hex').slice(0, 40)}`
  const until = performance.now() + PATIENCE_MS
  for (;;) {
    const server = await listenOn(name)
    if (server) return { release: () => new Promise((done) => server.close(() => done())) }
    const pid = await askHolder(name)
    if (pid || performance.now() > until) {
      throw new StartRefused(`${folder} is already in use by ${pid ? `process ${pid}` : 'another process'}; stop that one, or set DATA_DIR to another folder.`)
    }
    await wait(10)
  }
}

/** The listener, or undefined when somebody else has the name. */
async function listenOn(name: string): Promise<Server | undefined> {
  const server = createServer((socket) => {
    socket.on('error', () => undefined)
    socket.end(String(process.pid))
  })
  server.listen(name)
  try {
    await once(server, 'listening')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EADDRINUSE') return undefined
    throw error
  }
  return server.unref()
}

/** The holder's process id, or undefined when it does not answer at once. */
function askHolder(name: string): Promise<string | undefined> {
  return new Promise((answer) => {
    let said = ''
    const socket = connect(name)
    socket.setTimeout(500, () => socket.destroy())
    socket.on('data', (chunk) => (said += chunk.toString()))
    socket.on('error', () => undefined)
    socket.on('close', () => answer(/^\d{1,10}$/.test(said) ? said : undefined))
  })
}
