import type { ReasoningBlock, ToolCall } from '../../chat/message.ts'
import { isJsonObject, type JsonObject, readArray, readObject, readString } from '../../wire/json.ts'
import type { DecodeContext } from '../dialect.ts'

/** The kinds of parts of a candidate. */
export type GeminiPart =
  | { readonly type: 'text'; readonly text: string; readonly signature?: string | undefined }
  | { readonly type: 'thought'; readonly text: string; readonly signature?: string | undefined }
  | { readonly type: 'call'; readonly call: ToolCall }
  /** An image that the model made, as an annotation for clients. */
  | { readonly type: 'image'; readonly annotation: JsonObject }
  /** A step of a tool that Google runs itself. It is not part of the answer, which continues after it. */
  | { readonly type: 'server-tool' }

const serverTools = ['executableCode', 'codeExecutionResult', 'toolCall', 'toolResponse'] as const

export function rawParts(candidate: JsonObject): readonly JsonObject[] {
  return (readArray(readObject(candidate, 'content') ?? {}, 'parts') ?? []).filter(isJsonObject)
}

function fromInlineData(media: JsonObject): GeminiPart | undefined {
  const mimeType = readString(media, 'mimeType') ?? ''
  const data = readString(media, 'data')
  if (data === undefined || !mimeType.startsWith('image/')) return undefined
  return { type: 'image', annotation: { type: 'image_url', image_url: { url: `data:${mimeType};base64,${data}` } } }
}

function fromCall(call: JsonObject, signature: string | undefined, context: DecodeContext): GeminiPart {
  const id = readString(call, 'id') || `call_${context.newId()}`
  const argumentsText = JSON.stringify(readObject(call, 'args') ?? {})
  return { type: 'call', call: { id, name: readString(call, 'name') ?? '', argumentsText, signature } }
}

/** Reads one part; `undefined` for a kind that has no place in an answer. */
export function fromGeminiPart(part: JsonObject, context: DecodeContext): GeminiPart | undefined {
  const signature = readString(part, 'thoughtSignature')
  const text = readString(part, 'text')
  if (text !== undefined) return { type: part['thought'] === true ? 'thought' : 'text', text, signature }
  const call = readObject(part, 'functionCall')
  if (call !== undefined) return fromCall(call, signature, context)
  const media = readObject(part, 'inlineData')
  if (media !== undefined) return fromInlineData(media)
  if (serverTools.some((name) => name in part)) return { type: 'server-tool' }
  return signature === undefined ? undefined : { type: 'text', text: '', signature }
}

function block(text: string, signature: string | undefined): ReasoningBlock {
  return { origin: 'gemini', text, signature }
}

/**
 * The reasoning among the parts. Thoughts in a row are one block, until one is signed; a signature on a text belongs to
 * the whole turn and is kept as a block without words.
 */
export function reasoningOf(parts: readonly GeminiPart[]): readonly ReasoningBlock[] {
  const blocks: ReasoningBlock[] = []
  let open = false
  for (const part of parts) {
    const last = blocks.at(-1)
    if (part.type === 'thought' && open && last !== undefined) blocks[blocks.length - 1] = block(last.text + part.text, part.signature)
    else if (part.type === 'thought' || (part.type === 'text' && part.signature !== undefined)) {
      blocks.push(block(part.type === 'thought' ? part.text : '', part.signature))
    }
    open = part.type === 'thought' && part.signature === undefined
  }
  return blocks
}
