import type { Usage } from '../../chat/usage.ts'
import { isJsonObject, type JsonObject, readArray, readNumber } from '../../wire/json.ts'

const counts = ['promptTokenCount', 'candidatesTokenCount', 'thoughtsTokenCount', 'totalTokenCount'] as const

function audioTokens(usage: JsonObject, key: string): number | undefined {
  const entry = readArray(usage, key)
    ?.filter(isJsonObject)
    .find((detail) => detail['modality'] === 'AUDIO')
  return entry && readNumber(entry, 'tokenCount')
}

/**
 * Reads `usageMetadata`. Thoughts are counted apart from candidates, what the vendor's own tools read apart from the
 * prompt, and any of them may be absent. `undefined` when nothing was counted yet (Vertex's first events).
 */
export function fromGeminiUsage(usage: JsonObject): Usage | undefined {
  if (counts.every((name) => readNumber(usage, name) === undefined)) return undefined
  const reasoningTokens = readNumber(usage, 'thoughtsTokenCount')
  const inputTokens = (readNumber(usage, 'promptTokenCount') ?? 0) + (readNumber(usage, 'toolUsePromptTokenCount') ?? 0)
  const outputTokens = (readNumber(usage, 'candidatesTokenCount') ?? 0) + (reasoningTokens ?? 0)
  return {
    inputTokens,
    outputTokens,
    totalTokens: readNumber(usage, 'totalTokenCount') ?? inputTokens + outputTokens,
    cachedInputTokens: readNumber(usage, 'cachedContentTokenCount'),
    reasoningTokens,
    audioInputTokens: audioTokens(usage, 'promptTokensDetails'),
    audioOutputTokens: audioTokens(usage, 'candidatesTokensDetails'),
  }
}
