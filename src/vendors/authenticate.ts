import { and, eq } from 'drizzle-orm'
import { jwtVerify, SignJWT } from 'jose'
import { type Actor, anonymous } from '../kernel/actor.js'
import type { Database, Db } from '../kernel/database.js'
import { type Id, isId } from '../kernel/ids.js'
import type { Clock } from '../kernel/time.js'
import { contact, customer, member } from './vendor.table.js'

const ISSUER = 'demarc'
const AUDIENCE = 'demarc-api'
const TYPE = 'demarc+jwt'
const LIFE = '30d'

/** Thrown for a bearer token that is no good; says why as far as that helps an honest caller. */
export class BadToken extends Error {}

export interface Tokens {
  /** A signed token that names a member or contact; its rights are read fresh at every request. */
  issue(vendorId: Id<'vnd'>, holder: Id<'mem'> | Id<'con'>): Promise<string>
  verify(token: string): Promise<{ vendorId: Id<'vnd'>; holder: Id<'mem'> | Id<'con'> }>
}

/** Tokens that Demarc signs itself (HS256). The secret is at least 32 characters and never leaves the process. */
export function tokensOf(secret: string, clock: Clock): Tokens {
  const key = new TextEncoder().encode(secret)
  return {
    issue: (vendorId, holder) => new SignJWT({ vendor: vendorId }).setProtectedHeader({ alg: 'HS256', typ: TYPE })
      .setIssuer(ISSUER).setAudience(AUDIENCE).setSubject(holder).setIssuedAt(clock.now()).setExpirationTime(expiry(clock.now())).sign(key),
    verify: async (token) => {
      const { payload } = await jwtVerify(token, key, {
        issuer: ISSUER, audience: AUDIENCE, algorithms: ['HS256'], typ: TYPE, requiredClaims: ['exp', 'iat', 'sub', 'vendor'],
        maxTokenAge: LIFE, clockTolerance: 5, currentDate: clock.now(),
      }).catch((error: Error) => {
        throw new BadToken(`The bearer token is not valid: ${error.message}.`, { cause: error })
      })
      const { sub, vendor } = payload as { sub: string; vendor: string }
      if (!isId(vendor, 'vnd') || !(isId(sub, 'mem') || isId(sub, 'con'))) throw new BadToken('The bearer token names nobody.')
      return { vendorId: vendor, holder: sub }
    },
  }
}

const expiry = (now: Date) => Math.floor(now.getTime() / 1000) + 30 * 86_400

/** Who calls, from the Authorization header. Roles and standing are read now, so that a deactivated person is out at once. */
export async function authenticate(header: string | undefined, tokens: Tokens, database: Database): Promise<Actor> {
  if (!header) return anonymous()
  const token = /^Bearer ([\w.-]{20,4096})$/.exec(header)?.[1]
  if (!token) throw new BadToken('The Authorization header must be `Bearer <token>`.')
  const { vendorId, holder } = await tokens.verify(token)
  const transaction = await database.begin(vendorId, holder, 'READ')
  try {
    const actor = isId(holder, 'mem') ? await memberActor(transaction.db, vendorId, holder) : await contactActor(transaction.db, vendorId, holder as Id<'con'>)
    if (!actor) throw new BadToken('The bearer token belongs to somebody who is not active any more.')
    return actor
  } finally {
    await transaction.rollback()
  }
}

async function memberActor(db: Db, vendorId: Id<'vnd'>, id: Id<'mem'>): Promise<Actor | null> {
  const [row] = await db.select({ roles: member.roles }).from(member)
    .where(and(eq(member.vendorId, vendorId), eq(member.id, id), eq(member.active, true)))
  return row ? { kind: 'MEMBER', vendorId, id, roles: row.roles } : null
}

async function contactActor(db: Db, vendorId: Id<'vnd'>, id: Id<'con'>): Promise<Actor | null> {
  const [row] = await db.select({ roles: contact.roles, customerId: contact.customerId }).from(contact)
    .innerJoin(customer, and(eq(customer.vendorId, contact.vendorId), eq(customer.id, contact.customerId)))
    .where(and(eq(contact.vendorId, vendorId), eq(contact.id, id), eq(contact.active, true), eq(customer.active, true)))
  return row ? { kind: 'CONTACT', vendorId, id, customerId: row.customerId, roles: row.roles } : null
}
