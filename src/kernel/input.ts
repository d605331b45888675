import { GraphQLDateTimeISO, GraphQLEmailAddress, GraphQLLocale, GraphQLTimeZone } from 'graphql-scalars'
import type { GraphQLScalarType } from 'graphql'
import { type ClassType, Field, ID, InputType, Int } from 'type-graphql'
import { type Id, isId, type Prefix, prefixes } from './ids.js'
import { isCurrency } from './money.js'
import { type InvalidField, invalid } from './refusal.js'

/**
 * Input fields that say in one line what they are, what they mean and what is accepted. The same declaration makes the
 * schema's description and the check that `command` runs before any work; a bad field is named by its path.
 */
type Check = (value: unknown, path: string) => InvalidField[]
interface FieldRule { name: string; list: boolean; optional: boolean; check: Check }
interface FieldOptions { optional?: boolean }

const rules = new Map<object, FieldRule[]>()

function declare(type: () => unknown, description: string, check: Check, { optional = false, list = false } = {}): PropertyDecorator {
  return (target, property) => {
    const own = rules.get(target) ?? []
    rules.set(target, [...own, { name: String(property), list, optional, check }])
    Field(type as never, { description, nullable: optional })(target, property)
  }
}

const wrong = (path: string, message: string): InvalidField[] => [{ path, message }]
const checked = (good: (value: never) => boolean, message: string): Check => (value, path) => (good(value as never) ? [] : wrong(path, message))

/** Text of 1 to `max` characters, spaces around it not counted. */
export const Text = (description: string, { max, optional, multiline = false }: FieldOptions & { max: number; multiline?: boolean }) =>
  declare(() => String, `${description} 1 to ${max} characters.`, textCheck(max, multiline), { optional })

const textCheck = (max: number, multiline: boolean): Check => checked(
  // Half of a surrogate pair is no character: PostgreSQL refuses it in JSON.
  (v: string) => v.trim().length > 0 && v.length <= max && v.isWellFormed() && !(multiline ? /[\0-\b\v\f\x0e-\x1f\x7f]/ : /[\0-\x1f\x7f]/).test(v),
  `must be 1 to ${max} characters${multiline ? '' : ' on one line'}, not blank, without control characters.`)

/** A code that people give to things: letters, digits, `_`, `-`, `.`; kept as written. */
export const Code = (description: string, { optional, max = 64 }: FieldOptions & { max?: number } = {}) =>
  declare(() => String, `${description} Letters, digits, \`_\`, \`-\` and \`.\`, at most ${max}.`, checked(
    (v: string) => new RegExp(`^[A-Za-z0-9][A-Za-z0-9_.-]{0,${max - 1}}$`).test(v),
    `must start with a letter or digit and hold only letters, digits, _ - and ., at most ${max}.`), { optional })

/** The vendor's own id of a thing, whatever its form. */
export const ExternalId = () => Text("The caller's own id for it; sending the same one again updates the same thing.", { max: 200, optional: true })

/** The id of a thing of a known kind. */
export const Ref = (prefix: Prefix, description: string, { optional }: FieldOptions = {}) =>
  declare(() => ID, description, idCheck(prefix), { optional })

const idCheck = (prefix: Prefix) => checked((v: string) => isId(v, prefix), `must be the id of a ${prefixes[prefix]} (${prefix}_…).`)

/** Ids of things of a known kind, at most `max`. */
export const Refs = (prefix: Prefix, description: string, { optional, max = 100 }: FieldOptions & { max?: number } = {}) =>
  declare(() => [ID], `${description} At most ${max}.`, each(idCheck(prefix), 0, max), { optional, list: true })

/** A whole number between `min` and `max`, both included. */
export const Whole = (description: string, { min, max, optional }: FieldOptions & { min: number; max: number }) =>
  declare(() => Int, `${description} ${min} to ${max}.`, checked((v: number) => Number.isInteger(v) && v >= min && v <= max,
    `must be a whole number from ${min} to ${max}.`), { optional })

export const Flag = (description: string, { optional }: FieldOptions = {}) => declare(() => Boolean, description, () => [], { optional })

/** One value of a registered GraphQL enum. */
export const Choice = (type: object, description: string, { optional }: FieldOptions = {}) =>
  declare(() => type, description, () => [], { optional })

export const Choices = (type: object, description: string, { optional, min = 0, max = 50 }: FieldOptions & { min?: number; max?: number } = {}) =>
  declare(() => [type], `${description} ${min} to ${max}.`, each(() => [], min, max), { optional, list: true })

/** An ISO 4217 currency code. */
export const Currency = (description = 'ISO 4217 code of the currency, as in `NOK`.', { optional }: FieldOptions = {}) =>
  declare(() => String, description, checked(isCurrency, 'must be the ISO 4217 code of a currency in use, as in NOK.'), { optional })

