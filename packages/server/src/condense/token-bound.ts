import { tokenUpperBound } from '@proxyapi/context'
import type { ChatRequest, Message } from '@proxyapi/core'

/** About the most that vendors count for an image or a page. */
const perMedia = 1_600
/** Tokens that vendors add to each message. */
const perMessage = 8
/*
 * Upper bounds of tokens per character: English has four or more letters a token, numbers and punctuation about two, and outside of
 * Latin one character may be a whole token.
 */
const perLetter = 0.4
const perSign = 0.8
const perWideCharacter = 1.5
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

function isSign(code: number): boolean {
  const isLetter = (code | 0x20) >= 0x61 && (code | 0x20) <= 0x7a
  return code < 0x80 && code !== 0x20 && !isLetter
}

/** Characters that are read of one text. Of longer texts every n-th one is read; n is odd, so that regular patterns are not missed. */
const mostSampled = 4_096
/** Margin for the error of a sample. Where the error is larger, the upstream refuses the request, which is condensed then. */
const sampleMargin = 1.1

function textBound(text: string): number {
  const step = text.length <= mostSampled ? 1 : Math.ceil(text.length / mostSampled) | 1
  let signs = 0
  let wide = 0
  for (let index = 0; index < text.length; index += step) {
    const code = text.charCodeAt(index)
    if (code >= firstWideCharacter) wide++
    else if (isSign(code)) signs++
  }
  const looked = Math.ceil(text.length / step)
  const bound = (looked - signs - wide) * perLetter + signs * perSign + wide * perWideCharacter
  return step === 1 ? bound : bound * (text.length / looked) * sampleMargin
}

/** Whether messages are within so many tokens, by the lengths of their texts or a sample of their characters: most requests are never counted. */
export function isSurelyWithin(messages: readonly Message[], tokens: number): boolean {
  if (tokenUpperBound(messages) <= tokens) return true
  // Too long even if all characters were letters: no character needs to be read.
  if (sum(messages, ({ length }) => length * perLetter) > tokens) return false
  return sum(messages, textBound) <= tokens
}

/** Prose of four characters a token. */
const usualCharactersPerToken = 4

/** About how many tokens a request has, from its lengths: cheap enough for every request. */
export function estimateTokens({ messages, tools = [] }: ChatRequest): number {
  const schemas = tools.reduce((total, tool) => total + JSON.stringify(tool).length, 0)
  return Math.ceil(sum(messages, ({ length }) => length / usualCharactersPerToken) + schemas / usualCharactersPerToken)
}
