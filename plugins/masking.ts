import type { ApolloServerPlugin } from '@apollo/server'
import { unwrapResolverError } from '@apollo/server/errors'
import type { GraphQLFormattedError } from 'graphql'
import { GraphQLError } from 'graphql'
import type { Log } from '../src/kernel/log.js'
import { Refused } from '../src/kernel/refusal.js'

const failed = (requestId: string | undefined) => `Something failed on our side${requestId ? ` (request ${requestId})` : ''}. \
If you sent a mutation, send it again with the same idempotency key: nothing happens twice.`

export interface Masking {
  readonly formatError: (formatted: GraphQLFormattedError, thrown: unknown) => GraphQLFormattedError
  /** Remembers which request an error came from. */
  readonly plugin: ApolloServerPlugin<{ requestId: string }>
}

/**
 * What leaves the server about an error. Mistakes in the request are told; a refusal inside a query becomes an error with
 * the same data; a fault of ours is logged whole and answered with the request's id and nothing else.
 */
export function masking(log: Log): Masking {
  const requestIds = new WeakMap<object, string>()
  return {
    plugin: {
      requestDidStart: async () => ({
        didEncounterErrors: async ({ errors, contextValue }) => {
          for (const error of errors) requestIds.set(error, contextValue.requestId)
        },
      }),
    },
    formatError: (formatted, thrown) => {
      const error = unwrapResolverError(thrown)
      const { message, locations, path, extensions } = formatted
      if (error instanceof Refused) {
        const { __typename, message: said, ...data } = error.data
        return { message: said, locations, path, extensions: { ...data } }
      }
      const isTold = error instanceof GraphQLError && extensions?.code !== 'INTERNAL_SERVER_ERROR'
      if (isTold) return { message, locations, path, extensions }
      const requestId = requestIds.get(thrown as object)
      log.error('A request failed.', { requestId, path, error })
      return { message: failed(requestId), locations, path, extensions: { code: 'INTERNAL_SERVER_ERROR' } }
    },
  }
}
