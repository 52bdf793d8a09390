import { isJsonObject, type JsonObject, readArray, readString } from '../../wire/json.ts'
import { isBlank } from '../claude/texts.ts'
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
function fromAnthropicCitation(citation: JsonObject, { start, end }: TextRange): JsonObject | undefined {
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

interface Passage {
  readonly text: string
  readonly citations: readonly JsonObject[]
}

function citedPassages(
  text: string,
  annotations: readonly JsonObject[],
): readonly (TextRange & { readonly citations: JsonObject[] })[] | undefined {
  const passages = new Map<string, TextRange & { readonly citations: JsonObject[] }>()
  for (const annotation of annotations) {
    const citation = toAnthropicCitation(annotation)
    const read = fromUrlCitation(annotation)
    if (citation === undefined) continue
    if (read === undefined) return undefined
    const { startIndex: start, endIndex: end } = read
    const passage = passages.get(`${start} ${end}`) ?? { start, end, citations: [] }
    passage.citations.push(citation)
    passages.set(`${start} ${end}`, passage)
  }
  const sorted = [...passages.values()].sort((left, right) => left.start - right.start)
  const isInOrder = sorted.every(({ start, end }, index) => start < end && end <= text.length && start >= (sorted[index - 1]?.end ?? 0))
  return isInOrder ? sorted : undefined
}

/** A text in pieces, each with what it rests on; blank ones stay with a neighbour, since a client could not send them back. */
function toPassages(text: string, annotations: readonly JsonObject[]): readonly Passage[] {
  const cited = citedPassages(text, annotations)
  if (cited === undefined) {
    return [{ text, citations: annotations.map(toAnthropicCitation).filter((citation) => citation !== undefined) }]
  }
  const passages: Passage[] = []
  const add = (said: string, citations: readonly JsonObject[]): void => {
    const last = passages.at(-1)
    const isOneWithLast = last !== undefined && (isBlank(said) || isBlank(last.text))
    if (isOneWithLast) passages[passages.length - 1] = { text: last.text + said, citations: [...last.citations, ...citations] }
    else if (said !== '') passages.push({ text: said, citations })
  }
  let place = 0
  for (const { start, end, citations } of cited) {
    add(text.slice(place, start), [])
    add(text.slice(start, end), citations)
    place = end
  }
  add(text.slice(place), [])
  return passages
}

/** The text blocks of an answer: a cited passage is one of its own. */
export function toCitedBlocks(text: string, annotations: readonly JsonObject[]): readonly JsonObject[] {
  return toPassages(text, annotations).map(({ text: said, citations }) => ({
    type: 'text',
    text: said,
    ...(citations.length > 0 && { citations }),
  }))
}
