import type { TokenLogprob } from '../../chat/response.ts'
import { isJsonObject, type JsonObject, readArray, readNumber, readString } from '../../wire/json.ts'

function entryOf(entry: JsonObject): Omit<TokenLogprob, 'topLogprobs'> {
  return {
    token: readString(entry, 'token') ?? '',
    logprob: readNumber(entry, 'logprob') ?? 0,
    bytes: readArray(entry, 'bytes')?.filter((byte) => typeof byte === 'number'),
  }
}

/** `undefined` when the body or line carries none (Ollama gives them since 0.12.11). */
export function fromOllamaLogprobs(body: JsonObject): readonly TokenLogprob[] | undefined {
  const entries = readArray(body, 'logprobs')?.filter(isJsonObject)
  if (entries === undefined || entries.length === 0) return undefined
  return entries.map((entry) => ({
    ...entryOf(entry),
    topLogprobs: (readArray(entry, 'top_logprobs') ?? []).filter(isJsonObject).map(entryOf),
  }))
}
