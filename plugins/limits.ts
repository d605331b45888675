import { type ApolloServerPlugin, type BaseContext, HeaderMap } from '@apollo/server'
import {
  type DocumentNode, type FieldNode, type FragmentDefinitionNode, getNamedType, getNullableType, GraphQLError, type GraphQLNamedType,
  type GraphQLSchema, isCompositeType, isListType, Kind, type OperationDefinitionNode, parse, type SelectionSetNode, visit,
} from 'graphql'
import type { Budget } from './budget.js'

/** What one request may ask for (T5): far above what a screen needs, far below what hurts. */
export const limits = {
  characters: 50_000, brackets: 30, tokens: 5_000, operations: 10, aliases: 50, directives: 50,
  depth: 20, fields: 1_000, rootFields: 30, rootMutations: 10, cost: 20_000, errors: 20, errorCharacters: 1_000,
} as const

type Limit = keyof typeof limits

function tooMuch(limit: Limit, what: string, found: number, advice: string): GraphQLError {
  return new GraphQLError(`${what}: at most ${limits[limit]} are allowed in one request, this has ${found}. ${advice} Nothing was done.`, {
    extensions: { code: 'TOO_LARGE', limit, allowed: limits[limit], found, http: { status: 400 } },
  })
}

const SPLIT = 'Split it into several requests.'

/**
 * Reads a document within the limits, before any other work is done with it: answers the parsed document, or why not.
 * The same for HTTP and for WebSockets. It needs no schema; what the schema says comes after, in `costOf`.
 */
export function checkDocument(source: string): DocumentNode | GraphQLError {
  if (source.length > limits.characters) return tooMuch('characters', 'Characters', source.length, 'Send values as variables.')
  const brackets = bracketDepth(source)
  if (brackets > limits.brackets) return tooMuch('brackets', 'Brackets inside brackets', brackets, 'Send values as variables.')
  try {
    const document = parse(source, { maxTokens: limits.tokens })
    return tooLarge(document) ?? document
  } catch (error) {
    if (!(error instanceof GraphQLError)) throw error
    const { message, source: where, positions } = error
    return new GraphQLError(message, { source: where, positions, extensions: { code: 'GRAPHQL_PARSE_FAILED', http: { status: 400 } } })
  }
}

/** How deep brackets are nested. Found without recursion: what this stops would overflow the parser's stack. */
function bracketDepth(source: string): number {
  let depth = 0
  let deepest = 0
  for (let i = 0; i < source.length; i += 1) {
    const c = source[i]!
    if (c === '#') i = endOfLine(source, i)
    else if (c === '"') i = source.startsWith('"""', i) ? endOfBlock(source, i + 3) : endOfString(source, i + 1)
    else if (c === '{' || c === '(' || c === '[') deepest = Math.max(deepest, ++depth)
    else if (c === '}' || c === ')' || c === ']') depth -= 1
  }
  return deepest
}

function endOfLine(source: string, from: number): number {
  let at = from
  while (at < source.length && source[at] !== '\n' && source[at] !== '\r') at += 1
  return at
}

function endOfString(source: string, from: number): number {
  let at = from
  while (at < source.length && source[at] !== '"' && source[at] !== '\n') at += source[at] === '\\' ? 2 : 1
  return at
}

function endOfBlock(source: string, from: number): number {
  let at = source.indexOf('"""', from)
  while (at > 0 && source[at - 1] === '\\') at = source.indexOf('"""', at + 3)
  return at < 0 ? source.length : at + 2
}

/** Fields with all fragments spread out, how deep they go, and how many there are at the top. */
interface Size { fields: number; depth: number; top: number }

const nothing: Size = { fields: 0, depth: 0, top: 0 }

function tooLarge(document: DocumentNode): GraphQLError | null {
  let aliases = 0
  let directives = 0
  visit(document, { Field: (field) => void (field.alias && (aliases += 1)), Directive: () => void (directives += 1) })
  const operations = document.definitions.filter((d) => d.kind === Kind.OPERATION_DEFINITION)
  if (operations.length > limits.operations) return tooMuch('operations', 'Operations', operations.length, SPLIT)
  if (aliases > limits.aliases) return tooMuch('aliases', 'Aliases', aliases, SPLIT)
  if (directives > limits.directives) return tooMuch('directives', 'Directives', directives, SPLIT)
  const sizeOf = measuring(fragmentsOf(document))
  for (const { operation, selectionSet } of operations) {
    const { fields, depth, top } = sizeOf(selectionSet)
    if (depth > limits.depth) return tooMuch('depth', 'Fields inside fields', depth, 'Ask for the deeper things by their ids.')
    if (fields > limits.fields) return tooMuch('fields', 'Fields', fields, SPLIT)
    if (operation === 'mutation' && top > limits.rootMutations) return tooMuch('rootMutations', 'Mutations', top, SPLIT)
    if (top > limits.rootFields) return tooMuch('rootFields', 'Fields at the root', top, SPLIT)
  }
  return null
}

type Fragments = ReadonlyMap<string, FragmentDefinitionNode>

const fragmentsOf = (document: DocumentNode): Fragments =>
  new Map(document.definitions.filter((d) => d.kind === Kind.FRAGMENT_DEFINITION).map((d) => [d.name.value, d]))

