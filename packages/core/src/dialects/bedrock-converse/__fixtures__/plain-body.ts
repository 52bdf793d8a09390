import { isJsonObject, type JsonObject, type JsonValue } from '../../../wire/json.ts'

/*
 * The same request can be written in many ways: empty settings, `auto` as the choice, a result's `success`, a schema as text
 * in any layout. This brings two bodies to one form. What the corpus says it lost on the way to the client's request
 * (`request_loses`: cache points, guardrails, fields of a model's family) is taken from both.
 */
const lost: ReadonlySet<string> = new Set(['guardrailConfig', 'additionalModelRequestFields', 'outputConfig', 'status'])

function isEmpty(value: JsonValue): boolean {
  return Array.isArray(value) ? value.length === 0 : isJsonObject(value) && Object.keys(value).length === 0
}

/** Schemas and arguments stay as they are, but for what Converse wants in every schema. */
function plainSchema(schema: JsonObject): JsonObject {
  return { ...schema, type: 'object', properties: schema['properties'] ?? {} }
}

function plainField(name: string, value: JsonValue): JsonValue {
  if (name === 'input') return value
  return name === 'inputSchema' && isJsonObject(value) && isJsonObject(value['json']) ? { json: plainSchema(value['json']) } : plain(value)
}

function isAuto(value: JsonValue): boolean {
  return isJsonObject(value) && isJsonObject(value['auto'])
}

function plain(value: JsonValue): JsonValue {
  if (Array.isArray(value)) return value.filter((item: JsonValue) => !isJsonObject(item) || item['cachePoint'] === undefined).map(plain)
  if (!isJsonObject(value)) return value
  const entries = Object.entries(value).flatMap(([name, item]): [string, JsonValue][] => {
    if (item === undefined || lost.has(name) || (name === 'toolChoice' && isAuto(item))) return []
    return isEmpty(item) && name !== 'input' && name !== 'any' ? [] : [[name, plainField(name, item)]]
  })
  return Object.fromEntries(entries)
}

/** Neighbours of one role as one turn, and one text of a result whether it came in two pieces or one. */
function plainTurns(messages: readonly JsonValue[]): readonly JsonValue[] {
  const turns: { readonly role: JsonValue | undefined; readonly content: readonly JsonValue[] }[] = []
  for (const message of messages.filter(isJsonObject)) {
    const content = Array.isArray(message['content']) ? message['content'] : []
    const last = turns.at(-1)
    if (last?.role === message['role']) turns[turns.length - 1] = { role: last?.role, content: [...(last?.content ?? []), ...content] }
    else turns.push({ role: message['role'], content })
  }
  return turns.map(({ role, content }) => ({ role, content }))
}

function joinedText(blocks: JsonValue): JsonValue {
  if (!Array.isArray(blocks)) return blocks
  return blocks.map((block: JsonValue) => (isJsonObject(block) ? (block['text'] ?? JSON.stringify(block['json'])) : '')).join('')
}

/** Texts side by side as one, without their line feeds, for exchanges whose client request the corpus wrote so. */
export function joined(body: JsonObject): unknown {
  return JSON.parse(JSON.stringify(body), (key, value: JsonValue) => {
    if (key === 'system' || (key === 'content' && JSON.stringify(value).startsWith('[{"text"'))) return joinedText(value)
    return typeof value === 'string' ? value.replaceAll('\n', '') : value
  })
}

/** A request body in one form. */
export function plainBody(body: JsonObject): JsonObject {
  const read = plain(body)
  if (!isJsonObject(read)) return {}
  const messages = read['messages']
  return { ...read, ...(Array.isArray(messages) && { messages: plainTurns(messages) }) }
}
