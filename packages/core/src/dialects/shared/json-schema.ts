import { isJsonObject, type JsonObject, type JsonValue } from '../../wire/json.ts'

/** Only schemas are rewritten: a property that happens to be called `const` stays. */
const schemaMaps: ReadonlySet<string> = new Set(['properties', '$defs', 'definitions', 'patternProperties'])
const schemaLists: ReadonlySet<string> = new Set(['anyOf', 'oneOf', 'allOf', 'prefixItems'])
const schemaFields: ReadonlySet<string> = new Set(['items', 'additionalProperties', 'not', 'if', 'then', 'else'])
/** Deeper schemas are left as they are. */
const maxDepth = 64

type Rewrite = (schema: JsonObject) => JsonObject

function isList(value: JsonValue | undefined): value is readonly JsonValue[] {
  return Array.isArray(value)
}

function inside(name: string, value: JsonValue | undefined, deeper: Rewrite): JsonValue | undefined {
  if (schemaFields.has(name) && isJsonObject(value)) return deeper(value)
  if (schemaLists.has(name) && isList(value)) return value.map((item) => (isJsonObject(item) ? deeper(item) : item))
  if (!schemaMaps.has(name) || !isJsonObject(value)) return value
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, isJsonObject(item) ? deeper(item) : item]))
}

function rewritten(schema: JsonObject, rewrite: Rewrite, depth: number): JsonObject {
  if (depth > maxDepth) return schema
  const deeper: Rewrite = (inner) => rewritten(inner, rewrite, depth + 1)
  return Object.fromEntries(Object.entries(rewrite(schema)).map(([name, value]) => [name, inside(name, value, deeper)]))
}

/** A JSON Schema in which each schema, from the outside in, is written anew. */
export function rewriteSchema(schema: JsonObject, rewrite: Rewrite): JsonObject {
  return rewritten(schema, rewrite, 0)
}

/** The schema with a hint for the model instead of a keyword that the vendor does not enforce. */
export function withHint(schema: JsonObject, hint: string): JsonObject {
  const { description } = schema
  const told = typeof description === 'string' && description !== ''
  return { ...schema, description: told ? `${description} (${hint})` : hint }
}
