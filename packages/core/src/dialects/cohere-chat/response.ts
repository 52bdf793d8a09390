import type { ToolCall } from '../../chat/message.ts'
import type { ChatResponse, Choice } from '../../chat/response.ts'
import { invalidResponse } from '../../errors/provider-error.ts'
import { isJsonObject, type JsonObject, type JsonValue, readArray, readObject, readString } from '../../wire/json.ts'
import type { DecodeContext } from '../dialect.ts'
import { fromCohereCitation } from './citations.ts'
import { fromCohereFinishReason, isCohereFault } from './finish-reason.ts'
import { fromCohereLogprobs } from './logprobs.ts'
import { fromCohereUsage } from './usage.ts'

function joined(content: JsonValue | undefined, type: 'text' | 'thinking'): string {
  if (typeof content === 'string') return type === 'text' ? content : ''
  if (!Array.isArray(content)) return ''
  return content.map((part) => (isJsonObject(part) && part['type'] === type ? (readString(part, type) ?? '') : '')).join('')
}

/** A call without arguments has an empty text or none; OpenAI's clients parse `{}`. */
function toolCallsOf(message: JsonObject, context: DecodeContext): readonly ToolCall[] {
  return (readArray(message, 'tool_calls') ?? []).filter(isJsonObject).map((call) => {
    const target = readObject(call, 'function') ?? {}
    const argumentsText = readString(target, 'arguments') ?? ''
    return {
      id: readString(call, 'id') || `call_${context.newId()}`,
      name: readString(target, 'name') ?? '',
      argumentsText: argumentsText === '' ? '{}' : argumentsText,
    }
  })
}

/** The tool plan is the text before a tool call. OpenAI's models write it as ordinary text. */
function choiceOf(body: JsonObject, message: JsonObject, context: DecodeContext): Choice {
  const thinking = joined(message['content'], 'thinking')
  const toolCalls = toolCallsOf(message, context)
  const citations = readArray(message, 'citations')?.filter(isJsonObject) ?? []
  return {
    index: 0,
    text: (readString(message, 'tool_plan') ?? '') + joined(message['content'], 'text'),
    reasoning: thinking === '' ? [] : [{ origin: 'cohere-chat', text: thinking }],
    toolCalls,
    finish: fromCohereFinishReason(readString(body, 'finish_reason'), toolCalls.length > 0),
    logprobs: fromCohereLogprobs(body),
    annotations: citations.length === 0 ? undefined : citations.flatMap(fromCohereCitation),
  }
}

/** Reads a whole answer. @throws ProviderError `invalid_response` when it has no message or ended in a fault */
export function fromCohereResponse(body: unknown, context: DecodeContext): ChatResponse {
  const message = isJsonObject(body) ? readObject(body, 'message') : undefined
  if (!isJsonObject(body) || message === undefined) throw invalidResponse('The answer has no message.')
  if (isCohereFault(readString(body, 'finish_reason')))
    throw invalidResponse(readString(body, 'error') ?? 'The provider broke the answer off.')
  return {
    id: readString(body, 'id') || `chatcmpl-${context.newId()}`,
    model: context.model,
    choices: [choiceOf(body, message, context)],
    usage: fromCohereUsage(readObject(body, 'usage')),
  }
}
