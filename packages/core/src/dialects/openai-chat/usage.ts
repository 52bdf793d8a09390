import type { Usage } from '../../chat/usage.ts'
import { type JsonObject, readNumber, readObject, readString } from '../../wire/json.ts'
import { servedAs } from '../shared/served-as.ts'
import { toldNanoUsd } from '../shared/told-cost.ts'

/** Searches by the vendor's own tool: OpenRouter counts them as Anthropic does, Perplexity and xAI by names of their own (their API references, 2026). */
function searchesOf(usage: JsonObject): number | undefined {
  const tools = readObject(usage, 'server_tool_use') ?? readObject(usage, 'server_side_tool_usage_details')
  if (tools === undefined) return readNumber(usage, 'num_search_queries')
  return readNumber(tools, 'web_search_requests') ?? readNumber(tools, 'web_search_calls')
}

/**
 * Reads OpenAI-style usage. Two vendors count differently and are corrected here: DeepSeek names cached tokens
 * `prompt_cache_hit_tokens`, and xAI leaves reasoning out of `completion_tokens` though not out of the total.
 * The service tier stands beside the usage, in `body`.
 */
export function fromOpenAiUsage(usage: JsonObject, body: JsonObject = {}): Usage {
  const input = readNumber(usage, 'prompt_tokens') ?? 0
  const completion = readNumber(usage, 'completion_tokens') ?? 0
  const inputDetails = readObject(usage, 'prompt_tokens_details')
  const outputDetails = readObject(usage, 'completion_tokens_details')
  const reasoning = outputDetails && readNumber(outputDetails, 'reasoning_tokens')
  const total = readNumber(usage, 'total_tokens') ?? input + completion
  const reasoningLeftOut = reasoning !== undefined && reasoning > 0 && total === input + completion + reasoning
  return {
    inputTokens: input,
    outputTokens: reasoningLeftOut ? completion + reasoning : completion,
    totalTokens: total,
    cachedInputTokens: (inputDetails && readNumber(inputDetails, 'cached_tokens')) ?? readNumber(usage, 'prompt_cache_hit_tokens'),
    cacheWriteTokens: inputDetails && readNumber(inputDetails, 'cache_write_tokens'),
    reasoningTokens: reasoning,
    audioInputTokens: inputDetails && readNumber(inputDetails, 'audio_tokens'),
    audioOutputTokens: outputDetails && readNumber(outputDetails, 'audio_tokens'),
    imageInputTokens: inputDetails && readNumber(inputDetails, 'image_tokens'),
    imageOutputTokens: outputDetails && readNumber(outputDetails, 'image_tokens'),
    webSearches: searchesOf(usage),
    served: servedAs(readString(body, 'service_tier') ?? readString(usage, 'service_tier')),
    toldNanoUsd: toldNanoUsd(usage),
  }
}

/** Whether the vendor's own figures, which are `read`, already count as OpenAI counts. */
export function isOpenAiCount(usage: JsonObject, read: Usage): boolean {
  return read.outputTokens === (readNumber(usage, 'completion_tokens') ?? 0) && readNumber(usage, 'total_tokens') !== undefined
}

/** The vendor's own usage, every figure of it, with the totals counted as OpenAI counts. */
export function withOpenAiCount(usage: JsonObject): JsonObject {
  const { inputTokens, outputTokens, totalTokens } = fromOpenAiUsage(usage)
  return { ...usage, prompt_tokens: inputTokens, completion_tokens: outputTokens, total_tokens: totalTokens }
}

export function toOpenAiUsage(usage: Usage): JsonObject {
  return {
    prompt_tokens: usage.inputTokens,
    completion_tokens: usage.outputTokens,
    total_tokens: usage.totalTokens,
    prompt_tokens_details: {
      cached_tokens: usage.cachedInputTokens ?? 0,
      audio_tokens: usage.audioInputTokens ?? 0,
      ...(usage.cacheWriteTokens !== undefined && { cache_write_tokens: usage.cacheWriteTokens }),
      ...(usage.imageInputTokens !== undefined && { image_tokens: usage.imageInputTokens }),
    },
    completion_tokens_details: {
      reasoning_tokens: usage.reasoningTokens ?? 0,
      audio_tokens: usage.audioOutputTokens ?? 0,
      ...(usage.imageOutputTokens !== undefined && { image_tokens: usage.imageOutputTokens }),
    },
    ...(usage.webSearches !== undefined && { server_tool_use: { web_search_requests: usage.webSearches } }),
  }
}
