import type { ChatRequest } from '../../chat/request.ts'
import type { Capabilities } from '../capabilities.ts'
import type { Marked } from './cache-control.ts'

const isMarked = (marked: Marked): boolean => marked.cacheBreakpoint !== undefined

function hasMarkedMessage({ messages }: ChatRequest): boolean {
  return messages.some((message) => {
    if (message.role === 'tool' && isMarked(message)) return true
    if (message.role === 'assistant' && message.toolCalls?.some(isMarked) === true) return true
    return Array.isArray(message.content) && message.content.some(isMarked)
  })
}

function hasMarkedTool({ tools = [] }: ChatRequest): boolean {
  return tools.some((tool) => tool.type === 'function' && isMarked(tool))
}

/** Whether a request marks the end of a cached prompt where its provider takes no mark. */
export function losesCacheMarks(request: ChatRequest, { cacheBreakpoints = 'none' }: Capabilities): boolean {
  if (cacheBreakpoints === 'all') return false
  return hasMarkedTool(request) || (cacheBreakpoints === 'none' && hasMarkedMessage(request))
}
