import { isJsonObject, type JsonObject, type JsonValue } from '../../wire/json.ts'
import type { CallNames } from '../shared/renamed-calls.ts'

function renamedField(object: JsonObject, field: string, names: ReadonlyMap<string, string>): JsonObject {
  const given = object[field]
  const name = typeof given === 'string' ? names.get(given) : undefined
  return name === undefined ? object : { ...object, [field]: name }
}

function renamedFunction(object: JsonObject, names: ReadonlyMap<string, string>): JsonObject {
  const target = object['function']
  return isJsonObject(target) ? { ...object, function: renamedField(target, 'name', names) } : object
}

const each = (values: JsonValue | undefined, rename: (value: JsonObject) => JsonObject): JsonValue | undefined =>
  Array.isArray(values) ? values.map((value: JsonValue) => (isJsonObject(value) ? rename(value) : value)) : values

function renamedMessage(message: JsonObject, { names, ids }: CallNames): JsonObject {
  if (message['role'] === 'tool') return renamedField(renamedField(message, 'tool_call_id', ids), 'name', names)
  if (message['tool_calls'] === undefined) return message
  return { ...message, tool_calls: each(message['tool_calls'], (call) => renamedFunction(renamedField(call, 'id', ids), names)) }
}

function renamedChoice(choice: JsonValue | undefined, names: ReadonlyMap<string, string>): JsonValue | undefined {
  if (!isJsonObject(choice)) return choice
  const allowed = choice['allowed_tools']
  if (!isJsonObject(allowed)) return renamedFunction(choice, names)
  return { ...choice, allowed_tools: { ...allowed, tools: each(allowed['tools'], (tool) => renamedFunction(tool, names)) } }
}

/** A client's own body with other names of its tools and ids of its calls. Everything else stays. */
export function withOwnCallNames(body: JsonObject, callNames: CallNames): JsonObject {
  const { names } = callNames
  return {
    ...body,
    ...(body['messages'] !== undefined && { messages: each(body['messages'], (message) => renamedMessage(message, callNames)) }),
    ...(body['tools'] !== undefined && { tools: each(body['tools'], (tool) => renamedFunction(tool, names)) }),
    ...(body['tool_choice'] !== undefined && { tool_choice: renamedChoice(body['tool_choice'], names) }),
  }
}
