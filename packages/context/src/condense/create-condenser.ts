import type { TokenCounter } from '../tokens/token-counter.ts'
import { type AnalysisFigures, createAnalysisCache } from './analysis-cache.ts'
import type { CondenseRequest, CondenseResult } from './condense-request.ts'
import { condenseSteps, measureSteps } from './condense-steps.ts'
import type { CondenseTools } from './condense-tools.ts'
import { createLexicon } from './lexicon.ts'
import type { ConversationMessage } from './message.ts'
import { createPlainCounter } from './plain-counter.ts'
import type { Preservation } from './preservation.ts'
import { createProfileCache } from './profile-cache.ts'
import { runAtOnce, runInSlices, type SliceDeps } from './steps.ts'

export interface CondenserOptions {
  /** Counts as the model does that will read the answer. */
  readonly counter: TokenCounter
  /** The most memory for what is known of messages read before. Default 32 MiB. */
  readonly maxBytes?: number | undefined
}

export interface SlicedOptions {
  /** Longest stretch of work before the event loop gets its turn. Default 5 ms. */
  readonly sliceMs?: number | undefined
  readonly signal?: AbortSignal | undefined
}

/** Condenses conversations to a number of tokens, by choosing among their own sentences. */
export interface Condenser {
  /** Condenses at once. @throws CondenseError `invalid_request` or `context_length_exceeded` */
  readonly condense: (request: CondenseRequest) => CondenseResult
  /** The same answer, made in slices that give the event loop back. Rejects with the signal's reason when aborted. */
  readonly condenseInSlices: (request: CondenseRequest, deps: SliceDeps, options?: SlicedOptions) => Promise<CondenseResult>
  /** Says what of a conversation's history a text tells, whoever wrote it. */
  readonly measure: (messages: readonly ConversationMessage[], text: string) => Preservation
  /** How the memory of messages read before is used. */
  readonly figures: () => AnalysisFigures
  /** Forgets every message read before. */
  readonly clear: () => void
}

const defaultMaxBytes = 32 * 1024 * 1024
export const defaultSliceMs = 5

export function createCondenseTools({ counter, maxBytes = defaultMaxBytes }: CondenserOptions): CondenseTools {
  const plain = createPlainCounter(counter)
  const lexicon = createLexicon()
  const analyses = createAnalysisCache({ counter: plain, lexicon, familyCounter: counter, maxBytes })
  return { counter, plain, lexicon, analyses, profileOf: createProfileCache() }
}

/**
 * Condenses conversations offline by choosing what to keep: deterministic, never over the budget, no word that the source does not
 * have. Remembers messages read before, so that a grown conversation or another question costs little.
 *
 * @example
 * const condenser = createCondenser({ counter: await createTokenCounter('gpt-4o') })
 * const { summary } = condenser.condense({ messages, maxTokens: 512 })
 */
export function createCondenser(options: CondenserOptions): Condenser {
  const tools = createCondenseTools(options)
  return {
    condense: (request) => runAtOnce(condenseSteps(request, tools)),
    condenseInSlices: (request, deps, { sliceMs = defaultSliceMs, signal } = {}) =>
      runInSlices(condenseSteps(request, tools), { sliceMs, signal }, deps),
    measure: (messages, text) => runAtOnce(measureSteps(messages, text, tools)),
    figures: tools.analyses.figures,
    clear: tools.analyses.clear,
  }
}
