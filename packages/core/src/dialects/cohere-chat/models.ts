import { badAnswer } from '../../errors/provider-error.ts'
import type { ModelPage } from '../../models/model.ts'
import { isJsonObject, readArray, readNumber, readString } from '../../wire/json.ts'

/** Reads one page of `GET /v1/models`. */
export function fromCohereModels(body: unknown): ModelPage {
  const list = isJsonObject(body) ? readArray(body, 'models') : undefined
  if (!isJsonObject(body) || list === undefined) throw badAnswer('The model list has no models.')
  const models = list.filter(isJsonObject).flatMap((model) => {
    const id = readString(model, 'name')
    const capabilities = readArray(model, 'endpoints')?.filter((endpoint) => typeof endpoint === 'string')
    return id === undefined ? [] : [{ id, name: id, contextLength: readNumber(model, 'context_length'), capabilities }]
  })
  const next = readString(body, 'next_page_token')
  return { models, ...(next !== undefined && next !== '' && { next: { page_token: next } }) }
}
