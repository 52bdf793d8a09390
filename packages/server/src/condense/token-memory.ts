import type { ChatRequest } from '@proxyapi/core'
import { estimateTokens } from './token-bound.ts'

/** Lengths of requests in tokens. */
export interface TokenMemory {
  readonly remember: (request: ChatRequest, tokens: number) => void
  /** The exact count where one was made before, otherwise an estimate by characters: the router asks for every request. */
  readonly countTokens: (request: ChatRequest) => number
}

/** Keeps counts as long as their request objects exist. */
export function createTokenMemory(): TokenMemory {
  const counted = new WeakMap<ChatRequest, number>()
  return {
    remember: (request, tokens) => void counted.set(request, tokens),
    countTokens: (request) => counted.get(request) ?? estimateTokens(request),
  }
}
