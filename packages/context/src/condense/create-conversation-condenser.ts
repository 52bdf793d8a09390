import type { AnalysisFigures } from './analysis-cache.ts'
import { type ConversationRequest, type ConversationResult, conversationSteps } from './condense-conversation.ts'
import { type CondenserOptions, createCondenseTools, defaultSliceMs, type SlicedOptions } from './create-condenser.ts'
import { createPrefixCache } from './prefix-cache.ts'
import { runAtOnce, runInSlices, type SliceDeps } from './steps.ts'

export interface ConversationCondenserOptions extends CondenserOptions {
  /** The most memory for condensed prefixes. Default 16 MiB. */
  readonly maxPrefixBytes?: number | undefined
}

/** Keeps growing conversations within a limit, with a beginning that stays the same from request to request. */
export interface ConversationCondenser {
  /** Condenses a conversation that is over its limit. @throws CondenseError `invalid_request` for a limit that is not a whole number from 1 on */
  readonly condense: (request: ConversationRequest) => ConversationResult
  /** The same answer, made in slices that give the event loop back. */
  readonly condenseInSlices: (request: ConversationRequest, deps: SliceDeps, options?: SlicedOptions) => Promise<ConversationResult>
  readonly figures: () => AnalysisFigures
  readonly clear: () => void
}

const defaultPrefixBytes = 16 * 1024 * 1024

/**
 * Keeps growing conversations under a limit. System prompts and the last user turn stay word for word, tool calls stay with their results,
 * and the prefix stays byte for byte the same until the limit is crossed again.
 *
 * @example
 * const conversations = createConversationCondenser({ counter: await createTokenCounter('gpt-4o') })
 * const result = conversations.condense({ messages, threshold: 8_000 })
 * if (result.type !== 'refused') send(result.messages)
 */
export function createConversationCondenser(options: ConversationCondenserOptions): ConversationCondenser {
  const tools = createCondenseTools(options)
  const prefixes = createPrefixCache(options.maxPrefixBytes ?? defaultPrefixBytes)
  return {
    condense: (request) => runAtOnce(conversationSteps(request, prefixes, tools)),
    condenseInSlices: (request, deps, { sliceMs = defaultSliceMs, signal } = {}) =>
      runInSlices(conversationSteps(request, prefixes, tools), { sliceMs, signal }, deps),
    figures: tools.analyses.figures,
    clear() {
      tools.analyses.clear()
      prefixes.clear()
    },
  }
}
