import type { AssistantMessage, Message, SystemMessage, ToolMessage, UserPart } from '../../chat/message.ts'
import { isJsonObject, type JsonObject, type JsonValue, parseJson } from '../../wire/json.ts'
import { toAnthropicBlock, toCacheControl } from './blocks.ts'
import { toOwnThinking } from './thinking.ts'

interface Turn {
  readonly role: 'user' | 'assistant'
  readonly blocks: readonly JsonObject[]
}

function isSystem(message: Message): message is SystemMessage {
  return message.role === 'system' || message.role === 'developer'
}

function toBlocks(content: string | readonly UserPart[] | undefined): readonly JsonObject[] {
  if (content === undefined || content === '') return []
  return typeof content === 'string'
    ? [{ type: 'text', text: content }]
    : content.map(toAnthropicBlock).filter((block) => block !== undefined)
}

/** All system messages as one prompt; `undefined` for none. */
export function toSystem(messages: readonly Message[]): JsonValue | undefined {
  const blocks = messages.filter(isSystem).flatMap((message) => toBlocks(message.content))
  if (blocks.length === 0) return undefined
  const only = blocks.length === 1 ? blocks[0] : undefined
  return only !== undefined && only['cache_control'] === undefined ? only['text'] : blocks
}

/** A model's arguments as the object that Anthropic wants; what is no object is kept under a name of its own. */
export function toToolInput(argumentsText: string): JsonObject {
  // Some vendors send an empty text or `null` for a call without arguments.
  const parsed = argumentsText.trim() === '' || argumentsText === 'null' ? {} : parseJson(argumentsText)
  return isJsonObject(parsed) ? parsed : { arguments: argumentsText }
}

function toAssistantBlocks(message: AssistantMessage): readonly JsonObject[] {
  const thinking = (message.reasoning ?? []).map(toOwnThinking).filter((block) => block !== undefined)
  const text = toBlocks(message.content ?? message.refusal)
  const calls = (message.toolCalls ?? []).map((call) => ({
    type: 'tool_use',
    id: call.id,
    name: call.name,
    input: toToolInput(call.argumentsText),
  }))
  return [...thinking, ...text, ...calls]
}

function toToolResult(message: ToolMessage): JsonObject {
  return {
    type: 'tool_result',
    tool_use_id: message.toolCallId,
    content: typeof message.content === 'string' ? message.content : toBlocks(message.content),
    ...(message.isError === true && { is_error: true }),
    ...toCacheControl(message),
  }
}

function toTurn(message: Message): Turn | undefined {
  switch (message.role) {
    case 'system':
    case 'developer':
      return undefined
    case 'user':
      return { role: 'user', blocks: toBlocks(message.content) }
    case 'assistant':
      return { role: 'assistant', blocks: toAssistantBlocks(message) }
    case 'tool':
      return { role: 'user', blocks: [toToolResult(message)] }
  }
}

/** Turns of alternating roles, as the API requires: neighbours of one role are merged and empty ones are left out. Linear in the blocks. */
function toTurns(messages: readonly Message[]): readonly Turn[] {
  const turns: { readonly role: Turn['role']; readonly blocks: JsonObject[] }[] = []
  for (const turn of messages.map(toTurn)) {
    if (turn === undefined || turn.blocks.length === 0) continue
    const last = turns.at(-1)
    if (last?.role === turn.role) for (const block of turn.blocks) last.blocks.push(block)
    else turns.push({ role: turn.role, blocks: [...turn.blocks] })
  }
  return turns
}

/** Anthropic refuses a final assistant text that ends in white space. */
function trimmedPrefill(turns: readonly Turn[]): readonly Turn[] {
  const last = turns.at(-1)
  const block = last?.blocks.at(-1)
  if (last?.role !== 'assistant' || typeof block?.['text'] !== 'string') return turns
  return [...turns.slice(0, -1), { ...last, blocks: [...last.blocks.slice(0, -1), { ...block, text: block['text'].trimEnd() }] }]
}

export function toAnthropicMessages(messages: readonly Message[]): readonly JsonObject[] {
  return trimmedPrefill(toTurns(messages)).map(({ role, blocks }) => {
    const only = blocks.length === 1 ? blocks[0] : undefined
    const plain = only?.['type'] === 'text' && only['cache_control'] === undefined
    return { role, content: plain ? only['text'] : blocks }
  })
}
