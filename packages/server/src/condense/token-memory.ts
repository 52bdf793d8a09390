import type { ChatRequest } from '@proxyapi/core'
import { estimateTokens } from './token-bound.ts'

/** What is known of requests' lengths. */
export interface TokenMemory {
  readonly remember: (request: ChatRequest, tokens: number) => void
  /** Exact where somebody has counted, by characters elsewhere: the router asks for every request. */
  readonly countTokens: (request: ChatRequest) => number
}

/** Remembers counts for as long as their requests live. */
export function createTokenMemory(): TokenMemory {
  const counted = new WeakMap<ChatRequest, number>()
  return {
    remember: (request, tokens) => void counted.set(request, tokens),
    countTokens: (request) => counted.get(request) ?? estimateTokens(request),
  }
}
