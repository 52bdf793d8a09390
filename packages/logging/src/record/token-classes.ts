import type { UsageRecord } from './call-record.ts'

/** Tokens of which each is counted once: their sum is what went in and what came out. */
export interface TokenClasses {
  readonly uncachedInputTokens: number
  readonly cachedInputTokens: number
  /** Without those kept for an hour. */
  readonly cacheWriteTokens: number
  readonly cacheWriteOneHourTokens: number
  readonly audioInputTokens: number
  /** Without reasoning and audio. */
  readonly outputTokens: number
  readonly reasoningTokens: number
  readonly audioOutputTokens: number
}

const count = (tokens: number | undefined): number => (tokens !== undefined && tokens > 0 ? Math.trunc(Math.min(tokens, 1e12)) : 0)

/** Takes parts from a whole, none more than is left of it: providers have been seen to report parts larger than the whole. */
function takeParts(whole: number, parts: readonly number[]): readonly number[] {
  let left = whole
  const taken = parts.map((part) => {
    const share = Math.min(part, left)
    left -= share
    return share
  })
  return [...taken, left]
}

export function toTokenClasses(usage: UsageRecord | undefined): TokenClasses {
  const [cached = 0, oneHour = 0, cacheWrite = 0, audioInput = 0, uncached = 0] = takeParts(count(usage?.inputTokens), [
    count(usage?.cachedInputTokens),
    count(usage?.cacheWriteOneHourTokens),
    Math.max(0, count(usage?.cacheWriteTokens) - count(usage?.cacheWriteOneHourTokens)),
    count(usage?.audioInputTokens),
  ])
  const [reasoning = 0, audioOutput = 0, output = 0] = takeParts(count(usage?.outputTokens), [
    count(usage?.reasoningTokens),
    count(usage?.audioOutputTokens),
  ])
  return {
    uncachedInputTokens: uncached,
    cachedInputTokens: cached,
    cacheWriteTokens: cacheWrite,
    cacheWriteOneHourTokens: oneHour,
    audioInputTokens: audioInput,
    outputTokens: output,
    reasoningTokens: reasoning,
    audioOutputTokens: audioOutput,
  }
}
