import type { ChatResponse, Choice } from '../../chat/response.ts'
import { invalidResponse } from '../../errors/provider-error.ts'
import { isJsonObject, type JsonObject, readArray, readNumber, readObject, readString } from '../../wire/json.ts'
import type { ClientContext, DecodeContext } from '../dialect.ts'
import { fromOpenAiFinishReason, isFaultFinish, isOpenAiFinishReason } from './finish-reason.ts'
import { fromOpenAiLogprobs, toOpenAiLogprobs } from './logprobs.ts'
import { fromOpenAiReasoning, toOpenAiReasoning } from './reasoning.ts'
import { fromOpenAiToolCall, toOpenAiToolCall } from './tools.ts'
import { fromOpenAiUsage, isOpenAiCount, toOpenAiUsage } from './usage.ts'

/** The text of a message's content: a string, or the text parts of a list (Mistral). */
export function textOf(content: unknown): string {
  if (typeof content === 'string') return content
  if (!Array.isArray(content)) return ''
  return content.map((part) => (isJsonObject(part) && part['type'] === 'text' ? (readString(part, 'text') ?? '') : '')).join('')
}

function fromChoice(choice: JsonObject, context: DecodeContext): Choice {
  const message = readObject(choice, 'message') ?? {}
  const listed = readArray(message, 'tool_calls') ?? []
  const legacy = readObject(message, 'function_call')
  const toolCalls = (legacy ? [...listed, { function: legacy }] : listed)
    .filter(isJsonObject)
    .flatMap((call) => fromOpenAiToolCall(call) ?? [])
    .map((call) => ({
      ...call,
      id: call.id === '' ? `call_${context.newId()}` : call.id,
      argumentsText: call.argumentsText === '' ? '{}' : call.argumentsText,
    }))
  return {
    index: readNumber(choice, 'index') ?? 0,
    text: textOf(message['content']),
    refusal: readString(message, 'refusal'),
    reasoning: fromOpenAiReasoning(message),
    toolCalls,
    finish: fromOpenAiFinishReason(readString(choice, 'finish_reason'), toolCalls.length > 0),
    logprobs: fromOpenAiLogprobs(choice),
    annotations: readArray(message, 'annotations')?.filter(isJsonObject),
  }
}

/** Reads a whole answer. @throws ProviderError `invalid_response` when it has no choices or ended in a fault. */
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
    choices: choices.map((choice) => fromChoice(choice, context)),
    usage: usage && fromOpenAiUsage(usage),
    serviceTier: readString(body, 'service_tier'),
    systemFingerprint: readString(body, 'system_fingerprint'),
  }
}

function isForwardableCall(call: unknown): boolean {
  if (!isJsonObject(call) || !readString(call, 'id') || call['type'] !== 'function') return false
  return Boolean(readString(readObject(call, 'function') ?? {}, 'arguments'))
}

function isForwardableMessage(message: JsonObject | undefined): boolean {
  if (message === undefined || message['role'] !== 'assistant') return false
  const content = message['content']
  const calls = message['tool_calls']
  const callsFit = calls === undefined || (Array.isArray(calls) && calls.length > 0 && calls.every((call) => isForwardableCall(call)))
  // Reasoning under another vendor's name is rewritten, so that clients find it in one place.
  return (typeof content === 'string' || content === null) && callsFit && !('reasoning' in message && !('reasoning_content' in message))
}

/** Whether a body that `fromOpenAiResponse` has read is a valid Chat Completion as OpenAI's own clients expect it. */
export function isForwardableResponse(body: unknown): boolean {
  if (!isJsonObject(body)) return false
  const usage = readObject(body, 'usage')
  const headFits =
    readString(body, 'id') && readString(body, 'model') && body['object'] === 'chat.completion' && readNumber(body, 'created') !== undefined
  return (
    Boolean(headFits) &&
    body['error'] === undefined &&
    (usage === undefined || isOpenAiCount(usage)) &&
    (readArray(body, 'choices') ?? []).every(
      (choice) =>
        isJsonObject(choice) &&
        typeof choice['index'] === 'number' &&
        isOpenAiFinishReason(choice['finish_reason']) &&
        isForwardableMessage(readObject(choice, 'message')),
    )
  )
}

function toChoice(choice: Choice): JsonObject {
  const { annotations, toolCalls } = choice
  return {
    index: choice.index,
    message: {
      role: 'assistant',
      content: choice.text === '' && (toolCalls.length > 0 || choice.refusal !== undefined) ? null : choice.text,
      refusal: choice.refusal ?? null,
      ...toOpenAiReasoning(choice.reasoning),
      ...(toolCalls.length > 0 && { tool_calls: toolCalls.map(toOpenAiToolCall) }),
      ...(annotations !== undefined && annotations.length > 0 && { annotations }),
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
    choices: response.choices.map(toChoice),
    ...(response.usage !== undefined && { usage: toOpenAiUsage(response.usage) }),
    ...(response.serviceTier !== undefined && { service_tier: response.serviceTier }),
    ...(response.systemFingerprint !== undefined && { system_fingerprint: response.systemFingerprint }),
  }
}
