import type { ChatResponse, Choice } from '../../chat/response.ts'
import { isJsonObject, type JsonObject, type JsonValue, readArray, readNumber, readObject, readString } from '../../wire/json.ts'
import type { DecodeContext } from '../dialect.ts'
import { toOpenAiFinishReason } from './finish-reason.ts'
import { reasoningTextOf } from './reasoning.ts'
import { textOf } from './response.ts'
import { fromOpenAiToolCall } from './tools.ts'
import { isOpenAiCount, withOpenAiCount } from './usage.ts'

/*
 * What a vendor of this dialect says goes to a client of it as it came: fields that we do not know are paid for as well. Where a
 * piece is such that OpenAI's clients would stumble over it, only that piece is written anew.
 */

function isFittingCall(call: JsonValue): boolean {
  if (!isJsonObject(call) || !readString(call, 'id')) return false
  if (call['type'] !== 'function') return typeof call['type'] === 'string'
  return Boolean(readString(readObject(call, 'function') ?? {}, 'arguments'))
}

/** The calls of a message with what they lack, taken from the same calls as they were read. */
function repairedCalls(calls: readonly JsonValue[], read: Choice['toolCalls']): readonly JsonValue[] {
  let place = 0
  return calls.map((call) => {
    const known = isJsonObject(call) && fromOpenAiToolCall(call) !== undefined ? read[place++] : undefined
    if (!isJsonObject(call) || known === undefined || isFittingCall(call)) return call
    if (known.custom) return { ...call, id: known.id, type: 'custom' }
    return { ...call, id: known.id, type: 'function', function: { ...readObject(call, 'function'), arguments: known.argumentsText } }
  })
}

/** Reasoning in the field where clients look for it; what the vendor calls it stays beside. */
export function repairedReasoning(message: JsonObject): JsonObject {
  if (typeof message['reasoning_content'] === 'string') return {}
  const text = reasoningTextOf(message)
  return text === '' ? {} : { reasoning_content: text }
}

function isFittingContent(content: JsonValue | undefined): boolean {
  return typeof content === 'string' || content === null
}

function isFittingMessage(message: JsonObject): boolean {
  const calls = message['tool_calls']
  return (
    message['role'] === 'assistant' &&
    isFittingContent(message['content']) &&
    (calls === undefined || (Array.isArray(calls) && calls.length > 0 && calls.every(isFittingCall))) &&
    (typeof message['reasoning_content'] === 'string' || !message['reasoning'])
  )
}

function repairedMessage(message: JsonObject, read: Choice): JsonObject {
  const { tool_calls: given, ...rest } = message
  const calls = Array.isArray(given) && given.length > 0 ? repairedCalls(given, read.toolCalls) : undefined
  const { content } = message
  return {
    ...rest,
    role: 'assistant',
    content: isFittingContent(content) ? content : Array.isArray(content) ? textOf(content) : null,
    ...repairedReasoning(message),
    ...(calls !== undefined && { tool_calls: calls }),
  }
}

function isFittingChoice(choice: JsonValue, read: Choice | undefined): boolean {
  const message = isJsonObject(choice) ? readObject(choice, 'message') : undefined
  return (
    isJsonObject(choice) &&
    read !== undefined &&
    message !== undefined &&
    choice['index'] === read.index &&
    choice['finish_reason'] === toOpenAiFinishReason(choice, read.finish) &&
    isFittingMessage(message)
  )
}

function repairedChoice(choice: JsonObject, read: Choice): JsonObject {
  if (isFittingChoice(choice, read)) return choice
  return {
    ...choice,
    index: read.index,
    message: repairedMessage(readObject(choice, 'message') ?? {}, read),
    finish_reason: toOpenAiFinishReason(choice, read.finish),
  }
}

function isFittingHead(body: JsonObject, read: ChatResponse): boolean {
  const usage = readObject(body, 'usage')
  return (
    Boolean(readString(body, 'id') && readString(body, 'model')) &&
    body['object'] === 'chat.completion' &&
    readNumber(body, 'created') !== undefined &&
    !isJsonObject(body['error']) &&
    (usage === undefined || read.usage === undefined || isOpenAiCount(usage, read.usage))
  )
}

/**
 * An answer that `fromOpenAiResponse` has read, as OpenAI's own clients expect it: `body` itself where nothing is wrong with it,
 * else a copy with the wrong pieces written anew.
 */
export function repairResponse(body: unknown, read: ChatResponse, { nowSeconds }: DecodeContext): JsonObject | undefined {
  if (!isJsonObject(body)) return undefined
  const given = readArray(body, 'choices') ?? []
  if (isFittingHead(body, read) && given.every((choice, place) => isFittingChoice(choice, read.choices[place]))) return body
  const choices = given.filter(isJsonObject)
  const usage = readObject(body, 'usage')
  const { error: _error, ...rest } = body
  return {
    ...rest,
    id: read.id,
    object: 'chat.completion',
    created: read.createdAtSeconds ?? nowSeconds?.() ?? 0,
    model: read.model,
    choices: choices.flatMap((choice, place) => {
      const known = read.choices[place]
      return known === undefined ? [] : [repairedChoice(choice, known)]
    }),
    ...(usage !== undefined && { usage: withOpenAiCount(usage) }),
  }
}
