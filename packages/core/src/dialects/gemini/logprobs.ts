import type { TokenLogprob } from '../../chat/response.ts'
import { isJsonObject, type JsonObject, readArray, readNumber, readObject, readString } from '../../wire/json.ts'

function fromCandidate(candidate: JsonObject): { readonly token: string; readonly logprob: number } {
  return { token: readString(candidate, 'token') ?? '', logprob: readNumber(candidate, 'logProbability') ?? 0 }
}

/** Reads `logprobsResult`: the chosen tokens, and at the same positions of another list the alternatives. `undefined` when there are none. */
export function fromGeminiLogprobs(candidate: JsonObject): readonly TokenLogprob[] | undefined {
  const result = readObject(candidate, 'logprobsResult') ?? {}
  const rivals = readArray(result, 'topCandidates') ?? []
  const chosen = readArray(result, 'chosenCandidates')?.filter(isJsonObject)
  return chosen?.map((token, index) => {
    const step = rivals[index]
    const top = isJsonObject(step) ? (readArray(step, 'candidates') ?? []) : []
    return { ...fromCandidate(token), topLogprobs: top.filter(isJsonObject).map(fromCandidate) }
  })
}
