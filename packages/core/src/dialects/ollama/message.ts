import type { ToolCall } from '../../chat/message.ts'
import { isJsonObject, type JsonObject, readArray, readObject, readString } from '../../wire/json.ts'
import type { DecodeContext } from '../dialect.ts'

/** What an answer and a line of a stream have in common. */
export interface OllamaMessage {
  readonly text: string
  readonly thinking: string
  readonly toolCalls: readonly ToolCall[]
}

/** A call comes whole, mostly without an id, its arguments as an object. */
function toToolCall(call: JsonObject, context: DecodeContext): ToolCall {
  const target = readObject(call, 'function') ?? {}
  const given = target['arguments'] ?? {}
  return {
    id: readString(call, 'id') || `call_${context.newId()}`,
    name: readString(target, 'name') ?? '',
    argumentsText: typeof given === 'string' ? given || '{}' : JSON.stringify(given),
  }
}

export function fromOllamaMessage(message: JsonObject, context: DecodeContext): OllamaMessage {
  const calls = readArray(message, 'tool_calls')?.filter(isJsonObject) ?? []
  return {
    text: readString(message, 'content') ?? '',
    thinking: readString(message, 'thinking') ?? '',
    toolCalls: calls.map((call) => toToolCall(call, context)),
  }
}

/** Unix seconds of `created_at`, which is RFC 3339 with nanoseconds. */
export function createdAtSeconds(body: JsonObject): number | undefined {
  const ms = Date.parse(readString(body, 'created_at') ?? '')
  return ms > 0 ? Math.floor(ms / 1000) : undefined
}
