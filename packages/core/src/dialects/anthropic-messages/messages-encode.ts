import type { AssistantMessage, Message, SystemMessage, ToolMessage, UserPart } from '../../chat/message.ts'
import type { JsonObject, JsonValue } from '../../wire/json.ts'
import { isBlank, withTrimmedEnd } from '../claude/texts.ts'
import { createToolIds, type ToolIds } from '../claude/tool-ids.ts'
import { withResultsFirst } from '../claude/tool-results.ts'
import { toCacheControl } from '../shared/cache-control.ts'
import { toArgumentsObject } from '../shared/tool-json.ts'
import { isSystem, mergedTurns, type Turn } from '../shared/turns.ts'
import { toAnthropicBlock } from './blocks.ts'
import { toOwnThinking } from './thinking.ts'

type Role = 'user' | 'assistant'

/** The mark of a text that is left out goes to the block before it. */
function toBlocks(content: string | readonly UserPart[] | undefined): readonly JsonObject[] {
  if (content === undefined) return []
  if (typeof content === 'string') return isBlank(content) ? [] : [{ type: 'text', text: content }]
  const blocks: JsonObject[] = []
  for (const part of content) {
    const block = toAnthropicBlock(part)
    const last = blocks.at(-1)
    if (block !== undefined) blocks.push(block)
    else if (last !== undefined) blocks[blocks.length - 1] = { ...last, ...toCacheControl(part) }
  }
  return blocks
}

/** All system messages as one prompt; `undefined` for none. */
function toSystem(messages: readonly SystemMessage[]): JsonValue | undefined {
  const blocks = messages.flatMap((message) => toBlocks(message.content))
  if (blocks.length === 0) return undefined
  const only = blocks.length === 1 ? blocks[0] : undefined
  return only !== undefined && only['cache_control'] === undefined ? only['text'] : blocks
}

function toAssistantBlocks(message: AssistantMessage, ids: ToolIds): readonly JsonObject[] {
  const thinking = (message.reasoning ?? []).map(toOwnThinking).filter((block) => block !== undefined)
  const text = toBlocks(message.content ?? message.refusal)
  const calls = (message.toolCalls ?? []).map((call) => ({
    type: 'tool_use',
    id: ids.ofCall(call.id),
    name: call.name,
    input: toArgumentsObject(call.argumentsText),
    ...toCacheControl(call),
  }))
  return [...thinking, ...text, ...calls]
}

function toToolResult(message: ToolMessage, ids: ToolIds): JsonObject {
  const { content } = message
  const blocks = typeof content === 'string' ? (isBlank(content) ? '' : content) : toBlocks(content)
  return {
    type: 'tool_result',
    tool_use_id: ids.ofResult(message.toolCallId),
    content: blocks.length === 0 ? '' : blocks,
    ...(message.isError === true && { is_error: true }),
    ...toCacheControl(message),
  }
}

function toTurn(message: Exclude<Message, SystemMessage>, ids: ToolIds): Turn<Role> {
  switch (message.role) {
    case 'user':
      return { role: 'user', blocks: toBlocks(message.content) }
    case 'assistant':
      return { role: 'assistant', blocks: toAssistantBlocks(message, ids) }
    case 'tool':
      return { role: 'user', blocks: [toToolResult(message, ids)] }
  }
}

function toMessage({ role, blocks }: Turn<Role>): JsonObject {
  const only = blocks.length === 1 ? blocks[0] : undefined
  const plain = only?.['type'] === 'text' && only['cache_control'] === undefined
  return { role, content: plain ? only['text'] : blocks }
}

/** Writes the history; system messages stand apart, wherever they were. With nothing else to say they are the user's words. */
export function toAnthropicHistory(messages: readonly Message[]): {
  readonly messages: readonly JsonObject[]
  readonly system: JsonObject
} {
  const ids = createToolIds()
  const spoken = messages.filter((message) => !isSystem(message)).map((message) => toTurn(message, ids))
  const system = toSystem(messages.filter(isSystem))
  const turns = withTrimmedEnd(withResultsFirst(mergedTurns(spoken)))
  if (turns.length === 0 && system !== undefined) return { messages: [{ role: 'user', content: system }], system: {} }
  return { messages: turns.map(toMessage), system: system === undefined ? {} : { system } }
}
