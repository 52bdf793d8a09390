import type { UpstreamError } from '../../errors/provider-error.ts'
import { isJsonObject, type JsonObject, readObject, readString } from '../../wire/json.ts'
import type { ClientError } from '../dialect.ts'
import { retryAfterOf } from '../shared/retry-after.ts'

function text(value: unknown): string | undefined {
  if (typeof value === 'string' && value !== '') return value
  return typeof value === 'number' ? String(value) : undefined
}

/** Mistral's validation errors: `detail` is a text or a list of `{loc, msg}`. */
function detailOf(body: JsonObject): string | undefined {
  const detail = body['detail']
  if (!Array.isArray(detail)) return text(detail)
  return detail
    .filter(isJsonObject)
    .map((one) => readString(one, 'msg') ?? '')
    .join('; ')
}

function messageOf(body: JsonObject, error: JsonObject): string {
  return text(error['message']) ?? text(body['error']) ?? text(body['message']) ?? detailOf(body) ?? ''
}

/**
 * Reads an error of OpenAI (`{error: {message, type, param, code}}`) and of those who speak its dialect: Mistral (flat,
 * or `detail`), xAI (`{code, error: "text"}`), Azure (a code and no type), OpenRouter (numeric codes).
 */
export function fromOpenAiError(status: number, headers: Readonly<Record<string, string>>, body: unknown): UpstreamError {
  const outer = isJsonObject(body) ? body : {}
  const error = readObject(outer, 'error') ?? outer
  return {
    message: messageOf(outer, error),
    type: text(error['type']),
    code: text(error['code']),
    param: text(error['param']),
    retryAfterMs: retryAfterOf(status, headers),
  }
}

/** The body of an error answer for a client. */
export function toOpenAiErrorBody(error: ClientError): JsonObject {
  return { error: { message: error.message, type: error.type, param: error.param, code: error.code } }
}
