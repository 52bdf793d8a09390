import type { ModelPage } from '../../chat/model-info.ts'
import { invalidResponse } from '../../errors/provider-error.ts'
import { isJsonObject, readArray, readNumber, readString } from '../../wire/json.ts'

/** Reads one page of `GET /v1/models`. */
export function fromAnthropicModels(body: unknown): ModelPage {
  const list = isJsonObject(body) ? readArray(body, 'data') : undefined
  if (!isJsonObject(body) || list === undefined) throw invalidResponse('The model list has no data.')
  const models = list.filter(isJsonObject).flatMap((model) => {
    const id = readString(model, 'id')
    const createdMs = Date.parse(readString(model, 'created_at') ?? '')
    if (id === undefined) return []
    return [
      {
        id,
        name: readString(model, 'display_name'),
        createdAtSeconds: Number.isNaN(createdMs) ? undefined : createdMs / 1000,
        contextLength: readNumber(model, 'max_input_tokens'),
        maxOutputTokens: readNumber(model, 'max_tokens'),
      },
    ]
  })
  const last = readString(body, 'last_id')
  return { models, ...(body['has_more'] === true && last !== undefined && { next: { after_id: last } }) }
}
