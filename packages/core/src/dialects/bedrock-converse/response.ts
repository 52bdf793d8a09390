import type { ReasoningBlock, ToolCall } from '../../chat/message.ts'
import type { ChatResponse, Choice } from '../../chat/response.ts'
import { invalidResponse } from '../../errors/provider-error.ts'
import { isJsonObject, type JsonObject, readArray, readObject, readString } from '../../wire/json.ts'
import type { DecodeContext } from '../dialect.ts'
import { fromBedrockCitations } from './citations.ts'
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

/** The text of an answer, and what its passages rest on. */
function fromTexts(blocks: readonly JsonObject[]): Pick<Choice, 'text' | 'annotations'> {
  const annotations: JsonObject[] = []
  let text = ''
  let start = 0
  for (const block of blocks) {
    const said = textsOf(block).join('')
    // A block without text cites what was said before.
    if (said !== '') start = text.length
    text += said
    const citations = (readArray(readObject(block, 'citationsContent') ?? {}, 'citations') ?? []).filter(isJsonObject)
    for (const annotation of fromBedrockCitations(citations, { start, end: text.length })) annotations.push(annotation)
  }
  return { text, ...(annotations.length > 0 && { annotations }) }
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
  const usage = readObject(body, 'usage')
  return {
    id: answerId(context),
    model: context.model,
    choices: [
      {
        index: 0,
        ...fromTexts(blocks),
        reasoning: blocks.flatMap(reasoningOf),
        toolCalls,
        finish: fromBedrockStopReason(readString(body, 'stopReason') ?? '', toolCalls.length > 0),
      },
    ],
    usage: usage && fromBedrockUsage(usage, body),
  }
}
