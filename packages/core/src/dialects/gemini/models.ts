import type { ModelInfo, ModelPage } from '../../chat/model-info.ts'
import { invalidResponse } from '../../errors/provider-error.ts'
import { isJsonObject, type JsonObject, readArray, readNumber, readString } from '../../wire/json.ts'

const abilities: Readonly<Record<string, string>> = { generateContent: 'chat', embedContent: 'embeddings' }

function capabilitiesOf(model: JsonObject): readonly string[] {
  const methods = (readArray(model, 'supportedGenerationMethods') ?? []).map((method) => abilities[String(method)])
  return [...methods.filter((ability) => ability !== undefined), ...(model['thinking'] === true ? ['reasoning'] : [])]
}

function fromModel(model: JsonObject): readonly ModelInfo[] {
  // Names carry a path (`models/…`, Vertex `publishers/google/models/…`) that ids do not.
  const id = readString(model, 'name')?.replace(/^.*models\//, '')
  if (id === undefined || id === '') return []
  const capabilities = capabilitiesOf(model)
  return [
    {
      id,
      name: readString(model, 'displayName'),
      description: readString(model, 'description'),
      contextLength: readNumber(model, 'inputTokenLimit'),
      maxOutputTokens: readNumber(model, 'outputTokenLimit'),
      ...(capabilities.length > 0 && { capabilities }),
    },
  ]
}

/** Reads one page of the model list. @throws ProviderError `invalid_response` */
export function fromGeminiModels(body: unknown): ModelPage {
  const list = isJsonObject(body) ? (readArray(body, 'models') ?? readArray(body, 'publisherModels')) : undefined
  if (!isJsonObject(body) || list === undefined) throw invalidResponse('The model list has no models.')
  const next = readString(body, 'nextPageToken')
  return {
    models: list.filter(isJsonObject).flatMap(fromModel),
    ...(next !== undefined && next !== '' && { next: { pageToken: next } }),
  }
}
