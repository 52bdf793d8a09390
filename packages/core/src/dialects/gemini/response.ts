import type { Finish, FinishReason } from '../../chat/finish-reason.ts'
import type { ReasoningBlock, ToolCall } from '../../chat/message.ts'
import type { ChatResponse, Choice } from '../../chat/response.ts'
import type { Usage } from '../../chat/usage.ts'
import { badAnswer } from '../../errors/provider-error.ts'
import { isJsonObject, type JsonObject, readArray, readNumber, readObject, readString } from '../../wire/json.ts'
import type { DecodeContext } from '../dialect.ts'

const reasons: Readonly<Record<string, FinishReason>> = {
  STOP: 'stop',
  MAX_TOKENS: 'length',
  SAFETY: 'content_filter',
  RECITATION: 'content_filter',
  BLOCKLIST: 'content_filter',
  PROHIBITED_CONTENT: 'content_filter',
  SPII: 'content_filter',
  IMAGE_SAFETY: 'content_filter',
  LANGUAGE: 'content_filter',
  IMAGE_PROHIBITED_CONTENT: 'content_filter',
  IMAGE_RECITATION: 'content_filter',
}

/** Gemini says `STOP` after function calls as well. */
export function fromGeminiFinishReason(native: string | undefined, hasToolCalls: boolean): Finish {
  const reason = reasons[native ?? ''] ?? 'stop'
  return { reason: reason === 'stop' && hasToolCalls ? 'tool_calls' : reason, native: native ?? '' }
}

/** Thoughts are counted apart from candidates, and both may be absent. */
export function fromGeminiUsage(usage: JsonObject): Usage {
  const thoughts = readNumber(usage, 'thoughtsTokenCount')
  const inputTokens = (readNumber(usage, 'promptTokenCount') ?? 0) + (readNumber(usage, 'toolUsePromptTokenCount') ?? 0)
  const outputTokens = (readNumber(usage, 'candidatesTokenCount') ?? 0) + (thoughts ?? 0)
  return {
    inputTokens,
    outputTokens,
    totalTokens: readNumber(usage, 'totalTokenCount') ?? inputTokens + outputTokens,
    cachedInputTokens: readNumber(usage, 'cachedContentTokenCount'),
    reasoningTokens: thoughts,
  }
}

/** What one part of a candidate is. */
export type GeminiPart =
  | { readonly type: 'text'; readonly text: string; readonly signature?: string | undefined }
  | { readonly type: 'thought'; readonly block: ReasoningBlock }
  | { readonly type: 'call'; readonly call: ToolCall }

export function fromGeminiPart(part: JsonObject, context: DecodeContext): GeminiPart | undefined {
  const signature = readString(part, 'thoughtSignature')
  const call = readObject(part, 'functionCall')
  if (call !== undefined) {
    const id = readString(call, 'id') || `call_${context.newId()}`
    return {
      type: 'call',
      call: { id, name: readString(call, 'name') ?? '', argumentsText: JSON.stringify(call['args'] ?? {}), signature },
    }
  }
  const text = readString(part, 'text')
  if (text === undefined) {
    const code =
      readString(readObject(part, 'executableCode') ?? {}, 'code') ?? readString(readObject(part, 'codeExecutionResult') ?? {}, 'output')
    return code === undefined ? undefined : { type: 'text', text: code }
  }
  if (part['thought'] === true) return { type: 'thought', block: { origin: 'gemini', text, signature } }
  return { type: 'text', text, signature }
}

export function partsOf(candidate: JsonObject, context: DecodeContext): readonly GeminiPart[] {
  return (readArray(readObject(candidate, 'content') ?? {}, 'parts') ?? [])
    .filter(isJsonObject)
    .flatMap((part) => fromGeminiPart(part, context) ?? [])
}

/** A signature on a text belongs to the turn: it is kept as a block without words. */
export function blockOf(part: GeminiPart): ReasoningBlock | undefined {
  if (part.type === 'thought') return part.block
  return part.type === 'text' && part.signature !== undefined ? { origin: 'gemini', text: '', signature: part.signature } : undefined
}

function fromCandidate(candidate: JsonObject, place: number, context: DecodeContext): Choice {
  const parts = partsOf(candidate, context)
  const toolCalls = parts.flatMap((part) => (part.type === 'call' ? [part.call] : []))
  return {
    index: readNumber(candidate, 'index') ?? place,
    text: parts.map((part) => (part.type === 'text' ? part.text : '')).join(''),
    reasoning: parts.map(blockOf).filter((block): block is ReasoningBlock => block !== undefined),
    toolCalls,
    finish: fromGeminiFinishReason(readString(candidate, 'finishReason'), toolCalls.length > 0),
  }
}

/** A prompt that was blocked has no candidates, only a reason. */
export function blockedChoice(body: JsonObject): Choice | undefined {
  const reason = readString(readObject(body, 'promptFeedback') ?? {}, 'blockReason')
  if (reason === undefined) return undefined
  return { index: 0, text: '', reasoning: [], toolCalls: [], finish: { reason: 'content_filter', native: reason } }
}

/** Reads a whole answer. @throws ProviderError `bad_answer` when it has neither candidates nor a reason for none */
export function fromGeminiResponse(body: unknown, context: DecodeContext): ChatResponse {
  if (!isJsonObject(body)) throw badAnswer('The answer is not a JSON object.')
  const candidates = readArray(body, 'candidates')?.filter(isJsonObject) ?? []
  const blocked = candidates.length === 0 ? blockedChoice(body) : undefined
  if (candidates.length === 0 && blocked === undefined) throw badAnswer('The answer has no candidates.')
  const usage = readObject(body, 'usageMetadata')
  return {
    id: readString(body, 'responseId') || `chatcmpl-${context.newId()}`,
    model: readString(body, 'modelVersion') || context.model,
    choices: blocked === undefined ? candidates.map((candidate, place) => fromCandidate(candidate, place, context)) : [blocked],
    usage: usage && fromGeminiUsage(usage),
  }
}
