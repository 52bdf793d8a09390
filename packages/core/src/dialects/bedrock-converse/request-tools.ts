import type { FunctionTool, Message } from '../../chat/message.ts'
import type { ChatRequest } from '../../chat/request.ts'
import type { JsonObject } from '../../wire/json.ts'
import { toInputSchema } from '../claude/input-schema.ts'
import { withPossibleChoice } from '../claude/tool-choice.ts'
import type { EncodedRequest, EncodeTarget } from '../dialect.ts'
import { isAnyStrict } from '../shared/strict-tools.ts'
import { toCachePoint } from './cache-point.ts'
import { type FamilyWords, wordsOf } from './model-traits.ts'

function toSpec(tool: FunctionTool, caches: boolean): readonly JsonObject[] {
  const described = tool.description !== undefined && tool.description !== ''
  const schema = toInputSchema(tool.parameters)
  const spec = { name: tool.name, ...(described && { description: tool.description }), inputSchema: { json: schema } }
  return [{ toolSpec: spec }, ...(caches ? toCachePoint(tool) : [])]
}

function namesInHistory(messages: readonly Message[]): readonly string[] {
  const calls = messages.flatMap((message) => (message.role === 'assistant' ? (message.toolCalls ?? []) : []))
  return [...new Set(calls.map(({ name }) => name))]
}

function hasToolBlocks(messages: readonly Message[]): boolean {
  return messages.some((message) => message.role === 'tool' || (message.role === 'assistant' && (message.toolCalls ?? []).length > 0))
}

function listed(request: ChatRequest, caches: boolean): readonly JsonObject[] {
  return (request.tools ?? []).flatMap((tool) => {
    if (tool.type === 'function') return toSpec(tool, caches)
    return tool.dialect === 'bedrock-converse' ? [tool.definition] : []
  })
}

/** Converse refuses a history with calls and no list of tools: the names in it make one. */
function fromHistory(messages: readonly Message[]): readonly JsonObject[] {
  return namesInHistory(messages).map((name) => ({ toolSpec: { name, inputSchema: { json: { type: 'object', properties: {} } } } }))
}

function toChoice({ toolChoice }: ChatRequest, words: FamilyWords): JsonObject {
  if (toolChoice === 'auto') return { toolChoice: { auto: {} } }
  if (toolChoice === undefined || toolChoice === 'none' || !words.forcesTools) return {}
  return { toolChoice: toolChoice === 'required' ? { any: {} } : { tool: { name: toolChoice.name } } }
}

/**
 * Writes tools and their choice. There is no `none`: without calls in the history the tools are left out, with calls they
 * must stay, and the choice is reported as dropped; so is a forced choice that the model's family does not know.
 */
export function toBedrockTools(given: ChatRequest, { model, capabilities }: EncodeTarget): EncodedRequest {
  const words = wordsOf(model)
  const { request, changed } = withPossibleChoice(given, capabilities.reasoning)
  const listedTools = listed(request, capabilities.cacheBreakpoints === 'all')
  const needed = hasToolBlocks(request.messages)
  const none = request.toolChoice === 'none'
  const tools = listedTools.length > 0 ? (none && !needed ? [] : listedTools) : needed ? fromHistory(request.messages) : []
  const forced = request.toolChoice === 'required' || typeof request.toolChoice === 'object'
  const lost = tools.length > 0 && listedTools.length > 0 && ((none && needed) || (forced && !words.forcesTools))
  return {
    body: tools.length === 0 ? {} : { toolConfig: { tools, ...(listedTools.length > 0 && toChoice(request, words)) } },
    dropped: [...(lost ? ['tool_choice'] : []), ...(isAnyStrict(request) ? ['strict'] : [])],
    changed,
  }
}
