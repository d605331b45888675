// Checks requests and answers against contract.json, which scripts/stripe-contract.mjs makes from the stripe package.
import { readFileSync } from 'node:fs'
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js'

interface Operation { 'x-request': object; 'x-response': object }
interface Contract { paths: Record<string, Record<string, Operation>>; 'x-events': Record<string, object>; components: object }

const contract = JSON.parse(readFileSync(new URL('stripe/contract.json', import.meta.url), 'utf8')) as Contract
const base = 'stripe:contract'
const options = { strict: false, allErrors: true, validateSchema: false, allowUnionTypes: true } as const
const exact = new Ajv2020(options).addSchema(contract, base)
// Form-encoded values are strings: '5' and 'true' count as a number and a boolean where the contract wants one.
const coercing = new Ajv2020({ ...options, coerceTypes: true }).addSchema(contract, base)

const escaped = (step: string) => encodeURIComponent(step.replaceAll('~', '~0').replaceAll('/', '~1'))
const pointer = (...steps: string[]) => `${base}#/${steps.map(escaped).join('/')}`

const compiled = new Map<string, ValidateFunction>()
function validator(ajv: Ajv2020, reference: string): ValidateFunction {
  const key = `${ajv === exact ? 'exact' : 'coercing'} ${reference}`
  const known = compiled.get(key)
  if (known) return known
  const made = ajv.compile({ $ref: reference })
  compiled.set(key, made)
  return made
}

function violations(ajv: Ajv2020, reference: string, value: unknown): string[] {
  const validate = validator(ajv, reference)
  if (validate(value)) return []
  return (validate.errors ?? []).map(error =>
    `${error.instancePath || '/'} ${error.message} ${JSON.stringify(error.params)}`)
}

const templates = Object.keys(contract.paths).sort((a, b) => Number(a.includes('{')) - Number(b.includes('{')))

function templateOf(path: string): string | undefined {
  const steps = path.split('/')
  return templates.find(template => {
    const parts = template.split('/')
    return parts.length === steps.length && parts.every((part, i) => part === '{id}' ? steps[i] !== '' : part === steps[i])
  })
}

function operation(method: string, path: string): string[] | undefined {
  const template = templateOf(path)
  const verb = method.toLowerCase()
  return template && contract.paths[template]?.[verb] ? ['paths', template, verb] : undefined
}

/**
 * What is wrong with a request, one sentence per violation; empty when it is a request that Stripe declares.
 * `params` are the parsed query or form fields; strings are accepted for numbers and booleans.
 */
export function checkRequest(method: string, path: string, params: unknown): string[] {
  const found = operation(method, path)
  if (!found) return [`${method} ${path} is not in the contract`]
  return violations(coercing, pointer(...found, 'x-request'), structuredClone(params))
}

const errorTypes = ['api_error', 'card_error', 'idempotency_error', 'invalid_request_error']

function errorViolations(error: unknown): string[] {
  const { type, message, ...rest } = (error ?? {}) as Record<string, unknown>
  const wrong: string[] = []
  if (!errorTypes.includes(type as string)) wrong.push(`/error/type must be one of ${errorTypes.join(', ')}`)
  if (typeof message !== 'string' || message === '') wrong.push('/error/message must be a sentence')
  for (const name of ['code', 'param', 'decline_code', 'charge', 'request_log_url', 'doc_url']) {
    if (rest[name] !== undefined && typeof rest[name] !== 'string') wrong.push(`/error/${name} must be a string`)
  }
  const intentSchema = pointer('components', 'schemas', 'PaymentIntent')
  if (rest.payment_intent) wrong.push(...violations(exact, intentSchema, rest.payment_intent))
  return wrong
}

/** What is wrong with an answer, one sentence per violation. An answer with `error` is checked as Stripe's error envelope. */
export function checkResponse(method: string, path: string, body: unknown): string[] {
  if (typeof body === 'object' && body !== null && 'error' in body) return errorViolations(body.error)
  const found = operation(method, path)
  if (!found) return [`${method} ${path} is not in the contract`]
  const wrong = violations(exact, pointer(...found, 'x-response'), body)
  if (wrong.length > 0 || !path.startsWith('/v1/events')) return wrong
  return (path === '/v1/events' ? (body as { data: unknown[] }).data : [body]).flatMap(checkEvent)
}

/** What is wrong with an event as it is posted to a webhook: the envelope, and the object that its type promises. */
export function checkEvent(event: unknown): string[] {
  const wrong = violations(exact, pointer('components', 'schemas', 'EventBase'), event)
  if (wrong.length > 0) return wrong
  const { type, data } = event as { type: string; data: { object: unknown } }
  if (!contract['x-events'][type]) return [`the contract has no event ${type}`]
  return violations(exact, pointer('x-events', type), data.object)
}
