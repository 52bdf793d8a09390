import { type JsonObject, readNumber, readObject, readString } from '../../wire/json.ts'

/**
 * A passage of an answer that rests on a web page. Its neutral form is an annotation as Chat Completions write it, and `content` is
 * OpenRouter's word for what is cited (openrouter.ai/docs/features/web-search, 2026). Places count UTF-16 units of the answer's text.
 */
export interface UrlCitation {
  readonly url: string
  readonly title: string
  readonly startIndex: number
  readonly endIndex: number
  /** What the page says. */
  readonly citedText?: string | undefined
  /** What Anthropic wants back with the history. */
  readonly encryptedIndex?: string | undefined
}

export function toUrlCitation({ url, title, startIndex, endIndex, citedText, encryptedIndex }: UrlCitation): JsonObject {
  return {
    type: 'url_citation',
    url_citation: {
      ...{ url, title, start_index: startIndex, end_index: endIndex },
      ...(citedText !== undefined && { content: citedText }),
      ...(encryptedIndex !== undefined && { encrypted_index: encryptedIndex }),
    },
  }
}

/** Reads the neutral form; `undefined` for an annotation of another kind. */
export function fromUrlCitation(annotation: JsonObject): UrlCitation | undefined {
  const citation = annotation['type'] === 'url_citation' ? (readObject(annotation, 'url_citation') ?? annotation) : undefined
  const url = citation && readString(citation, 'url')
  if (citation === undefined || url === undefined) return undefined
  return {
    url,
    title: readString(citation, 'title') ?? '',
    startIndex: readNumber(citation, 'start_index') ?? 0,
    endIndex: readNumber(citation, 'end_index') ?? 0,
    citedText: readString(citation, 'content'),
    encryptedIndex: readString(citation, 'encrypted_index'),
  }
}
