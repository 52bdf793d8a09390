import type { AssistantMessage, Message, SystemMessage, TextPart, ToolMessage, ToolResultPart, UserPart } from '../../chat/message.ts'
import { InvalidRequestError } from '../../errors/invalid-request-error.ts'
import { isJsonObject, type JsonObject, type JsonValue, readArray, readObject, readString } from '../../wire/json.ts'
import { fromOpenAiPart, fromOpenAiTextParts, toOpenAiPart } from './parts.ts'
import { fromOpenAiReasoning, toOpenAiReasoning } from './reasoning.ts'
import { fromOpenAiToolCall, toOpenAiToolCall } from './tools.ts'

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

/** Reads one message of a client. @throws InvalidRequestError naming the field. */
export function fromOpenAiMessage(message: unknown, path: string): Message {
  if (!isJsonObject(message))
    throw new InvalidRequestError(`${path} must be an object, found ${message === null ? 'null' : typeof message}.`, path)
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

function toContent(content: string | readonly UserPart[]): string | readonly JsonObject[] {
  return typeof content === 'string' ? content : content.map(toOpenAiPart)
}

/** How a provider of this dialect takes earlier reasoning back; `undefined` when it takes none. */
export type ReasoningHistory = 'reasoning_content' | 'reasoning_details' | undefined

function toAssistant(message: AssistantMessage, history: ReasoningHistory): JsonObject {
  const calls = message.toolCalls ?? []
  const reasoning = history === undefined ? {} : toOpenAiReasoning(message.reasoning ?? [])
  return {
    role: 'assistant',
    content: message.content === undefined ? (calls.length > 0 ? null : '') : toContent(message.content),
    ...(message.refusal !== undefined && { refusal: message.refusal }),
    ...(message.name !== undefined && { name: message.name }),
    ...(calls.length > 0 && {
      tool_calls: calls.map((call) => toOpenAiToolCall(history === undefined ? { ...call, signature: undefined } : call)),
    }),
    ...(history === 'reasoning_details'
      ? reasoning
      : history === 'reasoning_content' && 'reasoning_content' in reasoning
        ? { reasoning_content: reasoning['reasoning_content'] }
        : {}),
  }
}

function toNamed(message: SystemMessage | Extract<Message, { role: 'user' }>): JsonObject {
  return { role: message.role, content: toContent(message.content), ...(message.name !== undefined && { name: message.name }) }
}

/** A tool result in this dialect is text: images and files follow it in a user message of their own. */
function toToolMessages(message: ToolMessage): readonly JsonObject[] {
  if (typeof message.content === 'string') return [{ role: 'tool', tool_call_id: message.toolCallId, content: message.content }]
  const texts = message.content.filter((part) => part.type === 'text')
  const media = message.content.filter((part) => part.type !== 'text')
  const result = { role: 'tool', tool_call_id: message.toolCallId, content: texts.map((part) => part.text).join('\n') }
  return media.length === 0 ? [result] : [result, { role: 'user', content: media.map(toOpenAiPart) }]
}

/**
 * Writes messages for a provider. Media out of tool results are moved behind the last result of the run, since all
 * results of one turn must follow its calls without a gap.
 */
export function toOpenAiMessages(messages: readonly Message[], history: ReasoningHistory): readonly JsonObject[] {
  const written: JsonObject[] = []
  let moved: JsonObject[] = []
  for (const message of messages) {
    if (message.role === 'tool') {
      const [result, ...media] = toToolMessages(message)
      if (result !== undefined) written.push(result)
      for (const part of media) moved.push(part)
      continue
    }
    for (const part of moved) written.push(part)
    moved = []
    written.push(message.role === 'assistant' ? toAssistant(message, history) : toNamed(message))
  }
  return [...written, ...moved]
}
