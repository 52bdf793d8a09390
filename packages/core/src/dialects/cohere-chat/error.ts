import type { UpstreamError } from '../../errors/provider-error.ts'
import { isJsonObject, type JsonObject, readObject, readString } from '../../wire/json.ts'
import { retryAfterOf } from '../shared/retry-after.ts'

/** Cohere's own field first, then those of gateways and clouds in front of it. */
function messageOf(error: JsonObject): string {
  const nested = readObject(error, 'error')
  return (
    readString(error, 'message') ??
    readString(error, 'error') ??
    (nested && readString(nested, 'message')) ??
    readString(error, 'detail') ??
    ''
  )
}

/** Reads `{id, message}`, sometimes with an `error_type` such as `TOO_MANY_TOKENS`. */
export function fromCohereError(status: number, headers: Readonly<Record<string, string>>, body: unknown): UpstreamError {
  const error = isJsonObject(body) ? body : {}
  return { message: messageOf(error), type: readString(error, 'error_type'), retryAfterMs: retryAfterOf(status, headers) }
}
