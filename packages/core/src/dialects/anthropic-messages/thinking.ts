import type { DialectId } from '../../chat/dialect-id.ts'
import type { ReasoningBlock } from '../../chat/message.ts'
import { type JsonObject, readString } from '../../wire/json.ts'

/*
 * A client of this dialect keeps thinking blocks and sends them back unread. Blocks of other vendors pass through it in
 * the same shape. Their origin is written before their signature, so that they are not sent to Anthropic,
 * which would refuse them, and are sent back to their own vendor.
 */
const foreign = /^proxyapi:([a-z-]+):([\s\S]*)$/
const origins: readonly DialectId[] = ['openai-chat', 'openai-responses', 'cohere-chat', 'gemini', 'bedrock-converse', 'ollama', 'demo']

function originOf(mark: string): { readonly origin: DialectId; readonly rest: string } {
  const match = foreign.exec(mark)
  const origin = origins.find((candidate) => candidate === match?.[1])
  return match === null || origin === undefined ? { origin: 'anthropic-messages', rest: mark } : { origin, rest: match[2] ?? '' }
}

function marked(origin: DialectId, value: string): string {
  return origin === 'anthropic-messages' ? value : `proxyapi:${origin}:${value}`
}

/** Reads a `thinking` or `redacted_thinking` block; `undefined` for any other. */
export function fromThinkingBlock(block: JsonObject): ReasoningBlock | undefined {
  if (block['type'] === 'redacted_thinking') {
    const { origin, rest } = originOf(readString(block, 'data') ?? '')
    return { origin, text: '', encrypted: rest }
  }
  if (block['type'] !== 'thinking') return undefined
  const given = readString(block, 'signature') ?? ''
  const { origin, rest } = originOf(given)
  // Anthropic signs every thinking block of its own.
  return {
    origin: given === '' ? 'openai-chat' : origin,
    text: readString(block, 'thinking') ?? '',
    signature: rest === '' ? undefined : rest,
  }
}

/**
 * Whether Anthropic would refuse a client's own block: one of another vendor, or of Claude's without a signature. Other models behind
 * an address of this dialect need not sign.
 */
export function isForeignThinking(block: JsonObject, model: string): boolean {
  const read = fromThinkingBlock(block)
  if (read === undefined || read.origin === 'anthropic-messages') return false
  const isUnsigned = block['type'] === 'thinking' && (readString(block, 'signature') ?? '') === ''
  return !isUnsigned || model.includes('claude')
}

/** Writes a block for a client. */
export function toClientThinking(block: ReasoningBlock): JsonObject {
  if (block.encrypted !== undefined) return { type: 'redacted_thinking', data: marked(block.origin, block.encrypted) }
  return { type: 'thinking', thinking: block.text, signature: marked(block.origin, block.signature ?? '') }
}

/** Writes a block for Anthropic itself, which takes only its own. */
export function toOwnThinking(block: ReasoningBlock): JsonObject | undefined {
  if (block.origin !== 'anthropic-messages') return undefined
  if (block.encrypted !== undefined) return { type: 'redacted_thinking', data: block.encrypted }
  return block.signature === undefined ? undefined : { type: 'thinking', thinking: block.text, signature: block.signature }
}

export function signatureMark(origin: DialectId, signature: string): string {
  return marked(origin, signature)
}
