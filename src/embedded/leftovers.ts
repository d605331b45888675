import { readdirSync, readFileSync, readlinkSync, rmSync, statSync } from 'node:fs'
import { basename, join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { StartRefused } from './start-refused.js'

const ESCALATION = [
  { signal: 'SIGINT', withinMs: 10_000 },
  { signal: 'SIGQUIT', withinMs: 5_000 },
  { signal: 'SIGKILL', withinMs: 5_000 },
] as const

/**
 * Stops what an owner that died left running on `clusterFolder`, and forgets its pid file. Call it only while holding the folder's lock.
 * Only processes that run a program called postgres inside that very folder are touched. Answers how many there were.
 */
export async function stopLeftovers(clusterFolder: string): Promise<number> {
  const pidFile = join(clusterFolder, 'postmaster.pid')
  const postmaster = readPostmasterPid(pidFile)
  if (postmaster === undefined) return 0
  let left = serversIn(clusterFolder)
  const found = left.length
  for (const { signal, withinMs } of ESCALATION) {
    if (left.length === 0) break
    for (const pid of signal === 'SIGINT' && left.includes(postmaster) ? [postmaster] : left) sendQuietly(pid, signal)
    const until = performance.now() + withinMs
    while (left.length > 0 && performance.now() < until) {
      await wait(10)
      left = serversIn(clusterFolder)
    }
  }
  if (left.length > 0) throw new StartRefused(`A database server of an earlier start (process ${left[0]}) does not end; end it and start again.`)
  rmSync(pidFile, { force: true })
  return found
}

/** The process id in PostgreSQL's own pid file, or undefined when there is no such file (or it is still empty). */
export function readPostmasterPid(pidFile: string): number | undefined {
  try {
    return Math.abs(Number.parseInt(readFileSync(pidFile, 'utf8'), 10)) || 0
  } catch {
    return undefined
  }
}

/** Process ids of all programs called postgres whose working folder is `clusterFolder`. */
function serversIn(clusterFolder: string): number[] {
  const folder = statSync(clusterFolder)
  return readdirSync('/proc').filter((name) => /^\d+$/.test(name)).map(Number).filter((pid) => {
    try {
      const at = statSync(`/proc/${pid}/cwd`)
      if (at.ino !== folder.ino || at.dev !== folder.dev) return false
      return basename(readlinkSync(`/proc/${pid}/exe`)).startsWith('postgres')
    } catch {
      return false // gone meanwhile, or somebody else's
    }
  })
}

function sendQuietly(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal)
  } catch {
    // gone meanwhile
  }
}
