import { classifyFailure } from '../errors/classify-failure.ts'
import type { FailureClass } from '../errors/failure-class.ts'
import { isProviderError, ProviderError } from '../errors/provider-error.ts'
import { isProxyApiError, type ProxyApiError } from '../errors/proxy-api-error.ts'
import type { TransportAnswer } from '../transport/transport.ts'
import { isTransportError, type TransportErrorKind } from '../transport/transport-error.ts'
import { isJsonObject, type JsonObject } from '../wire/json.ts'
import { isWireError } from '../wire/wire-error.ts'
import type { Endpoint } from './encode-call.ts'

/** Provider error texts are shown and logged no longer than this. */
const maxMessage = 2_000

const faults: Readonly<Record<TransportErrorKind, FailureClass>> = {
  connect: 'connection',
  'connect-timeout': 'timeout',
  reset: 'connection',
  encoding: 'invalid_response',
  protocol: 'invalid_response',
}

/** A time limit of an attempt, by the name that configuration gives it. */
export interface TimeLimit {
  readonly name: 'connect' | 'first_token' | 'idle' | 'plain' | 'total' | 'probe'
  readonly ms: number
}

const missing: Readonly<Record<TimeLimit['name'], string>> = {
  connect: 'no connection',
  first_token: 'no answer',
  plain: 'no answer',
  probe: 'no answer',
  idle: 'no event',
  total: 'no end',
}

/** A timer ran out: the provider was silent for too long. */
export function timeoutError(provider: string, limit: TimeLimit): ProviderError {
  return new ProviderError({
    failure: 'timeout',
    provider,
    message: `The provider "${provider}" gave ${missing[limit.name]} in time.`,
    limit,
  })
}

function renamed(error: ProviderError, provider: string): ProviderError {
  if (error.provider !== '') return error
  return new ProviderError({
    failure: error.failure,
    provider,
    message: error.message,
    status: error.upstreamStatus,
    type: error.upstreamType,
    code: error.upstreamCode,
    param: error.param,
    retryAfterMs: error.retryAfterMs,
    limit: error.limit,
    cause: error.cause,
  })
}

/** Any failure of an attempt as one of ours. Cancellations and deadlines stay what they are. */
export function toProviderError(error: unknown, provider: string): ProxyApiError {
  if (isProviderError(error)) return renamed(error, provider)
  if (isProxyApiError(error)) return error
  if (isTransportError(error))
    return new ProviderError({ failure: faults[error.fault], provider, message: `${error.message} (provider "${provider}")`, cause: error })
  if (isWireError(error)) return new ProviderError({ failure: 'invalid_response', provider, message: error.message, cause: error })
  return new ProviderError({
    failure: 'invalid_response',
    provider,
    message: `The answer of "${provider}" could not be read.`,
    cause: error,
  })
}

function isRefusal(answer: TransportAnswer, body: unknown): body is JsonObject {
  return (
    answer.status >= 400 ||
    (isJsonObject(body) &&
      body['error'] !== undefined &&
      body['error'] !== null &&
      body['choices'] === undefined &&
      body['output'] === undefined)
  )
}

/** What the provider refused with; `undefined` when the body is no refusal. Redirects and HTML pages are bad answers. */
export function refusalOf(endpoint: Endpoint, answer: TransportAnswer, body: unknown): ProviderError | undefined {
  const { definition, options } = endpoint
  const { status, headers } = answer
  if (status >= 300 && status < 400)
    return new ProviderError({
      failure: 'invalid_response',
      provider: options.name,
      status,
      message: 'The provider answered with a redirect.',
    })
  if (!isRefusal(answer, body)) return undefined
  const fault = definition.dialect.fromError(status, headers, body)
  const inner = Number(fault.code)
  // OpenRouter and others report a refusal inside a 200 by a numeric code.
  const effective = status >= 400 ? status : inner >= 400 && inner < 600 ? inner : 502
  const failure = classifyFailure(effective, fault, definition.failures)
  const message = fault.message === '' ? `The provider answered ${effective}.` : fault.message.slice(0, maxMessage)
  return new ProviderError({ ...fault, message, failure, provider: options.name, status: effective })
}
