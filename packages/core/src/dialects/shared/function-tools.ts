import type { DialectId } from '../../chat/dialect-id.ts'
import type { Tool } from '../../chat/message.ts'
import type { JsonObject } from '../../wire/json.ts'
import { toObjectSchema } from './object-schema.ts'

/** One tool in OpenAI's form; `undefined` for a vendor tool of another dialect. */
function toTool(tool: Tool, own: DialectId): JsonObject | undefined {
  if (tool.type === 'vendor') return tool.dialect === own ? tool.definition : undefined
  return {
    type: 'function',
    function: {
      name: tool.name,
      ...(tool.description !== undefined && { description: tool.description }),
      parameters: toObjectSchema(tool.parameters),
    },
  }
}

/** Tools in OpenAI's form for vendors that need a schema even where a function has no arguments. */
export function toFunctionTools(tools: readonly Tool[], own: DialectId): readonly JsonObject[] {
  return tools.map((tool) => toTool(tool, own)).filter((tool) => tool !== undefined)
}
