import type { JsonObject, JsonValue } from '../../wire/json.ts'
import { rewriteSchema, withHint } from '../shared/json-schema.ts'

/*
 * Claude holds answers and strict tools to a part of JSON Schema (platform.claude.com, structured outputs, JSON Schema limitations,
 * 2026-11). What it refuses becomes a hint in the description, as Anthropic's own SDKs do it.
 */
const known: ReadonlySet<string> = new Set([
  ...['type', 'enum', 'const', 'default', 'title', 'description', 'format', 'pattern'],
  ...['properties', 'required', 'additionalProperties', 'items', 'minItems'],
  ...['anyOf', 'allOf', '$ref', '$defs', 'definitions'],
])
/** They say nothing about the answer. */
const silent: ReadonlySet<string> = new Set(['$schema', '$id', '$comment', 'examples', 'readOnly', 'writeOnly', 'deprecated'])
const formats: ReadonlySet<JsonValue | undefined> = new Set([
  ...['date-time', 'time', 'date', 'duration', 'email', 'hostname', 'uri', 'ipv4', 'ipv6', 'uuid'],
])
/** Look-arounds, back references and word boundaries. */
const refusedPattern = /\(\?[=!<]|\\[1-9bB]/
/** A hint is read by the model: longer ones are cut. */
const longestHint = 200

function isTaken(name: string, value: JsonValue): boolean {
  switch (name) {
    case 'format':
      return formats.has(value)
    case 'pattern':
      return typeof value === 'string' && !refusedPattern.test(value)
    case 'minItems':
      return value === 0 || value === 1
    default:
      return known.has(name)
  }
}

function isObjectSchema({ type, properties }: JsonObject): boolean {
  return type === 'object' || (Array.isArray(type) && type.includes('object')) || (type === undefined && properties !== undefined)
}

/** `oneOf` is not known; `anyOf` admits all that it does. */
function anyForOne(schema: JsonObject): JsonObject {
  const { oneOf, ...rest } = schema
  return oneOf === undefined || rest['anyOf'] !== undefined ? schema : { ...rest, anyOf: oneOf }
}

/** The keywords that are taken, and hints at those that are not. */
function keywordsOf(schema: JsonObject): { readonly kept: JsonObject; readonly hints: readonly string[] } {
  const kept: Record<string, JsonValue> = {}
  const hints: string[] = []
  for (const [name, value] of Object.entries(schema)) {
    if (value === undefined || silent.has(name)) continue
    if (isTaken(name, value)) kept[name] = value
    else hints.push(`${name}: ${typeof value === 'string' ? value : JSON.stringify(value)}`)
  }
  return { kept, hints }
}

/** Claude admits no other properties than those that are named. */
function closed(schema: JsonObject): JsonObject {
  return isObjectSchema(schema) ? { ...schema, additionalProperties: false } : schema
}

function isOpen({ additionalProperties }: JsonObject): boolean {
  return additionalProperties !== undefined && additionalProperties !== false
}

function shaped(given: JsonObject, onLoss: () => void): JsonObject {
  // Beside a reference nothing is read.
  if (typeof given['$ref'] === 'string') return { $ref: given['$ref'], ...(given['$defs'] !== undefined && { $defs: given['$defs'] }) }
  const { kept, hints } = keywordsOf(anyForOne(given))
  if (hints.length > 0 || isOpen(kept)) onLoss()
  return hints.length === 0 ? closed(kept) : withHint(closed(kept), hints.join(', ').slice(0, longestHint))
}

/** A JSON Schema that Claude can hold an answer to, and whether it says less than the given one. */
export function toClaudeSchema(schema: JsonObject): { readonly schema: JsonObject; readonly isLossy: boolean } {
  let isLossy = false
  const written = rewriteSchema(schema, (inner) => shaped(inner, () => (isLossy = true)))
  return { schema: written, isLossy }
}
