import type { ChatChunk } from '../../chat/chunk.ts'
import { classifyFailure } from '../../errors/classify-failure.ts'
import { invalidResponse, ProviderError } from '../../errors/provider-error.ts'
import { isJsonObject, type JsonObject, parseJson, readNumber, readObject, readString } from '../../wire/json.ts'
import type { WireEvent } from '../../wire/wire-event.ts'
import type { DecodeContext, DecodeStep } from '../dialect.ts'
import { fromOpenAiError } from '../openai-chat/error.ts'
import { readIndex } from '../shared/read-index.ts'
import { fromReasoningItem } from './encrypted-content.ts'
import { failureOf, fromResponseStatus } from './response-decode.ts'
import { fromResponsesUsage } from './usage.ts'

export interface ResponsesStreamState {
  readonly context: DecodeContext
  /** Our index of the tool call at each output index. */
  readonly tools: Readonly<Record<number, number>>
  readonly toolCount: number
  /** Reasoning items whose text has been emitted, by output index. */
  readonly reasoning: Readonly<Record<number, number>>
}

type Step = DecodeStep<ResponsesStreamState>

export function startResponsesStream(context: DecodeContext): ResponsesStreamState {
  return { context, tools: {}, toolCount: 0, reasoning: {} }
}

function step(state: ResponsesStreamState, ...chunks: readonly ChatChunk[]): Step {
  return { state, chunks, forward: true }
}

function onItemAdded(state: ResponsesStreamState, event: JsonObject): Step {
  const item = readObject(event, 'item') ?? {}
  const at = readIndex(event, 'output_index') ?? 0
  if (item['type'] !== 'function_call') return step(state)
  const index = state.toolCount
  const next = { ...state, tools: { ...state.tools, [at]: index }, toolCount: index + 1 }
  return step(next, {
    type: 'tool-call-start',
    choice: 0,
    index,
    id: readString(item, 'call_id') ?? readString(item, 'id') ?? '',
    name: readString(item, 'name') ?? '',
  })
}

function onReasoningText(state: ResponsesStreamState, event: JsonObject): Step {
  const at = readIndex(event, 'output_index') ?? 0
  const index = state.reasoning[at] ?? Object.keys(state.reasoning).length
  const delta: ChatChunk = {
    type: 'reasoning-delta',
    choice: 0,
    index,
    origin: 'openai-responses',
    text: readString(event, 'delta') ?? '',
    id: readString(event, 'item_id'),
  }
  return step({ ...state, reasoning: { ...state.reasoning, [at]: index } }, delta)
}

function onItemDone(state: ResponsesStreamState, event: JsonObject): Step {
  const item = readObject(event, 'item') ?? {}
  if (item['type'] !== 'reasoning') return step(state)
  const at = readIndex(event, 'output_index') ?? 0
  const block = fromReasoningItem(item)
  const told = state.reasoning[at]
  if (block.encrypted === undefined && told !== undefined) return step(state)
  const index = told ?? Object.keys(state.reasoning).length
  const next = { ...state, reasoning: { ...state.reasoning, [at]: index } }
  return block.encrypted === undefined && block.text === ''
    ? step(state)
    : step(next, { type: 'reasoning-delta', choice: 0, index, ...block, text: told === undefined ? block.text : '' })
}

function onEnd(state: ResponsesStreamState, event: JsonObject): Step {
  const response = readObject(event, 'response') ?? {}
  const failure = failureOf(response)
  if (failure !== undefined) return { state, chunks: [{ type: 'error', error: failure }], forward: false }
  const usage = readObject(response, 'usage')
  const chunks: ChatChunk[] = [{ type: 'finish', choice: 0, finish: fromResponseStatus(response, state.toolCount > 0) }]
  if (usage !== undefined) chunks.push({ type: 'usage', usage: fromResponsesUsage(usage) })
  return { state, chunks, forward: true, done: true }
}

function words(state: ResponsesStreamState, type: 'text-delta' | 'refusal-delta', event: JsonObject): Step {
  const text = readString(event, 'delta') ?? ''
  return text === '' ? step(state) : step(state, { type, choice: 0, text })
}

/** Decodes one event of a stream. Events of unknown types are forwarded to clients of this dialect. */
export function onResponsesEvent(state: ResponsesStreamState, event: WireEvent): Step {
  if (event.data === '[DONE]') return { state, chunks: [], forward: false, done: true }
  const parsed = parseJson(event.data)
  if (!isJsonObject(parsed)) throw invalidResponse('A stream event is not a JSON object.')
  switch (parsed['type'] ?? event.name) {
    case 'response.created': {
      const response = readObject(parsed, 'response') ?? {}
      return step(state, {
        type: 'start',
        id: readString(response, 'id') ?? `resp_${state.context.newId()}`,
        model: readString(response, 'model') ?? state.context.model,
        createdAtSeconds: readNumber(response, 'created_at'),
      })
    }
    case 'response.output_item.added':
      return onItemAdded(state, parsed)
    case 'response.output_text.delta':
      return words(state, 'text-delta', parsed)
    case 'response.refusal.delta':
      return words(state, 'refusal-delta', parsed)
    case 'response.reasoning_summary_text.delta':
    case 'response.reasoning_text.delta':
      return onReasoningText(state, parsed)
    case 'response.function_call_arguments.delta': {
      const index = state.tools[readIndex(parsed, 'output_index') ?? 0]
      return index === undefined
        ? step(state)
        : step(state, { type: 'tool-call-delta', choice: 0, index, argumentsText: readString(parsed, 'delta') ?? '' })
    }
    case 'response.output_item.done':
      return onItemDone(state, parsed)
    case 'response.completed':
    case 'response.incomplete':
    case 'response.failed':
      return onEnd(state, parsed)
    case 'error': {
      const upstreamError = fromOpenAiError(500, {}, parsed)
      return {
        state,
        chunks: [
          { type: 'error', error: new ProviderError({ ...upstreamError, failure: classifyFailure(500, upstreamError), provider: '' }) },
        ],
        forward: false,
      }
    }
    default:
      return step(state)
  }
}
