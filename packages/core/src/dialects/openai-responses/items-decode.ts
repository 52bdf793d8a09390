import type {
  AssistantMessage,
  Message,
  ReasoningBlock,
  TextPart,
  ToolCall,
  ToolMessage,
  ToolResultPart,
  UserPart,
} from '../../chat/message.ts'
import { InvalidRequestError } from '../../errors/invalid-request-error.ts'
import { isJsonObject, type JsonObject, type JsonValue, readArray, readString } from '../../wire/json.ts'
import { fromReasoningItem } from './encrypted-content.ts'
import { type PieceSink, partsOf } from './parts-decode.ts'
import { fromCallItem } from './response-decode.ts'

/** An input item, where it stands, and who takes what has no neutral form. */
interface Given {
  readonly item: JsonObject
  readonly path: string
  readonly onForeign: PieceSink
}

function isText(part: UserPart): part is TextPart {
  return part.type === 'text'
}

function fromAssistantItem({ item, path, onForeign }: Given): AssistantMessage {
  const { content } = item
  const parts = Array.isArray(content) ? content.filter(isJsonObject) : []
  const refusal = parts.find((part) => part['type'] === 'refusal')
  const spoken = partsOf(
    Array.isArray(content) ? parts.filter((part) => part['type'] !== 'refusal') : (content ?? ''),
    `${path}.content`,
    onForeign,
  )
  const text = typeof spoken === 'string' ? spoken : spoken.filter(isText).map((part) => part.text)
  return { role: 'assistant', content: typeof text === 'string' ? text : text.join(''), refusal: refusal && readString(refusal, 'refusal') }
}

/** A message; `undefined` for one of a role that only this API knows. */
function fromMessageItem(given: Given): Message | undefined {
  const { item, path, onForeign } = given
  const { role } = item
  switch (role) {
    case 'system':
    case 'developer': {
      const content = partsOf(item['content'], `${path}.content`, onForeign)
      return { role, content: typeof content === 'string' ? content : content.filter(isText) }
    }
    case 'user':
      return { role, content: partsOf(item['content'], `${path}.content`, onForeign) }
    case 'assistant':
      return fromAssistantItem(given)
    default: {
      const message = `${path}.role is ${JSON.stringify(role) ?? 'missing'}; allowed: system, developer, user, assistant.`
      onForeign({ name: 'role', value: item, refusal: { message, param: `${path}.role` } })
      return undefined
    }
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

function fromResultItem({ item, path, onForeign }: Given): ToolMessage {
  const output = partsOf(item['output'] ?? '', `${path}.output`, onForeign)
  return {
    role: 'tool',
    toolCallId: readString(item, 'call_id') ?? '',
    content: typeof output === 'string' ? output : output.filter(isResultPart),
  }
}

/** `undefined` for items that have no meaning outside this API: those of tools that OpenAI runs itself, and references to stored ones. */
function fromItem(given: Given): Piece | undefined {
  const { item, onForeign } = given
  const type = item['type'] ?? 'message'
  switch (type) {
    case 'message': {
      const message = fromMessageItem(given)
      return message && { type: 'message', message }
    }
    case 'function_call':
      return { type: 'call', call: { ...fromCallItem(item), signature: readString(item, 'thought_signature') } }
    case 'custom_tool_call':
      return { type: 'call', call: fromCallItem(item) }
    case 'function_call_output':
    case 'custom_tool_call_output':
      return { type: 'message', message: fromResultItem(given) }
    case 'reasoning':
      return { type: 'reasoning', block: fromReasoningItem(item) }
    default:
      onForeign({ name: typeof type === 'string' ? type : 'input', value: item })
      return undefined
  }
}

/** A conversation as it is read: finished messages, and the turn of the assistant that may go on. */
interface Reading {
  readonly messages: Message[]
  turn: AssistantMessage | undefined
}

function endTurn(reading: Reading): void {
  if (reading.turn !== undefined) reading.messages.push(reading.turn)
  reading.turn = undefined
}

function addMessage(reading: Reading, message: Message): void {
  if (message.role === 'assistant' && reading.turn?.content === undefined) {
    reading.turn = { ...reading.turn, ...message }
    return
  }
  endTurn(reading)
  if (message.role === 'assistant') reading.turn = message
  else reading.messages.push(message)
}

function addPiece(reading: Reading, piece: Piece): void {
  const turn: AssistantMessage = reading.turn ?? { role: 'assistant' }
  switch (piece.type) {
    case 'message':
      addMessage(reading, piece.message)
      return
    case 'call':
      reading.turn = { ...turn, toolCalls: [...(turn.toolCalls ?? []), piece.call] }
      return
    case 'reasoning':
      reading.turn = { ...turn, reasoning: [...(turn.reasoning ?? []), piece.block] }
  }
}

/** Reads input items. Successive reasoning, text and calls are one turn of the assistant. */
function fromInputItems(items: readonly JsonValue[], onForeign: PieceSink): readonly Message[] {
  const reading: Reading = { messages: [], turn: undefined }
  items.forEach((item, index) => {
    const path = `input[${index}]`
    if (!isJsonObject(item))
      throw new InvalidRequestError(`${path} must be an object, found ${item === null ? 'null' : typeof item}.`, path)
    const piece = fromItem({ item, path, onForeign })
    if (piece !== undefined) addPiece(reading, piece)
  })
  endTurn(reading)
  return reading.messages
}

/** The conversation of a body. What has no neutral form is given to `onForeign`. */
export function readItems(body: JsonObject, onForeign: PieceSink): readonly Message[] {
  const { input } = body
  if (typeof input === 'string') return [{ role: 'user', content: input }]
  const items = readArray(body, 'input')
  if (items === undefined) throw new InvalidRequestError('input is missing: a string or a list of items is needed.', 'input')
  return fromInputItems(items, onForeign)
}
