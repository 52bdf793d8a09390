import { classByRows, classifyFailure } from '../errors/classify-failure.ts'
import { failurePolicies } from '../errors/failure.table.ts'
import type { FailureClass } from '../errors/failure-class.ts'
import { isProviderError, ProviderError, type ProviderErrorOptions } from '../errors/provider-error.ts'
import { isProxyApiError, type ProxyApiError } from '../errors/proxy-api-error.ts'
import type { TransportAnswer } from '../transport/transport.ts'
import { causeCodeOf, isTransportError, type TransportErrorKind } from '../transport/transport-error.ts'
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

const ownWords: Readonly<Partial<Record<FailureClass, (provider: string) => string>>> = {
  quota: (provider) => `The gateway's account at the provider "${provider}" can't be used for now.`,
  authentication: (provider) => `The provider "${provider}" refused the gateway's credential or account.`,
}

/** A refusal with the words that a client may read; what the provider said of the operator's account is for the operator. */
function refused(options: ProviderErrorOptions): ProviderError {
  const { failure, provider, message } = options
  const own = failurePolicies[failure].words === 'own' ? ownWords[failure] : undefined
  return new ProviderError(own === undefined ? options : { ...options, message: own(provider), detail: message })
}

/** An error that a dialect read out of a stream: it knows neither the provider's name nor its rows. */
function completed(error: ProviderError, { options, definition }: Endpoint): ProviderError {
  if (error.provider !== '') return error
  const { message, upstreamStatus: status, upstreamType: type, upstreamCode: code, param, retryAfterMs, limit, cause } = error
  const said = { message, type, code, param, retryAfterMs }
  const failure = classByRows(definition.failures ?? [], status ?? 500, said) ?? error.failure
  return refused({ ...said, failure, provider: options.name, status, limit, cause })
}

/** Any failure of an attempt as one of ours. Cancellations and deadlines stay what they are. */
export function toProviderError(error: unknown, endpoint: Endpoint): ProxyApiError {
  const provider = endpoint.options.name
  if (isProviderError(error)) return completed(error, endpoint)
  if (isProxyApiError(error)) return error
  if (isTransportError(error)) {
    const message = `${error.message} (provider "${provider}")`
    return new ProviderError({ failure: faults[error.fault], provider, message, causeCode: causeCodeOf(error), cause: error })
  }
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

/** Nobody there knows the path that we asked for: more likely the address is wrong than the model. */
function noSuchPath(provider: string, status: number): ProviderError {
  const message = `The provider "${provider}" answered ${status} as if there were no such path: its base_url may be wrong.`
  return new ProviderError({ failure: 'invalid_response', provider, status, message })
}

/** An answer's headers with the time that dates in them are measured from: its own, or ours where it tells none. */
function withDate(headers: TransportAnswer['headers'], { now }: Endpoint): TransportAnswer['headers'] {
  return Number.isNaN(Date.parse(headers['date'] ?? '')) ? { ...headers, date: new Date(now()).toUTCString() } : headers
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
  const fault = definition.dialect.fromError(status, withDate(headers, endpoint), body)
  const inner = Number(fault.code)
  // OpenRouter and others report a refusal inside a 200 by a numeric code.
  const effective = status >= 400 ? status : inner >= 400 && inner < 600 ? inner : 502
  const failure = classifyFailure(effective, fault, definition.failures)
  const message = fault.message === '' ? `The provider answered ${effective}.` : fault.message.slice(0, maxMessage)
  if ((status === 404 || status === 405) && (failure === 'invalid_response' || !isJsonObject(body))) return noSuchPath(options.name, status)
  return refused({ ...fault, message, failure, provider: options.name, status: effective })
}
