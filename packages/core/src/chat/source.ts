import type { JsonObject } from '../wire/json.ts'
import type { DialectId } from './dialect-id.ts'
import type { ChatRequest } from './request.ts'

/** The client's own body, as parsed. */
export interface RequestSource {
  readonly dialect: DialectId
  readonly body: JsonObject
  /** The headers that belong to it: with others it is another question. */
  readonly headers?: Readonly<Record<string, string>> | undefined
  /** The bytes that `body` was parsed from, when they are at hand. */
  bytes?: Uint8Array | undefined
}

/*
 * A request remembers the body it was read from, so that a provider of the same dialect gets every field the client
 * wrote, nested unknown ones included, without a second translation. The field is not enumerable, so copies do not have it:
 * a filter that changes a request makes a new object, and the new object has no source. A `WeakMap` would keep each body
 * until the next collection of the old generation.
 */
const source = Symbol('source')

interface Sourced {
  readonly [source]?: RequestSource
}

/** Marks `request` as read from `origin` and returns it. */
export function withSource(request: ChatRequest, origin: RequestSource): ChatRequest {
  return Object.defineProperty(request, source, { value: origin })
}

/** The body that exactly this request was read from, or `undefined` when it was built or changed since. */
export function sourceOf(request: object): RequestSource | undefined {
  return (request as Sourced)[source] // only `withSource` can write the field
}

/** Keeps the bytes that a request's whole body was parsed from, so that they can be sent on as they are. */
export function keepBytes(request: ChatRequest, bytes: Uint8Array): void {
  const origin = sourceOf(request)
  if (origin !== undefined) origin.bytes = bytes
}
