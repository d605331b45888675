import { type ClassType, createUnionType, Field, InterfaceType, ObjectType } from 'type-graphql'
import { constraintOf } from './database.js'

/**
 * An expected "no": plain data in a mutation's union, never a thrown GraphQL error. It says what happened,
 * what that means for money or a deadline, and what to do next.
 */
@InterfaceType({
  description: 'An expected "no". It says what happened, what that means for money or a deadline, and what to do next.',
  resolveType: (value: RefusalData) => value.__typename,
})
export abstract class Refusal {
  @Field(() => String, { description: 'The refusal in one constant, for programs: the type\'s name in UPPER_CASE.' })
  code!: string

  @Field(() => String, { description: 'What happened and what it means, in one or two sentences a customer can read.' })
  message!: string

  @Field(() => String, { description: 'What to do next.' })
  next!: string
}

export type RefusalClass<R extends Refusal = Refusal> = ClassType<R>
export type RefusalData = Refusal & { __typename: string }

/** Thrown inside a command to roll everything back; the command answers its data. */
export class Refused extends Error {
  constructor(readonly data: RefusalData) {
    super(data.message)
    this.name = 'Refused'
  }
}

/** `throw refuse(UnitsExhausted, { message, next, … })` */
export function refuse<R extends Refusal>(kind: ClassType<R>, details: Omit<R, 'code'>): Refused {
  return new Refused(refusal(kind, details))
}

/** The same data without throwing. */
export function refusal<R extends Refusal>(kind: ClassType<R>, details: Omit<R, 'code'>): R & RefusalData {
  const code = kind.name.replace(/(?<=[a-z])(?=[A-Z])/g, '_').toUpperCase()
  return { __typename: kind.name, code, ...details } as unknown as R & RefusalData
}

@ObjectType({ description: 'One field of an input that was not accepted.' })
export class InvalidField {
  @Field(() => String, { description: 'Where in the input, as a path: `prices.0.amountMinor`.' })
  path!: string

  @Field(() => String, { description: 'What is wrong with it and what would be accepted.' })
  message!: string
}

@ObjectType({ implements: Refusal, description: 'The input was not accepted; nothing was changed or charged.' })
export class InvalidInput extends Refusal {
  @Field(() => [InvalidField], { description: 'Every field that was not accepted.' })
  fields!: InvalidField[]
}

@ObjectType({
  implements: Refusal,
  description: 'There is no such thing, or it cannot be reached by this caller; the two are answered alike. Nothing was changed.',
})
export class NotFound extends Refusal {
  @Field(() => String, { description: 'The path of the input field that named it.' })
  path!: string
}

@ObjectType({
  implements: Refusal,
  description: 'The idempotency key was used before by this caller with another input. Nothing was changed by this call.',
})
export class IdempotencyKeyReused extends Refusal {}

@ObjectType({
  implements: Refusal,
  description: 'The thing is not in a state that allows this now, or somebody changed it first. Nothing was changed.',
})
export class Conflict extends Refusal {}

/** Bad input found by a verb: one or more fields, each with its path. */
export const invalid = (...fields: InvalidField[]): Refused =>
  refuse(InvalidInput, {
    message: `Not accepted: ${fields.map((f) => `${f.path} ${f.message}`).join('; ')}`,
    next: 'Correct the named fields and send the input again, with the same idempotency key.',
    fields,
  })

/** The answer for a thing that does not exist or is not the caller's to see. */
export const notFound = (path: string, what: string): Refused =>
  refuse(NotFound, {
    message: `${path} names no ${what} that you can reach. Nothing was changed.`,
    next: `Check ${path}; list what you can reach with the matching query.`,
    path,
  })

export const conflict = (message: string, next: string): Refused => refuse(Conflict, { message, next })

/** Refusals that every mutation may answer. */
export const commonRefusals: readonly RefusalClass[] = [InvalidInput, NotFound, IdempotencyKeyReused, Conflict]

const typeNameOf = (value: object, otherwise: string): string =>
  '__typename' in value && typeof value.__typename === 'string' ? value.__typename : otherwise

/**
 * What a mutation or a checked query may answer: the thing, or one of its refusals. `type` is its GraphQL union;
 * `again` reads the thing by id when an idempotency key comes a second time.
 */
export interface Answer<T, A = unknown> {
  readonly name: string
  readonly type: object
  readonly refusals: readonly RefusalClass[]
  readonly again: A
  /** Only for the type checker: what the thing is. */
  readonly thing?: T
}

/** Declares a union `XResult` of a thing and its refusals; `x` is the field's name. */
export function answer<T extends object, A = undefined>(
  name: string, thing: ClassType<T>, refusals: readonly RefusalClass[], again?: A,
): Answer<T, A> {
  const all = [...new Set([...commonRefusals, ...refusals])]
  const type = createUnionType({
    name: `${name[0]!.toUpperCase()}${name.slice(1)}Result`,
    description: `What \`${name}\` answers: the ${thing.name}, or a refusal.`,
    types: () => [thing, ...all] as never,
    resolveType: (value: object) => typeNameOf(value, thing.name),
  })
  return { name, type, refusals: all, again: again as A }
}

/** Answers a violated constraint as bad input: `{ member_email: { path, message } }`. Anything else flies on. */
export async function naming<T>(fields: Record<string, InvalidField>, work: Promise<T>): Promise<T> {
  try {
    return await work
  } catch (error) {
    const field = fields[constraintOf(error) ?? '']
    throw field ? invalid(field) : error
  }
}
