import type { GraphQLFormattedError } from 'graphql'
import { GraphQLError } from 'graphql'
import { unwrapResolverError } from '@apollo/server/errors'
import type { Log } from '../src/kernel/log.js'
import { Refused } from '../src/kernel/refusal.js'

/** Errors that a caller may read as they are: they say what to change in the request. */
const READABLE = new Set(['GRAPHQL_PARSE_FAILED', 'GRAPHQL_VALIDATION_FAILED', 'BAD_USER_INPUT', 'BAD_REQUEST', 'OPERATION_RESOLUTION_FAILURE'])

/**
 * What leaves the server about an error. Mistakes in the request are told; a refusal inside a query becomes an error with
 * the same data; a fault of ours is logged whole and answered with the request's id and nothing else.
 */
export function masking(log: Log, requestIdOf: (error: unknown) => string | undefined = () => undefined) {
  return (formatted: GraphQLFormattedError, thrown: unknown): GraphQLFormattedError => {
    const error = unwrapResolverError(thrown)
    const { locations, path } = formatted
    if (error instanceof Refused) {
      const { __typename, message, ...data } = error.data
      return { message, locations, path, extensions: { ...data } }
    }
    const code = String(formatted.extensions?.code ?? '')
    if (error instanceof GraphQLError && (READABLE.has(code) || error.extensions.code !== undefined) && code !== 'INTERNAL_SERVER_ERROR') {
      const { stacktrace: _hidden, ...extensions } = formatted.extensions ?? {}
      return { message: formatted.message, locations, path, extensions }
    }
    const requestId = requestIdOf(thrown)
    log.error('A request failed.', { requestId, path, error })
    return {
      message: `Something failed on our side${requestId ? ` (request ${requestId})` : ''}. If you sent a mutation, send it again with the same idempotency key: nothing happens twice.`,
      locations, path, extensions: { code: 'INTERNAL_SERVER_ERROR' },
    }
  }
}
