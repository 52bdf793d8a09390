import { isJsonObject, type JsonObject, readArray, readString } from '../../wire/json.ts'
import { fromUrlCitation, toUrlCitation } from '../shared/url-citation.ts'

/** Citations of documents, which only clients of this dialect read: they are kept as they came. */
const documentTypes: ReadonlySet<string | undefined> = new Set(['char_location', 'page_location', 'content_block_location'])

/** Where a text block stands in the text of the answer. */
export interface TextRange {
  readonly start: number
  readonly end: number
}

/** The page of a citation: search results that the client gave may have any name for their source. */
function urlOf(citation: JsonObject): string | undefined {
  if (citation['type'] === 'web_search_result_location') return readString(citation, 'url')
  const source = citation['type'] === 'search_result_location' ? readString(citation, 'source') : undefined
  return source !== undefined && URL.canParse(source) ? source : undefined
}

/** A citation as an annotation; `undefined` for a kind that is not known. */
export function fromAnthropicCitation(citation: JsonObject, { start, end }: TextRange): JsonObject | undefined {
  const url = urlOf(citation)
  if (url === undefined) return documentTypes.has(readString(citation, 'type')) ? citation : undefined
  return toUrlCitation({
    url,
    title: readString(citation, 'title') ?? '',
    startIndex: start,
    endIndex: end,
    citedText: readString(citation, 'cited_text'),
    encryptedIndex: readString(citation, 'encrypted_index'),
  })
}

/** The citations of a text block. */
export function fromCitationsOf(block: JsonObject, range: TextRange): readonly JsonObject[] {
  const citations = (readArray(block, 'citations') ?? []).filter(isJsonObject)
  return citations.map((citation) => fromAnthropicCitation(citation, range)).filter((annotation) => annotation !== undefined)
}

/** An annotation as a citation for a client; `undefined` for one that Anthropic has no form for. */
export function toAnthropicCitation(annotation: JsonObject): JsonObject | undefined {
  const citation = fromUrlCitation(annotation)
  if (citation === undefined) return documentTypes.has(readString(annotation, 'type')) ? annotation : undefined
  return {
    type: 'web_search_result_location',
    url: citation.url,
    title: citation.title === '' ? null : citation.title,
    encrypted_index: citation.encryptedIndex ?? '',
    cited_text: citation.citedText ?? '',
  }
}
