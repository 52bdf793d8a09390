import type { ChatResponse, Choice } from '../../chat/response.ts'
import { invalidResponse } from '../../errors/provider-error.ts'
import { isJsonObject, type JsonObject, readArray, readObject, readString } from '../../wire/json.ts'
import type { DecodeContext } from '../dialect.ts'
import { readIndex } from '../shared/read-index.ts'
import { fromGrounding } from './annotations.ts'
import { fromGeminiFinishReason } from './finish-reason.ts'
import { fromGeminiLogprobs } from './logprobs.ts'
import { fromGeminiPart, rawParts, reasoningOf } from './response-parts.ts'
import { fromGeminiUsage } from './usage.ts'

export interface AnswerHead {
  readonly id: string
  readonly model: string
  readonly createdAtSeconds?: number | undefined
}

/** The model and the time of an answer; only Vertex gives the time. */
export function headOf(body: JsonObject, context: DecodeContext): AnswerHead {
  const createdAtMs = Date.parse(readString(body, 'createTime') ?? '')
  return {
    id: readString(body, 'responseId') || `chatcmpl-${context.newId()}`,
    model: readString(body, 'modelVersion') || context.model,
    createdAtSeconds: Number.isNaN(createdAtMs) ? undefined : Math.floor(createdAtMs / 1000),
  }
}

/** Why a prompt was refused: its answer has no candidates. */
export function blockReasonOf(body: JsonObject): string | undefined {
  return readString(readObject(body, 'promptFeedback') ?? {}, 'blockReason')
}

function fromCandidate(candidate: JsonObject, place: number, context: DecodeContext): Choice {
  const parts = rawParts(candidate).flatMap((part) => fromGeminiPart(part, context) ?? [])
  const toolCalls = parts.flatMap((part) => (part.type === 'call' ? [part.call] : []))
  const text = parts.map((part) => (part.type === 'text' ? part.text : '')).join('')
  const images = parts.flatMap((part) => (part.type === 'image' ? [part.annotation] : []))
  const annotations = [...images, ...(fromGrounding(candidate, text) ?? [])]
  return {
    index: readIndex(candidate, 'index') ?? place,
    text,
    reasoning: reasoningOf(parts),
    toolCalls,
    finish: fromGeminiFinishReason(readString(candidate, 'finishReason') ?? '', toolCalls.length > 0),
    logprobs: fromGeminiLogprobs(candidate),
    ...(annotations.length > 0 && { annotations }),
  }
}

function blockedChoice(native: string): Choice {
  return { index: 0, text: '', reasoning: [], toolCalls: [], finish: { reason: 'content_filter', native } }
}

/** Reads a whole answer. @throws ProviderError `invalid_response` when it has neither candidates nor a reason for none */
export function fromGeminiResponse(body: unknown, context: DecodeContext): ChatResponse {
  if (!isJsonObject(body)) throw invalidResponse('The answer is not a JSON object.')
  const candidates = readArray(body, 'candidates')?.filter(isJsonObject) ?? []
  const blocked = blockReasonOf(body)
  if (candidates.length === 0 && blocked === undefined) throw invalidResponse('The answer has no candidates.')
  const choices = candidates.map((candidate, place) => fromCandidate(candidate, place, context))
  const usage = readObject(body, 'usageMetadata')
  return {
    ...headOf(body, context),
    choices: choices.length > 0 ? choices : [blockedChoice(blocked ?? '')],
    usage: usage && fromGeminiUsage(usage, body),
  }
}
