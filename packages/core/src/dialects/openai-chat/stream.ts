import type { ChatChunk, StartChunk } from '../../chat/chunk.ts'
import { classifyFailure } from '../../errors/classify-failure.ts'
import { invalidResponse, ProviderError } from '../../errors/provider-error.ts'
import { isJsonObject, type JsonObject, parseJson, readArray, readNumber, readObject, readString } from '../../wire/json.ts'
import type { WireEvent } from '../../wire/wire-event.ts'
import type { DecodeContext, DecodeStep } from '../dialect.ts'
import { isIndex } from '../shared/read-index.ts'
import { matchTemplate, type TextTemplate, toTemplate } from '../shared/text-template.ts'
import { fromOpenAiAnnotations } from './annotations.ts'
import { fromOpenAiError } from './error.ts'
import { fromOpenAiFinish, isFaultFinish } from './finish-reason.ts'
import { fromOpenAiLogprobs } from './logprobs.ts'
import { reasoningDeltas } from './reasoning.ts'
import { repairChoiceDelta, repairEvent } from './repair-event.ts'
import { textOf } from './response.ts'
import { callDeltasOf, createStreamCalls, type StreamCalls } from './stream-calls.ts'
import { fromOpenAiUsage } from './usage.ts'

export interface OpenAiStreamState {
  readonly context: DecodeContext
  readonly start: StartChunk | undefined
  /** The tool calls by choice. They grow with the stream. */
  readonly calls: Map<number, StreamCalls>
  readonly template?: TextTemplate | undefined
}

type Step = DecodeStep<OpenAiStreamState>

export function startOpenAiStream(context: DecodeContext): OpenAiStreamState {
  return { context, start: undefined, calls: new Map() }
}

function startChunk(event: JsonObject, context: DecodeContext): StartChunk {
  return {
    type: 'start',
    id: readString(event, 'id') || `chatcmpl-${context.newId()}`,
    model: readString(event, 'model') || context.model,
    createdAtSeconds: readNumber(event, 'created') || undefined,
    serviceTier: readString(event, 'service_tier'),
    systemFingerprint: readString(event, 'system_fingerprint'),
  }
}

/** What one choice of an event brought, and the choice as a client of the dialect can take it. */
interface ChoiceStep {
  readonly chunks: readonly ChatChunk[]
  readonly own: JsonObject
}

function textChunks(delta: JsonObject, choice: JsonObject, index: number): ChatChunk[] {
  const chunks: ChatChunk[] = reasoningDeltas(delta, index)
  const text = textOf(delta['content'])
  const refusal = readString(delta, 'refusal')
  const logprobs = fromOpenAiLogprobs(choice)
  if (text !== '' || logprobs !== undefined) chunks.push({ type: 'text-delta', choice: index, text, logprobs })
  if (refusal !== undefined && refusal !== '') chunks.push({ type: 'refusal-delta', choice: index, text: refusal })
  const annotations = fromOpenAiAnnotations(delta) ?? []
  if (annotations.length > 0) chunks.push({ type: 'annotations', choice: index, annotations })
  return chunks
}

function callsOf({ calls, context }: OpenAiStreamState, choice: number): StreamCalls {
  const known = calls.get(choice)
  if (known !== undefined) return known
  const begun = createStreamCalls(choice, context.newId)
  calls.set(choice, begun)
  return begun
}

/** Adds what the calls of a delta brought; returns the deltas as a client can take them. */
function onCallDeltas(deltas: readonly JsonObject[], calls: StreamCalls, chunks: ChatChunk[]): JsonObject[] {
  const own: JsonObject[] = []
  for (const delta of deltas) {
    const step = calls.onDelta(delta)
    for (const chunk of step.chunks) chunks.push(chunk)
    if (step.own !== undefined) own.push(step.own)
  }
  return own
}

function onChoice(choice: JsonObject, position: number, state: OpenAiStreamState): ChoiceStep {
  const index = isIndex(choice['index']) ? choice['index'] : position
  const delta = readObject(choice, 'delta') ?? {}
  const chunks = textChunks(delta, choice, index)
  const deltas = callDeltasOf(delta)
  const own = deltas.length === 0 ? [] : onCallDeltas(deltas, callsOf(state, index), chunks)
  const legacy = readObject(delta, 'function_call')
  if (legacy !== undefined) onCallDeltas([{ function: legacy }], callsOf(state, index), chunks)
  const native = readString(choice, 'finish_reason')
  if (native === undefined || native === '') return { chunks, own: repairChoiceDelta(choice, { index, calls: own, finish: undefined }) }
  const calls = state.calls.get(index)
  const ended = calls?.end()
  if (ended?.isNameless === true)
    return { chunks: [...chunks, { type: 'error', error: invalidResponse('A tool call has no name.') }], own: choice }
  const finish = fromOpenAiFinish(choice, calls?.hasCalls() === true)
  for (const chunk of ended?.chunks ?? []) chunks.push(chunk)
  chunks.push({ type: 'finish', choice: index, finish })
  // OpenAI's clients have no call at all in a legacy delta, and are owed nothing for it.
  const owed = legacy === undefined ? (ended?.own ?? []) : []
  return { chunks, own: repairChoiceDelta(choice, { index, calls: [...own, ...owed], finish }) }
}

