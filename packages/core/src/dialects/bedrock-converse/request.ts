import type { ChatRequest } from '../../chat/request.ts'
import { type JsonObject, readObject } from '../../wire/json.ts'
import { withClaudeCacheMarks } from '../claude/cache-marks.ts'
import type { EncodedRequest, EncodeTarget } from '../dialect.ts'
import { withPairedResults } from '../shared/paired-results.ts'
import { supportedRequest } from '../shared/supported.ts'
import { takenExtras } from '../shared/taken-extras.ts'
import { fromMessagesExtras } from './messages-extras.ts'
import { keepsHour } from './model-traits.ts'
import { toBedrockHistory } from './request-messages.ts'
import { toBedrockParameters } from './request-parameters.ts'
import { toBedrockTools } from './request-tools.ts'
import { toBedrockThinking } from './thinking.ts'
import { withWholeMark } from './whole-mark.ts'

/** Fields of Converse that users also write into an OpenAI body. */
const extraNames = {
  guardrailConfig: 'guardrailConfig',
  performanceConfig: 'performanceConfig',
  additionalModelRequestFields: 'additionalModelRequestFields',
  additionalModelResponseFieldPaths: 'additionalModelResponseFieldPaths',
  requestMetadata: 'requestMetadata',
} as const

/** Merges the client's own model fields with those derived from neutral parameters; the client's win. */
function mergedFields(extras: JsonObject, derived: { readonly parameters: JsonObject; readonly fields: JsonObject }): JsonObject {
  const name = 'additionalModelRequestFields'
  const fields = { ...readObject(derived.parameters, name), ...derived.fields, ...readObject(extras, name) }
  return Object.keys(fields).length === 0 ? {} : { [name]: fields }
}

/** Writes a request for Converse; model and streaming stand in the path. @throws InvalidRequestError for media it has no words for */
export function toBedrockRequest(given: ChatRequest, target: EncodeTarget): EncodedRequest {
  const { capabilities } = target
  const thinking = toBedrockThinking(given, target)
  // Where the model does not think, its sampling is free.
  const fitted = supportedRequest(thinking.active ? given : { ...given, reasoning: undefined }, capabilities, 'bedrock-converse')
  const paired = withPairedResults(fitted.request.messages)
  const caches = capabilities.cacheBreakpoints === 'all' || capabilities.cacheBreakpoints === 'messages'
  const repaired = { ...fitted.request, messages: paired.messages }
  const whole = caches ? withWholeMark(repaired) : { request: repaired, taken: [] }
  const marks = caches ? withClaudeCacheMarks(whole.request, { keepsHour: keepsHour(target.model) }) : { request: repaired, changed: [] }
  const { request } = marks
  const history = toBedrockHistory(request.messages, caches)
  const tools = toBedrockTools(request, target)
  const parameters = toBedrockParameters(request, thinking, target)
  const extras = takenExtras(request, 'bedrock-converse', extraNames)
  const messages = fromMessagesExtras(request, target.model)
  const changed = [
    ...fitted.changed,
    ...(paired.isChanged ? ['messages'] : []),
    ...marks.changed,
    ...(parameters.changed ?? []),
    ...(tools.changed ?? []),
  ]
  return {
    body: {
      messages: history.messages,
      ...history.system,
      ...parameters.body,
      ...tools.body,
      ...extras.fields,
      ...mergedFields(extras.fields, { parameters: parameters.body, fields: messages.fields }),
    },
    dropped: [
      ...fitted.dropped,
      ...parameters.dropped,
      ...tools.dropped,
      ...extras.dropped.filter((name) => !messages.taken.includes(name) && !whole.taken.includes(name)),
    ],
    ...(changed.length > 0 && { changed }),
  }
}
