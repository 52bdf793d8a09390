import type { ChatChunk } from '../../chat/chunk.ts'
import type { Usage } from '../../chat/usage.ts'
import { classifyFailure } from '../../errors/classify-failure.ts'
import { invalidResponse, ProviderError } from '../../errors/provider-error.ts'
import { isJsonObject, type JsonObject, parseJson, readArray, readNumber, readObject } from '../../wire/json.ts'
import type { WireEvent } from '../../wire/wire-event.ts'
import type { DecodeContext, DecodeStep } from '../dialect.ts'
import { readIndex } from '../shared/read-index.ts'
import { fromGeminiError } from './error.ts'
import { blockReasonOf, headOf } from './response.ts'
import { heldFinish, nothingSeen, onCandidate, type Seen } from './stream-candidate.ts'
import { fromGeminiUsage } from './usage.ts'

/*
 * Each event is a whole answer in small. Each holds the cumulative usage, so it is emitted when the stream
 * ends. A finish is emitted at once, so that a connection that hangs after it does no harm, except while Google's own tools
 * are at work: then a finish reason may be followed by more of the answer, and the last one counts.
 */
export interface GeminiStreamState {
  readonly context: DecodeContext
  readonly started: boolean
  /** By candidate. */
  readonly seen: Readonly<Record<number, Seen>>
  readonly usage?: Usage | undefined
}

type Step = DecodeStep<GeminiStreamState>

export function startGeminiStream(context: DecodeContext): GeminiStreamState {
  return { context, started: false, seen: {} }
}

function errorStep(state: GeminiStreamState, body: unknown, error: JsonObject): Step {
  const upstreamError = fromGeminiError(200, {}, body)
  const failure = classifyFailure(readNumber(error, 'code') ?? 500, upstreamError)
  return { state, chunks: [{ type: 'error', error: new ProviderError({ ...upstreamError, failure, provider: '' }) }], forward: false }
}

function onBlocked(
  native: string,
  seen: GeminiStreamState['seen'],
): { readonly chunks: readonly ChatChunk[]; readonly seen: GeminiStreamState['seen'] } {
  const first = seen[0] ?? nothingSeen
  if (first.finished) return { chunks: [], seen }
  const finish: ChatChunk = { type: 'finish', choice: 0, finish: { reason: 'content_filter', native } }
  return { chunks: [finish], seen: { ...seen, 0: { ...first, finished: true } } }
}

/** Searches are told with the words that rest on them, usage again with every event. */
function withSearches(usage: Usage | undefined, before: Usage | undefined): Usage | undefined {
  return usage === undefined || usage.webSearches !== undefined || before?.webSearches === undefined
    ? usage
    : { ...usage, webSearches: before.webSearches }
}

function onAnswer(state: GeminiStreamState, body: JsonObject): Step {
  const chunks: ChatChunk[] = state.started ? [] : [{ type: 'start', ...headOf(body, state.context) }]
  let { seen } = state
  for (const [place, candidate] of (readArray(body, 'candidates') ?? []).filter(isJsonObject).entries()) {
    const choice = readIndex(candidate, 'index') ?? place
    const step = onCandidate(candidate, seen[choice] ?? nothingSeen, { choice, context: state.context })
    for (const chunk of step.chunks) chunks.push(chunk)
    seen = { ...seen, [choice]: step.seen }
  }
  const blocked = blockReasonOf(body)
  if (blocked !== undefined) {
    const step = onBlocked(blocked, seen)
    for (const chunk of step.chunks) chunks.push(chunk)
    seen = step.seen
  }
  const counted = readObject(body, 'usageMetadata')
  const usage = withSearches((counted && fromGeminiUsage(counted, body)) ?? state.usage, state.usage)
  return { state: { ...state, started: true, seen, usage }, chunks, forward: false }
}

function isAnswer(body: unknown): body is JsonObject {
  return (
    isJsonObject(body) && (Array.isArray(body['candidates']) || isJsonObject(body['promptFeedback']) || isJsonObject(body['usageMetadata']))
  )
}

/** One event of a stream. @throws ProviderError `invalid_response` when it is neither a piece of an answer nor an error */
export function onGeminiEvent(state: GeminiStreamState, event: WireEvent): Step {
  const parsed = parseJson(event.data)
  const body: unknown = Array.isArray(parsed) ? parsed[0] : parsed
  const error = isJsonObject(body) ? readObject(body, 'error') : undefined
  if (error !== undefined) return errorStep(state, body, error)
  if (!isAnswer(body)) throw invalidResponse('A stream event is no piece of an answer.')
  return onAnswer(state, body)
}

/** Emits what was held back when the body ends. */
export function onGeminiEnd(state: GeminiStreamState): readonly ChatChunk[] {
  const finishes = Object.entries(state.seen).flatMap(([choice, seen]) => heldFinish(Number(choice), seen))
  return state.usage === undefined ? finishes : [...finishes, { type: 'usage', usage: state.usage }]
}
