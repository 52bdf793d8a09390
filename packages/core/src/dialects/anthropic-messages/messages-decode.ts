import type {
  AssistantMessage,
  Message,
  ReasoningBlock,
  SystemMessage,
  TextPart,
  ToolCall,
  ToolMessage,
  ToolResultPart,
  UserMessage,
} from '../../chat/message.ts'
import { InvalidRequestError } from '../../errors/invalid-request-error.ts'
import { isJsonObject, type JsonObject, type JsonValue, readObject, readString } from '../../wire/json.ts'
import { fromCacheControl } from '../shared/cache-control.ts'
import { fromAnthropicBlock, isTextPart } from './blocks.ts'
import { fromThinkingBlock } from './thinking.ts'

function blocksOf(content: JsonValue | undefined, path: string): readonly JsonObject[] {
  if (typeof content === 'string') return [{ type: 'text', text: content }]
  if (Array.isArray(content)) return content.filter(isJsonObject)
  throw new InvalidRequestError(`${path} must be a string or a list of blocks, found ${content === null ? 'null' : typeof content}.`, path)
}

/** The system prompt, a string or text blocks; none when absent. */
export function fromSystem(system: JsonValue | undefined): readonly SystemMessage[] {
  if (system === undefined || system === null || system === '') return []
  if (typeof system === 'string') return [{ role: 'system', content: system }]
  const parts = blocksOf(system, 'system')
    .map((block, index) => fromAnthropicBlock(block, `system[${index}]`))
    .filter(isTextPart)
  return parts.length === 0 ? [] : [{ role: 'system', content: parts }]
}

function resultContent(content: JsonValue | undefined, path: string): string | readonly ToolResultPart[] {
  if (content === undefined || content === null) return ''
  if (typeof content === 'string') return content
  return blocksOf(content, path).flatMap((block, index): ToolResultPart[] => {
    const part = fromAnthropicBlock(block, `${path}[${index}]`)
    return part === undefined ? [{ type: 'text', text: JSON.stringify(block) }] : [part]
  })
}

function fromToolResult(block: JsonObject, path: string): ToolMessage {
  const toolCallId = readString(block, 'tool_use_id')
  if (toolCallId === undefined)
    throw new InvalidRequestError(`${path}.tool_use_id is missing: a tool result names the call it answers.`, `${path}.tool_use_id`)
  return {
    role: 'tool',
    toolCallId,
    content: resultContent(block['content'], `${path}.content`),
    ...(block['is_error'] === true && { isError: true }),
    ...fromCacheControl(block),
  }
}

/** One user turn holds tool results and then what the user says: neutral messages keep them apart. */
function fromUser(blocks: readonly JsonObject[], path: string): readonly Message[] {
  const results = blocks.flatMap((block, index) => (block['type'] === 'tool_result' ? [fromToolResult(block, `${path}[${index}]`)] : []))
  const parts = blocks.flatMap((block, index): ToolResultPart[] => {
    if (block['type'] === 'tool_result') return []
    const part = fromAnthropicBlock(block, `${path}[${index}]`)
    return part === undefined ? [] : [part]
  })
  const single = parts.length === 1 ? parts[0] : undefined
  const said: readonly UserMessage[] =
    parts.length === 0
      ? []
      : [{ role: 'user', content: single?.type === 'text' && single.cacheBreakpoint === undefined ? single.text : parts }]
  return [...results, ...said]
}

function fromToolUse(block: JsonObject): ToolCall {
  const google = readObject(readObject(block, 'extra_content') ?? {}, 'google')
  return {
    id: readString(block, 'id') ?? '',
    name: readString(block, 'name') ?? '',
    argumentsText: JSON.stringify(block['input'] ?? {}),
    signature: google && readString(google, 'thought_signature'),
    ...fromCacheControl(block),
  }
}

function fromAssistant(blocks: readonly JsonObject[], path: string): AssistantMessage {
  const texts = blocks.map((block, index) => fromAnthropicBlock(block, `${path}[${index}]`)).filter(isTextPart)
  const reasoning = blocks.map(fromThinkingBlock).filter((block): block is ReasoningBlock => block !== undefined)
  const toolCalls = blocks.filter((block) => block['type'] === 'tool_use').map(fromToolUse)
  const plain = texts.length === 1 && texts[0]?.cacheBreakpoint === undefined ? texts[0]?.text : undefined
  return {
    role: 'assistant',
    content: texts.length === 0 ? undefined : (plain ?? (texts satisfies readonly TextPart[])),
    ...(reasoning.length > 0 && { reasoning }),
    ...(toolCalls.length > 0 && { toolCalls }),
  }
}

/** Reads one message of a client into one or more neutral ones. @throws InvalidRequestError naming the field */
export function fromAnthropicMessage(message: JsonValue, path: string): readonly Message[] {
  if (!isJsonObject(message))
    throw new InvalidRequestError(`${path} must be an object, found ${message === null ? 'null' : typeof message}.`, path)
  const content = `${path}.content`
  switch (message['role']) {
    case 'user':
      return fromUser(blocksOf(message['content'], content), content)
    case 'assistant':
      return [fromAssistant(blocksOf(message['content'], content), content)]
    case 'system':
      return fromSystem(message['content'])
    default:
      throw new InvalidRequestError(
        `${path}.role is ${JSON.stringify(message['role']) ?? 'missing'}; allowed: user, assistant.`,
        `${path}.role`,
      )
  }
}
