import type { UpstreamError } from '../../errors/provider-error.ts'
import { isJsonObject, type JsonObject, readObject, readString } from '../../wire/json.ts'
import type { ClientError } from '../dialect.ts'
import { retryAfterOf } from '../shared/retry-after.ts'

/**
 * What can be wrong with a message thread. A client tells these from others by `error.details.error_code`, and sends the
 * whole conversation again (platform.claude.com/docs/en/build-with-claude/message-threads, 2026-11).
 */
const threadCodes: readonly (string | null)[] = [
  'thread_not_found',
  'thread_already_continued',
  'thread_continue_in_flight',
  'thread_unsupported_request',
]

/** Reads `{type: "error", error: {type, message, details}}`. */
export function fromAnthropicError(status: number, headers: Readonly<Record<string, string>>, body: unknown): UpstreamError {
  const outer = isJsonObject(body) ? body : {}
  const error = readObject(outer, 'error') ?? outer
  const details = readObject(error, 'details')
  return {
    message: readString(error, 'message') ?? '',
    type: readString(error, 'type'),
    code: details && readString(details, 'error_code'),
    retryAfterMs: retryAfterOf(status, headers),
  }
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
  const details = threadCodes.includes(error.code) ? { details: { error_code: error.code } } : undefined
  return { type: 'error', error: { type: typeOf(error), message: error.message, ...details }, request_id: error.requestId ?? null }
}

export function toAnthropicErrorEvent(error: ClientError): string {
  return `event: error\ndata: ${JSON.stringify(toAnthropicErrorBody(error))}\n\n`
}
