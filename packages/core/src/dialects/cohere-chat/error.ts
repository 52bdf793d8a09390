import type { UpstreamFault } from '../../errors/provider-error.ts'
import { isJsonObject, readString } from '../../wire/json.ts'
import { retryAfterOf } from '../shared/retry-after.ts'

/** Reads `{id, message}`; some carry an `error_type`. */
export function fromCohereError(_status: number, headers: Readonly<Record<string, string>>, body: unknown): UpstreamFault {
  const error = isJsonObject(body) ? body : {}
  return { message: readString(error, 'message') ?? readString(error, 'error') ?? '', type: readString(error, 'error_type'), retryAfterMs: retryAfterOf(headers) }
}
