import type { TokenCounter } from './token-counter.ts'

/** The least that a message must have to be counted; any client's messages fit. */
export interface CountableMessage {
  readonly role: string
  readonly content?: string | readonly CountablePart[] | null | undefined
  readonly toolCalls?: readonly { readonly name: string; readonly argumentsText: string }[] | undefined
}

export interface CountablePart {
  readonly type: string
  readonly text?: string | undefined
}

export interface CountableTool {
  readonly name?: string | undefined
  readonly description?: string | undefined
  readonly parameters?: unknown
}

/** Role, separators and the opening of each message, as OpenAI's cookbook counts them. */
const perMessage = 4
/** What an image costs when its size is unknown: Anthropic's bound for one that is not scaled down (width × height / 750). */
const perImage = 1_600
const perTool = 12

function partTokens(part: CountablePart, counter: TokenCounter): number {
  if (part.text !== undefined) return counter.count(part.text)
  return part.type === 'image' ? perImage : 0
}

function messageTokens(message: CountableMessage, counter: TokenCounter): number {
  const { content } = message
  const own =
    typeof content === 'string' ? counter.count(content) : (content ?? []).reduce((sum, part) => sum + partTokens(part, counter), 0)
  const calls = (message.toolCalls ?? []).reduce(
    (sum, call) => sum + counter.count(call.name) + counter.count(call.argumentsText) + perTool,
    0,
  )
  return perMessage + own + calls
}

/** Tokens of a whole conversation with its tools. An estimate: vendors add their own framing. */
export function countConversation(messages: readonly CountableMessage[], tools: readonly CountableTool[], counter: TokenCounter): number {
  const spoken = messages.reduce((sum, message) => sum + messageTokens(message, counter), 0)
  const defined = tools.reduce(
    (sum, tool) => sum + perTool + counter.count(`${tool.name ?? ''} ${tool.description ?? ''} ${JSON.stringify(tool.parameters ?? {})}`),
    0,
  )
  return spoken + defined
}
