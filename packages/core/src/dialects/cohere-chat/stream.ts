import type { ChatChunk } from '../../chat/chunk.ts'
import { classifyFailure } from '../../errors/classify-failure.ts'
import { invalidResponse, ProviderError } from '../../errors/provider-error.ts'
import { isJsonObject, type JsonObject, parseJson, readArray, readObject, readString } from '../../wire/json.ts'
import type { WireEvent } from '../../wire/wire-event.ts'
import type { DecodeContext, DecodeStep } from '../dialect.ts'
import { readIndex } from '../shared/read-index.ts'
import { fromCohereCitation } from './citations.ts'
import { fromCohereFinishReason, isCohereFault } from './finish-reason.ts'
import { fromCohereLogprob } from './logprobs.ts'
import { fromCohereUsage } from './usage.ts'

export interface CohereStreamState {
  readonly context: DecodeContext
  readonly started: boolean
  /** Cohere's index of each tool call, in the order in which they began; the position is our index. */
  readonly tools: readonly number[]
  /** The last tool call has no argument text yet. */
  readonly silent: boolean
}

type Step = DecodeStep<CohereStreamState>

export function startCohereStream(context: DecodeContext): CohereStreamState {
  return { context, started: false, tools: [], silent: false }
}

function step(state: CohereStreamState, ...chunks: readonly ChatChunk[]): Step {
  return { state, chunks, forward: false }
}

/** Deltas bring one object where whole answers have a list; a list is read by its first member. */
function memberOf(message: JsonObject, key: string): JsonObject {
  const first = readArray(message, key)?.[0]
  return readObject(message, key) ?? (isJsonObject(first) ? first : {})
}

function textStep(state: CohereStreamState, text: string | undefined, logprob?: JsonObject): Step {
  const logprobs = logprob && [fromCohereLogprob(logprob)]
  if ((text === undefined || text === '') && logprobs === undefined) return step(state)
  return step(state, { type: 'text-delta', choice: 0, text: text ?? '', ...(logprobs !== undefined && { logprobs }) })
}

function onContent(state: CohereStreamState, content: JsonObject, event: JsonObject): Step {
  const thinking = readString(content, 'thinking')
  if (thinking === undefined || thinking === '') return textStep(state, readString(content, 'text'), readObject(event, 'logprobs'))
  return step(state, { type: 'reasoning-delta', choice: 0, index: 0, origin: 'cohere-chat', text: thinking })
}

/** A call without any argument text gets `{}`. */
function owedArguments(state: CohereStreamState): readonly ChatChunk[] {
  return state.silent ? [{ type: 'tool-call-delta', choice: 0, index: state.tools.length - 1, argumentsText: '{}' }] : []
}

function onToolStart(state: CohereStreamState, call: JsonObject, at: number): Step {
  const target = readObject(call, 'function') ?? {}
  const index = state.tools.length
  const argumentsText = readString(target, 'arguments') ?? ''
  const id = readString(call, 'id') || `call_${state.context.newId()}`
  const start: ChatChunk = { type: 'tool-call-start', choice: 0, index, id, name: readString(target, 'name') ?? '' }
  const deltas: readonly ChatChunk[] = argumentsText === '' ? [] : [{ type: 'tool-call-delta', choice: 0, index, argumentsText }]
  return step({ ...state, tools: [...state.tools, at], silent: argumentsText === '' }, ...owedArguments(state), start, ...deltas)
}

function onToolDelta(state: CohereStreamState, call: JsonObject, at: number): Step {
  const argumentsText = readString(readObject(call, 'function') ?? {}, 'arguments') ?? ''
  const index = state.tools.lastIndexOf(at)
  if (index === -1) throw invalidResponse('A stream event continues a tool call that never began.')
  if (argumentsText === '') return step(state)
  const silent = state.silent && index !== state.tools.length - 1
  return step(silent === state.silent ? state : { ...state, silent }, {
    type: 'tool-call-delta',
    choice: 0,
    index,
    argumentsText,
  })
}

function closeTool(state: CohereStreamState): Step {
  return state.silent ? step({ ...state, silent: false }, ...owedArguments(state)) : step(state)
}

function toErrorChunk(message: string, type: string | undefined): ChatChunk {
  const fault = { message, type }
  return { type: 'error', error: new ProviderError({ ...fault, failure: classifyFailure(500, fault), provider: '' }) }
}

/** Cohere reports a failure in mid-stream with a last event like any other, its reason `ERROR`, and no figures. */
function onMessageEnd(state: CohereStreamState, delta: JsonObject): Step {
  const native = readString(delta, 'finish_reason')
  const error = readString(delta, 'error')
  if (isCohereFault(native) || error !== undefined) {
    return step(state, toErrorChunk(error ?? 'The provider broke the answer off.', readString(delta, 'error_type')))
  }
  const closed = closeTool(state)
  const usage = fromCohereUsage(readObject(delta, 'usage'))
  const finish: ChatChunk = {
    type: 'finish',
    choice: 0,
    finish: fromCohereFinishReason(native, state.tools.length > 0),
  }
  return step(closed.state, ...closed.chunks, finish, ...(usage === undefined ? [] : [{ type: 'usage' as const, usage }]))
}

function onTyped(state: CohereStreamState, type: string, event: JsonObject): Step {
  const delta = readObject(event, 'delta') ?? {}
  const message = readObject(delta, 'message') ?? {}
  const at = readIndex(event, 'index') ?? 0
  switch (type) {
    case 'content-delta':
    case 'content-start':
      return onContent(state, memberOf(message, 'content'), event)
    case 'tool-plan-delta':
      return textStep(state, readString(message, 'tool_plan'))
    case 'tool-call-start':
      return onToolStart(state, memberOf(message, 'tool_calls'), at)
    case 'tool-call-delta':
      return onToolDelta(state, memberOf(message, 'tool_calls'), at)
    case 'tool-call-end':
      return closeTool(state)
    case 'citation-start':
      return step(state, {
        type: 'annotations',
        choice: 0,
        annotations: fromCohereCitation(memberOf(message, 'citations')),
      })
    case 'message-end':
      return onMessageEnd(state, delta)
    default:
      return step(state)
  }
}

function started(state: CohereStreamState, event: JsonObject): Step {
  const id = readString(event, 'id') || `chatcmpl-${state.context.newId()}`
  return step({ ...state, started: true }, { type: 'start', id, model: state.context.model })
}

/** One event of a stream. @throws ProviderError `invalid_response` when it is not JSON or no event of Cohere's */
export function onCohereEvent(state: CohereStreamState, event: WireEvent): Step {
  if (event.data === '[DONE]') return { state, chunks: [], forward: false, done: true }
  const parsed = parseJson(event.data)
  if (!isJsonObject(parsed)) throw invalidResponse('A stream event is not a JSON object.')
  const type = readString(parsed, 'type') ?? event.name
  if (type === '') {
    const message = readString(parsed, 'message')
    if (message === undefined) throw invalidResponse('A stream event has no type.')
    return step(state, toErrorChunk(message, readString(parsed, 'error_type')))
  }
  if (state.started) return onTyped(state, type, parsed)
  const first = started(state, parsed)
  const next = onTyped(first.state, type, parsed)
  return step(next.state, ...first.chunks, ...next.chunks)
}
