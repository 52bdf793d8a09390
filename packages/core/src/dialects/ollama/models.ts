import type { ModelInfo, ModelPage } from '../../chat/model-info.ts'
import { invalidResponse } from '../../errors/provider-error.ts'
import { isJsonObject, type JsonObject, readArray, readString } from '../../wire/json.ts'

function fromModel(model: JsonObject): readonly ModelInfo[] {
  const id = readString(model, 'model') ?? readString(model, 'name')
  if (id === undefined) return []
  return [{ id, name: readString(model, 'name') }]
}

/** Reads `GET /api/tags`: all models in one page. @throws ProviderError `invalid_response` */
export function fromOllamaModels(body: unknown): ModelPage {
  const list = isJsonObject(body) ? readArray(body, 'models') : undefined
  if (list === undefined) throw invalidResponse('The model list has no models.')
  return { models: list.filter(isJsonObject).flatMap(fromModel) }
}
