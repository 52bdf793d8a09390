import type { ChatRequest, ReasoningRequest } from '../../chat/request.ts'
import type { JsonEdit } from '../../wire/edit-json.ts'
import { editValue } from '../../wire/edit-value.ts'
import { isJsonObject, type JsonObject, type JsonValue } from '../../wire/json.ts'
import type { Capabilities } from '../capabilities.ts'
import { ownMessageEdits } from './own-messages.ts'
import { foreignReasoningFields, toReasoningFields } from './reasoning-fields.ts'
import { withAssistantTurns } from './turn-order.ts'

interface Changes {
  readonly edits: readonly JsonEdit[]
  /** Members that the body does not have. */
  readonly added?: JsonObject | undefined
  readonly dropped: readonly string[]
  readonly changed: readonly string[]
}

/** A client's own body as a provider takes it that refuses some of it. */
export interface FittedBody {
  readonly body: JsonObject
  /** The edits that lead there, and what is added behind the last member; `undefined` when the bytes can't be edited in place. */
  readonly edits: readonly JsonEdit[] | undefined
  readonly added: JsonObject
  readonly dropped: readonly string[]
  readonly changed: readonly string[]
}

/** Words for reasoning that are another vendor's: said in the provider's own, unless the client says that as well. */
function reasoningChanges(reasoning: ReasoningRequest, body: JsonObject, capabilities: Capabilities): Changes | undefined {
  const foreign = foreignReasoningFields(body, capabilities)
  if (foreign.length === 0) return undefined
  const isSaid = (capabilities.reasoningFields ?? []).some((name) => body[name] !== undefined && body[name] !== null)
  const { fields, fate } = isSaid ? { fields: {}, fate: 'dropped' as const } : toReasoningFields(reasoning, capabilities)
  const isLost = fate === 'dropped'
  const isThere = (name: string): boolean => body[name] !== undefined
  const replaced = Object.entries(fields).filter(([name]) => isThere(name))
  return {
    edits: [
      ...foreign.filter((name) => fields[name] === undefined).map((name): JsonEdit => ({ path: [name], text: undefined })),
      ...replaced.map(([name, value]): JsonEdit => ({ path: [name], text: JSON.stringify(value) })),
    ],
    added: Object.fromEntries(Object.entries(fields).filter(([name]) => !isThere(name))),
    dropped: isLost ? foreign : [],
    changed: isLost ? [] : foreign,
  }
}

function toolChanges({ tools }: JsonObject, { refusedMessageFields }: Capabilities): Changes | undefined {
  if (!Array.isArray(tools) || refusedMessageFields?.includes('cache_control') !== true) return undefined
  const edits = tools.flatMap((tool: JsonValue, place): JsonEdit[] =>
    isJsonObject(tool) && tool['cache_control'] !== undefined ? [{ path: ['tools', place, 'cache_control'], text: undefined }] : [],
  )
  return edits.length === 0 ? undefined : { edits, dropped: ['cache_control'], changed: [] }
}

function toFitted(body: JsonObject, changes: readonly Changes[], { assistantAfterTools }: Capabilities): FittedBody | undefined {
  const edits = changes.flatMap((change) => change.edits)
  const added: JsonObject = Object.fromEntries(changes.flatMap((change) => Object.entries(change.added ?? {})))
  const edited = editValue(body, edits)
  const { messages } = edited
  const turns = assistantAfterTools === true && Array.isArray(messages) ? withAssistantTurns(messages) : undefined
  if (changes.length === 0 && turns === undefined) return undefined
  return {
    body: { ...edited, ...added, ...(turns !== undefined && { messages: turns }) },
    edits: turns === undefined ? edits : undefined,
    added,
    dropped: changes.flatMap(({ dropped }) => dropped),
    changed: [...changes.flatMap(({ changed }) => changed), ...(turns === undefined ? [] : ['messages'])],
  }
}

/**
 * A client's own body for a provider that takes less, or says it otherwise; `undefined` when it may go as it is. Only the pieces change
 * that the provider is known to refuse: fields that nobody here knows stay.
 */
export function fittedBody(request: ChatRequest, body: JsonObject, capabilities: Capabilities): FittedBody | undefined {
  const { messages } = body
  const own = Array.isArray(messages) ? ownMessageEdits(messages, capabilities) : undefined
  const reasoning = request.reasoning && reasoningChanges(request.reasoning, body, capabilities)
  const tools = request.tools === undefined ? undefined : toolChanges(body, capabilities)
  const isFit = own === undefined && reasoning === undefined && tools === undefined
  if (isFit && capabilities.assistantAfterTools !== true) return undefined
  const changes = [own, reasoning, tools].filter((change) => change !== undefined)
  return toFitted(body, changes, capabilities)
}
