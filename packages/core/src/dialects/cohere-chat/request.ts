import type { ChatRequest } from '../../chat/request.ts'
import { sourceOf } from '../../chat/source.ts'
import type { JsonObject } from '../../wire/json.ts'
import type { EncodedRequest, EncodeTarget } from '../dialect.ts'
import { foreignExtras, unnamedFields } from '../shared/extras.ts'
import { supportedRequest } from '../shared/supported.ts'
import { lostMedia, toCohereMessages } from './request-messages.ts'
import { toCohereParameters } from './request-parameters.ts'
import { toCohereTools } from './request-tools.ts'

const replaced: ReadonlySet<string> = new Set(['model', 'stream'])

function built(given: ChatRequest, target: EncodeTarget): EncodedRequest {
  const { request, dropped, changed } = supportedRequest(given, target.capabilities, 'cohere-chat')
  const tools = toCohereTools(request)
  const parameters = toCohereParameters(request, target.capabilities)
  const extras: JsonObject = request.extras?.dialect === 'cohere-chat' ? request.extras.fields : {}
  return {
    body: {
      ...extras,
      model: target.model,
      messages: toCohereMessages(request.messages),
      ...(target.stream && { stream: true }),
      ...tools.body,
      ...parameters.body,
    },
    dropped: [
      ...dropped,
      ...tools.dropped,
      ...parameters.dropped,
      ...lostMedia(request.messages),
      ...foreignExtras(request, 'cohere-chat'),
    ],
    changed: [...changed, ...(parameters.changed ?? [])],
  }
}

/** Writes a request for Cohere's v2 chat. @throws InvalidRequestError for media it has no words for */
export function toCohereRequest(request: ChatRequest, target: EncodeTarget): EncodedRequest {
  const source = sourceOf(request)
  if (source?.dialect !== 'cohere-chat') return built(request, target)
  return {
    body: { ...unnamedFields(source.body, replaced), model: target.model, ...(target.stream && { stream: true }) },
    dropped: [],
  }
}
