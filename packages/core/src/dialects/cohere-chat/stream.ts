import type { ChatChunk } from '../../chat/chunk.ts'
import { badAnswer, ProviderError } from '../../errors/provider-error.ts'
import { isJsonObject, type JsonObject, parseJson, readNumber, readObject, readString } from '../../wire/json.ts'
import type { WireEvent } from '../../wire/wire-event.ts'
import type { DecodeContext, DecodeStep } from '../dialect.ts'
import { fromCohereFinishReason, isCohereFault } from './finish-reason.ts'
import { fromCohereUsage } from './usage.ts'

export interface CohereStreamState {
  readonly context: DecodeContext
  /** Cohere's index of a tool call, in the order in which they began: the place is our index. */
  readonly tools: readonly number[]
  /** The last tool call has said nothing yet. */
  readonly silent: boolean
}

type Step = DecodeStep<CohereStreamState>

export function startCohereStream(context: DecodeContext): CohereStreamState {
  return { context, tools: [], silent: false }
}

function step(state: CohereStreamState, ...chunks: readonly ChatChunk[]): Step {
  return { state, chunks, forward: false }
}

function textStep(state: CohereStreamState, text: string | undefined): Step {
  return text === undefined || text === '' ? step(state) : step(state, { type: 'text-delta', choice: 0, text })
}

function onContent(state: CohereStreamState, content: JsonObject): Step {
  const thinking = readString(content, 'thinking')
  if (thinking !== undefined && thinking !== '') return step(state, { type: 'reasoning-delta', choice: 0, index: 0, origin: 'cohere-chat', text: thinking })
  return textStep(state, readString(content, 'text'))
}

function onToolStart(state: CohereStreamState, call: JsonObject, at: number): Step {
  const target = readObject(call, 'function') ?? {}
  const index = state.tools.length
  const argumentsText = readString(target, 'arguments') ?? ''
  const start: ChatChunk = { type: 'tool-call-start', choice: 0, index, id: readString(call, 'id') ?? `call_${state.context.newId()}`, name: readString(target, 'name') ?? '' }
  const next = { ...state, tools: [...state.tools, at], silent: argumentsText === '' }
  return argumentsText === '' ? step(next, start) : step(next, start, { type: 'tool-call-delta', choice: 0, index, argumentsText })
}

function onToolDelta(state: CohereStreamState, call: JsonObject, at: number): Step {
  const argumentsText = readString(readObject(call, 'function') ?? {}, 'arguments') ?? ''
  if (argumentsText === '') return step(state)
  return step({ ...state, silent: false }, { type: 'tool-call-delta', choice: 0, index: Math.max(0, state.tools.indexOf(at)), argumentsText })
}

function onToolEnd(state: CohereStreamState): Step {
  if (!state.silent) return step(state)
  return step({ ...state, silent: false }, { type: 'tool-call-delta', choice: 0, index: state.tools.length - 1, argumentsText: '{}' })
}

function onMessageEnd(state: CohereStreamState, delta: JsonObject): Step {
  const native = readString(delta, 'finish_reason')
  if (isCohereFault(native) || readString(delta, 'error') !== undefined) {
    const message = readString(delta, 'error') ?? 'The provider broke the answer off.'
    return step(state, { type: 'error', error: new ProviderError({ failure: 'server', provider: '', message, type: readString(delta, 'error_type') }) })
  }
  const usage = fromCohereUsage(readObject(delta, 'usage'))
  const finish: ChatChunk = { type: 'finish', choice: 0, finish: fromCohereFinishReason(native) }
  return usage === undefined ? step(state, finish) : step(state, finish, { type: 'usage', usage })
}

function onTyped(state: CohereStreamState, event: JsonObject): Step {
  const delta = readObject(event, 'delta') ?? {}
  const message = readObject(delta, 'message') ?? {}
  const at = readNumber(event, 'index') ?? 0
  switch (event['type']) {
    case 'message-start':
      return step(state, { type: 'start', id: readString(event, 'id') ?? state.context.newId(), model: state.context.model })
    case 'content-start':
    case 'content-delta':
      return onContent(state, readObject(message, 'content') ?? {})
    case 'tool-plan-delta':
      return textStep(state, readString(message, 'tool_plan'))
    case 'tool-call-start':
      return onToolStart(state, readObject(message, 'tool_calls') ?? {}, at)
    case 'tool-call-delta':
      return onToolDelta(state, readObject(message, 'tool_calls') ?? {}, at)
    case 'tool-call-end':
      return onToolEnd(state)
    case 'citation-start': {
      const citation = readObject(message, 'citations')
      return citation === undefined ? step(state) : step(state, { type: 'annotations', choice: 0, annotations: [{ type: 'citation', ...citation }] })
    }
    case 'message-end':
      return onMessageEnd(state, delta)
    default:
      return step(state)
  }
}

/** One event of a stream. @throws ProviderError `bad_answer` when it is not JSON */
export function onCohereEvent(state: CohereStreamState, event: WireEvent): Step {
  if (event.data === '[DONE]') return { state, chunks: [], forward: false, done: true }
  const parsed = parseJson(event.data)
  if (!isJsonObject(parsed)) throw badAnswer('A stream event is not a JSON object.')
  return onTyped(state, parsed)
}
