import type { AssistantMessage, MediaSource, Message, ToolMessage, UserPart } from '../../chat/message.ts'
import { InvalidRequestError } from '../../errors/invalid-request-error.ts'
import { isJsonObject, type JsonObject, parseJson } from '../../wire/json.ts'
import { toToolUseId } from './tool-id.ts'

interface Turn {
  readonly role: 'user' | 'assistant'
  readonly content: readonly JsonObject[]
}

const documentFormats: Readonly<Record<string, string>> = {
  'application/pdf': 'pdf',
  'text/csv': 'csv',
  'text/html': 'html',
  'text/plain': 'txt',
  'text/markdown': 'md',
  'application/msword': 'doc',
  'application/vnd.ms-excel': 'xls',
}

/** Bedrock fetches nothing but its own storage. @throws InvalidRequestError */
function inline(source: MediaSource, what: string): Extract<MediaSource, { type: 'base64' }> {
  if (source.type === 'base64') return source
  throw new InvalidRequestError(`messages: Bedrock takes no ${what} by URL or id; allowed: inline (base64) data.`, 'messages')
}

/** Document names may hold letters, digits, spaces, hyphens and brackets only. */
function documentName(name: string | undefined): string {
  const cleaned = (name ?? 'document').replace(/\.[a-z0-9]+$/i, '').replace(/[^A-Za-z0-9 ()[\]-]/g, '-')
  return cleaned === '' ? 'document' : cleaned.slice(0, 200)
}

function toBlock(part: UserPart): readonly JsonObject[] {
  const cached = part.cacheBreakpoint === undefined ? [] : [{ cachePoint: { type: 'default' } }]
  switch (part.type) {
    case 'text':
      return part.text === '' ? [] : [{ text: part.text }, ...cached]
    case 'image': {
      const source = inline(part.source, 'images')
      return [
        { image: { format: source.mediaType.replace('image/', '').replace('jpg', 'jpeg'), source: { bytes: source.data } } },
        ...cached,
      ]
    }
    case 'file': {
      const source = inline(part.source, 'files')
      return [
        {
          document: {
            format: documentFormats[source.mediaType] ?? 'txt',
            name: documentName(part.filename),
            source: { bytes: source.data },
          },
        },
        ...cached,
      ]
    }
    case 'audio':
      throw new InvalidRequestError('messages: Bedrock Converse takes no audio parts; allowed: text, images and documents.', 'messages')
  }
}

export function toBlocks(content: string | readonly UserPart[] | undefined): readonly JsonObject[] {
  if (content === undefined || content === '') return []
  return typeof content === 'string' ? [{ text: content }] : content.flatMap(toBlock)
}

function toInput(argumentsText: string): JsonObject {
  const parsed = argumentsText === '' ? {} : parseJson(argumentsText)
  return isJsonObject(parsed) ? parsed : { arguments: argumentsText }
}

function toAssistantBlocks(message: AssistantMessage): readonly JsonObject[] {
  const own = (message.reasoning ?? []).filter((block) => block.origin === 'bedrock-converse')
  const reasoning = own.map((block) => ({
    reasoningContent:
      block.sealed === undefined
        ? { reasoningText: { text: block.text, ...(block.signature !== undefined && { signature: block.signature }) } }
        : { redactedContent: block.sealed },
  }))
  const calls = (message.toolCalls ?? []).map((call) => ({
    toolUse: { toolUseId: toToolUseId(call.id), name: call.name, input: toInput(call.argumentsText) },
  }))
  return [...reasoning, ...toBlocks(message.content ?? message.refusal), ...calls]
}

function toToolResult(message: ToolMessage): JsonObject {
  const content = toBlocks(message.content)
  return {
    toolResult: {
      toolUseId: toToolUseId(message.toolCallId),
      content: content.length > 0 ? content : [{ text: '(empty)' }],
      ...(message.isError === true && { status: 'error' }),
    },
  }
}

function toTurn(message: Message): Turn | undefined {
  switch (message.role) {
    case 'system':
    case 'developer':
      return undefined
    case 'user':
      return { role: 'user', content: toBlocks(message.content) }
    case 'assistant':
      return { role: 'assistant', content: toAssistantBlocks(message) }
    case 'tool':
      return { role: 'user', content: [toToolResult(message)] }
  }
}

/** Turns in alternation: Converse refuses two of one role in a row, and empty ones. */
export function toBedrockMessages(messages: readonly Message[]): readonly JsonObject[] {
  const turns: Turn[] = []
  for (const turn of messages.map(toTurn)) {
    if (turn === undefined || turn.content.length === 0) continue
    const last = turns.at(-1)
    if (last?.role === turn.role) turns[turns.length - 1] = { role: turn.role, content: [...last.content, ...turn.content] }
    else turns.push(turn)
  }
  return turns.map(({ role, content }) => ({ role, content }))
}

export function toBedrockSystem(messages: readonly Message[]): readonly JsonObject[] {
  return messages.flatMap((message) => (message.role === 'system' || message.role === 'developer' ? toBlocks(message.content) : []))
}
