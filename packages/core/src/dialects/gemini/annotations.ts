import { isJsonObject, type JsonObject, readArray, readNumber, readObject, readString } from '../../wire/json.ts'

/** Where the first passage that rests on a source stands, in UTF-8 bytes of the answer, as Google counts. */
function segmentOf(grounding: JsonObject, chunk: number): JsonObject {
  const supports = (readArray(grounding, 'groundingSupports') ?? []).filter(isJsonObject)
  const support = supports.find((candidate) => readArray(candidate, 'groundingChunkIndices')?.includes(chunk))
  return (support && readObject(support, 'segment')) ?? {}
}

/** The web pages that an answer is grounded on, as OpenAI's citations; `undefined` when there are none. */
export function fromGrounding(candidate: JsonObject): readonly JsonObject[] | undefined {
  const grounding = readObject(candidate, 'groundingMetadata') ?? {}
  const citations = (readArray(grounding, 'groundingChunks') ?? []).flatMap((chunk, index) => {
    const web = isJsonObject(chunk) ? readObject(chunk, 'web') : undefined
    const url = web && readString(web, 'uri')
    if (web === undefined || url === undefined) return []
    const segment = segmentOf(grounding, index)
    const start_index = readNumber(segment, 'startIndex') ?? 0
    const end_index = readNumber(segment, 'endIndex') ?? 0
    return [{ type: 'url_citation', url_citation: { url, title: readString(web, 'title') ?? '', start_index, end_index } }]
  })
  return citations.length === 0 ? undefined : citations
}