function errorChunk(event: JsonObject): ChatChunk {
  const upstreamError = fromOpenAiError(200, {}, event)
  const status = Number(upstreamError.code)
  const failure = classifyFailure(status >= 400 && status < 600 ? status : 500, upstreamError)
  return { type: 'error', error: new ProviderError({ ...upstreamError, failure, provider: '' }) }
}

function isNothing(value: unknown): boolean {
  return value === undefined || value === null
}

/** Whether an event carries one plain text delta and nothing else that could differ from event to event. */
function isPlainText(delta: JsonObject, choice: JsonObject): boolean {
  const finish = choice['finish_reason']
  const logprobs = choice['logprobs']
  return (
    (finish === null || finish === undefined) &&
    (logprobs === null || logprobs === undefined) &&
    isNothing(delta['tool_calls']) &&
    isNothing(delta['refusal']) &&
    isNothing(delta['reasoning_content']) &&
    isNothing(delta['reasoning']) &&
    isNothing(delta['reasoning_details']) &&
    isNothing(delta['annotations']) &&
    isNothing(delta['images'])
  )
}

function templateOf(event: WireEvent, choices: readonly unknown[], forward: boolean): TextTemplate | undefined {
  const choice = choices.length === 1 && forward ? choices[0] : undefined
  const delta = isJsonObject(choice) ? readObject(choice, 'delta') : undefined
  if (!isJsonObject(choice) || delta === undefined || choice['index'] !== 0 || !isPlainText(delta, choice)) return undefined
  const text = readString(delta, 'content')
  return text === undefined ? undefined : toTemplate(event.data, text, 'content')
}

function usageOf(event: JsonObject): JsonObject | undefined {
  return readObject(event, 'usage') ?? readObject(readObject(event, 'x_groq') ?? {}, 'usage')
}

function onParsedEvent(before: OpenAiStreamState, event: JsonObject, wire: WireEvent): Step {
  const choices = readArray(event, 'choices') ?? []
  const chunks: ChatChunk[] = []
  let state = before
  // Azure's first chunk has an empty model and no choices: nothing to start from yet.
  const empty = choices.length === 0 && !readString(event, 'model')
  if (state.start === undefined && !empty) {
    const start = startChunk(event, state.context)
    chunks.push(start)
    state = { ...state, start }
  }
  const own: JsonObject[] = []
  choices.forEach((choice, position) => {
    if (!isJsonObject(choice)) return
    const step = onChoice(choice, position, state)
    for (const chunk of step.chunks) chunks.push(chunk)
    own.push(step.own)
  })
  const usage = usageOf(event)
  if (usage !== undefined) chunks.push({ type: 'usage', usage: fromOpenAiUsage(usage, event) })
  const sent = repairEvent(event, own, { start: state.start, nowSeconds: state.context.nowSeconds })
  const template = templateOf(wire, choices, sent === event)
  return {
    state: template === undefined ? state : { ...state, template },
    chunks,
    forward: sent === event,
    ...(sent !== undefined && sent !== event && { rewritten: JSON.stringify(sent) }),
  }
}

/** One event of a stream. @throws ProviderError `invalid_response` when it is not JSON or not an object. */
export function onOpenAiEvent(state: OpenAiStreamState, event: WireEvent): Step {
  if (state.template !== undefined) {
    const text = matchTemplate(state.template, event.data)
    if (text !== undefined) return { state, chunks: [{ type: 'text-delta', choice: 0, text }], forward: true }
  }
  if (event.data === '[DONE]') return { state, chunks: [], forward: false, done: true }
  const parsed = parseJson(event.data)
  if (!isJsonObject(parsed)) throw invalidResponse('A stream event is not a JSON object.')
  const broken = (readArray(parsed, 'choices') ?? []).some(
    (choice) => isJsonObject(choice) && isFaultFinish(readString(choice, 'finish_reason')),
  )
  if (event.name === 'error' || (parsed['error'] !== undefined && parsed['error'] !== null) || broken) {
    return { state, chunks: [errorChunk(parsed)], forward: false }
  }
  if (!Array.isArray(parsed['choices']) && usageOf(parsed) === undefined)
    throw invalidResponse('A stream event has neither choices nor usage.')
  return onParsedEvent(state, parsed, event)
}
