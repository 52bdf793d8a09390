import type { DialectId } from '../dialects/dialect-id.ts'
import type { JsonObject } from '../wire/json.ts'
import type { ChatRequest } from './request.ts'

/** The client's own body, as parsed. */
export interface RequestSource {
  readonly dialect: DialectId
  readonly body: JsonObject
}

/*
 * A request remembers the body it was read from, so that a provider of the same dialect gets every field the client
 * wrote, nested unknown ones included, without a second translation. The memory hangs on the object's identity: whoever
 * changes a request makes a new object, and the new object has no source. A stale body can't be sent by forgetting.
 */
const sources = new WeakMap<ChatRequest, RequestSource>()

/** Marks `request` as read from `source` and gives it back. */
export function withSource(request: ChatRequest, source: RequestSource): ChatRequest {
  sources.set(request, source)
  return request
}

/** The body that exactly this request was read from, or `undefined` when it was built or changed since. */
export function sourceOf(request: ChatRequest): RequestSource | undefined {
  return sources.get(request)
}
