import type { ChatRequest } from '../../chat/request.ts'
import { isJsonObject, type JsonObject, type JsonValue } from '../../wire/json.ts'
import type { Capabilities } from '../capabilities.ts'
import { toOwnMessages } from './own-messages.ts'
import { foreignReasoningFields, toReasoningFields } from './reasoning-fields.ts'

/** What must change in a client's own body before a provider takes it. A field that is `undefined` is left out. */
export interface OwnBodyChanges {
  readonly fields: JsonObject
  readonly dropped: readonly string[]
  readonly changed: readonly string[]
}

function messageChanges({ messages }: JsonObject, capabilities: Capabilities): OwnBodyChanges | undefined {
  const own = Array.isArray(messages) ? toOwnMessages(messages, capabilities) : undefined
  return own && { fields: { messages: own.messages }, dropped: [...own.dropped], changed: [...own.changed] }
}

/** Words for reasoning that are another vendor's: said in the provider's own, unless the client says that as well. */
function reasoningChanges(request: ChatRequest, body: JsonObject, capabilities: Capabilities): OwnBodyChanges | undefined {
  if (request.reasoning === undefined) return undefined
  const foreign = foreignReasoningFields(body, capabilities)
  if (foreign.length === 0) return undefined
  const removed: JsonObject = Object.fromEntries(foreign.map((name) => [name, undefined]))
  const isSaid = (capabilities.reasoningFields ?? []).some((name) => body[name] !== undefined && body[name] !== null)
  const { fields, fate } = isSaid ? { fields: {}, fate: 'dropped' as const } : toReasoningFields(request.reasoning, capabilities)
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
  const reasoning = reasoningChanges(request, body, capabilities)
  const tools = request.tools === undefined ? undefined : toolChanges(body, capabilities)
  if (messages === undefined && reasoning === undefined && tools === undefined) return undefined
  const all = [messages, reasoning, tools].filter((changes) => changes !== undefined)
  return {
    fields: Object.assign({}, ...all.map(({ fields }) => fields)) as JsonObject, // of JSON objects only
    dropped: all.flatMap(({ dropped }) => dropped),
    changed: all.flatMap(({ changed }) => changed),
  }
}
