import type { ToolCall } from '../../chat/message.ts'
import type { ChatResponse, Choice } from '../../chat/response.ts'
import { invalidResponse } from '../../errors/provider-error.ts'
import { isJsonObject, type JsonObject, readArray, readNumber, readObject, readString } from '../../wire/json.ts'
import type { ClientContext, DecodeContext } from '../dialect.ts'
import { isCustomTool } from '../shared/custom-tool.ts'
import { isIndex } from '../shared/read-index.ts'
import { fromOpenAiAnnotations, toOpenAiAnnotations } from './annotations.ts'
import { fromOpenAiFinish, isFaultFinish } from './finish-reason.ts'
import { fromOpenAiLogprobs, toOpenAiLogprobs } from './logprobs.ts'
import { fromOpenAiReasoning, toOpenAiReasoning } from './reasoning.ts'
import { fromOpenAiToolCall, toOpenAiToolCall } from './tools.ts'
import { fromOpenAiUsage, toOpenAiUsage } from './usage.ts'

/** The text of a message's content: a string, or the text parts of a list (Mistral). */
export function textOf(content: unknown): string {
  if (typeof content === 'string') return content
  if (!Array.isArray(content)) return ''
  return content.map((part) => (isJsonObject(part) && part['type'] === 'text' ? (readString(part, 'text') ?? '') : '')).join('')
}

function named(call: ToolCall): ToolCall {
  if (call.name === '') throw invalidResponse('A tool call has no name.')
  return call
}

/** What a choice says. Azure leaves the message out where its filter took it away, and says so in the finish; else its lack is a fault. */
function messageOf(choice: JsonObject): JsonObject {
  const message = readObject(choice, 'message')
  if (message !== undefined) return message
  if (choice['finish_reason'] === 'content_filter') return {}
  throw invalidResponse('A choice of the answer has no message.')
}

function fromChoice(choice: JsonObject, position: number, context: DecodeContext): Choice {
  const message = messageOf(choice)
  const listed = readArray(message, 'tool_calls') ?? []
  const legacy = readObject(message, 'function_call')
  const toolCalls = (legacy ? [...listed, { function: legacy }] : listed)
    .filter(isJsonObject)
    .flatMap((call) => fromOpenAiToolCall(call) ?? [])
    .map((call) => ({
      ...named(call),
      id: call.id === '' ? `call_${context.newId()}` : call.id,
      argumentsText: call.argumentsText === '' ? '{}' : call.argumentsText,
    }))
  return {
    index: isIndex(choice['index']) ? choice['index'] : position,
    text: textOf(message['content']),
    refusal: readString(message, 'refusal'),
    reasoning: fromOpenAiReasoning(message),
    toolCalls,
    finish: fromOpenAiFinish(choice, toolCalls.length > 0),
    logprobs: fromOpenAiLogprobs(choice),
    annotations: fromOpenAiAnnotations(message),
  }
}

/** Reads a whole answer. @throws ProviderError `invalid_response` when it has no choices, one without a message, or ended in a fault. */
export function fromOpenAiResponse(body: unknown, context: DecodeContext): ChatResponse {
  if (!isJsonObject(body)) throw invalidResponse('The answer is not a JSON object.')
  const choices = readArray(body, 'choices')?.filter(isJsonObject) ?? []
  if (choices.length === 0) throw invalidResponse('The answer has no choices.')
  if (choices.some((choice) => isFaultFinish(readString(choice, 'finish_reason'))))
    throw invalidResponse('The provider broke the answer off.')
  const usage = readObject(body, 'usage')
  return {
    id: readString(body, 'id') || `chatcmpl-${context.newId()}`,
    model: readString(body, 'model') || context.model,
    createdAtSeconds: readNumber(body, 'created'),
    choices: choices.map((choice, position) => fromChoice(choice, position, context)),
    usage: usage && fromOpenAiUsage(usage, body),
    serviceTier: readString(body, 'service_tier'),
    systemFingerprint: readString(body, 'system_fingerprint'),
  }
}

function toChoice(choice: Choice, { request }: ClientContext): JsonObject {
  const toolCalls = choice.toolCalls.map((call) => (isCustomTool(request, call.name) ? { ...call, custom: true as const } : call))
  return {
    index: choice.index,
    message: {
      role: 'assistant',
      content: choice.text === '' && (toolCalls.length > 0 || choice.refusal !== undefined) ? null : choice.text,
      refusal: choice.refusal ?? null,
      ...toOpenAiReasoning(choice.reasoning),
      ...(toolCalls.length > 0 && { tool_calls: toolCalls.map(toOpenAiToolCall) }),
      ...toOpenAiAnnotations(choice.annotations ?? []),
    },
    logprobs: choice.logprobs === undefined ? null : toOpenAiLogprobs(choice.logprobs),
    finish_reason: choice.finish.reason,
  }
}

/** Writes a whole answer for a client. */
export function toOpenAiResponse(response: ChatResponse, context: ClientContext): JsonObject {
  return {
    id: response.id,
    object: 'chat.completion',
    created: response.createdAtSeconds ?? context.nowSeconds,
    model: response.model,
    choices: response.choices.map((choice) => toChoice(choice, context)),
    ...(response.usage !== undefined && { usage: toOpenAiUsage(response.usage) }),
    ...(response.serviceTier !== undefined && { service_tier: response.serviceTier }),
    ...(response.systemFingerprint !== undefined && { system_fingerprint: response.systemFingerprint }),
  }
}
