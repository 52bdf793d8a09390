import type {
  AssistantMessage,
  MediaSource,
  Message,
  ReasoningBlock,
  TextPart,
  ToolCall,
  ToolResultPart,
  UserPart,
} from '../../chat/message.ts'
import { InvalidRequestError } from '../../errors/invalid-request-error.ts'
import { isJsonObject, type JsonObject, type JsonValue, readArray, readString } from '../../wire/json.ts'
import { fromMediaUrl } from '../shared/data-url.ts'
import { fromReasoningItem } from './encrypted-content.ts'

function sourceOf(part: JsonObject, url: string | undefined, path: string): MediaSource {
  const fileId = readString(part, 'file_id')
  if (url !== undefined) return fromMediaUrl(url)
  if (fileId !== undefined) return { type: 'file-id', fileId }
  throw new InvalidRequestError(`${path} has neither data, URL nor file_id.`, path)
}

function fromPart(part: JsonObject, path: string): UserPart {
  switch (part['type']) {
    case 'input_text':
    case 'output_text':
    case 'text':
      return { type: 'text', text: readString(part, 'text') ?? '' }
    case 'input_image': {
      const detail = part['detail']
      return {
        type: 'image',
        source: sourceOf(part, readString(part, 'image_url'), path),
        ...((detail === 'low' || detail === 'high' || detail === 'auto') && { detail }),
      }
    }
    case 'input_file':
      return {
        type: 'file',
        source: sourceOf(part, readString(part, 'file_data') ?? readString(part, 'file_url'), path),
        filename: readString(part, 'filename'),
      }
    default:
      throw new InvalidRequestError(
        `${path}.type is ${JSON.stringify(part['type']) ?? 'missing'}; allowed: input_text, input_image, input_file, output_text, refusal.`,
        `${path}.type`,
      )
  }
}

function partsOf(content: JsonValue | undefined, path: string): string | readonly UserPart[] {
  if (typeof content === 'string') return content
  if (!Array.isArray(content))
    throw new InvalidRequestError(`${path} must be a string or a list of parts, found ${content === null ? 'null' : typeof content}.`, path)
  return content.filter(isJsonObject).map((part, index) => fromPart(part, `${path}[${index}]`))
}

function isText(part: UserPart): part is TextPart {
  return part.type === 'text'
}

function fromAssistantItem(item: JsonObject, path: string): AssistantMessage {
  const content = item['content']
  const parts = Array.isArray(content) ? content.filter(isJsonObject) : []
  const refusal = parts.find((part) => part['type'] === 'refusal')
  const spoken =
    typeof content === 'string'
      ? content
      : parts
          .filter((part) => part['type'] !== 'refusal')
          .map((part, index) => fromPart(part, `${path}.content[${index}]`))
          .filter(isText)
          .map((part) => part.text)
          .join('')
  return { role: 'assistant', content: spoken, refusal: refusal && readString(refusal, 'refusal') }
}

function fromMessageItem(item: JsonObject, path: string): Message {
  switch (item['role']) {
    case 'system':
    case 'developer': {
      const content = partsOf(item['content'], `${path}.content`)
      return { role: item['role'], content: typeof content === 'string' ? content : content.filter(isText) }
    }
    case 'user':
      return { role: 'user', content: partsOf(item['content'], `${path}.content`) }
    case 'assistant':
      return fromAssistantItem(item, path)
    default:
      throw new InvalidRequestError(
        `${path}.role is ${JSON.stringify(item['role']) ?? 'missing'}; allowed: system, developer, user, assistant.`,
        `${path}.role`,
      )
  }
}

/** The meaning of one input item: a message, or a part of the assistant's turn around it. */
type Piece =
  | { readonly type: 'message'; readonly message: Message }
  | { readonly type: 'call'; readonly call: ToolCall }
  | { readonly type: 'reasoning'; readonly block: ReasoningBlock }

function isResultPart(part: UserPart): part is ToolResultPart {
  return part.type !== 'audio'
}

function fromItem(item: JsonObject, path: string): Piece {
  switch (item['type'] ?? 'message') {
    case 'message':
      return { type: 'message', message: fromMessageItem(item, path) }
    case 'function_call': {
      const call = {
        id: readString(item, 'call_id') ?? readString(item, 'id') ?? '',
        name: readString(item, 'name') ?? '',
        argumentsText: readString(item, 'arguments') ?? '',
        signature: readString(item, 'thought_signature'),
      }
      return { type: 'call', call }
    }
    case 'function_call_output': {
      const output = partsOf(item['output'] ?? '', `${path}.output`)
      return {
        type: 'message',
        message: {
          role: 'tool',
          toolCallId: readString(item, 'call_id') ?? '',
          content: typeof output === 'string' ? output : output.filter(isResultPart),
        },
      }
    }
    case 'reasoning':
      return { type: 'reasoning', block: fromReasoningItem(item) }
    default:
      throw new InvalidRequestError(
        `${path}.type is ${JSON.stringify(item['type'])}; allowed: message, function_call, function_call_output, reasoning. Stored items can't be referred to: this gateway keeps none.`,
        `${path}.type`,
      )
  }
}

function withPiece(turn: AssistantMessage | undefined, piece: Exclude<Piece, { type: 'message' }>): AssistantMessage {
  const base: AssistantMessage = turn ?? { role: 'assistant' }
  if (piece.type === 'call') return { ...base, toolCalls: [...(base.toolCalls ?? []), piece.call] }
  return { ...base, reasoning: [...(base.reasoning ?? []), piece.block] }
}

/** Reads input items. Successive reasoning, text and calls are one turn of the assistant. */
function fromInputItems(items: readonly JsonValue[]): readonly Message[] {
  const messages: Message[] = []
  let turn: AssistantMessage | undefined
  const close = (): void => {
    if (turn !== undefined) messages.push(turn)
    turn = undefined
  }
  items.forEach((item, index) => {
    const path = `input[${index}]`
    if (!isJsonObject(item))
      throw new InvalidRequestError(`${path} must be an object, found ${item === null ? 'null' : typeof item}.`, path)
    const piece = fromItem(item, path)
    if (piece.type !== 'message') turn = withPiece(turn, piece)
    else if (piece.message.role === 'assistant' && turn?.content === undefined) turn = { ...turn, ...piece.message }
    else {
      close()
      if (piece.message.role === 'assistant') turn = piece.message
      else messages.push(piece.message)
    }
  })
  close()
  return messages
}

/** Adds the function's name to tool results, which some encoders need. */
export function readItems(body: JsonObject): readonly Message[] {
  const input = body['input']
  if (typeof input === 'string') return [{ role: 'user', content: input }]
  const items = readArray(body, 'input')
  if (items === undefined) throw new InvalidRequestError('input is missing: a string or a list of items is needed.', 'input')
  return fromInputItems(items)
}
