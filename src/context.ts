import { randomUUID } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'
import { GraphQLError } from 'graphql'
import type { BillingContext } from './billing/billing-doors.js'
import type { StripeDoor } from './billing/stripe.js'
import { contextFor } from './kernel/act.js'
import type { Database } from './kernel/database.js'
import type { Log } from './kernel/log.js'
import type { Clock } from './kernel/time.js'
import { authenticate, BadToken, type Tokens } from './vendors/authenticate.js'
import type { TokenContext } from './vendors/vendor.resolver.js'

/** Everything that a request needs from outside: made once at the start. */
export interface Doors {
  readonly database: Database
  readonly clock: Clock
  readonly tokens: Tokens
  readonly stripe: StripeDoor
  readonly log: Log
}

/** What resolvers get: each takes the part of it that it needs. */
export type RequestContext = TokenContext & BillingContext & {
  /** Whose allowance the request is charged to: a person's id, or the address of somebody without one. */
  readonly caller: string
}

/** Request → actor → context. A bad token is refused with 401 before any work. */
export async function contextOf(doors: Doors, headers: IncomingHttpHeaders, address: string): Promise<RequestContext> {
  try {
    const actor = await authenticate(headers.authorization, doors.tokens, doors.database)
    const { tokens, stripe, log } = doors
    return { ...contextFor(doors.database, doors.clock, actor, randomUUID()), tokens, stripe, log, caller: actor.id ?? address }
  } catch (error) {
    if (!(error instanceof BadToken)) throw error
    throw new GraphQLError(`${error.message} Ask the vendor for a new one; nothing was done.`, {
      extensions: { code: 'UNAUTHENTICATED', http: { status: 401 } },
    })
  }
}
