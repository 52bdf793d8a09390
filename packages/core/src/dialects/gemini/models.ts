import { badAnswer } from '../../errors/provider-error.ts'
import type { ModelPage } from '../../models/model.ts'
import { isJsonObject, readArray, readNumber, readString } from '../../wire/json.ts'

/** Reads one page of the model list; names carry a `models/` that ids do not. */
export function fromGeminiModels(body: unknown): ModelPage {
  const list = isJsonObject(body) ? (readArray(body, 'models') ?? readArray(body, 'publisherModels')) : undefined
  if (!isJsonObject(body) || list === undefined) throw badAnswer('The model list has no models.')
  const models = list.filter(isJsonObject).flatMap((model) => {
    const id = readString(model, 'name')?.replace(/^.*models\//, '')
    if (id === undefined) return []
    return [
      {
        id,
        name: readString(model, 'displayName'),
        description: readString(model, 'description'),
        contextLength: readNumber(model, 'inputTokenLimit'),
        maxOutputTokens: readNumber(model, 'outputTokenLimit'),
      },
    ]
  })
  const next = readString(body, 'nextPageToken')
  return { models, ...(next !== undefined && next !== '' && { next: { pageToken: next } }) }
}
