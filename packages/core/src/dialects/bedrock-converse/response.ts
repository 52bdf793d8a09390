import type { Finish, FinishReason } from '../../chat/finish-reason.ts'
import type { ReasoningBlock, ToolCall } from '../../chat/message.ts'
import type { ChatResponse } from '../../chat/response.ts'
import type { Usage } from '../../chat/usage.ts'
import { badAnswer } from '../../errors/provider-error.ts'
import { isJsonObject, type JsonObject, readArray, readNumber, readObject, readString } from '../../wire/json.ts'
import type { DecodeContext } from '../dialect.ts'

const reasons: Readonly<Record<string, FinishReason>> = {
  end_turn: 'stop',
  stop_sequence: 'stop',
  max_tokens: 'length',
  model_context_window_exceeded: 'length',
  tool_use: 'tool_calls',
  guardrail_intervened: 'content_filter',
  content_filtered: 'content_filter',
}

export function fromBedrockStopReason(native: string | undefined): Finish {
  return { reason: reasons[native ?? ''] ?? 'stop', native: native ?? '' }
}

/** Converse counts cached and cache-write tokens beside `inputTokens`; we count them in. */
export function fromBedrockUsage(usage: JsonObject): Usage {
  const cached = readNumber(usage, 'cacheReadInputTokens') ?? readNumber(usage, 'cacheReadInputTokenCount')
  const written = readNumber(usage, 'cacheWriteInputTokens') ?? readNumber(usage, 'cacheWriteInputTokenCount')
  const inputTokens = (readNumber(usage, 'inputTokens') ?? 0) + (cached ?? 0) + (written ?? 0)
  const outputTokens = readNumber(usage, 'outputTokens') ?? 0
  return { inputTokens, outputTokens, totalTokens: inputTokens + outputTokens, cachedInputTokens: cached, cacheWriteTokens: written }
}

function fromReasoning(block: JsonObject): ReasoningBlock | undefined {
  const content = readObject(block, 'reasoningContent')
  if (content === undefined) return undefined
  const text = readObject(content, 'reasoningText') ?? {}
  return {
    origin: 'bedrock-converse',
    text: readString(text, 'text') ?? '',
    signature: readString(text, 'signature'),
    sealed: readString(content, 'redactedContent'),
  }
}

function fromToolUse(block: JsonObject): ToolCall | undefined {
  const call = readObject(block, 'toolUse')
  return (
    call && {
      id: readString(call, 'toolUseId') ?? '',
      name: readString(call, 'name') ?? '',
      argumentsText: JSON.stringify(call['input'] ?? {}),
    }
  )
}

/** Reads a whole answer. @throws ProviderError `bad_answer` when it has no message */
export function fromBedrockResponse(body: unknown, context: DecodeContext): ChatResponse {
  const message = isJsonObject(body) ? readObject(readObject(body, 'output') ?? {}, 'message') : undefined
  if (!isJsonObject(body) || message === undefined) throw badAnswer('The answer has no message.')
  const blocks = (readArray(message, 'content') ?? []).filter(isJsonObject)
  const usage = readObject(body, 'usage')
  return {
    id: context.headers?.['x-amzn-requestid'] ?? `chatcmpl-${context.newId()}`,
    model: context.model,
    choices: [
      {
        index: 0,
        text: blocks.map((block) => readString(block, 'text') ?? '').join(''),
        reasoning: blocks.map(fromReasoning).filter((block): block is ReasoningBlock => block !== undefined),
        toolCalls: blocks.map(fromToolUse).filter((call): call is ToolCall => call !== undefined),
        finish: fromBedrockStopReason(readString(body, 'stopReason')),
      },
    ],
    usage: usage && fromBedrockUsage(usage),
  }
}
