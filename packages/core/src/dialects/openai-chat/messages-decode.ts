import type { AssistantMessage, Message, TextPart, ToolMessage, ToolResultPart, UserPart } from '../../chat/message.ts'
import { InvalidRequestError } from '../../errors/invalid-request-error.ts'
import { isJsonObject, type JsonObject, type JsonValue, readArray, readObject, readString } from '../../wire/json.ts'
import { fromCacheControl, type Marked } from '../shared/cache-control.ts'
import { fromOpenAiPart, fromOpenAiTextParts } from './parts.ts'
import { fromOpenAiReasoning } from './reasoning.ts'
import { fromOpenAiToolCall } from './tools.ts'

const roles = 'system, developer, user, assistant, tool'

function textContent(content: unknown, path: string): string | readonly TextPart[] {
  if (typeof content === 'string') return content
  if (Array.isArray(content)) return fromOpenAiTextParts(content, path)
  throw new InvalidRequestError(
    `${path} must be a string or a list of text parts, found ${content === null ? 'null' : typeof content}.`,
    path,
  )
}

function userContent(content: unknown, path: string): string | readonly UserPart[] {
  if (!Array.isArray(content)) return textContent(content, path)
  return content.map((part, index) => fromOpenAiPart(part, `${path}[${index}]`))
}

function isToolResultPart(part: UserPart): part is ToolResultPart {
  return part.type !== 'audio'
}

function fromTool(message: JsonObject, path: string): ToolMessage {
  const toolCallId = readString(message, 'tool_call_id')
  if (toolCallId === undefined) {
    throw new InvalidRequestError(`${path}.tool_call_id is missing: a tool message names the call it answers.`, `${path}.tool_call_id`)
  }
  const content = userContent(message['content'], `${path}.content`)
  return {
    role: 'tool',
    toolCallId,
    name: readString(message, 'name'),
    content: typeof content === 'string' ? content : content.filter(isToolResultPart),
  }
}

/** The calls of a message; OpenAI's first form (`function_call`, without an id) is read as one call named after itself. */
function toolCallsOf(message: JsonObject): AssistantMessage['toolCalls'] {
  const legacy = readObject(message, 'function_call')
  const listed: readonly JsonValue[] =
    readArray(message, 'tool_calls') ?? (legacy ? [{ id: readString(legacy, 'name') ?? '', function: legacy }] : [])
  const calls = listed.filter(isJsonObject).flatMap((call) => fromOpenAiToolCall(call) ?? [])
  return calls.length > 0 ? calls : undefined
}

function fromAssistant(message: JsonObject, path: string): AssistantMessage {
  const content = message['content']
  const reasoning = fromOpenAiReasoning(message)
  return {
    role: 'assistant',
    content: content === null || content === undefined ? undefined : textContent(content, `${path}.content`),
    refusal: readString(message, 'refusal'),
    toolCalls: toolCallsOf(message),
    name: readString(message, 'name'),
    ...(reasoning.length > 0 && { reasoning }),
  }
}

function fromMessage(message: JsonObject, path: string): Message {
  const role = message['role']
  switch (role) {
    case 'system':
    case 'developer':
      return { role, content: textContent(message['content'], `${path}.content`), name: readString(message, 'name') }
    case 'user':
      return { role, content: userContent(message['content'], `${path}.content`), name: readString(message, 'name') }
    case 'assistant':
      return fromAssistant(message, path)
    case 'tool':
      return fromTool(message, path)
    case 'function':
      return {
        role: 'tool',
        toolCallId: readString(message, 'name') ?? '',
        name: readString(message, 'name'),
        content: textContent(message['content'] ?? '', `${path}.content`),
      }
    default:
      throw new InvalidRequestError(`${path}.role is ${JSON.stringify(role) ?? 'missing'}; allowed: ${roles}.`, `${path}.role`)
  }
}

function markedParts<Part extends Marked>(content: string | readonly Part[], mark: Marked): readonly (Part | TextPart)[] {
  if (typeof content === 'string') return [{ type: 'text', text: content, ...mark }]
  return content.map((part, index) => (index === content.length - 1 ? { ...part, ...mark } : part))
}

/** `cache_control` on a whole message, which stands for a mark on its last part. */
function withMark(message: Message, mark: Marked): Message {
  switch (message.role) {
    case 'tool':
      return { ...message, ...mark }
    case 'user':
      return { ...message, content: markedParts(message.content, mark) }
    case 'assistant':
      return message.content === undefined ? message : { ...message, content: markedParts(message.content, mark) }
    case 'system':
    case 'developer':
      return { ...message, content: markedParts(message.content, mark) }
  }
}

/** Reads one message of a client. @throws InvalidRequestError naming the field. */
export function fromOpenAiMessage(message: unknown, path: string): Message {
  if (!isJsonObject(message))
    throw new InvalidRequestError(`${path} must be an object, found ${message === null ? 'null' : typeof message}.`, path)
  const read = fromMessage(message, path)
  return message['cache_control'] === undefined ? read : withMark(read, fromCacheControl(message))
}
