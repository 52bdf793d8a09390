import type { JsonObject } from '../wire/json.ts'
import type { DialectId } from './dialect-id.ts'
import type { ChatRequest } from './request.ts'

/** The client's own body, as parsed. */
export interface RequestSource {
  readonly dialect: DialectId
  readonly body: JsonObject
}

/*
 * A request remembers the body it was read from, so that a provider of the same dialect gets every field the client
 * wrote, nested unknown ones included, without a second translation. The memory is no enumerable field, so copies are
 * without: whoever changes a request makes a new object, and the new object has no source. A stale body can't be sent by
 * forgetting. It is no `WeakMap` either: that would keep each body until the next collection of the old generation.
 */
const source = Symbol('source')

interface Sourced extends ChatRequest {
  readonly [source]?: RequestSource
}

/** Marks `request` as read from `origin` and gives it back. */
export function withSource(request: ChatRequest, origin: RequestSource): ChatRequest {
  return Object.defineProperty(request, source, { value: origin })
}

/** The body that exactly this request was read from, or `undefined` when it was built or changed since. */
export function sourceOf(request: Sourced): RequestSource | undefined {
  return request[source]
}
