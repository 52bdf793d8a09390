import type { ChatChunk } from '../../chat/chunk.ts'
import type { ToolCall } from '../../chat/message.ts'
import { classifyFailure } from '../../errors/classify-failure.ts'
import { invalidResponse, ProviderError } from '../../errors/provider-error.ts'
import { isJsonObject, type JsonObject, parseJson, readObject, readString } from '../../wire/json.ts'
import type { WireEvent } from '../../wire/wire-event.ts'
import type { DecodeContext, DecodeStep } from '../dialect.ts'
import { errorIn } from './error.ts'
import { fromOllamaFinishReason } from './finish-reason.ts'
import { fromOllamaLogprobs } from './logprobs.ts'
import { createdAtSeconds, fromOllamaMessage, type OllamaMessage } from './message.ts'
import { fromOllamaUsage } from './usage.ts'

export interface OllamaStreamState {
  readonly context: DecodeContext
  readonly started: boolean
  readonly toolCount: number
}

export function startOllamaStream(context: DecodeContext): OllamaStreamState {
  return { context, started: false, toolCount: 0 }
}

function startChunk(body: JsonObject, context: DecodeContext): ChatChunk {
  return {
    type: 'start',
    id: `chatcmpl-${context.newId()}`,
    model: readString(body, 'model') || context.model,
    createdAtSeconds: createdAtSeconds(body),
  }
}

/** Calls are numbered in the order they come: `function.index` is left out by some versions and repeated by others. */
function toolChunks(calls: readonly ToolCall[], from: number): readonly ChatChunk[] {
  return calls.flatMap((call, offset): ChatChunk[] => [
    { type: 'tool-call-start', choice: 0, index: from + offset, id: call.id, name: call.name },
    { type: 'tool-call-delta', choice: 0, index: from + offset, argumentsText: call.argumentsText },
  ])
}

function contentChunks(message: OllamaMessage, body: JsonObject): ChatChunk[] {
  const chunks: ChatChunk[] = []
  const logprobs = fromOllamaLogprobs(body)
  if (message.thinking !== '') chunks.push({ type: 'reasoning-delta', choice: 0, index: 0, origin: 'ollama', text: message.thinking })
  if (message.text !== '' || logprobs !== undefined) {
    chunks.push({ type: 'text-delta', choice: 0, text: message.text, ...(logprobs !== undefined && { logprobs }) })
  }
  return chunks
}

function endChunks(body: JsonObject, toolCount: number): readonly ChatChunk[] {
  const usage = fromOllamaUsage(body)
  const finish: ChatChunk = {
    type: 'finish',
    choice: 0,
    finish: fromOllamaFinishReason(readString(body, 'done_reason'), toolCount > 0),
  }
  return usage === undefined ? [finish] : [finish, { type: 'usage', usage }]
}

function errorStep(state: OllamaStreamState, upstreamError: NonNullable<ReturnType<typeof errorIn>>): DecodeStep<OllamaStreamState> {
  const failure = classifyFailure(upstreamError.status ?? 500, upstreamError)
  const error = new ProviderError({ failure, provider: '', message: upstreamError.message, status: upstreamError.status })
  return { state, chunks: [{ type: 'error', error }], forward: false }
}

/** One line of a stream; the one with `done` is the last. @throws ProviderError `invalid_response` when it is no line of Ollama's */
export function onOllamaEvent(state: OllamaStreamState, event: WireEvent): DecodeStep<OllamaStreamState> {
  const body = parseJson(event.data)
  if (!isJsonObject(body)) throw invalidResponse('A stream line is not a JSON object.')
  const upstreamError = errorIn(body)
  if (upstreamError !== undefined) return errorStep(state, upstreamError)
  const given = readObject(body, 'message')
  const done = body['done'] === true
  if (given === undefined && !done) throw invalidResponse('A stream line has no message.')
  const message = fromOllamaMessage(given ?? {}, state.context)
  const toolCount = state.toolCount + message.toolCalls.length
  const chunks = contentChunks(message, body)
  if (!state.started) chunks.unshift(startChunk(body, state.context))
  for (const chunk of toolChunks(message.toolCalls, state.toolCount)) chunks.push(chunk)
  if (done) for (const chunk of endChunks(body, toolCount)) chunks.push(chunk)
  const next = state.started && toolCount === state.toolCount ? state : { ...state, started: true, toolCount }
  return { state: next, chunks, forward: false, done }
}
