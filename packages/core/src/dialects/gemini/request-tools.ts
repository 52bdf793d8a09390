import type { FunctionTool, Tool } from '../../chat/message.ts'
import type { ChatRequest } from '../../chat/request.ts'
import type { JsonObject } from '../../wire/json.ts'
import { toGeminiSchema } from './schema.ts'

function toDeclaration(tool: FunctionTool): JsonObject {
  const parameters = tool.parameters ?? {}
  return {
    name: tool.name,
    description: tool.description ?? '',
    ...(Object.keys(parameters).length > 0 && { parametersJsonSchema: toGeminiSchema(parameters) }),
  }
}

function isFunction(tool: Tool): tool is FunctionTool {
  return tool.type === 'function'
}

function toChoice({ toolChoice }: ChatRequest): JsonObject {
  if (toolChoice === undefined) return {}
  const named = typeof toolChoice === 'object'
  const mode = named || toolChoice === 'required' ? 'ANY' : toolChoice === 'none' ? 'NONE' : 'AUTO'
  return { toolConfig: { functionCallingConfig: { mode, ...(named && { allowedFunctionNames: [toolChoice.name] }) } } }
}

/** All functions are one tool; each of Google's own is another. */
export function toGeminiTools(request: ChatRequest): JsonObject {
  const declarations = (request.tools ?? []).filter(isFunction).map(toDeclaration)
  const own = (request.tools ?? []).flatMap((tool) => (tool.type === 'vendor' && tool.dialect === 'gemini' ? [tool.definition] : []))
  const tools = [...(declarations.length > 0 ? [{ functionDeclarations: declarations }] : []), ...own]
  return { ...(tools.length > 0 && { tools }), ...(declarations.length > 0 && toChoice(request)) }
}
