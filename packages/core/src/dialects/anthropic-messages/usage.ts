import type { Usage } from '../../chat/usage.ts'
import { type JsonObject, readNumber, readObject, readString } from '../../wire/json.ts'
import { servedAs } from '../shared/served-as.ts'

/** Fast mode is told apart from the tier (platform.claude.com/docs, fast mode, 2026), and has a price of its own. */
function tierOf(usage: JsonObject): string | undefined {
  return readString(usage, 'speed') === 'fast' ? 'fast' : readString(usage, 'service_tier')
}

/** Anthropic counts cached and cache-write tokens beside `input_tokens`; we count them in. */
export function fromAnthropicUsage(usage: JsonObject): Usage {
  const cached = readNumber(usage, 'cache_read_input_tokens') ?? 0
  const written = readNumber(usage, 'cache_creation_input_tokens') ?? 0
  const inputTokens = (readNumber(usage, 'input_tokens') ?? 0) + cached + written
  const outputTokens = readNumber(usage, 'output_tokens') ?? 0
  return {
    inputTokens,
    outputTokens,
    totalTokens: inputTokens + outputTokens,
    cachedInputTokens: cached,
    cacheWriteTokens: written,
    reasoningTokens: readNumber(readObject(usage, 'output_tokens_details') ?? {}, 'thinking_tokens'),
    served: servedAs(tierOf(usage), readString(usage, 'inference_geo')),
    webSearches: readNumber(readObject(usage, 'server_tool_use') ?? {}, 'web_search_requests'),
    cacheWriteOneHourTokens: readNumber(readObject(usage, 'cache_creation') ?? {}, 'ephemeral_1h_input_tokens'),
  }
}

export function toAnthropicUsage(usage: Usage): JsonObject {
  const cached = usage.cachedInputTokens ?? 0
  const written = usage.cacheWriteTokens ?? 0
  return {
    input_tokens: Math.max(0, usage.inputTokens - cached - written),
    cache_creation_input_tokens: written,
    cache_read_input_tokens: cached,
    output_tokens: usage.outputTokens,
    ...(usage.reasoningTokens !== undefined && { output_tokens_details: { thinking_tokens: usage.reasoningTokens } }),
    ...(usage.webSearches !== undefined && { server_tool_use: { web_search_requests: usage.webSearches } }),
  }
}
