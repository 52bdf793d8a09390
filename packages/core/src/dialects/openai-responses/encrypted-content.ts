import type { DialectId } from '../../chat/dialect-id.ts'
import type { ReasoningBlock } from '../../chat/message.ts'
import { isJsonObject, type JsonObject, parseJson, readArray, readString } from '../../wire/json.ts'

/*
 * A Responses client keeps reasoning items and sends them back with their `encrypted_content` unread. Blocks of other
 * vendors are written inside it, so that their signatures come back complete.
 */
const prefix = 'proxyapi:v1:'
const origins: readonly DialectId[] = [
  'openai-chat',
  'openai-responses',
  'anthropic-messages',
  'cohere-chat',
  'gemini',
  'bedrock-converse',
  'ollama',
  'demo',
]

/** `undefined` for a block that has nothing but its readable text. */
export function toEncryptedContent(block: ReasoningBlock): string | undefined {
  if (block.origin === 'openai-responses') return block.encrypted
  if (block.signature === undefined && block.encrypted === undefined) return undefined
  return prefix + JSON.stringify({ origin: block.origin, signature: block.signature, encrypted: block.encrypted })
}

function summaryOf(item: JsonObject): string {
  const parts = [...(readArray(item, 'summary') ?? []), ...(readArray(item, 'content') ?? [])]
  return parts
    .filter(isJsonObject)
    .map((part) => readString(part, 'text') ?? '')
    .join('\n\n')
}

/** Reads a reasoning item, of OpenAI's or of ours. */
export function fromReasoningItem(item: JsonObject): ReasoningBlock {
  const text = summaryOf(item)
  const content = readString(item, 'encrypted_content')
  const id = readString(item, 'id')
  const ours = content?.startsWith(prefix) === true ? parseJson(content.slice(prefix.length)) : undefined
  if (!isJsonObject(ours)) return { origin: 'openai-responses', text, encrypted: content, id }
  // Conversations from before 2026-12 hold the older name.
  const origin = origins.find((candidate) => candidate === ours['origin']) ?? 'openai-chat'
  return { origin, text, signature: readString(ours, 'signature'), encrypted: readString(ours, 'encrypted') ?? readString(ours, 'sealed') }
}
