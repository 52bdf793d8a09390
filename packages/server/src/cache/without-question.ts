import { neutralFields } from '@proxyapi/context'
import { isJsonObject, type JsonObject, type JsonValue } from '@proxyapi/core/wire'

function isList(value: JsonValue | undefined): value is readonly JsonValue[] {
  return Array.isArray(value)
}

function withoutText(part: JsonValue): JsonValue {
  return isJsonObject(part) && (part['type'] === 'text' || part['type'] === 'input_text') ? { ...part, text: '' } : part
}

function withoutWords(turn: JsonValue): JsonValue {
  if (!isJsonObject(turn)) return turn
  const content = turn['content']
  if (isList(content)) return { ...turn, content: content.map(withoutText) }
  return typeof content === 'string' ? { ...turn, content: '' } : turn
}

function withoutLastWords(turns: JsonValue | undefined): JsonValue | undefined {
  if (!isList(turns)) return typeof turns === 'string' ? '' : turns
  return turns.map((turn, index) => (index === turns.length - 1 ? withoutWords(turn) : turn))
}

/**
 * A client's body of chat without the words of its last turn: what has to be equal in two questions that mean the same. Images,
 * documents and all else of the turn stay.
 */
export function withoutQuestion(body: object): object {
  const parsed = body as JsonObject // a client's body is parsed JSON
  const rest = Object.fromEntries(Object.entries(parsed).filter(([name]) => !neutralFields.includes(name)))
  return { ...rest, messages: withoutLastWords(parsed['messages']), input: withoutLastWords(parsed['input']) }
}
