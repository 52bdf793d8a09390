import { type CountableMessage, type CountablePart, countConversation } from '../tokens/count-conversation.ts'
import type { TokenCounter } from '../tokens/token-counter.ts'
import type { ConversationMessage, ConversationPart } from './message.ts'

const dataUrl = /^data:[^;,]*;base64,(.*)$/s

function imageUrl(part: ConversationPart): string | undefined {
  const image = 'image_url' in part ? part.image_url : undefined
  if (typeof image === 'string') return image
  return typeof image === 'object' && image !== null && 'url' in image && typeof image.url === 'string' ? image.url : undefined
}

function toCountablePart(part: ConversationPart): CountablePart {
  const url = imageUrl(part)
  if (url === undefined) return { type: part.type === 'input_file' ? 'file' : part.type }
  const data = dataUrl.exec(url)?.[1]
  return data === undefined ? { type: 'image' } : { type: 'image', source: { type: 'base64', data } }
}

/** The message without its words, which are counted by themselves. */
function wordless({ role, content, tool_calls }: ConversationMessage): CountableMessage {
  return {
    role,
    content: typeof content === 'string' ? '' : (content ?? []).map(toCountablePart),
    toolCalls: (tool_calls ?? []).map(() => ({ name: '', argumentsText: '' })),
  }
}

/** Tokens that a vendor puts around a conversation, whatever is in it. */
export function conversationFrame(counter: TokenCounter): number {
  return countConversation([], [], counter)
}

/** Tokens of a message besides its words: the vendor's frame, images and files. */
export function messageFrame(message: ConversationMessage, counter: TokenCounter): number {
  return countConversation([wordless(message)], [], counter) - conversationFrame(counter)
}
