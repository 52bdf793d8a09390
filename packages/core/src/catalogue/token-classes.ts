import type { Usage } from '../chat/usage.ts'

/** The tokens of a call in classes that share none (together they are its input and output), and its search units. */
export interface TokenClasses {
  readonly input: number
  readonly cachedInput: number
  readonly cacheWrite: number
  readonly cacheWriteOneHour: number
  readonly audioInput: number
  readonly output: number
  readonly reasoning: number
  readonly audioOutput: number
  readonly imageInput: number
  readonly imageOutput: number
  /** No tokens: searches of the web by the provider's own tool. */
  readonly webSearches: number
  /** No tokens: what rerank is billed by at some vendors. */
  readonly searchUnits: number
}

/** More tokens than any call has; with `maxUsdPerMillion` it keeps sums within the safe integers. */
const maxTokens = 1e9

/** More searches than any call makes; with their highest price sums stay within the safe integers. */
const maxSearches = 1e6

/** Turns what an upstream states into a whole number from 0 to `maxTokens`. */
function count(value: number | undefined): number {
  return value !== undefined && value > 0 ? Math.floor(Math.min(value, maxTokens)) : 0
}

/**
 * Takes the parts out of their wholes. A part never takes more than is left of its whole, so that no token is billed twice: reads
 * from the cache first, then writes to it, then audio and images. That makes cached audio count as cached, for usage does not tell which it was.
 * Where the provider charges other tokens than it counts, those that are charged are taken.
 */
export function toTokenClasses(usage: Usage): TokenClasses {
  const allInput = count(usage.billedInputTokens ?? usage.inputTokens)
  const allOutput = count(usage.billedOutputTokens ?? usage.outputTokens)
  const cachedInput = Math.min(count(usage.cachedInputTokens), allInput)
  const written = Math.min(count(usage.cacheWriteTokens), allInput - cachedInput)
  const cacheWriteOneHour = Math.min(count(usage.cacheWriteOneHourTokens), written)
  const audioInput = Math.min(count(usage.audioInputTokens), allInput - cachedInput - written)
  const imageInput = Math.min(count(usage.imageInputTokens), allInput - cachedInput - written - audioInput)
  const reasoning = Math.min(count(usage.reasoningTokens), allOutput)
  const audioOutput = Math.min(count(usage.audioOutputTokens), allOutput - reasoning)
  const imageOutput = Math.min(count(usage.imageOutputTokens), allOutput - reasoning - audioOutput)
  return {
    input: allInput - cachedInput - written - audioInput - imageInput,
    cachedInput,
    cacheWrite: written - cacheWriteOneHour,
    cacheWriteOneHour,
    audioInput,
    output: allOutput - reasoning - audioOutput - imageOutput,
    reasoning,
    audioOutput,
    imageInput,
    imageOutput,
    webSearches: Math.min(count(usage.webSearches), maxSearches),
    searchUnits: count(usage.searchUnits),
  }
}
