import type { AssistantMessage, Message, SystemMessage, ToolMessage, UserMessage, UserPart } from '../../chat/message.ts'
import type { JsonObject } from '../../wire/json.ts'
import type { Capabilities } from '../capabilities.ts'
import { toCacheControl } from '../shared/cache-control.ts'
import { toOpenAiPart } from './parts.ts'
import { toOpenAiReasoning } from './reasoning.ts'
import { toOpenAiToolCall } from './tools.ts'

/** What a provider's messages may hold beyond the words that all of them know. */
interface MessageAccent {
  readonly history: Capabilities['reasoningHistory']
  readonly marks: boolean
  readonly names: boolean
  readonly refusals: boolean
  readonly developer: boolean
}

function accentOf({ reasoningHistory, cacheBreakpoints, developerRole, refusedMessageFields }: Capabilities): MessageAccent {
  return {
    history: reasoningHistory,
    marks: cacheBreakpoints === 'all' || cacheBreakpoints === 'messages',
    names: refusedMessageFields?.includes('name') !== true,
    refusals: refusedMessageFields?.includes('refusal') !== true,
    developer: developerRole === true,
  }
}

function toContent(content: string | readonly UserPart[], marks: boolean): string | readonly JsonObject[] {
  return typeof content === 'string' ? content : content.map((part) => toOpenAiPart(part, marks))
}

function toName(name: string | undefined, { names }: MessageAccent): JsonObject {
  return name !== undefined && names ? { name } : {}
}

/** The earlier reasoning of a message, where the provider takes it back. */
function toHistory({ reasoning = [] }: AssistantMessage, history: MessageAccent['history']): JsonObject {
  if (history === undefined) return {}
  const { reasoning_content: text, ...details } = toOpenAiReasoning(reasoning)
  const written = text === undefined ? {} : { reasoning_content: text }
  return history === 'reasoning_details' ? { ...written, ...details } : written
}

function toAssistant(message: AssistantMessage, accent: MessageAccent): JsonObject {
  const { history, marks, refusals } = accent
  const calls = message.toolCalls ?? []
  // Where a refusal has no field of its own it is what the assistant said.
  const said = message.content ?? (refusals ? undefined : message.refusal)
  return {
    role: 'assistant',
    content: said === undefined ? (calls.length > 0 ? null : '') : toContent(said, marks),
    ...(message.refusal !== undefined && refusals && { refusal: message.refusal }),
    ...toName(message.name, accent),
    ...(calls.length > 0 && {
      tool_calls: calls.map((call) => toOpenAiToolCall(history === undefined ? { ...call, signature: undefined } : call)),
    }),
    ...toHistory(message, history),
  }
}

function toNamed(message: SystemMessage | UserMessage, accent: MessageAccent): JsonObject {
  const role = message.role === 'developer' && !accent.developer ? 'system' : message.role
  return { role, content: toContent(message.content, accent.marks), ...toName(message.name, accent) }
}

function toResult({ toolCallId, cacheBreakpoint }: ToolMessage, text: string, marks: boolean): JsonObject {
  const isMarked = marks && cacheBreakpoint !== undefined
  const content = isMarked ? [{ type: 'text', text, ...toCacheControl({ cacheBreakpoint }) }] : text
  return { role: 'tool', tool_call_id: toolCallId, content }
}

/** A tool result in this dialect is text: images and files follow it in a user message of their own. */
function toToolMessages(message: ToolMessage, { marks }: MessageAccent): readonly JsonObject[] {
  if (typeof message.content === 'string') return [toResult(message, message.content, marks)]
  const texts = message.content.filter((part) => part.type === 'text')
  const media = message.content.filter((part) => part.type !== 'text')
  const cacheBreakpoint = message.cacheBreakpoint ?? texts.findLast((part) => part.cacheBreakpoint !== undefined)?.cacheBreakpoint
  const result = toResult({ ...message, cacheBreakpoint }, texts.map((part) => part.text).join('\n'), marks)
  return media.length === 0 ? [result] : [result, { role: 'user', content: media.map((part) => toOpenAiPart(part, marks)) }]
}

/**
 * Writes messages for a provider. Media out of tool results are moved behind the last result of the run, since all
 * results of one turn must follow its calls without a gap.
 */
export function toOpenAiMessages(messages: readonly Message[], capabilities: Capabilities): readonly JsonObject[] {
  const accent = accentOf(capabilities)
  const written: JsonObject[] = []
  let moved: JsonObject[] = []
  for (const message of messages) {
    if (message.role === 'tool') {
      const [result, ...media] = toToolMessages(message, accent)
      if (result !== undefined) written.push(result)
      moved.push(...media)
      continue
    }
    written.push(...moved)
    moved = []
    written.push(message.role === 'assistant' ? toAssistant(message, accent) : toNamed(message, accent))
  }
  return [...written, ...moved]
}

/** Whether `toOpenAiMessages` says a role otherwise than the client. */
export function changesRoles(messages: readonly Message[], { developerRole }: Capabilities): boolean {
  return developerRole !== true && messages.some(({ role }) => role === 'developer')
}
