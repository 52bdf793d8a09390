import type { AssistantMessage, CacheBreakpoint, Message, Tool, UserPart } from '../../chat/message.ts'
import type { ChatRequest } from '../../chat/request.ts'
import type { Marked } from './cache-control.ts'
import { isSystem } from './turns.ts'

/** The parts of a request that may be marked, in the order of the prompt: tools, instructions, conversation. */
function* markables(request: ChatRequest): Generator<Marked> {
  for (const tool of request.tools ?? []) if (tool.type === 'function') yield tool
  for (const message of request.messages) if (isSystem(message)) yield* markablesOf(message)
  for (const message of request.messages) if (!isSystem(message)) yield* markablesOf(message)
}

function* markablesOf(message: Message): Generator<Marked> {
  if (typeof message.content === 'object') yield* message.content
  if (message.role === 'assistant') yield* message.toolCalls ?? []
  if (message.role === 'tool') yield message
}

/** The marks up to which a caller wants its prompt cached, in the order of the prompt. */
export function cacheMarksOf(request: ChatRequest): readonly CacheBreakpoint[] {
  const marks: CacheBreakpoint[] = []
  for (const { cacheBreakpoint } of markables(request)) if (cacheBreakpoint !== undefined) marks.push(cacheBreakpoint)
  return marks
}

type Replace = (mark: CacheBreakpoint) => CacheBreakpoint | undefined

function remarked<Part extends Marked>(part: Part, replace: Replace): Part {
  return part.cacheBreakpoint === undefined ? part : { ...part, cacheBreakpoint: replace(part.cacheBreakpoint) }
}

function remarkedTool(tool: Tool, replace: Replace): Tool {
  return tool.type === 'function' ? remarked(tool, replace) : tool
}

function remarkedParts<Part extends UserPart>(content: string | readonly Part[], replace: Replace): string | readonly Part[] {
  return typeof content === 'string' ? content : content.map((part) => remarked(part, replace))
}

function remarkedAssistant(message: AssistantMessage, replace: Replace): AssistantMessage {
  const content = message.content === undefined ? undefined : remarkedParts(message.content, replace)
  return { ...message, content, toolCalls: message.toolCalls?.map((call) => remarked(call, replace)) }
}

function remarkedMessage(message: Message, replace: Replace): Message {
  switch (message.role) {
    case 'system':
    case 'developer':
      return { ...message, content: remarkedParts(message.content, replace) }
    case 'user':
      return { ...message, content: remarkedParts(message.content, replace) }
    case 'assistant':
      return remarkedAssistant(message, replace)
    case 'tool':
      return remarked({ ...message, content: remarkedParts(message.content, replace) }, replace)
  }
}

/** The request with other marks: `marks` has one for each of `cacheMarksOf`, in its order; `undefined` takes a mark away. */
export function withCacheMarks(request: ChatRequest, marks: readonly (CacheBreakpoint | undefined)[]): ChatRequest {
  let place = 0
  const replace: Replace = () => marks[place++]
  const tools = request.tools?.map((tool) => remarkedTool(tool, replace))
  const messages: Message[] = [...request.messages]
  const inTurn = [...messages.keys()]
  const rewrite = (wanted: (message: Message) => boolean): void => {
    for (const index of inTurn) {
      const message = messages[index]
      if (message !== undefined && wanted(message)) messages[index] = remarkedMessage(message, replace)
    }
  }
  rewrite(isSystem)
  rewrite((message) => !isSystem(message))
  return { ...request, messages, tools }
}