/** A list of short texts. */
export const Texts = (description: string, { max, items, optional }: FieldOptions & { max: number; items: number }) =>
  declare(() => [String], `${description} At most ${items}, each 1 to ${max} characters.`, each(textCheck(max, false), 0, items), { optional, list: true })

const scalar = (type: GraphQLScalarType, extra: Check = () => []) => (description: string, { optional }: FieldOptions = {}) =>
  declare(() => type, description, extra, { optional })

const languages = new Intl.DisplayNames(['en'], { type: 'language', fallback: 'none' })

/** The scalar only knows the form, in which any word of four letters is a language. */
function isLanguage(code: string): boolean {
  try {
    return languages.of(new Intl.Locale(code).language) !== undefined
  } catch {
    return false
  }
}

export const Email = scalar(GraphQLEmailAddress, checked((v: string) => v.length <= 254, 'must be at most 254 characters.'))
export const Zone = scalar(GraphQLTimeZone)
export const Language = scalar(GraphQLLocale, checked(isLanguage, 'must be the code of a language in use, as in nb or en-GB.'))
export const Instant = scalar(GraphQLDateTimeISO)

/** A calendar date, `YYYY-MM-DD`, that exists. */
export const DateOn = (description: string, { optional }: FieldOptions = {}) =>
  declare(() => String, `${description} As \`YYYY-MM-DD\`.`, checked(isDate, 'must be a date that exists, as YYYY-MM-DD.'), { optional })

const isDate = (v: string) => /^\d{4}-\d{2}-\d{2}$/.test(v) && !Number.isNaN(Date.parse(v)) && new Date(v).toISOString().startsWith(v)

/** An http or https address. */
export const WebAddress = (description: string, { optional }: FieldOptions = {}) =>
  declare(() => String, `${description} An absolute http or https URL, at most 2000 characters.`, checked(isWebAddress,
    'must be an absolute http or https URL without spaces, at most 2000 characters.'), { optional })

/** Parsers leave out line breaks and tabs without a word; what is kept and sent on must not have any. */
const isWebAddress = (v: string): boolean =>
  v.length <= 2000 && v.isWellFormed() && !/[\s\0-\x1f\x7f]/.test(v) && URL.canParse(v) && /^https?:$/.test(new URL(v).protocol)

/** Another input, checked with its own rules. */
export const Nested = (type: () => ClassType, description: string, { optional }: FieldOptions = {}) =>
  declare(type, description, problemsOf, { optional })

/** A list of other inputs. */
export const NestedList = (type: () => ClassType, description: string, { min = 0, max, optional }: FieldOptions & { min?: number; max: number }) =>
  declare(() => [type()], `${description} ${min} to ${max}.`, each(problemsOf, min, max), { optional, list: true })

function each(check: Check, min: number, max: number): Check {
  return (value, path) => {
    const list = value as unknown[]
    if (list.length < min || list.length > max) return wrong(path, `must have ${min} to ${max} entries; it has ${list.length}.`)
    return list.flatMap((entry, i) => check(entry, `${path}.${i}`))
  }
}

function problemsOf(input: unknown, path = ''): InvalidField[] {
  if (!input || typeof input !== 'object') return []
  const found: InvalidField[] = []
  for (let proto: object | null = Object.getPrototypeOf(input); proto && proto !== Object.prototype; proto = Object.getPrototypeOf(proto)) {
    for (const rule of rules.get(proto) ?? []) {
      const value = (input as Record<string, unknown>)[rule.name]
      const at = path ? `${path}.${rule.name}` : rule.name
      if (value === undefined || value === null) {
        if (!rule.optional) found.push({ path: at, message: 'is missing.' })
      } else {
        found.push(...rule.check(value, at))
      }
    }
  }
  return found
}

/** Refuses an input that breaks a rule of its class, naming every bad field at once. */
export function checkInput(input: object): void {
  const problems = problemsOf(input)
  if (problems.length > 0) throw invalid(...problems)
}

/** Makes an input of a class from plain data, for callers that are not GraphQL: the demo world, tests, reactions. */
export const inputOf = <T extends object>(type: ClassType<T>, data: T): T => Object.assign(new type(), data)

/** What every mutation's input has. */
@InputType({ description: 'What every mutation takes.' })
export abstract class CommandInput {
  @Text('The caller\'s own key for this wish. Sending it again answers the same result and does nothing twice; keep it when you retry.', { max: 200 })
  idempotencyKey!: string
}

/** An id that came as an argument of a query: the id itself, or a refusal that names the argument. */
export function idArg<P extends Prefix>(value: string, prefix: P, path: string): Id<P> {
  if (isId(value, prefix)) return value
  throw invalid({ path, message: `must be the id of a ${prefixes[prefix]} (${prefix}_…).` })
}