/** Each fragment is measured once, however often it is spread; one that contains itself is cut off, validation refuses it later. */
function measuring(fragments: Fragments): (set: SelectionSetNode) => Size {
  const known = new Map<string, Size>()
  const sizeOf = (set: SelectionSetNode): Size => set.selections.reduce<Size>((all, selection) => {
    const inner = selection.kind === Kind.FRAGMENT_SPREAD ? spread(selection.name.value)
      : selection.selectionSet ? sizeOf(selection.selectionSet) : nothing
    const own = selection.kind === Kind.FIELD ? 1 : 0
    return {
      fields: all.fields + own + inner.fields, depth: Math.max(all.depth, own + inner.depth), top: all.top + (own || inner.top),
    }
  }, nothing)
  const spread = (name: string): Size => {
    const fragment = fragments.get(name)
    if (!known.has(name)) {
      known.set(name, nothing)
      if (fragment) known.set(name, sizeOf(fragment.selectionSet))
    }
    return known.get(name)!
  }
  return sizeOf
}

/** Lists that are short by nature count as this many. */
const SHORT_LIST = 5
const USUAL_PAGE = 25
const LARGEST_PAGE = 100

type Variables = Record<string, unknown>

/** How many things the answer could hold: a connection counts once for each row that its `first` allows. */
export function costOf(
  schema: GraphQLSchema, document: DocumentNode, operation: OperationDefinitionNode, variables: Variables = {},
): number {
  const fragments = fragmentsOf(document)
  const known = new Map<string, number>()
  const cost = (set: SelectionSetNode, type: GraphQLNamedType | undefined, page: number): number =>
    set.selections.reduce((sum, selection) => {
      if (selection.kind === Kind.FIELD) return sum + costOfField(selection, type, page)
      if (selection.kind === Kind.FRAGMENT_SPREAD) return sum + spread(selection.name.value, page)
      const condition = selection.typeCondition?.name.value
      return sum + cost(selection.selectionSet, condition ? schema.getType(condition) : type, page)
    }, 0)
  const costOfField = (field: FieldNode, on: GraphQLNamedType | undefined, page: number): number => {
    const type = on && 'getFields' in on ? on.getFields()[field.name.value]?.type : undefined
    if (!type || !field.selectionSet || !isCompositeType(getNamedType(type))) return 0
    const times = field.name.value === 'edges' ? page : isListType(getNullableType(type)) ? SHORT_LIST : 1
    return times * (1 + cost(field.selectionSet, getNamedType(type), pageOf(field, variables)))
  }
  const spread = (name: string, page: number): number => {
    const key = `${name} ${page}`
    const fragment = fragments.get(name)
    if (fragment && !known.has(key)) {
      known.set(key, cost(fragment.selectionSet, schema.getType(fragment.typeCondition.name.value), page))
    }
    return known.get(key) ?? 0
  }
  return cost(operation.selectionSet, schema.getRootType(operation.operation) ?? undefined, 1)
}

function pageOf(field: FieldNode, variables: Variables): number {
  const value = field.arguments?.find((argument) => argument.name.value === 'first')?.value
  if (value?.kind === Kind.INT) return within(Number(value.value))
  return value?.kind === Kind.VARIABLE ? within(Number(variables[value.name.value] ?? LARGEST_PAGE)) : USUAL_PAGE
}

const within = (first: number): number => (first >= 1 ? Math.min(first, LARGEST_PAGE) : LARGEST_PAGE)

/** A long message with less of the value that graphql-js repeats; where the value was, and what is wrong with it, stays. */
function shortened(message: string): string {
  if (message.length <= limits.errorCharacters) return message
  const half = limits.errorCharacters / 2
  const place = Math.max(half, message.search(/ at "[\w.[\]]{1,200}"; /))
  return `${message.slice(0, half)}…${message.slice(place, place + half)}…`
}

/** What an operation costs beside the things that it asks for: a transaction, a token to verify. */
const EACH = 25

/** Whom the context says is calling: a person's id, or the address of somebody without one. */
interface Caller { readonly caller: string }

/**
 * Refuses an operation whose cost is too high, or above what its caller has left; tells the cost in every answer, and keeps
 * long lists of errors short.
 */
export const limiting = (budget: Budget): ApolloServerPlugin<Caller & BaseContext> => ({
  requestDidStart: async () => {
    let cost: { requested: number; limit: number; left?: number } | undefined
    return {
      didResolveOperation: async ({ schema, document, operation, request, contextValue }) => {
        if (!operation) return // there is none of that name; that is answered later
        const requested = costOf(schema, document, operation, request.variables)
        cost = { requested, limit: limits.cost }
        if (requested > limits.cost) throw tooMuch('cost', 'Cost', requested, 'Take a smaller `first`, or fewer lists inside lists.')
        const { left, waitSeconds } = budget.spend(contextValue.caller, requested + EACH)
        cost = { ...cost, left }
        if (waitSeconds > 0) throw tooOften(waitSeconds)
      },
      willSendResponse: async ({ response }) => {
        if (response.body.kind !== 'single') return
        const result = response.body.singleResult
        if (cost) result.extensions = { ...result.extensions, cost }
        if (!result.errors) return
        result.errors = result.errors.slice(0, limits.errors).map((error) => ({ ...error, message: shortened(error.message) }))
      },
    }
  },
})

const tooOften = (waitSeconds: number): GraphQLError => new GraphQLError(
  `You have asked for more than one caller may in so short a time. Nothing was done; ask again in ${waitSeconds} s, with the same idempotency key.`,
  { extensions: { code: 'TOO_OFTEN', retryAfterSeconds: waitSeconds, http: { status: 429, headers: new HeaderMap([['retry-after', String(waitSeconds)]]) } } },
)
