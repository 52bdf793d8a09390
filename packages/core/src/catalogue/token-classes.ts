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
  /** No tokens: what rerank is billed by at some vendors. */
  readonly searchUnits: number
}

/** More tokens than any call has; with `maxUsdPerMillion` it keeps sums within the safe integers. */
const maxTokens = 1e9

/** Turns what an upstream states into a whole number from 0 to `maxTokens`. */
function count(value: number | undefined): number {
  return value !== undefined && value > 0 ? Math.floor(Math.min(value, maxTokens)) : 0
}

/**
 * Takes the parts out of their wholes. A part never takes more than is left of its whole, so that no token is billed twice: reads
 * from the cache first, then writes to it, then audio. That makes cached audio count as cached, for usage does not tell which it was.
 */
export function toTokenClasses(usage: Usage): TokenClasses {
  const allInput = count(usage.inputTokens)
  const allOutput = count(usage.outputTokens)
  const cachedInput = Math.min(count(usage.cachedInputTokens), allInput)
  const written = Math.min(count(usage.cacheWriteTokens), allInput - cachedInput)
  const cacheWriteOneHour = Math.min(count(usage.cacheWriteOneHourTokens), written)
  const audioInput = Math.min(count(usage.audioInputTokens), allInput - cachedInput - written)
  const reasoning = Math.min(count(usage.reasoningTokens), allOutput)
  const audioOutput = Math.min(count(usage.audioOutputTokens), allOutput - reasoning)
  return {
    input: allInput - cachedInput - written - audioInput,
    cachedInput,
    cacheWrite: written - cacheWriteOneHour,
    cacheWriteOneHour,
    audioInput,
    output: allOutput - reasoning - audioOutput,
    reasoning,
    audioOutput,
    searchUnits: count(usage.searchUnits),
  }
}
