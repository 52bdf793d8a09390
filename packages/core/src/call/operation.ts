import type { Call } from './call.ts'
import type { ChatAnswer } from '../chat/answer.ts'
import type { ChatRequest } from '../chat/request.ts'

/**
 * One idea carries the engine: a service is a function. A provider is a `ChatHandler`, a router over providers is one,
 * and so is everything composed of them. (After Eriksen, "Your server as a function", 2013.)
 */
export type ChatHandler = (request: ChatRequest, call: Call) => Promise<ChatAnswer>

/** Wraps a handler and gives one back: retry, cache, limits, observation. */
export type ChatFilter = (next: ChatHandler) => ChatHandler

/** Puts filters before a handler; the first named is the first to see the request. */
export function compose(filters: readonly ChatFilter[], handler: ChatHandler): ChatHandler {
  return filters.reduceRight((next, filter) => filter(next), handler)
}
