import type { ChatChunk } from '../../chat/chunk.ts'
import { classifyFailure } from '../../errors/classify-failure.ts'
import { invalidResponse, ProviderError } from '../../errors/provider-error.ts'
import { isJsonObject, type JsonObject, parseJson, readArray, readNumber, readObject, readString } from '../../wire/json.ts'
import type { WireEvent } from '../../wire/wire-event.ts'
import type { DecodeContext, DecodeStep } from '../dialect.ts'
import { matchTemplate, type TextTemplate, toTemplate } from '../shared/text-template.ts'
import { fromOpenAiError } from './error.ts'
import { fromOpenAiFinishReason, isFaultFinish, isOpenAiFinishReason } from './finish-reason.ts'
import { fromOpenAiLogprobs } from './logprobs.ts'
import { reasoningTextOf } from './reasoning.ts'
import { textOf } from './response.ts'
import { fromOpenAiToolCall } from './tools.ts'
import { fromOpenAiUsage, isOpenAiCount } from './usage.ts'

export interface OpenAiStreamState {
  readonly context: DecodeContext
  readonly started: boolean
  /** Ids of the tool calls begun so far, by choice; the position in the list is the call's index. */
  readonly toolIds: Readonly<Record<number, readonly string[]>>
  /** Tool calls without argument text so far, as `choice:index`. Those that are left at the finish have no arguments. */
  readonly silent: readonly string[]
  readonly template?: TextTemplate | undefined
}

type Step = DecodeStep<OpenAiStreamState>

export function startOpenAiStream(context: DecodeContext): OpenAiStreamState {
  return { context, started: false, toolIds: {}, silent: [] }
}

function startChunk(event: JsonObject, context: DecodeContext): ChatChunk {
  return {
    type: 'start',
    id: readString(event, 'id') || `chatcmpl-${context.newId()}`,
    model: readString(event, 'model') || context.model,
    createdAtSeconds: readNumber(event, 'created') || undefined,
    serviceTier: readString(event, 'service_tier'),
    systemFingerprint: readString(event, 'system_fingerprint'),
  }
}

/** Which call a delta belongs to: by `index`, else by id (older Mistral models send neither index nor pieces). */
function toolIndex(delta: JsonObject, ids: readonly string[]): number {
  const index = readNumber(delta, 'index')
  if (index !== undefined) return index
  const id = readString(delta, 'id')
  const known = id === undefined ? ids.length - 1 : ids.indexOf(id)
  return known === -1 ? ids.length : known
}

interface ToolStep {
  readonly chunks: readonly ChatChunk[]
  readonly ids: readonly string[]
}

function onToolDelta(
  delta: JsonObject,
  at: { readonly choice: number; readonly ids: readonly string[] },
  context: DecodeContext,
): ToolStep {
  const index = toolIndex(delta, at.ids)
  const read = fromOpenAiToolCall(delta)
  const target = readObject(delta, 'function')
  const argumentsText = read?.argumentsText ?? (target && readString(target, 'arguments')) ?? ''
  const deltas: readonly ChatChunk[] = argumentsText === '' ? [] : [{ type: 'tool-call-delta', choice: at.choice, index, argumentsText }]
  if (at.ids[index] !== undefined || read === undefined) return { chunks: deltas, ids: at.ids }
  const id = read.id === '' ? `call_${context.newId()}` : read.id
  const start: ChatChunk = { type: 'tool-call-start', choice: at.choice, index, id, name: read.name, signature: read.signature }
  const ids = [...at.ids]
  ids[index] = id
  return { chunks: [start, ...deltas], ids }
}

function onToolDeltas(
  deltas: readonly unknown[],
  choice: number,
  state: OpenAiStreamState,
): { chunks: readonly ChatChunk[]; state: OpenAiStreamState } {
  let ids = state.toolIds[choice] ?? []
  const chunks: ChatChunk[] = []
  for (const delta of deltas.filter(isJsonObject)) {
    const step = onToolDelta(delta, { choice, ids }, state.context)
    chunks.push(...step.chunks)
    ids = step.ids
  }
  const silent = stillSilent(state.silent, chunks)
  return { chunks, state: { ...state, silent, toolIds: { ...state.toolIds, [choice]: ids } } }
}

function stillSilent(before: readonly string[], chunks: readonly ChatChunk[]): readonly string[] {
  const begun = chunks.flatMap((chunk) => (chunk.type === 'tool-call-start' ? [`${chunk.choice}:${chunk.index}`] : []))
  const heard = new Set(chunks.flatMap((chunk) => (chunk.type === 'tool-call-delta' ? [`${chunk.choice}:${chunk.index}`] : [])))
  return begun.length === 0 && heard.size === 0 ? before : [...before, ...begun].filter((call) => !heard.has(call))
}

