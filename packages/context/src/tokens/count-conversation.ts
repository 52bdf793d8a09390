import { createPlainCounter } from '../condense/plain-counter.ts'
import { runAtOnce, runInSlices, type SliceDeps, type SliceOptions, type Steps } from '../condense/steps.ts'
import { countPieces } from './count-pieces.ts'
import { parseImageSize } from './image-size.ts'
import { imageTokens } from './image-tokens.ts'
import { familyNamed } from './select-token-family.ts'
import type { TokenCounter } from './token-counter.ts'
import type { TokenFamily } from './token-family.ts'

/** The least that a message must have to be counted; any client's messages fit. */
export interface CountableMessage {
  readonly role: string
  readonly content?: string | readonly CountablePart[] | null | undefined
  readonly toolCalls?: readonly { readonly name: string; readonly argumentsText: string }[] | undefined
}

/** A part of a message: text, or something of the type `image` or `file`. Other types count nothing. */
export interface CountablePart {
  readonly type: string
  readonly text?: string | undefined
  /** The base64 text of an image, by which its size is known. */
  readonly source?: { readonly type: string; readonly data?: string | undefined } | undefined
  /** OpenAI's hint on an image. */
  readonly detail?: string | undefined
}

/** A tool as it is offered to the model. */
export interface CountableTool {
  readonly name?: string | undefined
  readonly description?: string | undefined
  /** JSON Schema of the arguments. */
  readonly parameters?: unknown
}

/** One page of a PDF: Anthropic, "PDF support", says 1,500 to 3,000 tokens a page; recorded one-page files cost 1,600. */
const perFile = 1_600

function partsOf({ content }: CountableMessage): readonly CountablePart[] {
  if (typeof content === 'string') return [{ type: 'text', text: content }]
  return content ?? []
}

function textsOf(message: CountableMessage): readonly string[] {
  const said = partsOf(message).flatMap(({ text }) => (text === undefined ? [] : [text]))
  const called = (message.toolCalls ?? []).flatMap((call) => [call.name, call.argumentsText])
  return [...said, ...called]
}

function mediaTokens(part: CountablePart, family: TokenFamily): number {
  if (part.type === 'file') return perFile
  if (part.type !== 'image') return 0
  const data = part.source?.data
  return imageTokens({ size: data === undefined ? undefined : parseImageSize(data), detail: part.detail }, family.image)
}

function isSystem({ role }: CountableMessage): boolean {
  return role === 'system' || role === 'developer'
}

function messageFrame(message: CountableMessage, family: TokenFamily): number {
  const { perMessage, perSystemMessage, perCall } = family.framing
  const media = partsOf(message).reduce((sum, part) => sum + mediaTokens(part, family), 0)
  return (isSystem(message) ? perSystemMessage : perMessage) + media + perCall * (message.toolCalls?.length ?? 0)
}

/** Counts texts piece by piece, rounded up once. */
function* countTexts(texts: readonly string[], counter: TokenCounter): Steps<number> {
  const plain = createPlainCounter(counter)
  let tokens = 0
  for (const text of texts) {
    for (const piece of countPieces(text)) {
      tokens += plain.count(piece)
      yield
    }
  }
  return plain.toFamily(tokens)
}

function* toolTokens(tools: readonly CountableTool[], family: TokenFamily, counter: TokenCounter): Steps<number> {
  if (tools.length === 0) return 0
  const { tools: once, perTool, schemaFactor } = family.framing
  const words = yield* countTexts(
    tools.flatMap(({ name, description }) => [name ?? '', description ?? '']),
    counter,
  )
  const schemas = yield* countTexts(
    tools.map(({ parameters }) => JSON.stringify(parameters ?? {})),
    counter,
  )
  return once + perTool * tools.length + words + schemas * schemaFactor
}

/** What is counted: the messages, and the tools that are offered. */
export interface CountableConversation {
  readonly messages: readonly CountableMessage[]
  readonly tools?: readonly CountableTool[] | undefined
}

function* countSteps({ messages, tools = [] }: CountableConversation, counter: TokenCounter): Steps<number> {
  const family = familyNamed(counter.family)
  const texts = yield* countTexts(messages.flatMap(textsOf), counter)
  let frames = family.framing.base
  for (const message of messages) {
    frames += messageFrame(message, family)
    yield
  }
  return Math.ceil(texts + frames + (yield* toolTokens(tools, family, counter)) - 1e-9)
}

/**
 * Input tokens of a whole conversation: texts, tool calls, images, files and tool definitions, with what the vendor puts around
 * them. Deterministic. An estimate: vendors don't publish their framing, and reasoning, built-in tools and structured output add hidden
 * instructions that are not counted. Earlier reasoning counts nothing, as Anthropic leaves it out.
 *
 * @example
 * const counter = await createTokenCounter({ model: 'claude-sonnet-4-5' })
 * countConversation([{ role: 'user', content: 'What is 2 + 2?' }], [], counter) // 16
 */
export function countConversation(
  messages: readonly CountableMessage[],
  tools: readonly CountableTool[] | undefined,
  counter: TokenCounter,
): number {
  return runAtOnce(countSteps({ messages, tools }, counter))
}

/** The same count, made in slices that give the event loop back. Rejects with the signal's reason when aborted. */
export function countConversationInSlices(
  conversation: CountableConversation,
  counter: TokenCounter,
  slices: SliceDeps & SliceOptions,
): Promise<number> {
  return runInSlices(countSteps(conversation, counter), slices, slices)
}
