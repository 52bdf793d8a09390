import type { UpstreamError } from '../../errors/provider-error.ts'
import { isJsonObject, type JsonObject, readNumber, readObject, readString } from '../../wire/json.ts'
import { retryAfterOf } from '../shared/retry-after.ts'

/** The error in an error body or line; `undefined` when there is none. Proxies before Ollama nest a message. */
export function errorIn(body: JsonObject): { readonly message: string; readonly status: number | undefined } | undefined {
  const nested = readObject(body, 'error')
  const message = nested === undefined ? readString(body, 'error') : (readString(nested, 'message') ?? '')
  return message === undefined ? undefined : { message, status: readNumber(body, 'status_code') }
}

/** Reads `{error: "text"}`. */
export function fromOllamaError(status: number, headers: Readonly<Record<string, string>>, body: unknown): UpstreamError {
  const upstreamError = isJsonObject(body) ? errorIn(body) : undefined
  return { message: upstreamError?.message ?? '', retryAfterMs: retryAfterOf(status, headers) }
}
