import type { ChatRequest } from '../../chat/request.ts'
import { type RequestSource, sourceOf } from '../../chat/source.ts'
import { editJson } from '../../wire/edit-json.ts'
import { type JsonObject, readObject } from '../../wire/json.ts'
import { spliceMember } from '../../wire/splice-member.ts'
import type { EncodedRequest, EncodeTarget } from '../dialect.ts'
import { withoutCustomTools } from '../shared/custom-tool.ts'
import { foreignExtras } from '../shared/extras.ts'
import { supportedRequest } from '../shared/supported.ts'
import { changesRoles, toOpenAiMessages } from './messages-encode.ts'
import { type FittedBody, fittedBody } from './own-body.ts'
import { encodeParameters, toOpenAiMaxTokens } from './parameters.ts'
import { toReasoningFields } from './reasoning-fields.ts'
import { toOpenAiTool } from './tools.ts'
import { withAssistantTurns } from './turn-order.ts'

function streamFields(body: JsonObject, stream: boolean): JsonObject {
  if (!stream) return {}
  return { stream: true, stream_options: { ...readObject(body, 'stream_options'), include_usage: true } }
}

/** Usage is always asked for: streams are metered by it. */
const usageAsked = '"stream_options":{"include_usage":true}'

/** JSON text of members, without braces; '' for none. */
function membersText(members: JsonObject): string {
  return Object.entries(members)
    .map(([name, value]) => `${JSON.stringify(name)}:${JSON.stringify(value)}`)
    .join(',')
}

/** The client's own bytes with the target's model and what had to be fitted; `undefined` where that is not possible in place. */
function ownBytes(
  { body, bytes }: RequestSource,
  { model, stream, isBodyNeeded }: EncodeTarget,
  fitted: FittedBody | undefined,
): Uint8Array<ArrayBuffer> | undefined {
  if (bytes === undefined || isBodyNeeded === true) return undefined
  if (body['stream_options'] !== undefined || (body['stream'] === true) !== stream) return undefined
  if (fitted === undefined) return spliceMember(bytes, 'model', { value: model, appended: stream ? usageAsked : undefined })
  const edited = fitted.edits === undefined ? undefined : editJson(bytes, fitted.edits)
  const appended = [stream ? usageAsked : '', membersText(fitted.added)].filter((text) => text !== '').join(',')
  return edited && spliceMember(edited, 'model', { value: model, ...(appended !== '' && { appended }) })
}

/** The client's own body with the target's model. Unknown and nested fields are kept. */
function ownBody(body: JsonObject, target: EncodeTarget): JsonObject {
  const { stream: _stream, stream_options: _options, ...rest } = body
  return { ...rest, model: target.model, ...streamFields(body, target.stream) }
}

/** Metadata is kept with stored answers, and refused without (platform.openai.com/docs/api-reference/chat/create, 2026-08). */
function isStored({ extras }: ChatRequest): boolean {
  return extras?.dialect === 'openai-chat' && extras.fields['store'] === true
}

function built(from: ChatRequest, target: EncodeTarget): EncodedRequest {
  const { capabilities } = target
  const given = capabilities.customTools === true ? from : withoutCustomTools(from)
  const unstored = given.metadata !== undefined && !isStored(given)
  const { request, dropped, changed } = supportedRequest(unstored ? { ...given, metadata: undefined } : given, capabilities, 'openai-chat')
  const marks = capabilities.cacheBreakpoints === 'all'
  const tools = request.tools?.map((tool) => toOpenAiTool(tool, marks)).filter((tool) => tool !== undefined)
  const reasoning = toReasoningFields(request.reasoning, capabilities)
  const messages = toOpenAiMessages(request.messages, capabilities)
  const turns = capabilities.assistantAfterTools === true ? withAssistantTurns(messages) : undefined
  return {
    body: {
      ...(request.extras?.dialect === 'openai-chat' ? request.extras.fields : {}),
      model: target.model,
      messages: turns ?? messages,
      ...(tools !== undefined && tools.length > 0 && { tools }),
      ...toOpenAiMaxTokens(request),
      ...encodeParameters(request),
      ...reasoning.fields,
      ...streamFields({}, target.stream),
    },
    dropped: [
      ...dropped,
      ...(unstored ? ['metadata'] : []),
      ...(reasoning.fate === 'dropped' ? ['reasoning_effort'] : []),
      ...foreignExtras(request, 'openai-chat'),
    ],
    changed: [
      ...changed,
      ...(reasoning.fate === 'changed' ? ['reasoning_effort'] : []),
      ...(changesRoles(request.messages, capabilities) ? ['role'] : []),
      ...(turns === undefined ? [] : ['messages']),
    ],
  }
}

/** Writes a request for a provider of this dialect. A client's own body is sent with the target's model in it. */
export function toOpenAiRequest(request: ChatRequest, target: EncodeTarget): EncodedRequest {
  const source = sourceOf(request)
  if (source?.dialect !== 'openai-chat') return built(request, target)
  const fitted = fittedBody(request, source.body, target.capabilities)
  const { body = source.body, dropped = [], changed } = fitted ?? {}
  const bytes = ownBytes(source, target, fitted)
  return bytes === undefined ? { body: ownBody(body, target), dropped, changed } : { body, dropped, changed, bytes }
}
