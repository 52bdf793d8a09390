import type { JsonObject, JsonValue } from '../../wire/json.ts'
import { rewriteSchema, withHint } from '../shared/json-schema.ts'

/*
 * Gemini takes JSON Schema as it is (`parametersJsonSchema`, `responseJsonSchema`), but not every keyword of it
 * (ai.google.dev/gemini-api/docs/structured-output, 2026-08): what it refuses is rewritten or left out.
 */
const refused: ReadonlySet<string> = new Set(['$schema', '$comment', 'discriminator', 'examples', 'exclusiveMinimum', 'exclusiveMaximum'])
/** Bounds that are refused, in words for the model. */
const bounds = { exclusiveMinimum: 'more than', exclusiveMaximum: 'less than' } as const
const formats: ReadonlySet<JsonValue | undefined> = new Set(['date-time', 'date', 'time', 'duration'])

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
  return withHint(rest, `format: ${format}`)
}

function boundsAsHint(schema: JsonObject): JsonObject {
  const hints = Object.entries(bounds).flatMap(([name, words]) => (typeof schema[name] === 'number' ? [`${words} ${schema[name]}`] : []))
  return hints.length === 0 ? schema : withHint(schema, hints.join(' and '))
}

function withoutRefused(schema: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(schema).filter(([name]) => !refused.has(name)))
}

/** A JSON Schema in the words that Gemini knows. */
export function toGeminiSchema(schema: JsonObject): JsonObject {
  return rewriteSchema(schema, (inner) => withoutRefused(boundsAsHint(formatAsHint(constAsEnum(inner)))))
}
