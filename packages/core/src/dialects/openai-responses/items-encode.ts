import type { AssistantMessage, Message, ReasoningBlock, ToolCall, UserPart } from '../../chat/message.ts'
import { InvalidRequestError } from '../../errors/invalid-request-error.ts'
import type { JsonObject, JsonValue } from '../../wire/json.ts'
import { toMediaUrl } from '../shared/data-url.ts'
import { textOfContent } from '../shared/text-of.ts'

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
      throw new InvalidRequestError('messages: the Responses API takes no audio parts; allowed: text, images and files.', 'messages')
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
  return { type: 'function_call', call_id: call.id, name: call.name, arguments: call.argumentsText }
}

function fromAssistant(message: AssistantMessage): readonly JsonObject[] {
  const text = textOfContent(message.content)
  const said = text === '' ? [] : [{ type: 'message', role: 'assistant', content: [{ type: 'output_text', text, annotations: [] }] }]
  return [...(message.reasoning ?? []).flatMap(toReasoning), ...said, ...(message.toolCalls ?? []).map(toCall)]
}

/** Writes messages as input items. */
export function toInputItems(messages: readonly Message[]): readonly JsonObject[] {
  return messages.flatMap((message): readonly JsonObject[] => {
    switch (message.role) {
      case 'system':
      case 'developer':
      case 'user':
        return [{ type: 'message', role: message.role, content: toContent(message.content) }]
      case 'assistant':
        return fromAssistant(message)
      case 'tool':
        return [{ type: 'function_call_output', call_id: message.toolCallId, output: toContent(message.content) }]
    }
  })
}
