import type { ModelInfo, ModelPage } from '../../chat/model-info.ts'
import { invalidResponse } from '../../errors/provider-error.ts'
import { isJsonObject, type JsonObject, readArray, readNumber, readObject, readString } from '../../wire/json.ts'

function textsOf(model: JsonObject, key: string): readonly string[] {
  return (readArray(model, key) ?? []).filter((item) => typeof item === 'string')
}

function fromModel(model: JsonObject): readonly ModelInfo[] {
  const id = readString(model, 'name')
  if (id === undefined) return []
  const vision = model['supports_vision'] === true ? ['vision'] : []
  const capabilities = [...new Set([...textsOf(model, 'endpoints'), ...textsOf(model, 'features'), ...vision])]
  return [
    {
      id,
      name: id,
      contextLength: readNumber(model, 'context_length'),
      maxOutputTokens: readNumber(readObject(model, 'config') ?? {}, 'max_output_tokens'),
      ...(capabilities.length > 0 && { capabilities }),
    },
  ]
}

/** Reads one page of `GET /v1/models`. @throws ProviderError `invalid_response` */
export function fromCohereModels(body: unknown): ModelPage {
  const list = isJsonObject(body) ? readArray(body, 'models') : undefined
  if (!isJsonObject(body) || list === undefined) throw invalidResponse('The model list has no models.')
  const next = readString(body, 'next_page_token')
  return {
    models: list.filter(isJsonObject).flatMap(fromModel),
    ...(next !== undefined && next !== '' && { next: { page_token: next } }),
  }
}
