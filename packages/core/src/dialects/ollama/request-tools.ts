import type { FunctionTool, Tool } from '../../chat/message.ts'
import type { ChatRequest } from '../../chat/request.ts'
import type { JsonObject } from '../../wire/json.ts'
import type { EncodedRequest } from '../dialect.ts'

function toFunctionTool(tool: FunctionTool): JsonObject {
  return {
    type: 'function',
    function: {
      name: tool.name,
      ...(tool.description !== undefined && { description: tool.description }),
      parameters: tool.parameters ?? { type: 'object', properties: {} },
    },
  }
}

/** `undefined` for a vendor tool of another dialect, which has no words here. */
function toTool(tool: Tool): JsonObject | undefined {
  if (tool.type === 'vendor') return tool.dialect === 'ollama' ? tool.definition : undefined
  return toFunctionTool(tool)
}

/** Ollama can't be told to call: `none` hides the tools, a name hides the others, and that it must is reported as lost. */
function offeredTools({ tools = [], toolChoice }: ChatRequest): readonly Tool[] {
  if (toolChoice === 'none') return []
  if (typeof toolChoice !== 'object') return tools
  return tools.filter((tool) => tool.type === 'function' && tool.name === toolChoice.name)
}

/** The tools of a request. */
export function toOllamaTools(request: ChatRequest): EncodedRequest {
  const offered = offeredTools(request)
  const tools = offered.map(toTool).filter((tool) => tool !== undefined)
  const forced = request.toolChoice === 'required' || typeof request.toolChoice === 'object'
  return {
    body: tools.length > 0 ? { tools } : {},
    dropped: [
      ...(forced ? ['tool_choice'] : []),
      ...(offered.some((tool) => tool.type === 'function' && tool.strict === true) ? ['strict'] : []),
      ...(tools.length > 0 && request.parallelToolCalls === false ? ['parallel_tool_calls'] : []),
    ],
  }
}
