import type { UpstreamFault } from '../../errors/provider-error.ts'
import { isJsonObject, type JsonObject, readArray, readObject, readString } from '../../wire/json.ts'
import { retryAfterOf } from '../shared/retry-after.ts'

function detailsOf(error: JsonObject, type: string): JsonObject | undefined {
  return readArray(error, 'details')
    ?.filter(isJsonObject)
    .find((detail) => readString(detail, '@type')?.endsWith(type))
}

/** `RetryInfo.retryDelay` in the body, such as `"13.5s"`: Google sends no header. */
function retryDelayOf(error: JsonObject): number | undefined {
  const seconds = Number.parseFloat(readString(detailsOf(error, 'RetryInfo') ?? {}, 'retryDelay') ?? '')
  return Number.isFinite(seconds) && seconds >= 0 ? Math.ceil(seconds * 1000) : undefined
}

/** Reads `{error: {code, message, status, details}}`, alone or in a list. A wrong key is a 400 whose reason says so. */
export function fromGeminiError(_status: number, headers: Readonly<Record<string, string>>, body: unknown): UpstreamFault {
  const outer: unknown = Array.isArray(body) ? body[0] : body
  const error = isJsonObject(outer) ? (readObject(outer, 'error') ?? outer) : {}
  return {
    message: readString(error, 'message') ?? '',
    type: readString(error, 'status'),
    code: readString(detailsOf(error, 'ErrorInfo') ?? {}, 'reason'),
    retryAfterMs: retryDelayOf(error) ?? retryAfterOf(headers),
  }
}
