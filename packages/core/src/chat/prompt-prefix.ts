import type { Message } from './message.ts'
import type { ChatRequest } from './request.ts'

/** What lies beyond tells no two conversations apart that matter. */
const maxCharacters = 16_384

function textOf(message: Message): string {
  const { content } = message
  if (content === undefined) return ''
  if (typeof content === 'string') return content
  return content.map((part) => (part.type === 'text' ? part.text : part.type)).join('\n')
}

/**
 * The part of a prompt that stays the same while a conversation grows, which is what providers keep in their prompt
 * caches: the caller's own cache key where it gives one, else tools, instructions and the first turn.
 */
export function promptPrefix(request: ChatRequest): string {
  if (request.promptCacheKey !== undefined) return request.promptCacheKey
  const opening = request.messages.findIndex((message) => message.role === 'user')
  const stable = request.messages.slice(0, opening + 1).map(textOf)
  const tools = (request.tools ?? []).map((tool) => (tool.type === 'function' ? tool.name : tool.dialect))
  return [...tools, ...stable].join('\n').slice(0, maxCharacters)
}
