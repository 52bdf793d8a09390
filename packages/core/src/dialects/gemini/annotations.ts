import { isJsonObject, type JsonObject, readArray, readNumber, readObject, readString } from '../../wire/json.ts'
import { toUrlCitation } from '../shared/url-citation.ts'

const encoder = new TextEncoder()
const decoder = new TextDecoder()

/** From a place in the UTF-8 bytes of a text, as Google counts, to a place in the text. */
function placeIn(bytes: Uint8Array, text: string): (offset: number) => number {
  if (bytes.length === text.length) return (offset) => Math.min(offset, text.length)
  return (offset) => decoder.decode(bytes.subarray(0, offset)).length
}

interface TextRange {
  readonly startIndex: number
  readonly endIndex: number
}

function toRange(segment: JsonObject, text: string): TextRange {
  const toPlace = placeIn(encoder.encode(text), text)
  const range = { startIndex: toPlace(readNumber(segment, 'startIndex') ?? 0), endIndex: toPlace(readNumber(segment, 'endIndex') ?? 0) }
  const passage = readString(segment, 'text')
  if (passage === undefined || text.slice(range.startIndex, range.endIndex) === passage) return range
  // Offsets count from the part that the passage is in, which a stream does not keep apart.
  const found = text.indexOf(passage)
  return found === -1 ? range : { startIndex: found, endIndex: found + passage.length }
}

/** The first passage that rests on a source. */
function segmentOf(grounding: JsonObject, chunk: number): JsonObject {
  const supports = (readArray(grounding, 'groundingSupports') ?? []).filter(isJsonObject)
  const support = supports.find((candidate) => readArray(candidate, 'groundingChunkIndices')?.includes(chunk))
  return (support && readObject(support, 'segment')) ?? {}
}

/** The web pages that an answer is grounded on, as citations of its text; `undefined` when there are none. */
export function fromGrounding(candidate: JsonObject, text: string): readonly JsonObject[] | undefined {
  const grounding = readObject(candidate, 'groundingMetadata') ?? {}
  const citations = (readArray(grounding, 'groundingChunks') ?? []).flatMap((chunk, index) => {
    const web = isJsonObject(chunk) ? readObject(chunk, 'web') : undefined
    const url = web && readString(web, 'uri')
    if (web === undefined || url === undefined) return []
    return [toUrlCitation({ url, title: readString(web, 'title') ?? '', ...toRange(segmentOf(grounding, index), text) })]
  })
  return citations.length === 0 ? undefined : citations
}
