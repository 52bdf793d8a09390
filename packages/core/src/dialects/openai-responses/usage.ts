import type { Usage } from '../../chat/usage.ts'
import { isJsonObject, type JsonObject, readArray, readNumber, readObject, readString } from '../../wire/json.ts'
import { servedAs } from '../shared/served-as.ts'
import { toldNanoUsd } from '../shared/told-cost.ts'

/** Searches are items of the output. */
function searchesOf(body: JsonObject): number | undefined {
  let sum = 0
  for (const item of readArray(body, 'output') ?? []) if (isJsonObject(item) && item['type'] === 'web_search_call') sum++
  return sum === 0 ? undefined : sum
}

/** The service tier and the searches stand beside the usage, in `body`. */
export function fromResponsesUsage(usage: JsonObject, body: JsonObject = {}): Usage {
  const inputTokens = readNumber(usage, 'input_tokens') ?? 0
  const outputTokens = readNumber(usage, 'output_tokens') ?? 0
  return {
    inputTokens,
    outputTokens,
    totalTokens: readNumber(usage, 'total_tokens') ?? inputTokens + outputTokens,
    cachedInputTokens: readNumber(readObject(usage, 'input_tokens_details') ?? {}, 'cached_tokens'),
    reasoningTokens: readNumber(readObject(usage, 'output_tokens_details') ?? {}, 'reasoning_tokens'),
    webSearches: searchesOf(body),
    served: servedAs(readString(body, 'service_tier')),
    toldNanoUsd: toldNanoUsd(usage),
  }
}

export function toResponsesUsage(usage: Usage): JsonObject {
  return {
    input_tokens: usage.inputTokens,
    input_tokens_details: { cached_tokens: usage.cachedInputTokens ?? 0 },
    output_tokens: usage.outputTokens,
    output_tokens_details: { reasoning_tokens: usage.reasoningTokens ?? 0 },
    total_tokens: usage.totalTokens,
  }
}
