// Failures on order: the next API calls fail, or are slow, or lose their answer.
import { amount, oneOf, readAll, text } from './params.js'
import type { Form } from './form.js'

export interface Fault {
  /** How many calls. */
  times: number
  /** 4xx or 5xx to answer with; 0 closes the connection without an answer; null answers as usual (for a mere delay). */
  status: number | null
  /** BEFORE: nothing was done. AFTER: it was done, and only the answer is lost. */
  when: 'BEFORE' | 'AFTER'
  delayMs: number
  /** Only calls whose path begins so. */
  path: string
}

export interface Faults {
  add(form: Form): Fault
  /** The fault for this call, if one is left; uses it up. */
  take(path: string): Fault | undefined
  left(): number
}

/** An empty list of faults. */
export function collectFaults(): Faults {
  let faults: Fault[] = []
  return {
    add(form) {
      const given = readAll({ times: amount, status: amount, when: oneOf('before', 'after'), delay_ms: amount, path: text }, form)
      const status = given.status ?? (given.delay_ms ? null : 500)
      const fault: Fault = {
        times: given.times ?? 1, status, when: given.when === 'after' ? 'AFTER' : 'BEFORE', delayMs: given.delay_ms ?? 0,
        path: given.path ?? '/v1/',
      }
      faults.push(fault)
      return fault
    },
    take(path) {
      const fault = faults.find(candidate => path.startsWith(candidate.path))
      if (fault) fault.times -= 1
      faults = faults.filter(({ times }) => times > 0)
      return fault
    },
    left: () => faults.reduce((sum, { times }) => sum + times, 0),
  }
}
