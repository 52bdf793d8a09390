import type { Call } from '../call/call.ts'
import type { ChatRequest } from '../chat/request.ts'
import type { Deps } from '../deps.ts'
import type { Capabilities } from '../dialects/capabilities.ts'
import type { EncodedRequest } from '../dialects/dialect.ts'
import type { TransportRequest } from '../transport/transport.ts'
import type { AttemptTimeouts } from './attempt-timeouts.ts'
import type { Authorizer, PathTarget, ProviderDefinition } from './definition.ts'
import type { ProviderOptions } from './options.ts'
import { applyQuirks } from './quirks.ts'

/** A provider's row together with what the configuration says of it. */
export interface Endpoint {
  readonly definition: ProviderDefinition
  readonly options: ProviderOptions
  readonly origin: string
  /** The path of the base URL, without a slash at its end. */
  readonly basePath: string
  readonly authorize: Authorizer
  readonly timeouts: AttemptTimeouts
}

export function capabilitiesOf(definition: ProviderDefinition, model: string): Capabilities {
  return typeof definition.capabilities === 'function' ? definition.capabilities(model) : definition.capabilities
}

export function pathTarget(endpoint: Endpoint, model: string, stream: boolean): PathTarget {
  const configured = endpoint.options.models?.find((entry) => typeof entry !== 'string' && entry.id === model)
  const deployment = typeof configured === 'object' ? (configured.deployment ?? model) : model
  return { model, deployment, stream, options: endpoint.options }
}

/** The body for one model of an endpoint, in its dialect and with the vendor's quirks. */
export function encodeChat(endpoint: Endpoint, request: ChatRequest, model: string): EncodedRequest {
  const { definition } = endpoint
  const encoded = definition.dialect.upstream.toRequest(request, {
    model,
    capabilities: capabilitiesOf(definition, model),
    stream: request.stream === true,
  })
  return applyQuirks(encoded, definition.quirks)
}

/** Puts address, headers and proof of identity around a body. `undefined` as the body makes a GET. */
export async function toTransportRequest(endpoint: Endpoint, path: string, body: string | undefined): Promise<TransportRequest> {
  const { definition, options } = endpoint
  const method = body === undefined ? 'GET' : 'POST'
  const fullPath = endpoint.basePath + path
  const headers = {
    ...(body !== undefined && { 'content-type': 'application/json' }),
    ...definition.headers,
    ...options.headers,
  }
  const proof = endpoint.authorize({ method, url: endpoint.origin + fullPath, headers, body })
  const authorized = proof instanceof Promise ? await proof : proof
  return {
    method,
    origin: endpoint.origin,
    path: fullPath,
    headers: { ...headers, ...authorized },
    body,
    connectTimeoutMs: endpoint.timeouts.connectMs,
  }
}

/** Adds what travels with the attempt under way. It replaces nothing that the provider needs. */
export function withOutgoingHeaders(request: TransportRequest, { attempt, outgoingHeaders }: Call): TransportRequest {
  if (attempt === undefined || outgoingHeaders === undefined) return request
  return { ...request, headers: { ...outgoingHeaders(attempt), ...request.headers } }
}

/** Splits a base URL, taking off a version suffix that our paths bring themselves. */
export function splitBaseUrl(baseUrl: string, suffixes: readonly string[] = []): { readonly origin: string; readonly basePath: string } {
  const url = new URL(baseUrl)
  const path = url.pathname.replace(/\/+$/, '')
  const suffix = suffixes.find((candidate) => path.endsWith(candidate))
  return { origin: url.origin, basePath: suffix === undefined ? path : path.slice(0, -suffix.length) }
}

export function createEndpoint(
  definition: ProviderDefinition,
  options: ProviderOptions,
  context: { readonly deps: Deps; readonly timeouts: AttemptTimeouts; readonly baseUrl: string },
): Endpoint {
  return {
    definition,
    options,
    ...splitBaseUrl(context.baseUrl, definition.versionSuffixes),
    authorize: definition.auth(options, context.deps),
    timeouts: context.timeouts,
  }
}
