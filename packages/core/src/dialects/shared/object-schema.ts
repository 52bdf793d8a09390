import type { JsonObject } from '../../wire/json.ts'

/**
 * The schema of a function's arguments as vendors want it: an object that lists its properties, though there be none. MCP and Anthropic
 * let both go without saying; OpenAI and others refuse that.
 */
export function toObjectSchema(schema: JsonObject = {}): JsonObject {
  if (schema['type'] === 'object' && schema['properties'] !== undefined) return schema
  return { ...schema, type: 'object', properties: schema['properties'] ?? {} }
}
