import type { ChatRequest, ReasoningRequest } from '../../chat/request.ts'
import { isJsonObject, type JsonObject, type JsonValue } from '../../wire/json.ts'
import type { Capabilities } from '../capabilities.ts'
import { toOwnMessages } from './own-messages.ts'
import { foreignReasoningFields, toReasoningFields } from './reasoning-fields.ts'
import { withAssistantTurns } from './turn-order.ts'

/** What must change in a client's own body before a provider takes it. A field that is `undefined` is left out. */
export interface OwnBodyChanges {
  readonly fields: JsonObject
  readonly dropped: readonly string[]
  readonly changed: readonly string[]
}

function messageChanges({ messages }: JsonObject, capabilities: Capabilities): OwnBodyChanges | undefined {
  if (!Array.isArray(messages)) return undefined
  const own = toOwnMessages(messages, capabilities)
  const turns = capabilities.assistantAfterTools === true ? withAssistantTurns(own?.messages ?? messages) : undefined
  const written = turns ?? own?.messages
  if (written === undefined) return undefined
  return {
    fields: { messages: written },
    dropped: [...(own?.dropped ?? [])],
    changed: [...(own?.changed ?? []), ...(turns === undefined ? [] : ['messages'])],
  }
}

/** Words for reasoning that are another vendor's: said in the provider's own, unless the client says that as well. */
function reasoningChanges(reasoning: ReasoningRequest, body: JsonObject, capabilities: Capabilities): OwnBodyChanges | undefined {
  const foreign = foreignReasoningFields(body, capabilities)
  if (foreign.length === 0) return undefined
  const removed: JsonObject = Object.fromEntries(foreign.map((name) => [name, undefined]))
  const isSaid = (capabilities.reasoningFields ?? []).some((name) => body[name] !== undefined && body[name] !== null)
  const { fields, fate } = isSaid ? { fields: {}, fate: 'dropped' as const } : toReasoningFields(reasoning, capabilities)
  const isLost = fate === 'dropped'
  return { fields: { ...removed, ...fields }, dropped: isLost ? foreign : [], changed: isLost ? [] : foreign }
}

function isMarked(tool: JsonValue): boolean {
  return isJsonObject(tool) && tool['cache_control'] !== undefined
}

function withoutMark(tool: JsonValue): JsonValue {
  if (!isJsonObject(tool)) return tool
  const { cache_control: _mark, ...rest } = tool
  return rest
}

function toolChanges({ tools }: JsonObject, { refusedMessageFields }: Capabilities): OwnBodyChanges | undefined {
  if (!Array.isArray(tools) || refusedMessageFields?.includes('cache_control') !== true || !tools.some(isMarked)) return undefined
  return { fields: { tools: tools.map(withoutMark) }, dropped: ['cache_control'], changed: [] }
}

/**
 * What must change in a client's own body for a provider that takes less, or says it otherwise; `undefined` when it may go as it is.
 * Only the pieces that are named change: fields that nobody here knows stay.
 */
export function ownBodyChanges(request: ChatRequest, body: JsonObject, capabilities: Capabilities): OwnBodyChanges | undefined {
  const messages = messageChanges(body, capabilities)
  const reasoning = request.reasoning && reasoningChanges(request.reasoning, body, capabilities)
  const tools = request.tools === undefined ? undefined : toolChanges(body, capabilities)
  if (messages === undefined && reasoning === undefined && tools === undefined) return undefined
  const all = [messages, reasoning, tools].filter((changes) => changes !== undefined)
  return {
    fields: Object.assign({}, ...all.map(({ fields }) => fields)) as JsonObject, // of JSON objects only
    dropped: all.flatMap(({ dropped }) => dropped),
    changed: all.flatMap(({ changed }) => changed),
  }
}
