import { isJsonObject, type JsonObject, type JsonValue } from '../../wire/json.ts'

/** What the assistant says between results of tools and a user who goes on at once. */
const acknowledgement: JsonObject = { role: 'assistant', content: 'OK.' }

function roleOf(message: JsonValue | undefined): JsonValue | undefined {
  return isJsonObject(message) ? message['role'] : undefined
}

/** Whether a message stands behind results of tools without being one of them or the assistant's turn. */
function isOutOfTurn(role: JsonValue | undefined, before: JsonValue | undefined): boolean {
  return before === 'tool' && role !== 'tool' && role !== 'assistant'
}

/** Messages in which the assistant takes a turn behind all results of tools; `undefined` when it does already. */
export function withAssistantTurns(messages: readonly JsonValue[]): readonly JsonValue[] | undefined {
  const turns = messages.flatMap((message, index) => {
    return isOutOfTurn(roleOf(message), roleOf(messages[index - 1])) ? [acknowledgement, message] : [message]
  })
  return turns.length === messages.length ? undefined : turns
}