function emptyArguments(silent: readonly string[], choice: number): readonly ChatChunk[] {
  return silent.flatMap((call): ChatChunk[] => {
    const [of, index] = call.split(':').map(Number)
    return of === choice && index !== undefined ? [{ type: 'tool-call-delta', choice, index, argumentsText: '{}' }] : []
  })
}

function textChunks(delta: JsonObject, choice: JsonObject, index: number): ChatChunk[] {
  const chunks: ChatChunk[] = []
  const reasoning = reasoningTextOf(delta)
  const text = textOf(delta['content'])
  const refusal = readString(delta, 'refusal')
  const logprobs = fromOpenAiLogprobs(choice)
  if (reasoning !== '') chunks.push({ type: 'reasoning-delta', choice: index, index: 0, origin: 'openai-chat', text: reasoning })
  if (text !== '' || logprobs !== undefined) chunks.push({ type: 'text-delta', choice: index, text, logprobs })
  if (refusal !== undefined && refusal !== '') chunks.push({ type: 'refusal-delta', choice: index, text: refusal })
  const annotations = readArray(delta, 'annotations')?.filter(isJsonObject) ?? []
  if (annotations.length > 0) chunks.push({ type: 'annotations', choice: index, annotations })
  return chunks
}

function onChoice(choice: JsonObject, state: OpenAiStreamState): { chunks: readonly ChatChunk[]; state: OpenAiStreamState } {
  const index = readNumber(choice, 'index') ?? 0
  const delta = readObject(choice, 'delta') ?? {}
  const chunks = textChunks(delta, choice, index)
  const tools = onToolDeltas(readArray(delta, 'tool_calls') ?? [], index, state)
  chunks.push(...tools.chunks)
  const native = readString(choice, 'finish_reason')
  if (native !== undefined && native !== '') {
    chunks.push(...emptyArguments(tools.state.silent, index))
    chunks.push({ type: 'finish', choice: index, finish: fromOpenAiFinishReason(native, (tools.state.toolIds[index] ?? []).length > 0) })
  }
  return { chunks, state: tools.chunks.length > 0 ? tools.state : state }
}

function errorChunk(event: JsonObject): ChatChunk {
  const upstreamError = fromOpenAiError(200, {}, event)
  const status = Number(upstreamError.code)
  const failure = classifyFailure(status >= 400 && status < 600 ? status : 500, upstreamError)
  return { type: 'error', error: new ProviderError({ ...upstreamError, failure, provider: '' }) }
}

function isForwardableChoice(choice: unknown): boolean {
  if (!isJsonObject(choice) || typeof choice['index'] !== 'number' || choice['finish_reason'] === undefined) return false
  const delta = readObject(choice, 'delta')
  if (delta === undefined || (choice['finish_reason'] !== null && !isOpenAiFinishReason(choice['finish_reason']))) return false
  const content = delta['content']
  const calls = delta['tool_calls']
  const callsFit =
    calls === undefined || (Array.isArray(calls) && calls.every((call) => isJsonObject(call) && typeof call['index'] === 'number'))
  return (
    (typeof content === 'string' || content === null || content === undefined) &&
    callsFit &&
    !('reasoning' in delta && !('reasoning_content' in delta))
  )
}

/** Whether OpenAI itself could have sent the event: it has every required field and no field of another vendor. */
function isForwardable(event: JsonObject, choices: readonly unknown[]): boolean {
  const usage = readObject(event, 'usage')
  return (
    Boolean(readString(event, 'id') && readString(event, 'model')) &&
    event['object'] === 'chat.completion.chunk' &&
    typeof event['created'] === 'number' &&
    (usage === undefined || isOpenAiCount(usage)) &&
    readObject(event, 'x_groq')?.['usage'] === undefined &&
    choices.every(isForwardableChoice)
  )
}

/** Whether an event carries one plain text delta and nothing else that could differ from event to event. */
function isPlainText(delta: JsonObject, choice: JsonObject): boolean {
  const finish = choice['finish_reason']
  const logprobs = choice['logprobs']
  return (
    (finish === null || finish === undefined) &&
    (logprobs === null || logprobs === undefined) &&
    delta['tool_calls'] === undefined &&
    delta['refusal'] === undefined &&
    delta['reasoning_content'] === undefined &&
    delta['reasoning'] === undefined
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
  if (!state.started && !empty) {
    chunks.push(startChunk(event, state.context))
    state = { ...state, started: true }
  }
  for (const choice of choices.filter(isJsonObject)) {
    const step = onChoice(choice, state)
    chunks.push(...step.chunks)
    state = step.state
  }
  const usage = usageOf(event)
  if (usage !== undefined) chunks.push({ type: 'usage', usage: fromOpenAiUsage(usage) })
  // An event's own bytes lack the chunks that we add.
  const added = before.silent.length > 0 && chunks.some((chunk) => chunk.type === 'finish')
  const forward = !added && isForwardable(event, choices)
  const template = templateOf(wire, choices, forward)
  return { state: template === undefined ? state : { ...state, template }, chunks, forward }
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
