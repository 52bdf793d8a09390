import { isJsonObject, type JsonObject, type JsonValue, parseJson } from '../../../wire/json.ts'

/*
 * Brings a request body into one spelling, so that two bodies that say the same are equal: one text part says what a
 * string says; null, '' and a missing content say the same beside tool calls; `stream: false` and `documents: []` say
 * nothing. What OpenAI's format has no field for (the corpus calls it `request_loses`) is left out: the tool plan,
 * thinking in the history, and documents as tool results, which the corpus hands to an OpenAI client as JSON text.
 */
function plainPart(part: JsonValue): readonly JsonValue[] {
  if (!isJsonObject(part)) return [part]
  if (part['type'] === 'thinking') return []
  const document = part['document']
  return isJsonObject(document) ? [{ type: 'text', text: JSON.stringify(document['data']) }] : [part]
}

function plainContent(content: JsonValue | undefined): JsonValue | undefined {
  if (!Array.isArray(content)) return content
  const parts = content.flatMap(plainPart)
  const [only] = parts
  return parts.length === 1 && isJsonObject(only) && only['type'] === 'text' ? only['text'] : parts
}

function plainCall(call: JsonValue): JsonValue {
  const target = isJsonObject(call) ? call['function'] : undefined
  if (!isJsonObject(call) || !isJsonObject(target)) return call
  return { ...call, function: { ...target, arguments: JSON.stringify(parseJson(String(target['arguments']))) } }
}

function plainMessage(message: JsonValue): JsonValue {
  if (!isJsonObject(message)) return message
  const { content: given, tool_plan: _plan, tool_calls: calls, ...rest } = message
  const content = plainContent(given)
  if (!Array.isArray(calls)) return { ...rest, content }
  return {
    ...rest,
    tool_calls: calls.map(plainCall),
    ...(content !== null && content !== undefined && content !== '' && { content }),
  }
}

export function plainBody(body: JsonObject): JsonObject {
  const { messages, stream, documents, ...rest } = body
  return {
    ...rest,
    messages: Array.isArray(messages) ? messages.map(plainMessage) : [],
    ...(stream === true && { stream }),
    ...(Array.isArray(documents) && documents.length > 0 && { documents }),
  }
}
