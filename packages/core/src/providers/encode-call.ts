import type { AttemptScope } from '../call/attempt.ts'
import { defaultTimeouts } from '../call/attempt-timeouts.ts'
import type { Call } from '../call/call.ts'
import type { Awaitable } from '../call/operation.ts'
import type { Deps } from '../deps.ts'
import type { TransportRequest } from '../transport/transport.ts'
import { configuredModel } from './configured-model.ts'
import type { Authorizer, PathTarget, ProviderDefinition } from './definition.ts'
import type { ProviderOptions } from './options.ts'
import { withoutTrailingSlashes } from './without-trailing-slashes.ts'

/** A provider's row together with its configuration. */
export interface Endpoint {
  readonly definition: ProviderDefinition
  readonly options: ProviderOptions
  readonly origin: string
  /** The path of the base URL, without a slash at its end. */
  readonly basePath: string
  /** The query of the base URL, which goes along with every request; empty where it has none. */
  readonly query: string
  readonly authorize: Authorizer
  readonly now: () => number
  /** Headers of every request with a body, before the proof of identity. */
  readonly headers: Readonly<Record<string, string>>
}

export function pathTarget({ options }: Endpoint, model: string, stream: boolean): PathTarget {
  const deployment = configuredModel(options, model)?.deployment ?? model
  return { model, deployment, stream, options }
}

/** What is sent to a path of an endpoint. */
export interface Outgoing {
  /** `undefined` makes a GET. */
  readonly body?: string | Uint8Array<ArrayBuffer> | undefined
  /** What the body needs beyond the headers of all requests, by names in lower case. */
  readonly headers?: Readonly<Record<string, string>> | undefined
  /** `undefined` is the provider's own. */
  readonly connectTimeoutMs?: number | undefined
}

/** Headers whose values are lists: a client's are added to those of the configuration. */
const listHeaders: ReadonlySet<string> = new Set(['anthropic-beta'])

/** A body's headers go before the row's, and the configuration's before both. */
function withNeededHeaders(
  own: Readonly<Record<string, string>>,
  needed: Readonly<Record<string, string>>,
  configured: Readonly<Record<string, string>> = {},
): Readonly<Record<string, string>> {
  const headers: Record<string, string> = { ...own }
  for (const [name, value] of Object.entries(needed)) {
    const fixed = Object.keys(configured).find((key) => key.toLowerCase() === name)
    if (fixed === undefined) headers[name] = value
    else if (listHeaders.has(name)) headers[fixed] = `${configured[fixed] ?? ''},${value}`
  }
  return headers
}

/** What the configuration says goes before what a path brings itself. */
function withQuery(path: string, query: string): string {
  const start = path.indexOf('?')
  const parameters = new URLSearchParams(start === -1 ? '' : path.slice(start + 1))
  for (const name of new Set(new URLSearchParams(query).keys())) parameters.delete(name)
  for (const [name, value] of new URLSearchParams(query)) parameters.append(name, value)
  return `${start === -1 ? path : path.slice(0, start)}?${parameters.toString()}`
}

/** Puts address, headers and proof of identity around a body. */
export function toTransportRequest(
  endpoint: Endpoint,
  path: string,
  { body, headers: needed, connectTimeoutMs = endpoint.options.timeouts?.connectMs ?? defaultTimeouts.connectMs }: Outgoing = {},
): Awaitable<TransportRequest> {
  const { definition, options, origin } = endpoint
  const method = body === undefined ? 'GET' : 'POST'
  const fullPath = endpoint.query === '' ? endpoint.basePath + path : withQuery(endpoint.basePath + path, endpoint.query)
  const own = body === undefined ? { ...definition.headers, ...options.headers } : endpoint.headers
  const headers = needed === undefined ? own : withNeededHeaders(own, needed, options.headers)
  const proof = endpoint.authorize({ method, url: origin + fullPath, headers, body })
  const withProof = (authorized: Readonly<Record<string, string>>): TransportRequest => ({
    method,
    origin,
    path: fullPath,
    headers: { ...headers, ...authorized },
    body,
    connectTimeoutMs,
  })
  return proof instanceof Promise ? proof.then(withProof) : withProof(proof)
}

/** Adds what travels with an attempt. It replaces nothing that the provider needs. */
export function withOutgoingHeaders(request: TransportRequest, { outgoingHeaders }: Call, { record }: AttemptScope): TransportRequest {
  if (outgoingHeaders === undefined) return request
  return { ...request, headers: { ...outgoingHeaders(record), ...request.headers } }
}

/** Splits a base URL, taking off a version suffix that our paths bring themselves. */
function splitBaseUrl(baseUrl: string, suffixes: readonly string[] = []): Pick<Endpoint, 'origin' | 'basePath' | 'query'> {
  const url = new URL(baseUrl)
  const path = withoutTrailingSlashes(url.pathname)
  const suffix = suffixes.find((candidate) => path.endsWith(candidate))
  return { origin: url.origin, basePath: suffix === undefined ? path : path.slice(0, -suffix.length), query: url.search.slice(1) }
}

export function createEndpoint(
  definition: ProviderDefinition,
  options: ProviderOptions,
  context: { readonly deps: Deps; readonly baseUrl: string },
): Endpoint {
  return {
    definition,
    options,
    ...splitBaseUrl(context.baseUrl, definition.versionSuffixes),
    authorize: definition.auth(options, context.deps),
    now: context.deps.now,
    headers: { 'content-type': 'application/json', ...definition.headers, ...options.headers },
  }
}
