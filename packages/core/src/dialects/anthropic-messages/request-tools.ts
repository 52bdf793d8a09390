import type { Tool } from '../../chat/message.ts'
import type { ChatRequest } from '../../chat/request.ts'
import type { JsonObject } from '../../wire/json.ts'
import type { Capabilities } from '../capabilities.ts'
import { toInputSchema } from '../claude/input-schema.ts'
import { toClaudeSchema } from '../claude/schema.ts'
import { withPossibleChoice } from '../claude/tool-choice.ts'
import type { EncodedRequest } from '../dialect.ts'
import { toCacheControl } from '../shared/cache-control.ts'
import { isAnyStrict } from '../shared/strict-tools.ts'

/** More strict tools in one request are refused (platform.claude.com, strict tool use, 2026-11). */
const mostStrictTools = 20

function isStrict(tool: Tool): boolean {
  return tool.type === 'function' && tool.strict === true
}

/** Whether strict tools can stay strict. */
function keepsStrict(tools: readonly Tool[], { jsonSchema }: Capabilities): boolean {
  return jsonSchema === 'native' && tools.filter(isStrict).length <= mostStrictTools
}

function toTool(tool: Tool, canBeStrict: boolean): JsonObject | undefined {
  if (tool.type === 'vendor') return tool.dialect === 'anthropic-messages' ? tool.definition : undefined
  const schema = toInputSchema(tool.parameters)
  const strict = canBeStrict && tool.strict === true
  return {
    name: tool.name,
    ...(tool.description !== undefined && tool.description !== '' && { description: tool.description }),
    input_schema: strict ? toClaudeSchema(schema).schema : schema,
    ...(strict && { strict }),
    ...toCacheControl(tool),
  }
}

function toChoice({ parallelToolCalls, toolChoice }: ChatRequest): JsonObject {
  const single = parallelToolCalls === false && { disable_parallel_tool_use: true }
  if (typeof toolChoice === 'object') return { tool_choice: { type: 'tool', name: toolChoice.name, ...single } }
  if (toolChoice === 'none') return { tool_choice: { type: 'none' } }
  if (toolChoice === 'required') return { tool_choice: { type: 'any', ...single } }
  return toolChoice === 'auto' || single ? { tool_choice: { type: 'auto', ...single } } : {}
}

/** Writes tools and their choice, which is refused without tools. */
export function toAnthropicTools(given: ChatRequest, capabilities: Capabilities): EncodedRequest {
  const { request, changed } = withPossibleChoice(given, capabilities.reasoning)
  const listed = request.tools ?? []
  const canBeStrict = keepsStrict(listed, capabilities)
  const tools = listed.map((tool) => toTool(tool, canBeStrict)).filter((tool) => tool !== undefined)
  if (tools.length === 0) return { body: {}, dropped: [] }
  return { body: { tools, ...toChoice(request) }, dropped: !canBeStrict && isAnyStrict(request) ? ['strict'] : [], changed }
}
