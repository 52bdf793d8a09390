import type { UpstreamError } from '../../errors/provider-error.ts'
import { isJsonObject, type JsonObject, readObject, readString } from '../../wire/json.ts'
import type { ClientError } from '../dialect.ts'
import { retryAfterOf } from '../shared/retry-after.ts'

/** Reads `{type: "error", error: {type, message}}`. */
export function fromAnthropicError(status: number, headers: Readonly<Record<string, string>>, body: unknown): UpstreamError {
  const outer = isJsonObject(body) ? body : {}
  const error = readObject(outer, 'error') ?? outer
  return { message: readString(error, 'message') ?? '', type: readString(error, 'type'), retryAfterMs: retryAfterOf(status, headers) }
}

const types: Readonly<Record<number, string>> = {
  400: 'invalid_request_error',
  401: 'authentication_error',
  402: 'billing_error',
  403: 'permission_error',
  404: 'not_found_error',
  413: 'request_too_large',
  429: 'rate_limit_error',
  503: 'overloaded_error',
  504: 'timeout_error',
  529: 'overloaded_error',
}

function typeOf(error: ClientError): string {
  return Object.values(types).includes(error.type)
    ? error.type
    : (types[error.status] ?? (error.status >= 500 ? 'api_error' : 'invalid_request_error'))
}

/** The body of an error answer for a client; its type is one that Anthropic's clients know. */
export function toAnthropicErrorBody(error: ClientError): JsonObject {
  return { type: 'error', error: { type: typeOf(error), message: error.message }, request_id: error.requestId ?? null }
}

export function toAnthropicErrorEvent(error: ClientError): string {
  return `event: error\ndata: ${JSON.stringify(toAnthropicErrorBody(error))}\n\n`
}
