// Stripe's error envelope. Every failed answer has an `error` key: without one the SDK takes a 404 for a success.

export interface ErrorFields {
  type: 'api_error' | 'card_error' | 'idempotency_error' | 'invalid_request_error'
  message: string
  code?: string
  param?: string
  decline_code?: string
  charge?: string
  payment_intent?: unknown
}

/** A refusal with its HTTP status and the fields of the envelope. */
export class StripeFailure extends Error {
  constructor(readonly status: number, readonly fields: ErrorFields) {
    super(fields.message)
  }

  get body(): { error: ErrorFields } {
    return { error: this.fields }
  }
}

type Extra = Partial<Pick<ErrorFields, 'code' | 'param'>>

/** 400: the request is wrong. */
export const invalid = (message: string, extra: Extra = {}): StripeFailure =>
  new StripeFailure(400, { type: 'invalid_request_error', message, ...extra })

/** 400: a required parameter is not there. */
export const missingParam = (param: string): StripeFailure =>
  invalid(`Missing required param: ${param}.`, { code: 'parameter_missing', param })

/** 400: Stripe does not know the parameter, or the sandbox does not do what it asks for. */
export const unknownParam = (param: string): StripeFailure =>
  invalid(`Received unknown parameter: ${param} (unknown to Stripe, or beyond what the sandbox does).`, {
    code: 'parameter_unknown', param,
  })

/** 404 for the thing named in the path, 400 when a parameter names something that does not exist. */
export const noSuch = (noun: string, id: string, param?: string): StripeFailure =>
  new StripeFailure(param ? 400 : 404, {
    type: 'invalid_request_error', code: 'resource_missing', message: `No such ${noun}: '${id}'`, param: param ?? 'id',
  })

/** 404: no such path. */
export const noSuchPath = (method: string, path: string): StripeFailure =>
  new StripeFailure(404, {
    type: 'invalid_request_error',
    message: `Unrecognized request URL (${method}: ${path}), or one that the sandbox does not serve.`,
  })

/** 401: the key is missing or not a test key. */
export const unauthenticated = (message: string): StripeFailure =>
  new StripeFailure(401, { type: 'invalid_request_error', message })

/** 402: the card was declined. */
export const declined = (fields: Omit<ErrorFields, 'type'>): StripeFailure =>
  new StripeFailure(402, { type: 'card_error', ...fields })

/** 400 for a key that comes back with other parameters. */
export const keyReused = (key: string): StripeFailure =>
  new StripeFailure(400, {
    type: 'idempotency_error',
    message: 'Keys for idempotent requests can only be used with the same endpoint and parameters they were first used with. '
      + `Try using a key other than '${key}' if you meant to execute a different request.`,
  })

/** 409 while the first request with the key is still being answered. */
export const keyInUse = (key: string): StripeFailure =>
  new StripeFailure(409, {
    type: 'invalid_request_error', code: 'idempotency_key_in_use',
    message: `There is currently another in-progress request using the idempotency key '${key}'.`,
  })
