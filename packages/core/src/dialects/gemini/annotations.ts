import { isJsonObject, type JsonObject, type JsonValue, readArray, readNumber, readObject, readString } from '../../wire/json.ts'
import { toUrlCitation } from '../shared/url-citation.ts'

/** From places in the UTF-8 bytes of a text, as Google counts, to places in the text. */
function placesIn(text: string): (offset: number) => number {
  const places: number[] = []
  let index = 0
  for (const char of text) {
    const code = char.codePointAt(0) ?? 0
    const bytes = code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x1_0000 ? 3 : 4
    for (let byte = 0; byte < bytes; byte++) places.push(index)
    index += char.length
  }
  return (offset) => places[offset] ?? (offset > 0 ? text.length : 0)
}

interface TextRange {
  readonly startIndex: number
  readonly endIndex: number
}

/** More passages than these are not searched for: each search reads the whole text. */
const mostSearches = 64

/** Finds where passages stand in a text. */
function createRanges(text: string): (segment: JsonObject) => TextRange {
  const toPlace = placesIn(text)
  let searches = 0
  return (segment) => {
    const range = { startIndex: toPlace(readNumber(segment, 'startIndex') ?? 0), endIndex: toPlace(readNumber(segment, 'endIndex') ?? 0) }
    const passage = readString(segment, 'text')
    if (passage === undefined || text.slice(range.startIndex, range.endIndex) === passage) return range
    // Offsets count from the part that the passage is in, which a stream does not keep apart.
    const found = ++searches > mostSearches ? -1 : text.indexOf(passage)
    return found === -1 ? range : { startIndex: found, endIndex: found + passage.length }
  }
}

/** The first passage that rests on each source. */
function segmentsOf(grounding: JsonObject): ReadonlyMap<JsonValue, JsonObject> {
  const segments = new Map<JsonValue, JsonObject>()
  for (const support of (readArray(grounding, 'groundingSupports') ?? []).filter(isJsonObject)) {
    const segment = readObject(support, 'segment') ?? {}
    for (const chunk of readArray(support, 'groundingChunkIndices') ?? []) if (!segments.has(chunk)) segments.set(chunk, segment)
  }
  return segments
}

/** The web pages that an answer is grounded on, as citations of its text; `undefined` when there are none. */
export function fromGrounding(candidate: JsonObject, text: string): readonly JsonObject[] | undefined {
  const grounding = readObject(candidate, 'groundingMetadata') ?? {}
  const chunks = readArray(grounding, 'groundingChunks') ?? []
  if (chunks.length === 0) return undefined
  const segments = segmentsOf(grounding)
  const toRange = createRanges(text)
  const citations = chunks.flatMap((chunk, index) => {
    const web = isJsonObject(chunk) ? readObject(chunk, 'web') : undefined
    const url = web && readString(web, 'uri')
    if (web === undefined || url === undefined) return []
    return [toUrlCitation({ url, title: readString(web, 'title') ?? '', ...toRange(segments.get(index) ?? {}) })]
  })
  return citations.length === 0 ? undefined : citations
}
