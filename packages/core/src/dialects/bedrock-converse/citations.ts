import { type JsonObject, readObject, readString } from '../../wire/json.ts'

/** A citation of a web page in OpenAI's form. OpenAI has no form for a citation of a document, and Converse gives no offsets. */
export function fromBedrockCitation(citation: JsonObject): JsonObject | undefined {
  const web = readObject(readObject(citation, 'location') ?? {}, 'web') ?? {}
  const url = readString(web, 'url')
  if (url === undefined) return undefined
  const title = readString(citation, 'title') ?? readString(web, 'domain') ?? ''
  return { type: 'url_citation', url_citation: { url, title, start_index: 0, end_index: 0 } }
}
