import type { ChatChunk } from '../../chat/chunk.ts'
import { classifyFailure } from '../../errors/classify-failure.ts'
import { invalidResponse, ProviderError } from '../../errors/provider-error.ts'
import { isJsonObject, type JsonObject, parseJson, readNumber, readObject, readString } from '../../wire/json.ts'
import type { WireEvent } from '../../wire/wire-event.ts'
import type { DecodeContext, DecodeStep } from '../dialect.ts'
import { fromOpenAiError } from '../openai-chat/error.ts'
import { fromOpenAiLogprobs } from '../openai-chat/logprobs.ts'
import { failureOf, fromResponseStatus, isCallItem } from './response-decode.ts'
import {
  createStreamItems,
  hasNamelessCall,
  itemKey,
  onAnnotation,
  onArguments,
  onCallAdded,
  onItemDone,
  onOutput,
  onThought,
  onWholeArguments,
  onWholeWords,
  onWords,
  type StreamItems,
} from './stream-items.ts'
import { fromResponsesUsage } from './usage.ts'

export interface ResponsesStreamState {
  readonly context: DecodeContext
  readonly isStarted: boolean
  readonly items: StreamItems
}

type Step = DecodeStep<ResponsesStreamState>

export function startResponsesStream(context: DecodeContext): ResponsesStreamState {
  return { context, isStarted: false, items: createStreamItems() }
}

function startChunk(response: JsonObject, context: DecodeContext): ChatChunk {
  return {
    type: 'start',
    id: readString(response, 'id') || `resp_${context.newId()}`,
    model: readString(response, 'model') || context.model,
    createdAtSeconds: readNumber(response, 'created_at'),
  }
}

/** The key of the part of a message that an event is about. */
function partKey(event: JsonObject): string {
  return `${itemKey(event)}/${readNumber(event, 'content_index') ?? 0}`
}

function onTextDelta(items: StreamItems, event: JsonObject): readonly ChatChunk[] {
  const chunks = onWords(items, 'text-delta', { key: partKey(event), text: readString(event, 'delta') ?? '' })
  const logprobs = Array.isArray(event['logprobs']) && event['logprobs'].length > 0 ? event['logprobs'] : undefined
  if (logprobs === undefined) return chunks
  return chunks.map((chunk) =>
    chunk.type === 'text-delta' ? { ...chunk, logprobs: fromOpenAiLogprobs({ logprobs: { content: logprobs } }) } : chunk,
  )
}

/** What an event of the output brings. Events of unknown types bring nothing, and go to clients of this dialect. */
function onOutputEvent(type: unknown, event: JsonObject, { items, context }: ResponsesStreamState): readonly ChatChunk[] {
  const item = readObject(event, 'item') ?? {}
  switch (type) {
    case 'response.output_item.added':
      return isCallItem(item) ? onCallAdded(items, itemKey(event, item), { item, newId: context.newId }) : []
    case 'response.output_text.delta':
      return onTextDelta(items, event)
    case 'response.output_text.done':
      return onWholeWords(items, 'text-delta', { key: partKey(event), text: readString(event, 'text') ?? '' })
    case 'response.output_text.annotation.added':
      return onAnnotation(items, event)
    case 'response.refusal.delta':
      return onWords(items, 'refusal-delta', { key: partKey(event), text: readString(event, 'delta') ?? '' })
    case 'response.refusal.done':
      return onWholeWords(items, 'refusal-delta', { key: partKey(event), text: readString(event, 'refusal') ?? '' })
    case 'response.reasoning_summary_text.delta':
    case 'response.reasoning_text.delta':
      return onThought(items, event)
    case 'response.function_call_arguments.delta':
    case 'response.custom_tool_call_input.delta':
      return onArguments(items, itemKey(event), readString(event, 'delta') ?? '')
    case 'response.function_call_arguments.done':
      return onWholeArguments(items, itemKey(event), readString(event, 'arguments') ?? '')
    case 'response.custom_tool_call_input.done':
      return onWholeArguments(items, itemKey(event), readString(event, 'input') ?? '')
    case 'response.output_item.done':
      return onItemDone(items, itemKey(event, item), { item, newId: context.newId })
    default:
      return []
  }
}

function onEnd({ items, context }: ResponsesStreamState, response: JsonObject): readonly ChatChunk[] {
  const failure = failureOf(response)
  if (failure !== undefined) return [{ type: 'error', error: failure }]
  const owed = onOutput(items, response, context.newId)
  if (hasNamelessCall(items)) return [{ type: 'error', error: invalidResponse('A tool call has no name.') }]
  const finish = fromResponseStatus(response, items.calls.size > 0)
  const usage = readObject(response, 'usage')
  const counted: readonly ChatChunk[] = usage === undefined ? [] : [{ type: 'usage', usage: fromResponsesUsage(usage, response) }]
  return [...owed, { type: 'finish', choice: 0, finish }, ...counted]
}

function errorChunk(event: JsonObject): ChatChunk {
  const upstream = fromOpenAiError(500, {}, event)
  return { type: 'error', error: new ProviderError({ ...upstream, failure: classifyFailure(500, upstream), provider: '' }) }
}

function isEnd(type: unknown): boolean {
  return type === 'response.completed' || type === 'response.incomplete' || type === 'response.failed' || type === 'response.cancelled'
}

/** Decodes one event of a stream. @throws ProviderError `invalid_response` when it is not JSON or not an object */
export function onResponsesEvent(before: ResponsesStreamState, event: WireEvent): Step {
  if (event.data === '[DONE]') return { state: before, chunks: [], forward: false, done: true }
  const parsed = parseJson(event.data)
  if (!isJsonObject(parsed)) throw invalidResponse('A stream event is not a JSON object.')
  const type = readString(parsed, 'type') ?? event.name
  if (type === 'error') return { state: before, chunks: [errorChunk(parsed)], forward: false }
  const response = readObject(parsed, 'response')
  const isEnding = isEnd(type)
  const told = isEnding ? onEnd(before, response ?? {}) : onOutputEvent(type, parsed, before)
  const isStarting = !before.isStarted && (response !== undefined || told.length > 0)
  const hasFailed = told.some((chunk) => chunk.type === 'error')
  return {
    state: isStarting ? { ...before, isStarted: true } : before,
    chunks: isStarting && !hasFailed ? [startChunk(response ?? {}, before.context), ...told] : told,
    forward: !hasFailed,
    // Clients go by the type in the data.
    ...(parsed['type'] === undefined && type !== '' && { rewritten: JSON.stringify({ type, ...parsed }) }),
    ...(isEnding && !hasFailed && { done: true }),
  }
}
