import type { Message } from '../../chat/message.ts'
import type { ChatRequest } from '../../chat/request.ts'
import type { Capabilities } from '../capabilities.ts'
import { replacements } from './identifiers.ts'

/** Other names of tools and ids of calls for one request, by the client's own. */
export interface CallNames {
  readonly names: ReadonlyMap<string, string>
  readonly ids: ReadonlyMap<string, string>
}

function namesOf({ tools = [], toolChoice, messages }: ChatRequest): ReadonlySet<string> {
  const names = new Set<string>()
  for (const tool of tools) if (tool.type === 'function') names.add(tool.name)
  if (typeof toolChoice === 'object') names.add(toolChoice.name)
  for (const message of messages) {
    if (message.role === 'assistant') for (const { name } of message.toolCalls ?? []) names.add(name)
    if (message.role === 'tool' && message.name !== undefined) names.add(message.name)
  }
  return names
}

function idsOf({ messages }: ChatRequest): ReadonlySet<string> {
  const ids = new Set<string>()
  for (const message of messages) {
    if (message.role === 'assistant') for (const { id } of message.toolCalls ?? []) ids.add(id)
    if (message.role === 'tool') ids.add(message.toolCallId)
  }
  return ids
}

/** Whether a request has tools, or calls of them in its history: most have none. */
function hasCalls({ tools, messages }: ChatRequest): boolean {
  if (tools !== undefined && tools.length > 0) return true
  for (const { role } of messages) if (role === 'tool') return true
  return false
}

const none: ReadonlyMap<string, string> = new Map()

/** What a request's names and ids become for a provider; `undefined` when it takes all of them. */
export function callNamesFor(request: ChatRequest, { toolNames, toolCallIds }: Capabilities): CallNames | undefined {
  const idForm = toolCallIds === 'none' ? undefined : toolCallIds
  if ((toolNames === undefined && idForm === undefined) || !hasCalls(request)) return undefined
  const names = toolNames === undefined ? none : replacements(namesOf(request), toolNames)
  const ids = idForm === undefined ? none : replacements(idsOf(request), idForm)
  return names.size === 0 && ids.size === 0 ? undefined : { names, ids }
}

function renamedMessage(message: Message, { names, ids }: CallNames): Message {
  if (message.role === 'assistant' && message.toolCalls !== undefined) {
    const toolCalls = message.toolCalls.map((call) => ({
      ...call,
      id: ids.get(call.id) ?? call.id,
      name: names.get(call.name) ?? call.name,
    }))
    return { ...message, toolCalls }
  }
  if (message.role !== 'tool') return message
  const { toolCallId, name } = message
  return { ...message, toolCallId: ids.get(toolCallId) ?? toolCallId, name: name === undefined ? undefined : (names.get(name) ?? name) }
}

/** A request with other names of its tools and ids of its calls. */
export function withCallNames(request: ChatRequest, callNames: CallNames): ChatRequest {
  const { tools, toolChoice, messages } = request
  const { names } = callNames
  return {
    ...request,
    messages: messages.map((message) => renamedMessage(message, callNames)),
    tools: tools?.map((tool) => (tool.type === 'function' ? { ...tool, name: names.get(tool.name) ?? tool.name } : tool)),
    toolChoice: typeof toolChoice === 'object' ? { name: names.get(toolChoice.name) ?? toolChoice.name } : toolChoice,
  }
}
