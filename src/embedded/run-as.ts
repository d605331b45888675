import { readFileSync, statSync } from 'node:fs'
import { StartRefused } from './start-refused.js'

/** The user that PostgreSQL runs as, or undefined for the user of this process. */
export type RunAs = { uid: number, gid: number } | undefined

/**
 * PostgreSQL refuses to run as root: root starts it as the owner of the existing data folder, else as `nobody`.
 * Everybody else starts it as themselves. Throws StartRefused when root finds no such user.
 */
export function chooseRunAs(clusterFolder: string): RunAs {
  if (process.getuid?.() !== 0) return undefined
  const existing = statSync(clusterFolder, { throwIfNoEntry: false })
  if (existing && existing.uid !== 0) return { uid: existing.uid, gid: existing.gid }
  const users = readUsers()
  const nobody = ['nobody', 'daemon'].map((name) => users.get(name)).find((user) => user !== undefined && user.uid > 0)
  if (!nobody) {
    throw new StartRefused('PostgreSQL does not run as root and there is no user "nobody" here; start as an ordinary user, or set DATABASE_URL.')
  }
  return nobody
}

function readUsers(): Map<string, { uid: number, gid: number }> {
  const users = new Map<string, { uid: number, gid: number }>()
  try {
    for (const line of readFileSync('/etc/passwd', 'utf8').split('\n')) {
      const [name, , uid, gid] = line.split(':')
      if (name && uid && gid) users.set(name, { uid: Number(uid), gid: Number(gid) })
    }
  } catch {
    // no user list: the caller says what to do
  }
  return users
}
