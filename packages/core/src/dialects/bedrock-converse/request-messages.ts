import type { AssistantMessage, Message, ReasoningBlock, SystemMessage, ToolMessage, UserPart } from '../../chat/message.ts'
import { InvalidRequestError } from '../../errors/invalid-request-error.ts'
import { type JsonObject, readString } from '../../wire/json.ts'
import { isBlank, withTrimmedEnd } from '../claude/texts.ts'
import { isOwnReasoning } from '../claude/thinking.ts'
import { createToolIds, type ToolIds } from '../claude/tool-ids.ts'
import { withResultsFirst } from '../claude/tool-results.ts'
import { toArgumentsObject, toResultObject } from '../shared/tool-json.ts'
import { isSystem, mergedTurns, type Turn } from '../shared/turns.ts'
import { toCachePoint } from './cache-point.ts'
import { createDocumentNames, toBedrockFile, toBedrockImage } from './request-media.ts'

/** The context that the parts of one request share. */
interface Writer {
  readonly nameOf: (filename: string | undefined) => string
  readonly ids: ToolIds
  readonly caches: boolean
}

type Role = 'user' | 'assistant'

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
  const blocks: JsonObject[] = []
  for (const [index, part] of content.entries()) {
    blocks.push(...toBlock(part, `${path}.content[${index}]`, writer))
    // Converse refuses a cache point that has no block before it, and two in a row.
    const isMarkable = writer.caches && blocks.length > 0 && blocks.at(-1)?.['cachePoint'] === undefined
    if (isMarkable) blocks.push(...toCachePoint(part))
  }
  return blocks
}

/** Converse accepts only signed or encrypted reasoning of its own. */
function toReasoning(block: ReasoningBlock): readonly JsonObject[] {
  if (!isOwnReasoning(block, 'bedrock-converse')) return []
  if (block.encrypted !== undefined) return [{ reasoningContent: { redactedContent: block.encrypted } }]
  return [{ reasoningContent: { reasoningText: { text: block.text, signature: block.signature } } }]
}

function toAssistantBlocks(message: AssistantMessage, path: string, writer: Writer): readonly JsonObject[] {
  const calls = (message.toolCalls ?? []).flatMap((call) => [
    { toolUse: { toolUseId: writer.ids.ofCall(call.id), name: call.name, input: toArgumentsObject(call.argumentsText) } },
    ...(writer.caches ? toCachePoint(call) : []),
  ])
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

/** A result can be marked as a whole only. */
function markOf({ content, cacheBreakpoint }: ToolMessage): Pick<ToolMessage, 'cacheBreakpoint'> {
  const inner = typeof content === 'string' ? undefined : content.findLast((part) => part.cacheBreakpoint !== undefined)
  return { cacheBreakpoint: cacheBreakpoint ?? inner?.cacheBreakpoint }
}

function toToolResult(message: ToolMessage, path: string, writer: Writer): readonly JsonObject[] {
  const result = {
    toolUseId: writer.ids.ofResult(message.toolCallId),
    content: toResultBlocks(message, path, writer),
    ...(message.isError === true && { status: 'error' }),
  }
  return [{ toolResult: result }, ...(writer.caches ? toCachePoint(markOf(message)) : [])]
}

function toTurn(message: Exclude<Message, SystemMessage>, path: string, writer: Writer): Turn<Role> {
  switch (message.role) {
    case 'user':
      return { role: 'user', blocks: toBlocks(message.content, path, writer) }
    case 'assistant':
      return { role: 'assistant', blocks: toAssistantBlocks(message, path, writer) }
    case 'tool':
      return { role: 'user', blocks: toToolResult(message, path, writer) }
  }
}

/** Converse refuses a document in a turn without words. */
function withWords({ role, blocks }: Turn<Role>): Turn<Role> {
  const isSilent = blocks.some((block) => block['document'] !== undefined) && blocks.every((block) => block['text'] === undefined)
  return { role, blocks: isSilent ? [...blocks, { text: '(a document)' }] : blocks }
}

/**
 * Writes the history; system messages stand apart, wherever they were. With nothing else to say they are the user's words.
 * @throws InvalidRequestError for media that Bedrock has no words for
 */
export function toBedrockHistory(
  messages: readonly Message[],
  caches: boolean,
): { readonly messages: readonly JsonObject[]; readonly system: JsonObject } {
  const writer: Writer = { nameOf: createDocumentNames(), ids: createToolIds(), caches }
  const system: JsonObject[] = []
  const spoken: Turn<Role>[] = []
  for (const [index, message] of messages.entries()) {
    const path = `messages[${index}]`
    if (isSystem(message)) for (const block of toBlocks(message.content, path, writer)) system.push(block)
    else spoken.push(toTurn(message, path, writer))
  }
  const turns = withTrimmedEnd(withResultsFirst(mergedTurns(spoken)))
    .map(withWords)
    .map(({ role, blocks }) => ({ role, content: blocks }))
  if (turns.length === 0) return { messages: [{ role: 'user', content: system }], system: {} }
  return { messages: turns, system: system.length === 0 ? {} : { system } }
}
