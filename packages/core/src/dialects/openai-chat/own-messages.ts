import type { JsonEdit } from '../../wire/edit-json.ts'
import { isJsonObject, type JsonObject, type JsonValue } from '../../wire/json.ts'
import type { Capabilities } from '../capabilities.ts'

/** How a client's own messages become what a provider takes, and what became of their fields. */
export interface OwnMessageEdits {
  readonly edits: readonly JsonEdit[]
  readonly dropped: readonly string[]
  readonly changed: readonly string[]
}

interface Accent {
  /** Refused in messages, their parts and their calls. */
  readonly fields: readonly string[]
  readonly developerRole: boolean
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

function isFit(message: JsonObject, { fields, developerRole }: Accent): boolean {
  const { role, content, tool_calls: calls } = message
  if (role === 'developer' && !developerRole) return false
  // Written out: every message of every request passes here.
  for (const field of fields) if (message[field] !== undefined) return false
  if (Array.isArray(content) && anyHolds(content, fields)) return false
  return !(Array.isArray(calls) && anyHolds(calls, fields))
}

function areFit(messages: readonly JsonValue[], accent: Accent): boolean {
  for (const message of messages) if (isJsonObject(message) && !isFit(message, accent)) return false
  return true
}

/** Fields of an answer that say nothing: SDKs send them back with the message. */
function saysNothing(value: JsonValue | undefined): boolean {
  return value === null || value === '' || (Array.isArray(value) && value.length === 0)
}

/** What is gathered while the messages are passed. */
interface Gathered extends Accent {
  readonly edits: JsonEdit[]
  readonly dropped: Set<string>
  readonly changed: Set<string>
}

function removeFields({ edits, dropped, fields }: Gathered, value: JsonValue, path: JsonEdit['path']): void {
  if (!isJsonObject(value)) return
  for (const field of fields) {
    if (value[field] === undefined) continue
    edits.push({ path: [...path, field], text: undefined })
    if (!saysNothing(value[field])) dropped.add(field)
  }
}

function removeInAll(gathered: Gathered, values: JsonValue | undefined, path: JsonEdit['path']): void {
  if (!Array.isArray(values)) return
  values.forEach((value: JsonValue, place) => {
    removeFields(gathered, value, [...path, place])
  })
}

function editMessage(gathered: Gathered, message: JsonObject, path: JsonEdit['path']): void {
  const { fields, developerRole } = gathered
  const { role, content, refusal, tool_calls: calls } = message
  removeFields(gathered, message, path)
  removeInAll(gathered, content, [...path, 'content'])
  removeInAll(gathered, calls, [...path, 'tool_calls'])
  // A refusal without a field of its own is what the assistant said.
  const isSaid = content === null && typeof refusal === 'string' && fields.includes('refusal')
  if (isSaid) gathered.edits.push({ path: [...path, 'content'], text: JSON.stringify(refusal) })
  if (role !== 'developer' || developerRole) return
  gathered.edits.push({ path: [...path, 'role'], text: '"system"' })
  gathered.changed.add('role')
}

/** What must change in a client's own messages for a provider that refuses some of it; `undefined` when it takes them as they are. */
export function ownMessageEdits(messages: readonly JsonValue[], capabilities: Capabilities): OwnMessageEdits | undefined {
  const accent: Accent = { fields: refusedFields(capabilities), developerRole: capabilities.developerRole === true }
  if (areFit(messages, accent)) return undefined
  const gathered: Gathered = { ...accent, edits: [], dropped: new Set(), changed: new Set() }
  messages.forEach((message, place) => {
    if (isJsonObject(message) && !isFit(message, accent)) editMessage(gathered, message, ['messages', place])
  })
  return { edits: gathered.edits, dropped: [...gathered.dropped], changed: [...gathered.changed] }
}
