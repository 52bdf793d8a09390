import type { ChatRequest } from '../../chat/request.ts'
import { sourceOf } from '../../chat/source.ts'
import { type JsonObject, readObject } from '../../wire/json.ts'
import type { EncodedRequest, EncodeTarget } from '../dialect.ts'
import { foreignExtras, unnamedFields } from '../shared/extras.ts'
import { supportedRequest } from '../shared/supported.ts'
import { lostMedia, toOllamaMessages } from './request-messages.ts'
import { toOllamaParameters } from './request-parameters.ts'
import { toOllamaTools } from './request-tools.ts'

const replaced: ReadonlySet<string> = new Set(['model', 'stream'])

function built(given: ChatRequest, target: EncodeTarget): EncodedRequest {
  const { request, dropped, changed } = supportedRequest(given, target.capabilities, 'ollama')
  const extras: JsonObject = request.extras?.dialect === 'ollama' ? request.extras.fields : {}
  const tools = toOllamaTools(request)
  const parameters = toOllamaParameters(request, target.capabilities, readObject(extras, 'options') ?? {})
  return {
    body: {
      ...extras,
      model: target.model,
      messages: toOllamaMessages(request.messages),
      // Ollama streams unless told not to.
      stream: target.stream,
      ...tools.body,
      ...parameters.body,
    },
    dropped: [...dropped, ...tools.dropped, ...parameters.dropped, ...lostMedia(request.messages), ...foreignExtras(request, 'ollama')],
    changed: [...changed, ...(parameters.changed ?? [])],
  }
}

/** Writes a request for Ollama's own chat. @throws InvalidRequestError for media it has no words for */
export function toOllamaRequest(request: ChatRequest, target: EncodeTarget): EncodedRequest {
  const source = sourceOf(request)
  if (source?.dialect !== 'ollama') return built(request, target)
  return { body: { ...unnamedFields(source.body, replaced), model: target.model, stream: target.stream }, dropped: [] }
}
