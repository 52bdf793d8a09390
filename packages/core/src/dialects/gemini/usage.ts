import type { Usage } from '../../chat/usage.ts'
import { isJsonObject, type JsonObject, readArray, readNumber, readObject, readString } from '../../wire/json.ts'
import { servedAs } from '../shared/served-as.ts'

const counts = ['promptTokenCount', 'candidatesTokenCount', 'thoughtsTokenCount', 'totalTokenCount'] as const

function modalityTokens(usage: JsonObject, key: string, modality: 'AUDIO' | 'IMAGE'): number | undefined {
  const entry = readArray(usage, key)
    ?.filter(isJsonObject)
    .find((detail) => detail['modality'] === modality)
  return entry && readNumber(entry, 'tokenCount')
}

/** Searches that a grounded answer made: each candidate lists its own. */
function searchesOf(body: JsonObject): number | undefined {
  let sum = 0
  for (const candidate of readArray(body, 'candidates') ?? []) {
    const grounding = isJsonObject(candidate) ? readObject(candidate, 'groundingMetadata') : undefined
    if (grounding !== undefined) sum += readArray(grounding, 'webSearchQueries')?.length ?? 0
  }
  return sum === 0 ? undefined : sum
}

/**
 * Reads `usageMetadata`. Thoughts are counted apart from candidates, what the vendor's own tools read apart from the
 * prompt, and any of them may be absent. `undefined` when nothing was counted yet (Vertex's first events). Searches are
 * told beside the usage, in `body`.
 */
export function fromGeminiUsage(usage: JsonObject, body: JsonObject = {}): Usage | undefined {
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
    audioInputTokens: modalityTokens(usage, 'promptTokensDetails', 'AUDIO'),
    audioOutputTokens: modalityTokens(usage, 'candidatesTokensDetails', 'AUDIO'),
    imageInputTokens: modalityTokens(usage, 'promptTokensDetails', 'IMAGE'),
    imageOutputTokens: modalityTokens(usage, 'candidatesTokensDetails', 'IMAGE'),
    served: servedAs(readString(usage, 'serviceTier') ?? readString(usage, 'trafficType')),
    webSearches: searchesOf(body),
  }
}
