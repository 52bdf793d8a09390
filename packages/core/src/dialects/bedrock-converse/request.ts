import type { ChatRequest } from '../../chat/request.ts'
import { type JsonObject, readObject } from '../../wire/json.ts'
import type { EncodedRequest, EncodeTarget } from '../dialect.ts'
import { supportedRequest } from '../shared/supported.ts'
import { takenExtras } from '../shared/taken-extras.ts'
import { toBedrockHistory } from './request-messages.ts'
import { toBedrockParameters } from './request-parameters.ts'
import { toBedrockTools } from './request-tools.ts'

/** Fields of Converse that users also write into an OpenAI body. */
const extraNames = {
  guardrailConfig: 'guardrailConfig',
  performanceConfig: 'performanceConfig',
  additionalModelRequestFields: 'additionalModelRequestFields',
  additionalModelResponseFieldPaths: 'additionalModelResponseFieldPaths',
  requestMetadata: 'requestMetadata',
} as const

/** Merges the client's own model fields with those derived from neutral parameters; the client's win. */
function mergedFields(extras: JsonObject, parameters: JsonObject): JsonObject {
  const name = 'additionalModelRequestFields'
  const fields = { ...readObject(parameters, name), ...readObject(extras, name) }
  return Object.keys(fields).length === 0 ? {} : { [name]: fields }
}

/** Writes a request for Converse; model and streaming stand in the path. @throws InvalidRequestError for media it has no words for */
export function toBedrockRequest(given: ChatRequest, target: EncodeTarget): EncodedRequest {
  const { request, dropped, changed } = supportedRequest(given, target.capabilities, 'bedrock-converse')
  const history = toBedrockHistory(request.messages, target.model)
  const tools = toBedrockTools(request, target.model)
  const parameters = toBedrockParameters(request, target.model)
  const extras = takenExtras(request, 'bedrock-converse', extraNames)
  return {
    body: {
      messages: history.messages,
      ...history.system,
      ...parameters.body,
      ...tools.body,
      ...extras.fields,
      ...mergedFields(extras.fields, parameters.body),
    },
    dropped: [...dropped, ...parameters.dropped, ...tools.dropped, ...extras.dropped],
    changed,
  }
}
