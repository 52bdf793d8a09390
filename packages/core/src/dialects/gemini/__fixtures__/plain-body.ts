import { isJsonObject, type JsonObject, type JsonValue } from '../../../wire/json.ts'
import { toGeminiSchema } from '../schema.ts'

/*
 * The same request can be written in many ways: Google's protocol buffers take snake case and camel case, schemas come in
 * capitals or as JSON Schema. This brings two bodies to one form. What the corpus says it lost on the way to the client's
 * request (`request_loses`: thinking, signatures, safety settings) is taken from both.
 */
const lost: ReadonlySet<string> = new Set([
  'thoughtSignature', 'thinkingConfig', 'safetySettings', 'responseModalities', 'taskType', 'title', 'allowedFunctionNames',
])
const plainNames: Readonly<Record<string, string>> = { parameters: 'parameters', parametersJsonSchema: 'parameters', responseSchema: 'responseJsonSchema' }

function camel(name: string): string {
  return name.replace(/_([a-z])/g, (_match, letter: string) => letter.toUpperCase())
}

function lowerTypes(value: JsonValue): JsonValue {
  const text = JSON.stringify(value, (key, item: unknown) => (key === 'type' && typeof item === 'string' ? item.toLowerCase() : item))
  return JSON.parse(text.replaceAll('"property_ordering"', '"propertyOrdering"'))
}

function isSchema(name: string): boolean {
  return name === 'parameters' || name === 'responseJsonSchema'
}

/** Results that are no objects are wrapped under a name of the writer's choice. */
function plainResponse(response: JsonValue): JsonValue {
  if (!isJsonObject(response)) return response
  const [[name, value] = ['', undefined], ...more] = Object.entries(response)
  return more.length === 0 && typeof value === 'string' && ['result', 'output', 'return_value'].includes(name) ? { output: value } : response
}

function plainField(name: string, value: JsonValue): JsonValue {
  // Both alphabets of base64 are taken.
  if (name === 'data' && typeof value === 'string') return value.replaceAll('-', '+').replaceAll('_', '/')
  if (isSchema(name)) {
    const schema = lowerTypes(value)
    return isJsonObject(schema) ? toGeminiSchema(schema) : schema
  }
  if (name === 'args') return value
  return name === 'response' ? plainResponse(value) : plain(value)
}

function plain(value: JsonValue): JsonValue {
  if (Array.isArray(value)) return value.map(plain)
  if (!isJsonObject(value)) return value
  const entries = Object.entries(value).flatMap(([key, item]): [string, JsonValue][] => {
    const name = plainNames[camel(key)] ?? camel(key)
    if (item === null || item === undefined || lost.has(name)) return []
    if (name === 'stopSequences' && Array.isArray(item) && item.length === 0) return []
    if ((name === 'thought' && item === false) || (name === 'description' && item === '') || name === 'id') return []
    return [[name, plainField(name, item)]]
  })
  return Object.fromEntries(entries.filter(([name, item]) => !(name === 'generationConfig' && isJsonObject(item) && Object.keys(item).length === 0)))
}

function partsOf(content: JsonValue | undefined): readonly JsonValue[] {
  const parts = isJsonObject(content) ? content['parts'] : undefined
  return Array.isArray(parts) ? parts : []
}

/** Neighbours of one role as one turn, without thoughts and without the empty texts that carry a signature. */
function plainTurns(contents: readonly JsonValue[]): readonly JsonValue[] {
  const turns: { readonly role: JsonValue | undefined; readonly parts: readonly JsonValue[] }[] = []
  for (const content of contents.filter(isJsonObject)) {
    const parts = partsOf(content).filter((part) => !isJsonObject(part) || part['thought'] !== true)
    const last = turns.at(-1)
    if (last?.role === content['role']) turns[turns.length - 1] = { role: last?.role, parts: [...(last?.parts ?? []), ...parts] }
    else turns.push({ role: content['role'], parts })
  }
  return turns.map(({ role, parts }) => ({ role, parts: parts.filter((part) => parts.length === 1 || !isJsonObject(part) || part['text'] !== '') }))
}

/** A request body in one form. */
export function plainBody(body: JsonObject): JsonObject {
  const read = plain(body)
  if (!isJsonObject(read)) return {}
  const { systemInstruction: system, contents, ...rest } = read
  const parts = isJsonObject(system) ? system['parts'] : undefined
  return {
    ...rest,
    ...(Array.isArray(contents) && { contents: plainTurns(contents) }),
    ...(parts !== undefined && { systemInstruction: { parts: Array.isArray(parts) ? parts : [parts] } }),
  }
}
