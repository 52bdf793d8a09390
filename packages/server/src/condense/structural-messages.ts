import { createHash } from 'node:crypto'
import type { ConversationMessage, ConversationPart } from '@proxyapi/context'
import type { CacheBreakpoint, Message, TextPart, ToolMessage, UserPart } from '@proxyapi/core'

/*
 * Translates neutral messages to the condenser's form and back. The way back finds each neutral message by its position; only the text
 * of a tool's result can change. So images, reasoning and signatures of a message are never lost: a message is kept as it is, or
 * removed.
 */

/** Fields that the condenser does not know: it keeps them, and compares messages by them. */
interface PlacedMessage extends ConversationMessage {
  /** Its place in the request. */
  readonly at: number
  /** A digest of everything else in the message: equal texts beside different images are different messages. */
  readonly rest?: string
}

interface ImageLikePart extends ConversationPart {
  readonly image_url?: { readonly url: string }
}

/** Enough of an image to read its size from. */
const headCharacters = 16_384

type AnyPart = TextPart | UserPart

function toPart(part: AnyPart): ImageLikePart {
  if (part.type === 'text') return { type: 'text', text: part.text }
  if (part.type !== 'image') return { type: part.type }
  const { source } = part
  const url = source.type === 'base64' ? `data:${source.mediaType};base64,${source.data.slice(0, headCharacters)}` : 'image'
  return { type: 'image_url', image_url: { url } }
}

function restOf(message: Message): string | undefined {
  const isPlain = typeof message.content === 'string' && (message.role === 'user' || message.role === 'system')
  return isPlain ? undefined : createHash('sha256').update(JSON.stringify(message)).digest('base64url')
}

function contentOf(message: Message): ConversationMessage['content'] {
  const content = message.content ?? (message.role === 'assistant' ? message.refusal : undefined)
  return typeof content === 'string' ? content : content?.map(toPart)
}

function hasMedia({ content }: Message): boolean {
  return typeof content !== 'string' && (content ?? []).some(({ type }) => type !== 'text')
}

/** Finds messages whose content text can't replace: these, and the calls that they are results of, stay whole. */
function protectedPlaces(messages: readonly Message[]): ReadonlySet<number> {
  const places = new Set<number>()
  const lastUser = messages.findLastIndex(({ role }) => role === 'user')
  messages.forEach((message, at) => {
    if (!hasMedia(message) || at === lastUser) return
    const caller = message.role === 'tool' ? messages.findLastIndex(({ role }, index) => index < at && role === 'assistant') : at
    places.add(caller === -1 ? at : caller)
  })
  return places
}

/** Marks a message that must stay as a system prompt, because the condenser drops none of those. */
function toPlaced(message: Message, at: number, isProtected: boolean): PlacedMessage {
  const rest = restOf(message)
  const calls = message.role === 'assistant' ? (message.toolCalls ?? []) : []
  return {
    role: isProtected ? 'system' : message.role,
    content: contentOf(message),
    ...(calls.length > 0 && {
      tool_calls: calls.map((call) => ({ id: call.id, type: 'function', function: { name: call.name, arguments: call.argumentsText } })),
    }),
    ...(message.role === 'tool' && { tool_call_id: message.toolCallId }),
    ...(message.name !== undefined && { name: message.name }),
    at,
    ...(rest !== undefined && { rest }),
  }
}

/** A request's messages as the condenser reads them. */
export function toStructural(messages: readonly Message[]): readonly ConversationMessage[] {
  const places = protectedPlaces(messages)
  return messages.map((message, at) => toPlaced(message, at, places.has(at)))
}

function isPlaced(message: ConversationMessage): message is PlacedMessage {
  return 'at' in message
}

/** A tool's result with other words: what is not text stays. */
function withWords(message: ToolMessage, words: string): ToolMessage {
  if (typeof message.content === 'string') return { ...message, content: words }
  const cacheBreakpoint = message.content.findLast(({ type }) => type === 'text')?.cacheBreakpoint
  const text: TextPart = { type: 'text', text: words, ...(cacheBreakpoint !== undefined && { cacheBreakpoint }) }
  return { ...message, content: [text, ...message.content.filter(({ type }) => type !== 'text')] }
}

function fromPlaced(placed: PlacedMessage, message: Message): Message {
  if (message.role !== 'tool' || typeof placed.content !== 'string' || placed.content === message.content) return message
  return withWords(message, placed.content)
}

function breakpointOf(message: Message): CacheBreakpoint | undefined {
  const own = message.role === 'tool' ? message.cacheBreakpoint : undefined
  const parts: readonly AnyPart[] = typeof message.content === 'string' ? [] : (message.content ?? [])
  return own ?? parts.findLast((part) => part.cacheBreakpoint !== undefined)?.cacheBreakpoint
}

/** The summary replaces the removed messages, and takes the cache mark of the last one of them. */
function toSummary(text: string, gone: readonly Message[]): Message {
  const cacheBreakpoint = gone.map(breakpointOf).findLast((found) => found !== undefined)
  return { role: 'user', content: cacheBreakpoint === undefined ? text : [{ type: 'text', text, cacheBreakpoint }] }
}

/** The condensed conversation in neutral messages, `messages` being those that it was made from. */
export function fromStructural(condensed: readonly ConversationMessage[], messages: readonly Message[]): readonly Message[] {
  const kept = new Set(condensed.flatMap((message) => (isPlaced(message) ? [message.at] : [])))
  const gone = messages.filter((_, at) => !kept.has(at))
  return condensed.flatMap((message) => {
    if (!isPlaced(message)) return typeof message.content === 'string' ? [toSummary(message.content, gone)] : []
    const original = messages[message.at]
    return original === undefined ? [] : [fromPlaced(message, original)]
  })
}
