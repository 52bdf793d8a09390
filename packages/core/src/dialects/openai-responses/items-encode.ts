import type { AssistantMessage, MediaSource, Message, ReasoningBlock, ToolCall, UserPart } from '../../chat/message.ts'
import { InvalidRequestError } from '../../errors/invalid-request-error.ts'
import type { JsonObject, JsonValue } from '../../wire/json.ts'
import { fromCustomArguments } from '../shared/custom-input.ts'
import { toMediaUrl } from '../shared/data-url.ts'
import { textOfContent } from '../shared/text-of.ts'

function toAudio(source: MediaSource): JsonObject {
  if (source.type !== 'base64') throw new InvalidRequestError('messages: the Responses API takes audio as base64 data alone.', 'messages')
  const subtype = source.mediaType.replace('audio/', '')
  return { type: 'input_audio', input_audio: { data: source.data, format: subtype === 'mpeg' ? 'mp3' : subtype.replace('x-wav', 'wav') } }
}

function toPart(part: UserPart): JsonObject {
  switch (part.type) {
    case 'text':
      return { type: 'input_text', text: part.text }
    case 'image':
      return part.source.type === 'file-id'
        ? { type: 'input_image', file_id: part.source.fileId }
        : { type: 'input_image', image_url: toMediaUrl(part.source), detail: part.detail ?? 'auto' }
    case 'file': {
      if (part.source.type === 'file-id') return { type: 'input_file', file_id: part.source.fileId }
      if (part.source.type === 'url') return { type: 'input_file', file_url: part.source.url }
      return { type: 'input_file', file_data: toMediaUrl(part.source), filename: part.filename ?? 'file' }
    }
    case 'audio':
      return toAudio(part.source)
  }
}

function toContent(content: string | readonly UserPart[]): JsonValue {
  return typeof content === 'string' ? content : content.map(toPart)
}

function toReasoning(block: ReasoningBlock): readonly JsonObject[] {
  if (block.origin !== 'openai-responses' || block.id === undefined) return []
  const summary = block.text === '' ? [] : [{ type: 'summary_text', text: block.text }]
  return [{ type: 'reasoning', id: block.id, summary, ...(block.encrypted !== undefined && { encrypted_content: block.encrypted }) }]
}

function toCall(call: ToolCall): JsonObject {
  if (call.custom === true)
    return { type: 'custom_tool_call', call_id: call.id, name: call.name, input: fromCustomArguments(call.argumentsText) }
  return { type: 'function_call', call_id: call.id, name: call.name, arguments: call.argumentsText }
}

function fromAssistant(message: AssistantMessage): readonly JsonObject[] {
  const text = textOfContent(message.content)
  const content = [
    ...(text === '' ? [] : [{ type: 'output_text', text, annotations: [] }]),
    ...(message.refusal === undefined ? [] : [{ type: 'refusal', refusal: message.refusal }]),
  ]
  const said = content.length === 0 ? [] : [{ type: 'message', role: 'assistant', content }]
  return [...(message.reasoning ?? []).flatMap(toReasoning), ...said, ...(message.toolCalls ?? []).map(toCall)]
}

/** The calls whose results are told as those of custom tools. */
function customCallsOf(messages: readonly Message[]): ReadonlySet<string> {
  const calls = messages.flatMap((message) => (message.role === 'assistant' ? (message.toolCalls ?? []) : []))
  return new Set(calls.filter(({ custom }) => custom === true).map(({ id }) => id))
}

/** Writes messages as input items. */
export function toInputItems(messages: readonly Message[]): readonly JsonObject[] {
  const custom = customCallsOf(messages)
  return messages.flatMap((message): readonly JsonObject[] => {
    switch (message.role) {
      case 'system':
      case 'developer':
      case 'user':
        return [{ type: 'message', role: message.role, content: toContent(message.content) }]
      case 'assistant':
        return fromAssistant(message)
      case 'tool': {
        const type = custom.has(message.toolCallId) ? 'custom_tool_call_output' : 'function_call_output'
        return [{ type, call_id: message.toolCallId, output: toContent(message.content) }]
      }
    }
  })
}
