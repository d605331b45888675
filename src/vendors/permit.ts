import { GraphQLError } from 'graphql'
import { type AuthChecker, Authorized } from 'type-graphql'
import type { Context } from '../kernel/act.js'
import { may, type Permission, permissions } from './permissions.js'

/** Names the permission of a root field. Every root field names exactly one; a test proves it. */
export const permit = (permission: Permission) => Authorized<Permission>(permission)

/** The first wall (T1): runs before the resolver, and before any work. */
export const authChecker: AuthChecker<Context, Permission> = ({ context }, [permission]) => {
  if (permission && may(context.actor, permission)) return true
  const anonymous = context.actor.kind === 'ANONYMOUS'
  throw new GraphQLError(anonymous
    ? 'This needs a caller we know. Send the header `Authorization: Bearer <token>`; nothing was done.'
    : `Your roles do not allow this (${permission}: ${permission && permissions[permission].means}). Nothing was done; ask an admin on your side for the role.`, {
    extensions: { code: anonymous ? 'UNAUTHENTICATED' : 'FORBIDDEN', permission },
  })
}
