import type { Usage } from '../../chat/usage.ts'
import { isJsonObject, type JsonObject, readArray, readNumber, readObject, readString } from '../../wire/json.ts'
import { servedAs } from '../shared/served-as.ts'

/** Those of the written tokens that are kept for an hour. */
function hourTokens(usage: JsonObject): number | undefined {
  const kept = (readArray(usage, 'cacheDetails') ?? []).filter(isJsonObject).filter((detail) => detail['ttl'] === '1h')
  return kept.length === 0 ? undefined : kept.reduce((sum, detail) => sum + (readNumber(detail, 'inputTokens') ?? 0), 0)
}

/** Converse counts cached and cache-write tokens beside `inputTokens`; we count them in. The service tier stands beside the usage, in `body`. */
export function fromBedrockUsage(usage: JsonObject, body: JsonObject = {}): Usage {
  const cachedInputTokens = readNumber(usage, 'cacheReadInputTokens') ?? readNumber(usage, 'cacheReadInputTokenCount')
  const cacheWriteTokens = readNumber(usage, 'cacheWriteInputTokens') ?? readNumber(usage, 'cacheWriteInputTokenCount')
  const inputTokens = (readNumber(usage, 'inputTokens') ?? 0) + (cachedInputTokens ?? 0) + (cacheWriteTokens ?? 0)
  const outputTokens = readNumber(usage, 'outputTokens') ?? 0
  // `totalTokens` counts cached tokens in for some models and leaves them out for others.
  return {
    inputTokens,
    outputTokens,
    totalTokens: inputTokens + outputTokens,
    cachedInputTokens,
    cacheWriteTokens,
    cacheWriteOneHourTokens: hourTokens(usage),
    served: servedAs(readString(readObject(body, 'serviceTier') ?? {}, 'type')),
  }
}
