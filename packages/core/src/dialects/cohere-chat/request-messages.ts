import type { AssistantMessage, ImagePart, Message, ToolMessage, ToolResultPart, UserPart } from '../../chat/message.ts'
import { InvalidRequestError } from '../../errors/invalid-request-error.ts'
import type { JsonObject, JsonValue } from '../../wire/json.ts'
import { toMediaUrl } from '../shared/data-url.ts'
import { textOfContent } from '../shared/text-of.ts'

function toImage(part: ImagePart, path: string): JsonObject {
  if (part.source.type === 'file-id') {
    throw new InvalidRequestError(`${path} is an image by file id; Cohere takes images by URL or inline.`, path)
  }
  return {
    type: 'image_url',
    image_url: { url: toMediaUrl(part.source), ...(part.detail !== undefined && { detail: part.detail }) },
  }
}

function toPart(part: UserPart, path: string): JsonObject {
  switch (part.type) {
    case 'text':
      return { type: 'text', text: part.text }
    case 'image':
      return toImage(part, path)
    case 'audio':
    case 'file':
      throw new InvalidRequestError(
        `${path}.type is ${part.type === 'audio' ? 'input_audio' : 'file'}; Cohere takes text and image_url.`,
        `${path}.type`,
      )
  }
}

function toContent(content: string | readonly UserPart[], path: string): JsonValue {
  return typeof content === 'string' ? content : content.map((part, index) => toPart(part, `${path}.content[${index}]`))
}

/** Cohere's thinking is not signed: only its own goes back, since other models of Cohere know no such part. */
function thinkingOf(message: AssistantMessage): readonly JsonObject[] {
  const own = (message.reasoning ?? []).filter((block) => block.origin === 'cohere-chat' && block.text !== '')
  return own.map((block) => ({ type: 'thinking', thinking: block.text }))
}

/** Text before tool calls is Cohere's tool plan, and goes back as one. */
function toCallingAssistant(message: AssistantMessage, text: string): JsonObject {
  const thinking = thinkingOf(message)
  return {
    role: 'assistant',
    ...(text !== '' && { tool_plan: text }),
    ...(thinking.length > 0 && { content: thinking }),
    tool_calls: (message.toolCalls ?? []).map((call) => ({
      id: call.id,
      type: 'function',
      function: { name: call.name, arguments: call.argumentsText === '' ? '{}' : call.argumentsText },
    })),
  }
}

function toAssistant(message: AssistantMessage, path: string): JsonObject {
  const text = textOfContent(message.content) || (message.refusal ?? '')
  if ((message.toolCalls ?? []).length > 0) return toCallingAssistant(message, text)
  const thinking = thinkingOf(message)
  if (thinking.length > 0) return { role: 'assistant', content: text === '' ? thinking : [...thinking, { type: 'text', text }] }
  const parts = message.content !== undefined && typeof message.content !== 'string' && message.content.length > 0
  return { role: 'assistant', content: parts ? toContent(message.content, path) : text }
}

/** A tool result is text or documents; other media are only mentioned. */
function toResultPart(part: ToolResultPart): JsonObject {
  if (part.type === 'text') return { type: 'text', text: part.text }
  return {
    type: 'text',
    text: part.source.type === 'url' ? `[${part.type}: ${part.source.url}]` : `[${part.type} left out]`,
  }
}

function toToolResult(message: ToolMessage): JsonObject {
  const content = typeof message.content === 'string' ? message.content : message.content.map(toResultPart)
  return { role: 'tool', tool_call_id: message.toolCallId, content: content.length === 0 ? '' : content }
}

function toMessage(message: Message, path: string): JsonObject {
  switch (message.role) {
    case 'system':
    case 'developer':
      return { role: 'system', content: toContent(message.content, path) }
    case 'user':
      return { role: 'user', content: toContent(message.content, path) }
    case 'assistant':
      return toAssistant(message, path)
    case 'tool':
      return toToolResult(message)
  }
}

/** Writes the history. @throws InvalidRequestError for media that Cohere has no words for */
export function toCohereMessages(messages: readonly Message[]): readonly JsonObject[] {
  return messages.map((message, index) => toMessage(message, `messages[${index}]`))
}

/** The kinds of media that tool results lose, as OpenAI names them. */
export function lostMedia(messages: readonly Message[]): readonly string[] {
  const parts = messages.flatMap((message) => (message.role === 'tool' && typeof message.content !== 'string' ? message.content : []))
  return [
    ...(parts.some((part) => part.type === 'image') ? ['image_url'] : []),
    ...(parts.some((part) => part.type === 'file') ? ['file'] : []),
  ]
}
