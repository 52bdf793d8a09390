import type { AssistantMessage, ImagePart, Message, TextPart, ToolMessage, ToolResultPart, UserPart } from '../../chat/message.ts'
import { InvalidRequestError } from '../../errors/invalid-request-error.ts'
import { isJsonObject, type JsonObject, parseJson } from '../../wire/json.ts'
import { toolNameOf } from '../shared/tool-name.ts'

function isText(part: UserPart | ToolResultPart): part is TextPart {
  return part.type === 'text'
}

/** Ollama's message has one text. Its own OpenAI surface puts a blank line between parts, which we repeat. */
function textOf(content: string | readonly UserPart[] | undefined): string {
  if (content === undefined || typeof content === 'string') return content ?? ''
  return content
    .filter(isText)
    .map((part) => part.text)
    .join('\n\n')
}

/** Images are bare base64 beside the text: Ollama fetches nothing. */
function toImage(part: ImagePart, path: string): string {
  if (part.source.type === 'base64') return part.source.data
  const found = part.source.type === 'url' ? 'an image by URL' : 'an image by file id'
  throw new InvalidRequestError(`${path} is ${found}; Ollama takes inline images only (a data: URL with base64).`, path)
}

function imagesOf(content: string | readonly UserPart[], path: string): JsonObject {
  if (typeof content === 'string') return {}
  const images = content.flatMap((part, index) => {
    const at = `${path}.content[${index}]`
    if (part.type === 'image') return [toImage(part, at)]
    if (part.type === 'text') return []
    throw new InvalidRequestError(
      `${at}.type is ${part.type === 'audio' ? 'input_audio' : 'file'}; Ollama takes text and image_url.`,
      `${at}.type`,
    )
  })
  return images.length > 0 ? { images } : {}
}

/** Ollama requires an object. A text that is not JSON (the model was cut off) is wrapped in one. */
function toArguments(argumentsText: string): JsonObject {
  const parsed = parseJson(argumentsText)
  if (isJsonObject(parsed)) return parsed
  return argumentsText === '' || parsed === null ? {} : { arguments: argumentsText }
}

function toAssistant(message: AssistantMessage): JsonObject {
  const calls = message.toolCalls ?? []
  // Thinking is plain text here: what another vendor wrote readably may be read, its signature and encrypted part stay out.
  const thinking = (message.reasoning ?? []).map((block) => block.text).join('')
  return {
    role: 'assistant',
    content: textOf(message.content) || (message.refusal ?? ''),
    ...(thinking !== '' && { thinking }),
    ...(calls.length > 0 && {
      tool_calls: calls.map((call) => ({
        type: 'function',
        function: { name: call.name, arguments: toArguments(call.argumentsText) },
      })),
    }),
  }
}

/** Images of a tool result travel like a user's; a link or a file is only mentioned. */
function toToolResult(message: ToolMessage, messages: readonly Message[]): JsonObject {
  const { content } = message
  const parts = typeof content === 'string' ? [] : content
  const images = parts.flatMap((part) => (part.type === 'image' && part.source.type === 'base64' ? [part.source.data] : []))
  const mentions = parts.flatMap((part) => (part.type === 'image' && part.source.type === 'url' ? [`[image: ${part.source.url}]`] : []))
  return {
    role: 'tool',
    content: [textOf(content), ...mentions].filter((text) => text !== '').join('\n\n'),
    ...(images.length > 0 && { images }),
    tool_name: message.name ?? toolNameOf(messages, message.toolCallId),
  }
}

/** Writes the history. @throws InvalidRequestError for media that Ollama has no words for */
export function toOllamaMessages(messages: readonly Message[]): readonly JsonObject[] {
  return messages.map((message, index): JsonObject => {
    switch (message.role) {
      case 'system':
      case 'developer':
        return { role: 'system', content: textOf(message.content) }
      case 'user':
        return { role: 'user', content: textOf(message.content), ...imagesOf(message.content, `messages[${index}]`) }
      case 'assistant':
        return toAssistant(message)
      case 'tool':
        return toToolResult(message, messages)
    }
  })
}

/** The kinds of media that tool results lose, as OpenAI names them. */
export function lostMedia(messages: readonly Message[]): readonly string[] {
  const parts = messages.flatMap((message) => (message.role === 'tool' && typeof message.content !== 'string' ? message.content : []))
  const images = parts.some((part) => part.type === 'image' && part.source.type !== 'base64')
  return [...(images ? ['image_url'] : []), ...(parts.some((part) => part.type === 'file') ? ['file'] : [])]
}
