// Loaded into the process that scripts/run.mjs starts: file descriptor 3 ends when that one ends, even by kill -9; then so do we.
import { Socket } from 'node:net'

const LIMIT_MS = 30_000

if (process.env.DEMARC_PARENT === String(process.ppid)) {
  delete process.env.DEMARC_PARENT // not for our own children, whose descriptor 3 is something else
  const parent = new Socket({ fd: 3, readable: true, writable: false })
  parent.on('error', () => undefined)
  parent.on('close', () => {
    process.kill(process.pid, 'SIGTERM')
    setTimeout(() => process.kill(process.pid, 'SIGKILL'), LIMIT_MS).unref()
  })
  parent.resume()
  parent.unref()
}
