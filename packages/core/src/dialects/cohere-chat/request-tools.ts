import type { Tool } from '../../chat/message.ts'
import type { ChatRequest } from '../../chat/request.ts'
import { InvalidRequestError } from '../../errors/invalid-request-error.ts'
import { type JsonObject, readArray } from '../../wire/json.ts'
import type { EncodedRequest } from '../dialect.ts'
import { toFunctionTools } from '../shared/function-tools.ts'

/** A named choice is expressed by offering that tool alone. @throws InvalidRequestError when it is not there */
function offeredTools(request: ChatRequest): readonly Tool[] {
  const { tools = [], toolChoice } = request
  if (typeof toolChoice !== 'object') return tools
  const named = tools.filter((tool) => tool.type === 'function' && tool.name === toolChoice.name)
  if (named.length > 0) return named
  throw new InvalidRequestError(`tool_choice names the function "${toolChoice.name}", which is not in tools.`, 'tool_choice')
}

/**
 * Cohere applies strict mode to all tools or to none, and strict mode refuses tools without a required argument
 * (docs.cohere.com/docs/structured-outputs, 2026-05).
 */
function strictness(tools: readonly Tool[]): { readonly strict: boolean; readonly lost: boolean } {
  const functions = tools.filter((tool) => tool.type === 'function')
  const wanted = functions.filter((tool) => tool.strict === true)
  const able = wanted.length === tools.length && wanted.every((tool) => (readArray(tool.parameters ?? {}, 'required') ?? []).length > 0)
  return { strict: wanted.length > 0 && able, lost: wanted.length > 0 && !able }
}

function choiceOf({ toolChoice }: ChatRequest): JsonObject {
  if (toolChoice === undefined || toolChoice === 'auto') return {}
  return { tool_choice: toolChoice === 'none' ? 'NONE' : 'REQUIRED' }
}

/** The tools of a request and how they are to be called. @throws InvalidRequestError */
export function toCohereTools(request: ChatRequest): EncodedRequest {
  const offered = offeredTools(request)
  const tools = toFunctionTools(offered, 'cohere-chat')
  const parallel = request.parallelToolCalls === false ? ['parallel_tool_calls'] : []
  if (tools.length === 0) return { body: {}, dropped: request.toolChoice === 'required' ? ['tool_choice'] : [] }
  const { strict, lost } = strictness(offered)
  return {
    body: { tools, ...(strict && { strict_tools: true }), ...choiceOf(request) },
    dropped: [...(lost ? ['strict'] : []), ...parallel],
  }
}
