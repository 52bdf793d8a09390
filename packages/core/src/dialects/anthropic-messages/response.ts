import type { ReasoningBlock, ToolCall } from '../../chat/message.ts'
import type { ChatResponse, Choice } from '../../chat/response.ts'
import { invalidResponse } from '../../errors/provider-error.ts'
import { isJsonObject, type JsonObject, readArray, readObject, readString } from '../../wire/json.ts'
import type { ClientContext, DecodeContext } from '../dialect.ts'
import { toSignatureExtra } from '../openai-chat/tools.ts'
import { toArgumentsObject } from '../shared/tool-json.ts'
import { fromCitationsOf, toCitedBlocks } from './citations.ts'
import { fromStopReason, toStopReason } from './finish-reason.ts'
import { fromThinkingBlock, toClientThinking } from './thinking.ts'
import { fromAnthropicUsage, toAnthropicUsage } from './usage.ts'

function fromToolUse(block: JsonObject): ToolCall {
  return { id: readString(block, 'id') ?? '', name: readString(block, 'name') ?? '', argumentsText: JSON.stringify(block['input'] ?? {}) }
}

/** The text of an answer, and what its passages rest on. */
function fromTexts(blocks: readonly JsonObject[]): Pick<Choice, 'text' | 'annotations'> {
  const annotations: JsonObject[] = []
  let text = ''
  for (const block of blocks) {
    if (block['type'] !== 'text') continue
    const start = text.length
    text += readString(block, 'text') ?? ''
    for (const annotation of fromCitationsOf(block, { start, end: text.length })) annotations.push(annotation)
  }
  return { text, ...(annotations.length > 0 && { annotations }) }
}

/** Reads a whole message. @throws ProviderError `invalid_response` when it has no content list */
export function fromAnthropicResponse(body: unknown, context: DecodeContext): ChatResponse {
  const content = isJsonObject(body) ? readArray(body, 'content') : undefined
  if (!isJsonObject(body) || content === undefined) throw invalidResponse('The answer has no content.')
  const blocks = content.filter(isJsonObject)
  const choice: Choice = {
    index: 0,
    ...fromTexts(blocks),
    reasoning: blocks.map(fromThinkingBlock).filter((block): block is ReasoningBlock => block !== undefined),
    toolCalls: blocks.filter((block) => block['type'] === 'tool_use').map(fromToolUse),
    finish: fromStopReason(readString(body, 'stop_reason'), readString(body, 'stop_sequence')),
  }
  const usage = readObject(body, 'usage')
  return {
    id: readString(body, 'id') || `msg_${context.newId()}`,
    model: readString(body, 'model') || context.model,
    choices: [choice],
    usage: usage && fromAnthropicUsage(usage),
  }
}

export function isForwardableMessage(body: unknown): boolean {
  return isJsonObject(body) && body['type'] === 'message' && Array.isArray(body['content']) && isJsonObject(body['usage'])
}

function toContent(choice: Choice): readonly JsonObject[] {
  const text = choice.text === '' ? (choice.refusal ?? '') : choice.text
  return [
    ...choice.reasoning.map(toClientThinking),
    ...(text === '' ? [] : toCitedBlocks(text, choice.annotations ?? [])),
    ...choice.toolCalls.map((call) => ({
      type: 'tool_use',
      id: call.id,
      name: call.name,
      input: toArgumentsObject(call.argumentsText),
      ...toSignatureExtra(call.signature),
    })),
  ]
}

/** Writes a whole message for a client; Anthropic knows one choice. */
export function toAnthropicResponse(response: ChatResponse, _context: ClientContext): JsonObject {
  const choice = response.choices[0]
  return {
    id: response.id.startsWith('msg_') ? response.id : `msg_${response.id}`,
    type: 'message',
    role: 'assistant',
    model: response.model,
    content: choice === undefined ? [] : toContent(choice),
    stop_reason: choice === undefined ? 'end_turn' : toStopReason(choice.finish),
    stop_sequence: choice?.finish.stopSequence ?? null,
    usage: toAnthropicUsage(response.usage ?? { inputTokens: 0, outputTokens: 0, totalTokens: 0 }),
  }
}
