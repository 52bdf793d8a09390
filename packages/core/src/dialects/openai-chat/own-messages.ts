import { isJsonObject, type JsonObject, type JsonValue } from '../../wire/json.ts'
import type { Capabilities } from '../capabilities.ts'

/** A client's own messages as a provider takes them, and what became of their fields. */
export interface OwnMessages {
  readonly messages: readonly JsonValue[]
  readonly dropped: ReadonlySet<string>
  readonly changed: ReadonlySet<string>
}

/** Where vendors put earlier reasoning and its signatures: in messages and in the calls of tools. */
const historyFields = ['reasoning_content', 'reasoning', 'reasoning_details', 'extra_content'] as const

/** The fields that a provider refuses in messages, their parts and their calls. */
function refusedFields({ reasoningHistory, refusedMessageFields = [] }: Capabilities): readonly string[] {
  if (reasoningHistory !== undefined) return refusedMessageFields
  return refusedMessageFields.length === 0 ? historyFields : [...historyFields, ...refusedMessageFields]
}

function holds(value: JsonObject, fields: readonly string[]): boolean {
  for (const field of fields) if (value[field] !== undefined) return true
  return false
}

function anyHolds(values: readonly JsonValue[], fields: readonly string[]): boolean {
  for (const value of values) if (isJsonObject(value) && holds(value, fields)) return true
  return false
}

function isFit(message: JsonObject, fields: readonly string[], developerRole: boolean): boolean {
  const { role, content, tool_calls: calls } = message
  if (role === 'developer' && !developerRole) return false
  // Written out: every message of every request passes here.
  for (const field of fields) if (message[field] !== undefined) return false
  if (Array.isArray(content) && anyHolds(content, fields)) return false
  return !(Array.isArray(calls) && anyHolds(calls, fields))
}

function areFit(messages: readonly JsonValue[], fields: readonly string[], developerRole: boolean): boolean {
  for (const message of messages) if (isJsonObject(message) && !isFit(message, fields, developerRole)) return false
  return true
}

/** Fields of an answer that say nothing: SDKs send them back with the message. */
function saysNothing(value: JsonValue | undefined): boolean {
  return value === null || value === '' || (Array.isArray(value) && value.length === 0)
}

/** An object without some of its fields; the very object where it has none of them. */
function without(value: JsonValue, fields: readonly string[], dropped: Set<string>): JsonValue {
  if (!isJsonObject(value) || !holds(value, fields)) return value
  const kept: Record<string, JsonValue | undefined> = {}
  for (const [name, field] of Object.entries(value)) {
    if (!fields.includes(name)) kept[name] = field
    else if (!saysNothing(field)) dropped.add(name)
  }
  return kept
}

function withoutInAll(values: JsonValue | undefined, fields: readonly string[], dropped: Set<string>): JsonValue | undefined {
  return Array.isArray(values) ? values.map((value: JsonValue) => without(value, fields, dropped)) : values
}

/** Takes refused fields out of a message and its pieces. Everything else stays as the client wrote it. */
function fitted(message: JsonObject, fields: readonly string[], dropped: Set<string>): JsonObject {
  const { content, refusal, tool_calls: calls } = message
  const outer = without(message, fields, dropped)
  // A refusal without a field of its own is what the assistant said.
  const said = (content ?? null) === null && typeof refusal === 'string' && fields.includes('refusal') ? refusal : content
  return {
    ...(isJsonObject(outer) ? outer : message),
    ...(said !== undefined && { content: withoutInAll(said, fields, dropped) }),
    ...(calls !== undefined && { tool_calls: withoutInAll(calls, fields, dropped) }),
  }
}

/** A client's own messages without what a provider refuses; `undefined` when it takes all of them as they are. */
export function toOwnMessages(messages: readonly JsonValue[], capabilities: Capabilities): OwnMessages | undefined {
  const fields = refusedFields(capabilities)
  const developerRole = capabilities.developerRole === true
  if (areFit(messages, fields, developerRole)) return undefined
  const dropped = new Set<string>()
  const changed = new Set<string>()
  const own = messages.map((message): JsonValue => {
    if (!isJsonObject(message) || isFit(message, fields, developerRole)) return message
    const kept = fitted(message, fields, dropped)
    if (developerRole || kept['role'] !== 'developer') return kept
    changed.add('role')
    return { ...kept, role: 'system' }
  })
  return { messages: own, dropped, changed }
}
