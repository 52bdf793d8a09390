import type { AssistantMessage, Message, ReasoningBlock, SystemMessage, ToolMessage, UserPart } from '../../chat/message.ts'
import { InvalidRequestError } from '../../errors/invalid-request-error.ts'
import { type JsonObject, readString } from '../../wire/json.ts'
import { toArgumentsObject, toResultObject } from '../shared/tool-json.ts'
import { toCachePoint } from './cache-point.ts'
import { traitsOf } from './model-traits.ts'
import { createDocumentNames, toBedrockFile, toBedrockImage } from './request-media.ts'
import { toToolUseId } from './tool-id.ts'

interface Turn {
  readonly role: 'user' | 'assistant'
  readonly content: readonly JsonObject[]
}

/** The context that the parts of one request share. */
interface Writer {
  readonly nameOf: (filename: string | undefined) => string
  readonly caches: boolean
}

/** Converse refuses texts that are only white space. */
function isBlank(text: string): boolean {
  return text.trim() === ''
}

function isSystem(message: Message): message is SystemMessage {
  return message.role === 'system' || message.role === 'developer'
}

function toBlock(part: UserPart, path: string, writer: Writer): readonly JsonObject[] {
  switch (part.type) {
    case 'text':
      return isBlank(part.text) ? [] : [{ text: part.text }]
    case 'image':
      return [toBedrockImage(part, `${path}.image_url`)]
    case 'file':
      return [toBedrockFile(part, `${path}.file`, writer.nameOf)]
    case 'audio':
      throw new InvalidRequestError(`${path}.type is input_audio; Bedrock Converse takes text, image_url and file.`, `${path}.type`)
  }
}

function toBlocks(content: string | readonly UserPart[] | undefined, path: string, writer: Writer): readonly JsonObject[] {
  if (content === undefined) return []
  if (typeof content === 'string') return isBlank(content) ? [] : [{ text: content }]
  return content.flatMap((part, index) => {
    const blocks = toBlock(part, `${path}.content[${index}]`, writer)
    // Converse refuses a cache point that has no block before it.
    return writer.caches && blocks.length > 0 ? [...blocks, ...toCachePoint(part)] : blocks
  })
}

/** Converse accepts only signed or encrypted reasoning of its own. */
function toReasoning(block: ReasoningBlock): readonly JsonObject[] {
  if (block.origin !== 'bedrock-converse') return []
  if (block.encrypted !== undefined) return [{ reasoningContent: { redactedContent: block.encrypted } }]
  if (block.signature === undefined) return []
  return [{ reasoningContent: { reasoningText: { text: block.text, signature: block.signature } } }]
}

function toAssistantBlocks(message: AssistantMessage, path: string, writer: Writer): readonly JsonObject[] {
  const calls = (message.toolCalls ?? []).map((call) => ({
    toolUse: { toolUseId: toToolUseId(call.id), name: call.name, input: toArgumentsObject(call.argumentsText) },
  }))
  return [...(message.reasoning ?? []).flatMap(toReasoning), ...toBlocks(message.content ?? message.refusal, path, writer), ...calls]
}

/** A result's text that is a JSON object goes as one: models of all families read it, and some read it better. */
function toResultBlocks(message: ToolMessage, path: string, writer: Writer): readonly JsonObject[] {
  const blocks = toBlocks(message.content, path, { ...writer, caches: false }).map((block) => {
    const json = toResultObject(readString(block, 'text') ?? '')
    return json === undefined ? block : { json }
  })
  // Converse requires at least one content block in a result.
  return blocks.length > 0 ? blocks : [{ text: '(empty)' }]
}

function toToolResult(message: ToolMessage, path: string, writer: Writer): readonly JsonObject[] {
  const result = {
    toolUseId: toToolUseId(message.toolCallId),
    content: toResultBlocks(message, path, writer),
    ...(message.isError === true && { status: 'error' }),
  }
  return [{ toolResult: result }, ...(writer.caches ? toCachePoint(message) : [])]
}

function toTurn(message: Exclude<Message, SystemMessage>, path: string, writer: Writer): Turn {
  switch (message.role) {
    case 'user':
      return { role: 'user', content: toBlocks(message.content, path, writer) }
    case 'assistant':
      return { role: 'assistant', content: toAssistantBlocks(message, path, writer) }
    case 'tool':
      return { role: 'user', content: toToolResult(message, path, writer) }
  }
}

/** Turns in alternation: Converse refuses two of one role in a row, and empty ones. */
function merged(turns: readonly Turn[]): readonly Turn[] {
  const result: { readonly role: Turn['role']; readonly content: JsonObject[] }[] = []
  for (const { role, content } of turns) {
    if (content.length === 0) continue
    const last = result.at(-1)
    // Blocks are appended in place, so that a long run of turns stays linear.
    if (last?.role === role) for (const block of content) last.content.push(block)
    else result.push({ role, content: [...content] })
  }
  return result
}

/** Converse refuses a final assistant text that ends in white space. */
function trimmed(turns: readonly Turn[]): readonly Turn[] {
  const last = turns.at(-1)
  const text = last === undefined ? undefined : readString(last.content.at(-1) ?? {}, 'text')
  if (last?.role !== 'assistant' || text === undefined) return turns
  return [...turns.slice(0, -1), { ...last, content: [...last.content.slice(0, -1), { text: text.trimEnd() }] }]
}

/**
 * Writes the history; system messages stand apart, wherever they were. With nothing else to say they are the user's words.
 * @throws InvalidRequestError for media that Bedrock has no words for
 */
export function toBedrockHistory(
  messages: readonly Message[],
  model: string,
): { readonly messages: readonly JsonObject[]; readonly system: JsonObject } {
  const writer: Writer = { nameOf: createDocumentNames(), caches: traitsOf(model).caches !== 'none' }
  const system: JsonObject[] = []
  const spoken: Turn[] = []
  for (const [index, message] of messages.entries()) {
    const path = `messages[${index}]`
    if (isSystem(message)) for (const block of toBlocks(message.content, path, writer)) system.push(block)
    else spoken.push(toTurn(message, path, writer))
  }
  const turns = trimmed(merged(spoken)).map(({ role, content }) => ({ role, content }))
  if (turns.length === 0) return { messages: [{ role: 'user', content: system }], system: {} }
  return { messages: turns, system: system.length === 0 ? {} : { system } }
}
