import type { TokenLogprob } from '../../chat/response.ts'
import { isJsonObject, type JsonObject, readArray, readString } from '../../wire/json.ts'

/**
 * Cohere gives a piece of text and the log probabilities of its tokens, without the tokens' own texts. A piece of more
 * than one token counts as one, of the probability of all of them together.
 */
export function fromCohereLogprob(item: JsonObject): TokenLogprob {
  const values = (readArray(item, 'logprobs') ?? []).filter((value) => typeof value === 'number')
  return {
    token: readString(item, 'text') ?? '',
    logprob: values.reduce((sum, value) => sum + value, 0),
    topLogprobs: [],
  }
}

/** `undefined` when the answer carries none. */
export function fromCohereLogprobs(body: JsonObject): readonly TokenLogprob[] | undefined {
  return readArray(body, 'logprobs')?.filter(isJsonObject).map(fromCohereLogprob)
}
