// application/x-www-form-urlencoded with nested keys, as the SDK sends it: a[b][0][c]=1.
import { invalid } from './errors.js'

export type FormValue = string | FormValue[] | { [name: string]: FormValue }
export type Form = { [name: string]: FormValue }

const forbidden = new Set(['__proto__', 'constructor', 'prototype'])
const deepest = 10

function stepsOf(key: string): string[] {
  const match = /^([^[\]]+)((?:\[[^[\]]*\])*)$/.exec(key)
  if (!match) throw invalid(`Invalid parameter name: ${key}`)
  const steps = [match[1]!, ...[...match[2]!.matchAll(/\[([^[\]]*)\]/g)].map(found => found[1]!)]
  if (steps.length > deepest || steps.some(step => forbidden.has(step))) throw invalid(`Invalid parameter name: ${key}`)
  return steps
}

type Branch = Map<string, Branch | string>

function place(root: Branch, steps: string[], value: string): void {
  let branch = root
  steps.forEach((step, i) => {
    const name = step === '' ? String(branch.size) : step // a[]=x appends
    if (i === steps.length - 1) {
      branch.set(name, value)
      return
    }
    const next = branch.get(name)
    const deeper: Branch = next instanceof Map ? next : new Map()
    branch.set(name, deeper)
    branch = deeper
  })
}

const finish = (value: Branch | string): FormValue => {
  if (typeof value === 'string') return value
  const isList = value.size > 0 && [...value.keys()].every((name, i) => name === String(i))
  return isList ? [...value.values()].map(finish) : asObject(value)
}

const asObject = (branch: Branch): Form => Object.fromEntries([...branch].map(([name, value]) => [name, finish(value)]))

/** Parses a query string or a form body. Keys 0, 1, 2 … become a list. Throws a refusal for a malformed name. */
export function parseForm(text: string): Form {
  const root: Branch = new Map()
  for (const [key, value] of new URLSearchParams(text)) place(root, stepsOf(key), value)
  return asObject(root)
}
