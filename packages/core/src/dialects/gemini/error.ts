import type { UpstreamError } from '../../errors/provider-error.ts'
import { isJsonObject, type JsonObject, readArray, readObject, readString } from '../../wire/json.ts'
import { retryAfterOf } from '../shared/retry-after.ts'

/** A longer wait than a day is taken for a mistake. */
const longestDelayMs = 86_400_000

function detailOf(error: JsonObject, type: string): JsonObject {
  const details = readArray(error, 'details')?.filter(isJsonObject) ?? []
  return details.find((detail) => readString(detail, '@type')?.endsWith(type)) ?? {}
}

/** `RetryInfo.retryDelay` in the body, a duration such as `"13.5s"`: Google sends no header. */
function retryDelayOf(error: JsonObject): number | undefined {
  const [, seconds] = /^(\d+(?:\.\d+)?)s$/.exec(readString(detailOf(error, 'google.rpc.RetryInfo'), 'retryDelay') ?? '') ?? []
  const delayMs = Math.ceil(Number(seconds) * 1000)
  return delayMs <= longestDelayMs ? delayMs : undefined
}

/**
 * Reads `{error: {code, message, status, details}}`, alone or in a list. The code is the reason of an `ErrorInfo`, where
 * there is one: a wrong key is an ordinary 400 whose reason is `API_KEY_INVALID`.
 */
export function fromGeminiError(status: number, headers: Readonly<Record<string, string>>, body: unknown): UpstreamError {
  const outer: unknown = Array.isArray(body) ? body[0] : body
  const error = isJsonObject(outer) ? (readObject(outer, 'error') ?? outer) : {}
  return {
    message: readString(error, 'message') ?? (isJsonObject(outer) ? readString(outer, 'error') : undefined) ?? '',
    type: readString(error, 'status'),
    code: readString(detailOf(error, 'google.rpc.ErrorInfo'), 'reason'),
    retryAfterMs: retryDelayOf(error) ?? retryAfterOf(status, headers),
  }
}
