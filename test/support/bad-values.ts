import {
  getNamedType, getNullableType, type GraphQLInputField, type GraphQLInputType, isEnumType, isInputObjectType, isListType, isNonNullType,
} from 'graphql'
import { newId, type Prefix } from '../../src/kernel/ids.js'

/** One way to get an input wrong: a value at a place, or nothing there. */
export interface Bad {
  readonly path: string
  readonly what: string
  /** undefined: the field is left out. */
  readonly value: unknown
}

type Plain = Record<string, unknown>

/** Which kind of thing a field names, where its valid value does not tell. */
const kinds: Record<string, Prefix> = { quoteId: 'quo', planVersionId: 'plv', productId: 'prd', componentId: 'cmp', calendarId: 'cal' }

/** Everything that is wrong with every field of an input, nested ones included; `foreign` are real ids of another vendor. */
export function badInputs(type: GraphQLInputType, base: Plain, foreign: ReadonlyMap<string, string>, at = ''): Bad[] {
  const input = getNamedType(type)
  if (!isInputObjectType(input)) return []
  return Object.values(input.getFields()).flatMap((field) => {
    const path = at ? `${at}.${field.name}` : field.name
    return badValues(field, path, base[field.name], foreign)
  })
}

function badValues(field: GraphQLInputField, path: string, valid: unknown, foreign: ReadonlyMap<string, string>): Bad[] {
  const found: Bad[] = []
  const bad = (what: string, value: unknown, where = path) => found.push({ path: where, what, value })
  if (isNonNullType(field.type)) {
    bad('missing', undefined)
    bad('null', null)
  }
  const type = getNullableType(field.type)
  if (isListType(type)) {
    const entry = (valid as unknown[] | undefined)?.[0]
    bad('an entry that is null', [null], `${path}.0`)
    if (entry !== undefined) bad('too many entries', Array.from({ length: 700 }, () => entry))
    if (/ [1-9]\d* to \d+\.$/.test(field.description ?? '')) bad('no entries', [])
    if (isInputObjectType(getNamedType(type))) return [...found, ...(entry ? badInputs(type, entry as Plain, foreign, `${path}.0`) : [])]
    for (const [what, value] of wrong(field, getNamedType(type).name, entry, foreign)) bad(what, [value], `${path}.0`)
    return found
  }
  if (isInputObjectType(type)) {
    for (const [what, value] of [['text', 'x'], ['a number', 1], ['an unknown field', { ...(valid as Plain), nothing: 1 }]] as const) bad(what, value)
    return [...found, ...(valid ? badInputs(type, valid as Plain, foreign, path) : [])]
  }
  for (const [what, value] of isEnumType(type) ? wrongChoice(type.getValues()[0]!.name) : wrong(field, type.name, valid, foreign)) bad(what, value)
  return found
}

type Wrong = [what: string, value: unknown]

const wrongChoice = (known: string): Wrong[] => [
  ['an unknown choice', 'NONSENSE'], ['a choice in small letters', known.toLowerCase()], ['an empty choice', ''], ['a number', 1], ['an object', { a: 1 }],
]

const LONG = 'x'.repeat(25_000)

const wrongText: Wrong[] = [
  ['empty', ''], ['blank', ' \t '], ['too long', LONG], ['with a zero byte', 'a\u0000b'], ['with a control character', 'a\u0007b'],
  ['a number', 7], ['a truth value', true], ['an object', { a: 1 }],
]

function wrong(field: GraphQLInputField, type: string, valid: unknown, foreign: ReadonlyMap<string, string>): Wrong[] {
  switch (type) {
    case 'Int': return wrongNumber(field.description ?? '')
    case 'Boolean': return [['text', 'true'], ['a number', 1], ['an object', {}]]
    case 'ID': return wrongId(String(valid ?? '').slice(0, 3) || kinds[field.name]!, foreign)
    case 'DateTimeISO': return [...wrongText.slice(0, 5), ['no date', 'yesterday'], ['a day that does not exist', '2026-02-30T10:00:00Z'],
      ['long past', '1999-01-01T00:00:00Z'], ['in the future', '2199-01-01T00:00:00Z'], ['beyond every calendar', '+275760-09-13T00:00:00Z']]
    case 'EmailAddress': return [...wrongText, ['no address', 'nobody'], ['half an address', 'a@'], ['two addresses', 'a@b.example, c@d.example'], ['too long', `${'a'.repeat(250)}@b.example`]]
    case 'TimeZone': return [...wrongText, ['no zone', 'Mars/Olympus_Mons']]
    case 'Locale': return [...wrongText, ['no language', 'not a language'], ['an unknown language', 'qq']]
    case 'FactValue': return [['too long', LONG], ['an object', { a: 1 }], ['a list', [true]], ['huge', 1e300], ['a fraction', 0.5], ['of another type', 'perhaps'], ['null', null]]
    default: return field.name === 'holderId' ? wrongId('con', foreign) : [...wrongText, ...wrongForm(field.name)]
  }
}

function wrongNumber(description: string): Wrong[] {
  const [, min, max] = /(-?\d+) to (-?\d+)\.$/.exec(description) ?? []
  if (!min || !max) throw new Error(`This number does not say what is accepted: ${description}`)
  return [
    ['one too small', Number(min) - 1], ['one too large', Number(max) + 1], ['negative', -2_000_000_000], ['huge', 2_147_483_647], ['beyond 32 bits', 2 ** 31],
    ['beyond every number', 1e300], ['a fraction', 1.5], ['text', '1'], ['a truth value', true], ['an object', {}],
  ].filter(([, value]) => typeof value !== 'number' || !Number.isInteger(value) || value < Number(min) || value > Number(max)) as Wrong[]
}

function wrongId(prefix: string, foreign: ReadonlyMap<string, string>): Wrong[] {
  const theirs = foreign.get(prefix)
  if (!theirs) throw new Error(`No id of another vendor of the kind ${prefix}.`)
  return [
    ...wrongText.filter(([, value]) => typeof value === 'string'), ['a number', 7], ['an object', { a: 1 }], ['malformed', `${prefix}_nonsense`], ['a uuid', '01890a5d-ac96-774b-bcce-b302099a8057'],
    ['of another kind', newId(prefix === 'evt' ? 'vnd' : 'evt')], ['in capitals', theirs.toUpperCase()], ['of nothing', newId(prefix as Prefix)], ["another vendor's", theirs],
  ]
}

function wrongForm(name: string): Wrong[] {
  if (name === 'currency') return [['an unknown currency', 'QQQ'], ['a currency in small letters', 'nok'], ['a currency\'s name', 'krone']]
  if (name === 'country') return [['an unknown country', 'QQ'], ['three letters', 'NOR']]
  if (name === 'date') return [['a day that does not exist', '2026-02-30'], ['another order', '25.12.2026'], ['an instant', '2026-12-25T00:00:00Z'], ['a month that does not exist', '2026-13-01']]
  if (name === 'from' || name === 'to') return [['an hour that does not exist', '25:00'], ['a minute that does not exist', '10:60'], ['half a time', '8'], ['a time with seconds', '08:00:00']]
  if (name.endsWith('Url')) return [['a script', 'javascript:alert(1)'], ['no scheme', '//x.example'], ['another scheme', 'ftp://x.example/'], ['too long', `https://x.example/${LONG}`]]
  if (['code', 'handle', 'referencePrefix', 'product', 'component', 'cause'].includes(name)) return [['with spaces', 'a b'], ['with other signs', 'a/b'], ['beginning with a hyphen', '-a']]
  return []
}
