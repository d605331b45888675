import type { GraphQLSchema } from 'graphql'
import { buildApi } from './schema.js'
import type { BillingDoors } from './billing/billing-doors.js'
import { receiveStripe } from './billing/inbox.js'
import { billingTasks } from './billing/tasks.js'
import type { StripeDoor } from './billing/stripe.js'
import { openDatabase, type Database } from './kernel/database.js'
import type { Log } from './kernel/log.js'
import type { Clock } from './kernel/time.js'
import { openRelay, type Relay } from './relay.js'
import { type ApiServer, openServer } from './server.js'
import { type Tokens, tokensOf } from './vendors/authenticate.js'

export interface AppOptions {
  readonly appUrl: string
  readonly jobsUrl: string
  readonly clock: Clock
  readonly log: Log
  readonly tokenSecret: string
  readonly stripe: StripeDoor
  /** True when no other process works on this database. */
  readonly alone?: boolean
}

/** The product in one process, assembled but not yet listening. The start and the tests both make it here. */
export interface App {
  readonly database: Database
  readonly clock: Clock
  readonly tokens: Tokens
  readonly relay: Relay
  readonly server: ApiServer
  readonly schema: GraphQLSchema
  readonly billing: BillingDoors
  /** A second relay, by another clock: for what happens in another time, the loading of the demo world. Stop it. */
  relayOn(clock: Clock): Relay
  /** Drains requests, finishes jobs under way, and lets go of the database. */
  close(): Promise<void>
}

export async function openApp(options: AppOptions): Promise<App> {
  const { clock, log, stripe } = options
  const database = openDatabase(options.appUrl)
  const tokens = tokensOf(options.tokenSecret, clock)
  const billing: BillingDoors = { database, clock, log, stripe }
  const relayOn = (by: Clock): Relay =>
    openRelay({ jobsUrl: options.jobsUrl, database, clock: by, log, tasks: billingTasks({ ...billing, clock: by }), alone: options.alone })
  const relay = relayOn(clock)
  const schema = buildApi()
  const server = await openServer({
    schema, database, clock, tokens, log, stripe,
    receiveStripe: (rawBody, signature) => receiveStripe(billing, rawBody, signature),
    isReady: async () => database.platform.execute('select 1').then(() => true, () => false),
  })
  return {
    database, clock, tokens, relay, server, schema, billing, relayOn,
    close: async () => {
      await server.drain()
      await relay.stop()
      await database.close()
    },
  }
}
