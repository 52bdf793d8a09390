import type { ChatRequest } from './request.ts'

/** English prose. Other text has fewer characters a token, so this is for estimates only. */
const charactersPerToken = 4
/** UTF-8 needs at most three bytes for one UTF-16 unit. */
const maxBytesPerUnit = 3

/** Length of everything below a value, in UTF-16 units, without building a text of it. */
function lengthOf(value: unknown): number {
  if (typeof value === 'string') return value.length
  if (typeof value !== 'object' || value === null) return 1
  let sum = 2
  // Neutral requests are plain data: their own enumerable fields are all there is.
  for (const key in value) sum += (Array.isArray(value) ? 1 : key.length) + lengthOf(value[key as keyof typeof value])
  return sum
}

function characters({ messages, tools }: ChatRequest): number {
  let sum = tools === undefined ? 0 : lengthOf(tools)
  for (const { content } of messages) sum += typeof content === 'string' ? content.length : lengthOf(content)
  return sum
}

/** Rough number of input tokens. Whoever has a tokenizer gives `countTokens` to the engine. */
export function estimateTokens(request: ChatRequest): number {
  return Math.ceil(characters(request) / charactersPerToken)
}

/** An upper bound of the input tokens: a text never has more tokens than bytes. */
export function maxTokensOf(request: ChatRequest): number {
  return characters(request) * maxBytesPerUnit
}

export function hasImages({ messages }: ChatRequest): boolean {
  return messages.some(
    ({ role, content }) => role === 'user' && typeof content !== 'string' && content.some((part) => part.type === 'image'),
  )
}

/** Whether a conversation is text alone and wants one answer, so that its length and the window tell how many tokens it has at most. */
export function isPlainText({ messages, tools, extras, n = 1 }: ChatRequest): boolean {
  if ((tools ?? []).length > 0 || extras !== undefined || n > 1) return false
  return messages.every(({ content }) => typeof content === 'string' || content?.every((part) => part.type === 'text') !== false)
}
