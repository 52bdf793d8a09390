import { isJsonObject, type JsonObject, readArray, readNumber, readObject, readString } from '../../wire/json.ts'

/** The document or the tool's output that a source quotes. */
function quotedOf(source: JsonObject): JsonObject {
  return readObject(source, 'document') ?? readObject(source, 'tool_output') ?? {}
}

/** What a source is called; its own URL where it has one, else Cohere's id of the document or tool result. */
function urlCitation(citation: JsonObject, source: JsonObject): JsonObject {
  const quoted = quotedOf(source)
  return {
    start_index: readNumber(citation, 'start') ?? 0,
    end_index: readNumber(citation, 'end') ?? 0,
    title: readString(quoted, 'title') ?? readString(citation, 'text') ?? '',
    url: readString(quoted, 'url') ?? readString(source, 'id') ?? '',
  }
}

/**
 * One citation as OpenAI annotations, one for each source. OpenAI clients know only `url_citation`; what has no place in
 * it (the cited text, the source in full) stands beside it, so that nothing is lost.
 */
export function fromCohereCitation(citation: JsonObject): readonly JsonObject[] {
  const { start: _start, end: _end, type, sources: _sources, ...rest } = citation
  const kind = typeof type === 'string' && { citation_type: type }
  const annotate = (source: JsonObject): JsonObject => ({
    ...rest,
    ...kind,
    type: 'url_citation',
    url_citation: urlCitation(citation, source),
  })
  const sources = readArray(citation, 'sources')?.filter(isJsonObject) ?? []
  return sources.length === 0 ? [annotate({})] : sources.map((source) => ({ ...annotate(source), source }))
}
