import type { ModelInfo, ModelPage } from '../../chat/model-info.ts'
import { invalidResponse } from '../../errors/provider-error.ts'
import { isJsonObject, type JsonObject, readArray, readNumber, readObject, readString } from '../../wire/json.ts'

function fromModel(model: JsonObject): readonly ModelInfo[] {
  const id = readString(model, 'id')
  if (id === undefined) return []
  const top = readObject(model, 'top_provider') ?? {}
  return [
    {
      id,
      name: readString(model, 'name'),
      description: readString(model, 'description'),
      createdAtSeconds: readNumber(model, 'created'),
      // OpenRouter and Groq, Mistral
      contextLength: readNumber(model, 'context_length') ?? readNumber(model, 'context_window') ?? readNumber(model, 'max_context_length'),
      maxOutputTokens: readNumber(model, 'max_completion_tokens') ?? readNumber(top, 'max_completion_tokens'),
    },
  ]
}

/** Reads a model list of OpenAI and its like: one page, `{data: […]}` or (Together) a bare list. */
export function fromOpenAiModels(body: unknown): ModelPage {
  const list = Array.isArray(body) ? body : isJsonObject(body) ? readArray(body, 'data') : undefined
  if (list === undefined) throw invalidResponse('The model list has no data.')
  return { models: list.filter(isJsonObject).flatMap(fromModel) }
}
