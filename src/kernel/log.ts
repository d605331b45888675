/** One line of JSON per entry on standard error, so that standard output stays for people. */
export interface Log {
  debug(message: string, more?: Record<string, unknown>): void
  info(message: string, more?: Record<string, unknown>): void
  warn(message: string, more?: Record<string, unknown>): void
  error(message: string, more?: Record<string, unknown>): void
}

const levels = ['silent', 'error', 'warn', 'info', 'debug'] as const
export type LogLevel = (typeof levels)[number]

export function openLog(level: LogLevel, now: () => Date, write: (line: string) => void = (l) => process.stderr.write(l)): Log {
  const at = (wanted: LogLevel) => (message: string, more: Record<string, unknown> = {}) => {
    if (levels.indexOf(level) < levels.indexOf(wanted)) return
    write(`${JSON.stringify({ at: now().toISOString(), level: wanted, message, ...plain(more) })}\n`)
  }
  return { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') }
}

const plain = (more: Record<string, unknown>) =>
  Object.fromEntries(Object.entries(more).map(([k, v]) => [k, v instanceof Error ? { message: bare(v.message), stack: bare(v.stack ?? ''), cause: String(v.cause ?? '') } : v]))

/** Without the values of a statement that failed: they are people's data. */
const bare = (text: string): string => text.replace(/^params: .*$/gm, 'params: (left out)')
