import { createHash } from 'node:crypto'
import type { ConversationMessage, ConversationPart } from '@proxyapi/context'
import type { CacheBreakpoint, Message, TextPart, ToolMessage, UserPart } from '@proxyapi/core'

/*
 * Neutral messages as the condenser reads them, and back. What comes back is the neutral message itself, found by its place; only the
 * words of a tool's result may be others. So whatever else a message carries (images, reasoning, signatures) can't be lost on the way,
 * and a message goes out as it came in or not at all.
 */

/** The condenser carries fields along that it does not know, and tells messages apart by them. */
interface PlacedMessage extends ConversationMessage {
  /** Its place in the request. */
  readonly at: number
  /** A digest of all that is not told here: the same words beside another image are another message. */
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

/** Where words can't stand for what is shown: those messages, and the calls whose results hold it, stay whole. */
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

/** A message that the condenser must keep is shown to it as a system prompt: of those it drops none. */
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

/** The summary stands for messages that are gone, and takes over where the last of them asked to be cached. */
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
