// Readers for parameters: each takes the raw form value and its name, and returns the typed value or throws Stripe's refusal.
// An absent value is undefined; an empty string, with which Stripe unsets a field, is null.
import { invalid, missingParam, unknownParam } from './errors.js'
import type { Form, FormValue } from './form.js'

export type Read<T> = (raw: FormValue | undefined, name: string) => T
export type Shape = Record<string, Read<unknown>>
export type Values<S extends Shape> = { [K in keyof S]: ReturnType<S[K]> }
type Maybe<T> = T | null | undefined

const scalar = <T>(parse: (text: string, name: string) => T): Read<Maybe<T>> => (raw, name) => {
  if (raw === undefined) return undefined
  if (typeof raw !== 'string') throw invalid(`Invalid ${name}: expected a single value.`, { param: name })
  return raw === '' ? null : parse(raw, name)
}

export const text = scalar(value => value)

export const integer = scalar((value, name) => {
  if (!/^-?\d{1,15}$/.test(value)) throw invalid(`Invalid integer: ${value}`, { code: 'parameter_invalid_integer', param: name })
  return Number(value)
})

/** An amount in minor units: a whole number, zero or more. */
export const amount = scalar((value, name) => {
  if (!/^\d{1,12}$/.test(value)) {
    throw invalid(`Invalid non-negative integer: ${value}`, { code: 'parameter_invalid_integer', param: name })
  }
  return Number(value)
})

export const truth = scalar((value, name) => {
  if (value !== 'true' && value !== 'false') throw invalid(`Invalid boolean: ${value}`, { param: name })
  return value === 'true'
})

export const currency = scalar((value, name) => {
  const code = value.toLowerCase()
  if (!/^[a-z]{3}$/.test(code)) throw invalid(`Invalid currency: ${value}.`, { param: name })
  return code
})

export const url = scalar((value, name) => {
  if (!/^https?:\/\//.test(value) || !URL.canParse(value)) {
    throw invalid('Not a valid URL: it must begin with http:// or https://', { code: 'url_invalid', param: name })
  }
  return value
})

export const email = scalar((value, name) => {
  if (!/^[^\s@]+@[^\s@]+$/.test(value)) throw invalid(`Invalid email address: ${value}`, { code: 'email_invalid', param: name })
  return value
})

export const oneOf = <const V extends string>(...values: V[]): Read<Maybe<V>> => scalar((value, name) => {
  const found = values.find(candidate => candidate === value)
  if (!found) throw invalid(`Invalid ${name}: must be one of ${values.join(', ')} (in the sandbox)`, { param: name })
  return found
})

/** A switch that the sandbox can only leave off: `false` passes, `true` is refused and not ignored. */
export const off = scalar((value, name) => {
  if (value !== 'false') throw invalid(`The sandbox does not do ${name}.`, { param: name })
  return false
})

/** Anything, kept as it is: for what only Stripe's own pages show. */
export const anything: Read<FormValue | undefined> = raw => raw

export const required = <T>(read: Read<T>): Read<NonNullable<T>> => (raw, name) => {
  const value = read(raw, name)
  if (value === undefined) throw missingParam(name)
  if (value === null) {
    throw invalid(`You passed an empty string for '${name}'.`, { code: 'parameter_invalid_empty', param: name })
  }
  return value as NonNullable<T>
}

/** A list; an absent or unset one is undefined. */
export const list = <T>(read: Read<T>): Read<T[] | undefined> => (raw, name) => {
  if (raw === undefined || raw === '') return undefined
  if (!Array.isArray(raw)) throw invalid('Invalid array', { param: name })
  return raw.map((item, i) => read(item, `${name}[${i}]`))
}

export const group = <S extends Shape>(shape: S): Read<Values<S> | undefined> => (raw, name) => {
  if (raw === undefined || raw === '') return undefined
  if (typeof raw === 'string' || Array.isArray(raw)) throw invalid('Invalid object', { param: name })
  return readAll(shape, raw, key => `${name}[${key}]`)
}

export type MetadataChange = { clear: true } | { set: Record<string, string> }

/** Keys to set; an empty value removes its key, an empty string in place of the object removes all. */
export const metadata: Read<MetadataChange | undefined> = (raw, name) => {
  if (raw === undefined) return undefined
  if (raw === '') return { clear: true }
  if (typeof raw === 'string') throw invalid('Invalid object', { param: name })
  const set: Record<string, string> = {}
  for (const [key, value] of Object.entries(raw)) {
    const param = `${name}[${key}]`
    if (typeof value !== 'string') throw invalid('Metadata values must be strings.', { param })
    if (key.length > 40) throw invalid('Metadata keys have at most 40 characters.', { param })
    if (value.length > 500) throw invalid('Metadata values have at most 500 characters.', { param })
    set[key] = value
  }
  if (Object.keys(set).length > 50) throw invalid('There are at most 50 metadata keys.', { param: name })
  return { set }
}

/** What metadata becomes. */
export function mergeMetadata(before: Record<string, string>, change: MetadataChange | undefined): Record<string, string> {
  if (!change) return before
  if ('clear' in change) return {}
  return Object.fromEntries(Object.entries({ ...before, ...change.set }).filter(([, value]) => value !== ''))
}

/** Reads every parameter of the shape and refuses the ones beside it. */
export function readAll<S extends Shape>(shape: S, form: Form, nameOf = (key: string) => key): Values<S> {
  const unknown = Object.keys(form).find(key => !Object.hasOwn(shape, key))
  if (unknown !== undefined) throw unknownParam(nameOf(unknown))
  return Object.fromEntries(Object.entries(shape).map(([key, read]) => [key, read(form[key], nameOf(key))])) as Values<S>
}
