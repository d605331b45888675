import { randomUUID } from 'node:crypto'
import type { ClassType } from 'type-graphql'
import type { BillingDoors } from '../billing/billing-doors.js'
import type { Actor } from '../kernel/actor.js'
import { type Act, type Context, contextFor, type Read } from '../kernel/act.js'
import { change } from '../kernel/command.js'
import type { Id, Prefix } from '../kernel/ids.js'
import { checkInput, type CommandInput, inputOf } from '../kernel/input.js'
import { ask } from '../kernel/query.js'
import { type Clock, type ManualClock, seconds } from '../kernel/time.js'
import type { Tokens } from '../vendors/authenticate.js'
import { may, type Permission } from '../vendors/permissions.js'
import type { ContactKey, MemberKey } from './people.js'

/** What loading needs from outside. */
export interface DemoDoors {
  readonly billing: BillingDoors
  readonly tokens: Tokens
  /** A relay by another clock, so that timers fire when they would have fired. */
  relayOn(clock: Clock): { settle(): Promise<void>; stop(): Promise<void> }
}

export type PersonKey = MemberKey | ContactKey

type Verb<I, T> = (act: Act, input: I) => Promise<T>

/** The world while it is made: who is who, what is called what, and whose clock counts. */
export interface World {
  readonly doors: DemoDoors
  readonly clock: ManualClock
  readonly vendorId: Id<'vnd'>
  /** Keeps an id under a name, as in `keep('product LONN', id)`. */
  keep(name: string, id: Id): void
  /** The id that was kept under a name; throws when there is none. */
  id<P extends Prefix>(prefix: P, name: string): Id<P>
  meet(key: PersonKey, actor: Actor): void
  actor(key: PersonKey): Actor
  context(actor: Actor): Context
  /** One of the product's own verbs, done by somebody who may do it, with an input that is checked as everybody's is. */
  perform<I extends CommandInput, T>(
    by: PersonKey, permission: Permission, type: ClassType<I>, input: Omit<I, 'idempotencyKey'>, verb: Verb<I, T>,
  ): Promise<T>
  read<T>(by: PersonKey, question: (read: Read) => Promise<T>): Promise<T>
}

export function openWorld(doors: DemoDoors, clock: ManualClock, vendorId: Id<'vnd'>): World {
  const ids = new Map<string, Id>()
  const actors = new Map<PersonKey, Actor>()
  const known = <K, V>(map: Map<K, V>, key: K): V => map.get(key) ?? missing(String(key))
  const world: World = {
    doors, clock, vendorId,
    keep: (name, id) => void ids.set(name, id),
    id: (prefix, name) => {
      const id = known(ids, name)
      return id.startsWith(`${prefix}_`) ? (id as never) : missing(`${prefix} ${name}`)
    },
    meet: (key, actor) => void actors.set(key, actor),
    actor: (key) => known(actors, key),
    context: (actor) => contextFor(doors.billing.database, clock, actor, randomUUID()),
    perform: async (by, permission, type, data, verb) => {
      const actor = world.actor(by)
      if (!may(actor, permission)) throw new Error(`${by} may not do this: it takes ${permission}.`)
      const input = inputOf(type, { ...data, idempotencyKey: randomUUID() } as never)
      checkInput(input)
      return change(world.context(actor), (act) => verb(act, input))
    },
    read: (by, question) => ask(world.context(world.actor(by)), question),
  }
  return world
}

function missing(name: string): never {
  throw new Error(`Nothing and nobody is called ${name} here.`)
}

/** Between things made one after another, so that lists that go by time show them in this order on every machine. */
export const tick = (world: World): void => world.clock.advance(seconds(20))
