import type { CacheBreakpoint, Message } from '../../chat/message.ts'
import type { ChatRequest } from '../../chat/request.ts'
import { fromCacheControl, type Marked } from '../shared/cache-control.ts'

function lastMarked<Part extends Marked>(parts: readonly Part[], mark: CacheBreakpoint): readonly Part[] {
  return parts.map((part, index) => (index < parts.length - 1 ? part : { ...part, cacheBreakpoint: part.cacheBreakpoint ?? mark }))
}

/** A text without parts becomes one: a string can't be marked. */
function markedText<Part extends Marked>(
  content: string | readonly Part[],
  mark: CacheBreakpoint,
): readonly (Part | { readonly type: 'text'; readonly text: string; readonly cacheBreakpoint: CacheBreakpoint })[] {
  return typeof content === 'string' ? [{ type: 'text', text: content, cacheBreakpoint: mark }] : lastMarked(content, mark)
}

function marked(message: Message, mark: CacheBreakpoint): Message {
  switch (message.role) {
    case 'system':
    case 'developer':
      return { ...message, content: markedText(message.content, mark) }
    case 'user':
      return { ...message, content: markedText(message.content, mark) }
    case 'assistant':
      if (message.toolCalls !== undefined && message.toolCalls.length > 0)
        return { ...message, toolCalls: lastMarked(message.toolCalls, mark) }
      return message.content === undefined ? message : { ...message, content: markedText(message.content, mark) }
    case 'tool':
      return { ...message, cacheBreakpoint: message.cacheBreakpoint ?? mark }
  }
}

/**
 * `cache_control` on the whole request caches as much as it can (platform.claude.com, prompt caching, 2026-11). Converse has no word for it:
 * there it is a mark at the end of the prompt.
 */
export function withWholeMark(request: ChatRequest): { readonly request: ChatRequest; readonly taken: readonly string[] } {
  const { cacheBreakpoint } = fromCacheControl(request.extras?.fields ?? {})
  const last = request.messages.at(-1)
  if (cacheBreakpoint === undefined || last === undefined) return { request, taken: [] }
  return { request: { ...request, messages: [...request.messages.slice(0, -1), marked(last, cacheBreakpoint)] }, taken: ['cache_control'] }
}
