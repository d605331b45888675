import type { Store } from './state.js'

/** What every handler is given. */
export interface Context {
  store: Store
  /** The sandbox's time: the machine's, moved by the controls. */
  now(): Date
  /** Where the sandbox is reached, without a trailing slash. */
  baseUrl(): string
  /** Shown on the pay page when the session names nobody. */
  seller: string
  /** The API request being answered; null for the pay page and for what time does. */
  request: { id: string; idempotency_key: string | null } | null
}
