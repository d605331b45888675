import type { ApolloServerPlugin } from '@apollo/server'

const MODERN = 'application/graphql-response+json'

/** Whether the caller prefers the media type in which the HTTP status tells about the operation; nothing said means no. */
export function wantsStatus(accept: string | undefined): boolean {
  const entries = (accept ?? '').toLowerCase().split(',').map((entry, place) => {
    const [type, ...parameters] = entry.split(';').map((part) => part.trim())
    const weight = parameters.find((p) => p.startsWith('q='))
    return { type: type!, weight: weight ? Number(weight.slice(2)) || 0 : 1, place }
  }).filter(({ weight }) => weight > 0).sort((a, b) => b.weight - a.weight || a.place - b.place)
  return entries.find(({ type }) => [MODERN, 'application/json', 'application/*', '*/*'].includes(type))?.type === MODERN
}

/** The status of a request that was well-formed HTTP and JSON, but whose operation cannot be run. */
export const statusOfRefused = (accept: string | undefined): number => (wantsStatus(accept) ? 400 : 200)

/**
 * GraphQL over HTTP: a document that does not parse, does not validate or has wrong variables answers 400 to
 * `application/graphql-response+json` and 200 to `application/json`. A malformed request stays 4xx for both.
 */
export const httpStatus: ApolloServerPlugin = {
  requestDidStart: async () => ({
    willSendResponse: async ({ request, response }) => {
      if (response.body.kind !== 'single' || response.http.status !== 400) return
      const { errors = [] } = response.body.singleResult
      if (errors.some((error) => error.extensions?.code === 'BAD_REQUEST')) return
      response.http.status = statusOfRefused(request.http?.headers.get('accept'))
    },
  }),
}
