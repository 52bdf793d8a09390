import type { CountableMessage, CountablePart, CountableTool } from './count-conversation.ts'
import { tokenFamilies } from './families.table.ts'

/*
 * A text never has more tokens than bytes: every vocabulary knows all single bytes. So the lengths of the texts alone bound the
 * tokens, and most requests need not be counted. Cost: one step a message, whatever its length.
 */

/** Families that are counted by a near vocabulary have up to this many tokens for each of its. */
const largestFactor = Math.max(...tokenFamilies.map(({ factor }) => factor))
const largestOf = (pick: (family: (typeof tokenFamilies)[number]) => number): number => Math.max(...tokenFamilies.map(pick))
const base = largestOf(({ framing }) => framing.base)
const perMessage = largestOf(({ framing }) => Math.max(framing.perMessage, framing.perSystemMessage))
const perCall = largestOf(({ framing }) => framing.perCall)
const toolsBase = largestOf(({ framing }) => framing.tools)
const perTool = largestOf(({ framing }) => framing.perTool)
const schemaFactor = largestOf(({ framing }) => framing.schemaFactor)
/** OpenAI's tiles: an image is scaled into 2048 × 768, which is eight tiles. A page of a file and Anthropic's images cost 1,600. */
const perMedia = Math.max(85 + 170 * 8, 1_600)

/** One character beyond Latin-1 makes the whole text wide. In a narrow text the engine knows that nothing can match. */
const wideCharacter = /[^\u0000-\u00ff]/

/** The most bytes of UTF-8 that a text can have, by its length. */
function mostBytes(text: string): number {
  return text.length * (wideCharacter.test(text) ? 3 : 2)
}

function partBound({ type, text }: CountablePart): number {
  if (text !== undefined) return mostBytes(text) * largestFactor
  return type === 'image' || type === 'file' ? perMedia : 0
}

function messageBound({ content, toolCalls }: CountableMessage): number {
  let tokens = perMessage
  if (typeof content === 'string') tokens += mostBytes(content) * largestFactor
  else for (const part of content ?? []) tokens += partBound(part)
  for (const { name, argumentsText } of toolCalls ?? []) tokens += perCall + (mostBytes(name) + mostBytes(argumentsText)) * largestFactor
  return tokens
}

/**
 * The most tokens that `countConversation` can find in a conversation, for any family, without counting. At two to three times
 * the length of its texts it is far above the true number: below a limit it saves the counting, above it it says nothing.
 */
export function tokenUpperBound(messages: readonly CountableMessage[], tools: readonly CountableTool[] = []): number {
  let tokens = base
  for (const message of messages) tokens += messageBound(message)
  if (tools.length === 0) return Math.ceil(tokens)
  tokens += toolsBase + perTool * tools.length
  for (const { name = '', description = '', parameters = {} } of tools)
    tokens += (mostBytes(name) + mostBytes(description) + mostBytes(JSON.stringify(parameters)) * schemaFactor) * largestFactor
  return Math.ceil(tokens)
}
