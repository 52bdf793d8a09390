import type { TokenLogprob } from '../../chat/response.ts'
import { isJsonObject, type JsonObject, readArray, readNumber, readObject, readString } from '../../wire/json.ts'

function bytesOf(entry: JsonObject): readonly number[] | undefined {
  return readArray(entry, 'bytes')?.filter((byte) => typeof byte === 'number')
}

function fromEntry(entry: JsonObject): TokenLogprob {
  return {
    token: readString(entry, 'token') ?? '',
    logprob: readNumber(entry, 'logprob') ?? 0,
    bytes: bytesOf(entry),
    topLogprobs: (readArray(entry, 'top_logprobs') ?? []).filter(isJsonObject).map((top) => ({
      token: readString(top, 'token') ?? '',
      logprob: readNumber(top, 'logprob') ?? 0,
      bytes: bytesOf(top),
    })),
  }
}

/** `undefined` when the choice carries none. */
export function fromOpenAiLogprobs(choice: JsonObject): readonly TokenLogprob[] | undefined {
  const content = readArray(readObject(choice, 'logprobs') ?? {}, 'content')
  return content?.filter(isJsonObject).map(fromEntry)
}

export function toOpenAiLogprobs(logprobs: readonly TokenLogprob[]): JsonObject {
  const entry = (one: { token: string; logprob: number; bytes?: readonly number[] | undefined }): JsonObject => ({
    token: one.token,
    logprob: one.logprob,
    bytes: one.bytes ?? null,
  })
  return { content: logprobs.map((one) => ({ ...entry(one), top_logprobs: one.topLogprobs.map(entry) })), refusal: null }
}
