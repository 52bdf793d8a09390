import type { AssistantMessage, Message, ToolMessage, UserPart } from '../../chat/message.ts'
import type { ChatRequest } from '../../chat/request.ts'
import { InvalidRequestError } from '../../errors/invalid-request-error.ts'
import { isJsonObject, type JsonObject, type JsonValue, parseJson } from '../../wire/json.ts'
import type { EncodedRequest, EncodeTarget } from '../dialect.ts'
import { toOpenAiTool } from '../openai-chat/tools.ts'
import { droppedParameters } from '../shared/dropped.ts'
import { foreignExtras } from '../shared/extras.ts'
import { textOfContent } from '../shared/text-of.ts'
import { toolNameOf } from '../shared/tool-name.ts'

/** Ollama takes images as bare base64 beside the text: it fetches nothing. */
function imageOf(part: UserPart): readonly string[] {
  if (part.type === 'text') return []
  if (part.type === 'image' && part.source.type === 'base64') return [part.source.data]
  const what = part.type === 'image' ? 'images by URL' : `${part.type} parts`
  throw new InvalidRequestError(`messages: Ollama takes no ${what}; allowed: text and inline (base64) images.`, 'messages')
}

function toUser(content: string | readonly UserPart[]): JsonObject {
  if (typeof content === 'string') return { role: 'user', content }
  const images = content.flatMap(imageOf)
  return { role: 'user', content: textOfContent(content), ...(images.length > 0 && { images }) }
}

function toArguments(argumentsText: string): JsonObject {
  const parsed = argumentsText === '' ? {} : parseJson(argumentsText)
  return isJsonObject(parsed) ? parsed : { arguments: argumentsText }
}

function toAssistant(message: AssistantMessage): JsonObject {
  const calls = (message.toolCalls ?? []).map((call) => ({ function: { name: call.name, arguments: toArguments(call.argumentsText) } }))
  const thinking = (message.reasoning ?? []).map((block) => block.text).join('')
  return {
    role: 'assistant',
    content: textOfContent(message.content),
    ...(thinking !== '' && { thinking }),
    ...(calls.length > 0 && { tool_calls: calls }),
  }
}

function toToolResult(message: ToolMessage, messages: readonly Message[]): JsonObject {
  return { role: 'tool', content: textOfContent(message.content), tool_name: message.name ?? toolNameOf(messages, message.toolCallId) }
}

function toMessage(message: Message, messages: readonly Message[]): JsonObject {
  switch (message.role) {
    case 'system':
    case 'developer':
      return { role: 'system', content: textOfContent(message.content) }
    case 'user':
      return toUser(message.content)
    case 'assistant':
      return toAssistant(message)
    case 'tool':
      return toToolResult(message, messages)
  }
}

function set(fields: Readonly<Record<string, JsonValue | undefined>>): JsonObject {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined))
}

function toOptions(request: ChatRequest): JsonObject {
  const options = set({
    num_predict: request.maxTokens,
    temperature: request.temperature,
    top_p: request.topP,
    top_k: request.topK,
    seed: request.seed,
    stop: request.stop,
    presence_penalty: request.presencePenalty,
    frequency_penalty: request.frequencyPenalty,
  })
  return Object.keys(options).length > 0 ? { options } : {}
}

function toThink({ reasoning }: ChatRequest): JsonObject {
  if (reasoning === undefined) return {}
  if (reasoning.mode === 'disabled' || reasoning.effort === 'none') return { think: false }
  const level = reasoning.effort === 'low' || reasoning.effort === 'medium' || reasoning.effort === 'high' ? reasoning.effort : true
  return { think: level }
}

function toFormat(request: ChatRequest): JsonObject {
  const format = request.responseFormat
  if (format === undefined || format.type === 'text') return {}
  return { format: format.type === 'json_object' ? 'json' : format.schema }
}

/** Writes a request for Ollama's own chat. @throws InvalidRequestError for media it has no words for */
export function toOllamaRequest(request: ChatRequest, target: EncodeTarget): EncodedRequest {
  const tools = request.toolChoice === 'none' ? [] : (request.tools?.map(toOpenAiTool).filter((tool) => tool !== undefined) ?? [])
  const body: JsonObject = {
    model: target.model,
    messages: request.messages.map((message) => toMessage(message, request.messages)),
    stream: target.stream,
    ...(tools.length > 0 && { tools }),
    ...toFormat(request),
    ...toThink(request),
    ...toOptions(request),
  }
  const dropped = droppedParameters(request, [
    'logprobs', 'topLogprobs', 'logitBias', 'user', 'serviceTier', 'metadata', 'verbosity', 'promptCacheKey', 'parallelToolCalls',
    ...(request.n !== undefined && request.n > 1 ? (['n'] as const) : []),
    ...(request.toolChoice === 'required' || typeof request.toolChoice === 'object' ? (['toolChoice'] as const) : []),
  ])
  return { body, dropped: [...dropped, ...foreignExtras(request, 'ollama')] }
}
