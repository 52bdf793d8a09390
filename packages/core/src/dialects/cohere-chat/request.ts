import type { AssistantMessage, Message, ToolMessage, UserPart } from '../../chat/message.ts'
import type { ChatRequest } from '../../chat/request.ts'
import { InvalidRequestError } from '../../errors/invalid-request-error.ts'
import type { JsonObject, JsonValue } from '../../wire/json.ts'
import type { EncodedRequest, EncodeTarget } from '../dialect.ts'
import { toOpenAiTool } from '../openai-chat/tools.ts'
import { toMediaUrl } from '../shared/data-url.ts'
import { droppedParameters } from '../shared/dropped.ts'
import { foreignExtras } from '../shared/extras.ts'
import { textOfContent } from '../shared/text-of.ts'

/** Reasoning tokens for OpenAI's efforts. */
const budgets = { none: 0, minimal: 512, low: 1_024, medium: 4_096, high: 16_384, xhigh: 32_000 } as const

function toPart(part: UserPart): JsonObject {
  switch (part.type) {
    case 'text':
      return { type: 'text', text: part.text }
    case 'image':
      return { type: 'image_url', image_url: { url: toMediaUrl(part.source), ...(part.detail !== undefined && { detail: part.detail }) } }
    case 'audio':
    case 'file':
      throw new InvalidRequestError(`messages: Cohere takes no ${part.type} parts; allowed: text and images.`, 'messages')
  }
}

function toContent(content: string | readonly UserPart[]): JsonValue {
  return typeof content === 'string' ? content : content.map(toPart)
}

/** Text before tool calls is Cohere's tool plan, and goes back as one. */
function toAssistant(message: AssistantMessage): JsonObject {
  const text = textOfContent(message.content) || (message.refusal ?? '')
  const thinking = (message.reasoning ?? []).filter((block) => block.origin === 'cohere-chat').map((block) => ({ type: 'thinking', thinking: block.text }))
  if (message.toolCalls !== undefined && message.toolCalls.length > 0) {
    const calls = message.toolCalls.map((call) => ({ id: call.id, type: 'function', function: { name: call.name, arguments: call.argumentsText } }))
    return { role: 'assistant', ...(text !== '' && { tool_plan: text }), tool_calls: calls, ...(thinking.length > 0 && { content: thinking }) }
  }
  return { role: 'assistant', content: thinking.length > 0 ? [...thinking, { type: 'text', text }] : text }
}

function toToolResult(message: ToolMessage): JsonObject {
  if (typeof message.content === 'string') return { role: 'tool', tool_call_id: message.toolCallId, content: message.content }
  return { role: 'tool', tool_call_id: message.toolCallId, content: message.content.map((part) => ({ type: 'text', text: part.type === 'text' ? part.text : `[${part.type}]` })) }
}

function toMessage(message: Message): JsonObject {
  switch (message.role) {
    case 'system':
    case 'developer':
      return { role: 'system', content: toContent(message.content) }
    case 'user':
      return { role: 'user', content: toContent(message.content) }
    case 'assistant':
      return toAssistant(message)
    case 'tool':
      return toToolResult(message)
  }
}

/** A named choice is made by leaving that tool alone in the list. */
function toTools(request: ChatRequest): JsonObject {
  const { toolChoice: choice } = request
  const offered = typeof choice === 'object' ? request.tools?.filter((tool) => tool.type === 'function' && tool.name === choice.name) : request.tools
  const tools = offered?.map(toOpenAiTool).filter((tool) => tool !== undefined) ?? []
  if (tools.length === 0) return {}
  const forced = choice === 'required' || typeof choice === 'object' ? 'REQUIRED' : choice === 'none' ? 'NONE' : undefined
  return { tools, ...(forced !== undefined && { tool_choice: forced }) }
}

function toFormat(request: ChatRequest): JsonObject {
  const format = request.responseFormat
  if (format === undefined || format.type === 'text') return {}
  return { response_format: { type: 'json_object', ...(format.type === 'json_schema' && { json_schema: format.schema }) } }
}

function toThinking({ reasoning }: ChatRequest): JsonObject {
  if (reasoning === undefined) return {}
  if (reasoning.mode === 'disabled' || reasoning.effort === 'none') return { thinking: { type: 'disabled' } }
  const budget = reasoning.budgetTokens ?? (reasoning.effort && budgets[reasoning.effort])
  return { thinking: { type: 'enabled', ...(budget !== undefined && { token_budget: budget }) } }
}

function toSampling(request: ChatRequest): JsonObject {
  const fields: Readonly<Record<string, JsonValue | undefined>> = {
    max_tokens: request.maxTokens,
    // Cohere's range ends at 1.
    temperature: request.temperature === undefined ? undefined : Math.min(1, request.temperature),
    p: request.topP,
    k: request.topK,
    seed: request.seed,
    stop_sequences: request.stop,
    presence_penalty: request.presencePenalty === undefined ? undefined : Math.max(0, Math.min(1, request.presencePenalty)),
    frequency_penalty: request.frequencyPenalty === undefined ? undefined : Math.max(0, Math.min(1, request.frequencyPenalty)),
    logprobs: request.logprobs,
  }
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined))
}

/** Writes a request for Cohere's v2 chat. @throws InvalidRequestError for media it has no words for */
export function toCohereRequest(request: ChatRequest, target: EncodeTarget): EncodedRequest {
  const body: JsonObject = {
    model: target.model,
    messages: request.messages.map(toMessage),
    ...(target.stream && { stream: true }),
    ...toTools(request),
    ...toFormat(request),
    ...toThinking(request),
    ...toSampling(request),
  }
  const dropped = droppedParameters(request, [
    'topLogprobs', 'logitBias', 'user', 'serviceTier', 'metadata', 'verbosity', 'promptCacheKey', 'parallelToolCalls',
    ...(request.n !== undefined && request.n > 1 ? (['n'] as const) : []),
  ])
  return { body, dropped: [...dropped, ...foreignExtras(request, 'cohere-chat')] }
}
