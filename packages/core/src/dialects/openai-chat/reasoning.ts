import type { ChatChunk } from '../../chat/chunk.ts'
import type { DialectId } from '../../chat/dialect-id.ts'
import type { ReasoningBlock } from '../../chat/message.ts'
import { isJsonObject, type JsonObject, readArray, readNumber, readString } from '../../wire/json.ts'

/*
 * OpenAI's dialect has no field for reasoning. Vendors use `reasoning_content` (DeepSeek, xAI), `reasoning` (Groq,
 * OpenRouter, Ollama) or content parts (Mistral); signatures travel in OpenRouter's `reasoning_details`. We write
 * `reasoning_content` for reading and `reasoning_details` for keeping, and read all of them.
 */
const formats: readonly (readonly [string, DialectId])[] = [
  ['anthropic-claude-v1', 'anthropic-messages'],
  ['google-gemini-v1', 'gemini'],
  ['openai-responses-v1', 'openai-responses'],
  ['bedrock-converse-v1', 'bedrock-converse'],
  ['cohere-chat-v2', 'cohere-chat'],
  ['ollama-v1', 'ollama'],
  ['unknown', 'openai-chat'],
]

function originOf(format: string | undefined): DialectId {
  return formats.find(([name]) => name === format)?.[1] ?? 'openai-chat'
}

function formatOf(origin: DialectId): string {
  return formats.find(([, dialect]) => dialect === origin)?.[0] ?? 'unknown'
}

function fromReasoningDetail(detail: JsonObject): ReasoningBlock {
  return {
    origin: originOf(readString(detail, 'format')),
    text: readString(detail, 'text') ?? readString(detail, 'summary') ?? '',
    signature: readString(detail, 'signature'),
    encrypted: readString(detail, 'data'),
    id: readString(detail, 'id'),
  }
}

/** The text of the `thinking` parts of a content list, as Mistral's reasoning models write it. */
function thinkingOf(parts: readonly unknown[]): string {
  return parts
    .filter(isJsonObject)
    .filter((part) => part['type'] === 'thinking')
    .flatMap((part) => (typeof part['thinking'] === 'string' ? [part['thinking']] : (readArray(part, 'thinking') ?? [])))
    .map((piece) => (isJsonObject(piece) ? (readString(piece, 'text') ?? '') : typeof piece === 'string' ? piece : ''))
    .join('')
}

/** The readable reasoning of a message or a delta, wherever this vendor puts it. */
export function reasoningTextOf(message: JsonObject): string {
  const plain = readString(message, 'reasoning_content') ?? readString(message, 'reasoning')
  if (plain !== undefined) return plain
  const content = message['content']
  return Array.isArray(content) ? thinkingOf(content) : ''
}

/**
 * The reasoning of a delta: the detailed pieces where there are any, since signatures come in them alone, else one piece of plain
 * text. A vendor that describes a piece without its words says those in the plain field.
 */
export function reasoningDeltas(delta: JsonObject, choice: number): ChatChunk[] {
  const details = readArray(delta, 'reasoning_details')?.filter(isJsonObject) ?? []
  const plain = reasoningTextOf(delta)
  const pieces = details.map((detail, position): ChatChunk => {
    const index = readNumber(detail, 'index') ?? position
    return { type: 'reasoning-delta', choice, index, ...fromReasoningDetail(detail) }
  })
  const isTold = plain === '' || pieces.some((piece) => piece.type === 'reasoning-delta' && piece.text !== '')
  return isTold ? pieces : [{ type: 'reasoning-delta', choice, index: 0, origin: 'openai-chat', text: plain }, ...pieces]
}

/** All reasoning of a whole message: the detailed blocks where there are any, else one block of plain text. */
export function fromOpenAiReasoning(message: JsonObject): readonly ReasoningBlock[] {
  const details = readArray(message, 'reasoning_details')?.filter(isJsonObject) ?? []
  if (details.length > 0) return details.map(fromReasoningDetail)
  const text = reasoningTextOf(message)
  return text === '' ? [] : [{ origin: 'openai-chat', text }]
}

export function toReasoningDetail(block: ReasoningBlock, index: number): JsonObject {
  return {
    type: block.encrypted === undefined ? 'reasoning.text' : 'reasoning.encrypted',
    format: formatOf(block.origin),
    index,
    ...(block.encrypted === undefined ? { text: block.text } : { data: block.encrypted }),
    ...(block.encrypted !== undefined && block.text !== '' && { summary: block.text }),
    ...(block.signature !== undefined && { signature: block.signature }),
    ...(block.id !== undefined && { id: block.id }),
  }
}

/** The reasoning fields of a message for a client; none when there is no reasoning. */
export function toOpenAiReasoning(blocks: readonly ReasoningBlock[]): JsonObject {
  if (blocks.length === 0) return {}
  const text = blocks
    .map((block) => block.text)
    .filter((part) => part !== '')
    .join('\n\n')
  return {
    ...(text !== '' && { reasoning_content: text }),
    reasoning_details: blocks.map(toReasoningDetail),
  }
}
