import { isJsonObject, type JsonObject, readArray, readNumber, readObject, readString } from '../../wire/json.ts'
import { toUrlCitation } from '../shared/url-citation.ts'

/** Where a text block stands in the text of the answer. */
interface TextRange {
  readonly start: number
  readonly end: number
}

/** Places in a document, and the names that Anthropic's Messages API has for them (Converse's reference, `CitationLocation`, 2026-08). */
const documentPlaces = [
  ['documentChar', 'char_location', 'start_char_index', 'end_char_index'],
  ['documentPage', 'page_location', 'start_page_number', 'end_page_number'],
  ['documentChunk', 'content_block_location', 'start_block_index', 'end_block_index'],
] as const

function citedText(citation: JsonObject): string | undefined {
  const content = readArray(citation, 'sourceContent')?.filter(isJsonObject)
  return content?.map((part) => readString(part, 'text') ?? '').join('')
}

/** A citation of a document, in the words of the Messages API. */
function fromDocument(citation: JsonObject, location: JsonObject): JsonObject | undefined {
  for (const [name, type, start, end] of documentPlaces) {
    const place = readObject(location, name)
    if (place === undefined) continue
    return {
      type,
      cited_text: citedText(citation) ?? '',
      document_index: readNumber(place, 'documentIndex') ?? 0,
      document_title: readString(citation, 'title') ?? null,
      [start]: readNumber(place, 'start') ?? 0,
      [end]: readNumber(place, 'end') ?? 0,
    }
  }
  return undefined
}

/** A citation as an annotation, for the text block at `range`; `undefined` for a place that only Bedrock knows. */
function fromBedrockCitation(citation: JsonObject, { start, end }: TextRange): JsonObject | undefined {
  const location = readObject(citation, 'location') ?? {}
  const web = readObject(location, 'web') ?? {}
  const url = readString(web, 'url')
  if (url === undefined) return fromDocument(citation, location)
  const title = readString(citation, 'title') ?? readString(web, 'domain') ?? ''
  return toUrlCitation({ url, title, startIndex: start, endIndex: end, citedText: citedText(citation) })
}

export function fromBedrockCitations(citations: readonly JsonObject[], range: TextRange): readonly JsonObject[] {
  return citations.map((citation) => fromBedrockCitation(citation, range)).filter((annotation) => annotation !== undefined)
}
