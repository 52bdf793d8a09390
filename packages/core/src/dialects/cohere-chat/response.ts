import type { ChatResponse } from '../../chat/response.ts'
import { badAnswer } from '../../errors/provider-error.ts'
import { isJsonObject, type JsonObject, type JsonValue, readArray, readNumber, readObject, readString } from '../../wire/json.ts'
import type { DecodeContext } from '../dialect.ts'
import { fromOpenAiToolCall } from '../openai-chat/tools.ts'
import { fromCohereFinishReason, isCohereFault } from './finish-reason.ts'
import { fromCohereUsage } from './usage.ts'

function joined(content: JsonValue | undefined, type: 'text' | 'thinking'): string {
  if (typeof content === 'string') return type === 'text' ? content : ''
  if (!Array.isArray(content)) return ''
  return content.filter(isJsonObject).map((part) => (part['type'] === type ? (readString(part, type) ?? '') : '')).join('')
}

function citationsOf(message: JsonObject): readonly JsonObject[] | undefined {
  return readArray(message, 'citations')?.filter(isJsonObject).map((citation) => ({ type: 'citation', ...citation }))
}

/** Reads a whole answer. @throws ProviderError `bad_answer` when it has no message or ended in a fault */
export function fromCohereResponse(body: unknown, context: DecodeContext): ChatResponse {
  const message = isJsonObject(body) ? readObject(body, 'message') : undefined
  if (!isJsonObject(body) || message === undefined) throw badAnswer('The answer has no message.')
  const native = readString(body, 'finish_reason')
  if (isCohereFault(native)) throw badAnswer('The provider broke the answer off.')
  const thinking = joined(message['content'], 'thinking')
  const text = joined(message['content'], 'text')
  const toolCalls = (readArray(message, 'tool_calls') ?? []).filter(isJsonObject).flatMap((call) => fromOpenAiToolCall(call) ?? [])
  return {
    id: readString(body, 'id') || context.newId(),
    model: context.model,
    choices: [
      {
        index: 0,
        text: text === '' ? (readString(message, 'tool_plan') ?? '') : text,
        reasoning: thinking === '' ? [] : [{ origin: 'cohere-chat', text: thinking }],
        toolCalls: toolCalls.map((call) => ({ ...call, argumentsText: call.argumentsText === '' ? '{}' : call.argumentsText })),
        finish: fromCohereFinishReason(native),
        logprobs: readArray(body, 'logprobs')?.filter(isJsonObject).map((entry) => ({ token: readString(entry, 'text') ?? '', logprob: Number(readArray(entry, 'logprobs')?.[0] ?? 0), topLogprobs: [] })),
        annotations: citationsOf(message),
      },
    ],
    usage: fromCohereUsage(readObject(body, 'usage')),
    createdAtSeconds: readNumber(body, 'created'),
  }
}
