import type { ChatRequest, Message } from '@proxyapi/core'

/** About the most that vendors count for an image or a page. */
const perMedia = 1_600
/** What vendors put around a message. */
const perMessage = 8
/** English has about four characters a token, code and numbers two to three. */
const charactersPerToken = 2
/** Beyond Latin a character may be a token or more. */
const tokensPerWideCharacter = 1.5
const firstWideCharacter = 0x250

function partTokens(part: { readonly type: string; readonly text?: string }, ofText: (text: string) => number): number {
  return part.text === undefined ? perMedia : ofText(part.text)
}

function messageTokens(message: Message, ofText: (text: string) => number): number {
  const { content } = message
  const calls = message.role === 'assistant' ? (message.toolCalls ?? []) : []
  const said = typeof content === 'string' ? ofText(content) : (content ?? []).reduce((sum, part) => sum + partTokens(part, ofText), 0)
  return perMessage + said + calls.reduce((sum, call) => sum + perMessage + ofText(call.name) + ofText(call.argumentsText), 0)
}

function sum(messages: readonly Message[], ofText: (text: string) => number): number {
  return messages.reduce((total, message) => total + messageTokens(message, ofText), 0)
}

function textBound(text: string): number {
  let wide = 0
  for (let index = 0; index < text.length; index++) if (text.charCodeAt(index) >= firstWideCharacter) wide++
  return (text.length - wide) / charactersPerToken + wide * tokensPerWideCharacter
}

/** Whether messages are surely within so many tokens, by their characters alone: most requests are judged by their lengths. */
export function isSurelyWithin(messages: readonly Message[], tokens: number): boolean {
  if (sum(messages, ({ length }) => length * tokensPerWideCharacter) <= tokens) return true
  // Without a single wide character it would still be too long: nothing needs to be looked at.
  if (sum(messages, ({ length }) => length / charactersPerToken) > tokens) return false
  return sum(messages, textBound) <= tokens
}

/** Prose of four characters a token. */
const usualCharactersPerToken = 4

/** About how many tokens a request has, from its lengths: cheap enough for every request. */
export function estimateTokens({ messages, tools = [] }: ChatRequest): number {
  const schemas = tools.reduce((total, tool) => total + JSON.stringify(tool).length, 0)
  return Math.ceil(sum(messages, ({ length }) => length / usualCharactersPerToken) + schemas / usualCharactersPerToken)
}
