import { isJsonObject, type JsonObject, type JsonValue } from '../../wire/json.ts'

/*
 * Gemini takes JSON Schema as it is (`parametersJsonSchema`, `responseJsonSchema`), but not every keyword of it
 * (ai.google.dev/gemini-api/docs/structured-output, 2026-08): what it refuses is rewritten or left out. Only
 * schemas are rewritten: a property that happens to be called `const` stays.
 */
const refused: ReadonlySet<string> = new Set(['$schema', '$comment', 'discriminator', 'examples', 'exclusiveMinimum', 'exclusiveMaximum'])
const formats: ReadonlySet<JsonValue | undefined> = new Set(['date-time', 'date', 'time', 'duration'])
const schemaMaps: ReadonlySet<string> = new Set(['properties', '$defs', 'definitions', 'patternProperties'])
const schemaLists: ReadonlySet<string> = new Set(['anyOf', 'oneOf', 'allOf', 'prefixItems'])
const schemaFields: ReadonlySet<string> = new Set(['items', 'additionalProperties', 'not', 'if', 'then', 'else'])
/** Deeper schemas are left as they are. */
const maxDepth = 64

function typeOf(value: JsonValue): string | undefined {
  if (value === null) return 'null'
  if (typeof value === 'number') return Number.isInteger(value) ? 'integer' : 'number'
  return typeof value === 'string' || typeof value === 'boolean' ? typeof value : undefined
}

/** `const` is an `enum` of one. */
function constAsEnum(schema: JsonObject): JsonObject {
  const { const: value, ...rest } = schema
  if (value === undefined) return schema
  const type = rest['type'] ?? typeOf(value)
  return { ...rest, enum: [value], ...(type !== undefined && { type }) }
}

/** A format that Gemini does not know becomes a hint for the model. */
function formatAsHint(schema: JsonObject): JsonObject {
  const { format, ...rest } = schema
  if (typeof format !== 'string' || schema['type'] !== 'string' || formats.has(format)) return schema
  const description = rest['description']
  return {
    ...rest,
    description: typeof description === 'string' && description !== '' ? `${description} (format: ${format})` : `Format: ${format}`,
  }
}

function cleanValue(name: string, value: JsonValue | undefined, depth: number): JsonValue | undefined {
  if (schemaFields.has(name) && isJsonObject(value)) return clean(value, depth)
  if (schemaLists.has(name) && Array.isArray(value)) return value.map((item: JsonValue) => (isJsonObject(item) ? clean(item, depth) : item))
  if (!schemaMaps.has(name) || !isJsonObject(value)) return value
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, isJsonObject(item) ? clean(item, depth) : item]))
}

function clean(schema: JsonObject, depth: number): JsonObject {
  if (depth > maxDepth) return schema
  const kept = Object.entries(formatAsHint(constAsEnum(schema))).filter(([name]) => !refused.has(name))
  return Object.fromEntries(kept.map(([name, value]) => [name, cleanValue(name, value, depth + 1)]))
}

/** A JSON Schema in the words that Gemini knows. */
export function toGeminiSchema(schema: JsonObject): JsonObject {
  return clean(schema, 0)
}
