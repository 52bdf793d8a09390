import { classifyFailure } from '../../errors/classify-failure.ts'
import { ProviderError, type UpstreamError } from '../../errors/provider-error.ts'
import { isJsonObject, type JsonObject, parseJson, readNumber, readString } from '../../wire/json.ts'
import type { WireEvent } from '../../wire/wire-event.ts'
import { retryAfterOf } from '../shared/retry-after.ts'
import { bedrockFailures } from './failures.table.ts'

function messageOf(error: JsonObject): string | undefined {
  return readString(error, 'message') ?? readString(error, 'Message') ?? readString(error, 'originalMessage')
}

/** `ValidationException` out of `ValidationException:http://…` or `com.amazon.coral.service#ValidationException`. */
function kindOf(type: string | undefined): string | undefined {
  return type?.split(':', 1)[0]?.replace(/^.*#/, '')
}

/** Reads an error answer: the body is `{message}`, the kind stands in a header. */
export function fromBedrockError(status: number, headers: Readonly<Record<string, string>>, body: unknown): UpstreamError {
  const error = isJsonObject(body) ? body : {}
  return {
    message: messageOf(error) ?? '',
    type: kindOf(headers['x-amzn-errortype'] ?? readString(error, '__type')),
    retryAfterMs: retryAfterOf(status, headers),
  }
}

/** The status that the same exception has as an ordinary error answer (Converse's reference, 2026-08). */
const statuses: Readonly<Record<string, number>> = {
  validationException: 400,
  accessDeniedException: 403,
  resourceNotFoundException: 404,
  modelTimeoutException: 408,
  modelStreamErrorException: 424,
  throttlingException: 429,
  internalServerException: 500,
  serviceUnavailableException: 503,
}

/** Reads the exception that ends a stream. Its name is that of the error, in lower camel case. */
export function fromBedrockException(event: WireEvent): ProviderError {
  const parsed = parseJson(event.data)
  const body = isJsonObject(parsed) ? parsed : {}
  const type = `${event.name.charAt(0).toUpperCase()}${event.name.slice(1)}`
  const upstreamError = { message: messageOf(body) ?? 'The provider broke the answer off.', type }
  const status = (Object.hasOwn(statuses, event.name) ? statuses[event.name] : undefined) ?? readNumber(body, 'originalStatusCode') ?? 500
  return new ProviderError({ ...upstreamError, failure: classifyFailure(status, upstreamError, bedrockFailures), provider: '' })
}
