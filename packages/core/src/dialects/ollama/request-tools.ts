import type { Tool } from '../../chat/message.ts'
import type { ChatRequest } from '../../chat/request.ts'
import type { EncodedRequest } from '../dialect.ts'
import { toFunctionTools } from '../shared/function-tools.ts'

/** Ollama has no tool choice: `none` hides all tools, a name hides the others, and a forced call is reported as dropped. */
function offeredTools({ tools = [], toolChoice }: ChatRequest): readonly Tool[] {
  if (toolChoice === 'none') return []
  if (typeof toolChoice !== 'object') return tools
  return tools.filter((tool) => tool.type === 'function' && tool.name === toolChoice.name)
}

/** The tools of a request. */
export function toOllamaTools(request: ChatRequest): EncodedRequest {
  const offered = offeredTools(request)
  const tools = toFunctionTools(offered, 'ollama')
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
