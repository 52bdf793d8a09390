import type { ReasoningBlock, ToolCall } from '../../chat/message.ts'
import type { ChatResponse } from '../../chat/response.ts'
import { invalidResponse } from '../../errors/provider-error.ts'
import { isJsonObject, type JsonObject, readArray, readObject, readString } from '../../wire/json.ts'
import type { DecodeContext } from '../dialect.ts'
import { fromBedrockCitation } from './citations.ts'
import { fromBedrockStopReason } from './finish-reason.ts'
import { fromBedrockUsage } from './usage.ts'

/** Bedrock names an answer in a header only. */
export function answerId(context: DecodeContext): string {
  return context.headers?.['x-amzn-requestid'] ?? `chatcmpl-${context.newId()}`
}

/** AWS runs a `systemTool` itself; the client does not see its call. */
export function isServerTool(call: JsonObject): boolean {
  return call['type'] === 'server_tool_use'
}

function textsOf(block: JsonObject): readonly string[] {
  const plain = readString(block, 'text')
  if (plain !== undefined) return [plain]
  const cited = readArray(readObject(block, 'citationsContent') ?? {}, 'content') ?? []
  return cited.filter(isJsonObject).map((part) => readString(part, 'text') ?? '')
}

function annotationsOf(block: JsonObject): readonly JsonObject[] {
  const citations = readArray(readObject(block, 'citationsContent') ?? {}, 'citations') ?? []
  return citations
    .filter(isJsonObject)
    .map(fromBedrockCitation)
    .filter((annotation) => annotation !== undefined)
}

function reasoningOf(block: JsonObject): readonly ReasoningBlock[] {
  const content = readObject(block, 'reasoningContent')
  if (content === undefined) return []
  const text = readObject(content, 'reasoningText') ?? {}
  return [
    {
      origin: 'bedrock-converse',
      text: readString(text, 'text') ?? '',
      signature: readString(text, 'signature'),
      encrypted: readString(content, 'redactedContent'),
    },
  ]
}

function callsOf(block: JsonObject, context: DecodeContext): readonly ToolCall[] {
  const call = readObject(block, 'toolUse')
  if (call === undefined || isServerTool(call)) return []
  return [
    {
      id: readString(call, 'toolUseId') || `call_${context.newId()}`,
      name: readString(call, 'name') ?? '',
      argumentsText: JSON.stringify(call['input'] ?? {}),
    },
  ]
}

/** Reads a whole answer. @throws ProviderError `invalid_response` when it has no message */
export function fromBedrockResponse(body: unknown, context: DecodeContext): ChatResponse {
  const message = isJsonObject(body) ? readObject(readObject(body, 'output') ?? {}, 'message') : undefined
  if (!isJsonObject(body) || message === undefined) throw invalidResponse('The answer has no message.')
  const blocks = (readArray(message, 'content') ?? []).filter(isJsonObject)
  const toolCalls = blocks.flatMap((block) => callsOf(block, context))
  const annotations = blocks.flatMap(annotationsOf)
  const usage = readObject(body, 'usage')
  return {
    id: answerId(context),
    model: context.model,
    choices: [
      {
        index: 0,
        text: blocks.flatMap(textsOf).join(''),
        reasoning: blocks.flatMap(reasoningOf),
        toolCalls,
        finish: fromBedrockStopReason(readString(body, 'stopReason') ?? '', toolCalls.length > 0),
        ...(annotations.length > 0 && { annotations }),
      },
    ],
    usage: usage && fromBedrockUsage(usage),
  }
}
