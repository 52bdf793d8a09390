import type { Usage } from '../../chat/usage.ts'
import { type JsonObject, readNumber, readObject } from '../../wire/json.ts'

export function fromResponsesUsage(usage: JsonObject): Usage {
  const inputTokens = readNumber(usage, 'input_tokens') ?? 0
  const outputTokens = readNumber(usage, 'output_tokens') ?? 0
  return {
    inputTokens,
    outputTokens,
    totalTokens: readNumber(usage, 'total_tokens') ?? inputTokens + outputTokens,
    cachedInputTokens: readNumber(readObject(usage, 'input_tokens_details') ?? {}, 'cached_tokens'),
    reasoningTokens: readNumber(readObject(usage, 'output_tokens_details') ?? {}, 'reasoning_tokens'),
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
