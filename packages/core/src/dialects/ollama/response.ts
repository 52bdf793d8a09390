import type { ChatChunk } from '../../chat/chunk.ts'
import type { Finish } from '../../chat/finish-reason.ts'
import type { ToolCall } from '../../chat/message.ts'
import type { ChatResponse } from '../../chat/response.ts'
import type { Usage } from '../../chat/usage.ts'
import { badAnswer, ProviderError } from '../../errors/provider-error.ts'
import { isJsonObject, type JsonObject, parseJson, readArray, readNumber, readObject, readString } from '../../wire/json.ts'
import type { WireEvent } from '../../wire/wire-event.ts'
import type { DecodeContext, DecodeStep } from '../dialect.ts'

function fromFinish(native: string | undefined, hasToolCalls: boolean): Finish {
  if (hasToolCalls && native !== 'length') return { reason: 'tool_calls', native: native ?? '' }
  return { reason: native === 'length' ? 'length' : 'stop', native: native ?? '' }
}

/** `undefined` when nothing was counted; a prompt that was cached whole has no count of its own. */
function fromUsage(body: JsonObject): Usage | undefined {
  const output = readNumber(body, 'eval_count')
  const input = readNumber(body, 'prompt_eval_count')
  if (output === undefined && input === undefined) return undefined
  return { inputTokens: input ?? 0, outputTokens: output ?? 0, totalTokens: (input ?? 0) + (output ?? 0) }
}

function toSeconds(body: JsonObject): number | undefined {
  const ms = Date.parse(readString(body, 'created_at') ?? '')
  return Number.isNaN(ms) ? undefined : Math.floor(ms / 1000)
}

/** Calls come whole, mostly without an id, their arguments as objects. */
function toolCallsOf(message: JsonObject, context: DecodeContext): readonly ToolCall[] {
  return (readArray(message, 'tool_calls') ?? []).filter(isJsonObject).map((call) => {
    const target = readObject(call, 'function') ?? {}
    const given = target['arguments'] ?? {}
    return {
      id: readString(call, 'id') || `call_${context.newId()}`,
      name: readString(target, 'name') ?? '',
      argumentsText: typeof given === 'string' ? given : JSON.stringify(given),
    }
  })
}

/** Reads a whole answer. @throws ProviderError `bad_answer` when it has no message */
export function fromOllamaResponse(body: unknown, context: DecodeContext): ChatResponse {
  const message = isJsonObject(body) ? readObject(body, 'message') : undefined
  if (!isJsonObject(body) || message === undefined) throw badAnswer('The answer has no message.')
  const thinking = readString(message, 'thinking') ?? ''
  const toolCalls = toolCallsOf(message, context)
  return {
    id: `chatcmpl-${context.newId()}`,
    model: readString(body, 'model') || context.model,
    createdAtSeconds: toSeconds(body),
    choices: [
      {
        index: 0,
        text: readString(message, 'content') ?? '',
        reasoning: thinking === '' ? [] : [{ origin: 'ollama', text: thinking }],
        toolCalls,
        finish: fromFinish(readString(body, 'done_reason'), toolCalls.length > 0),
      },
    ],
    usage: fromUsage(body),
  }
}

export interface OllamaStreamState {
  readonly context: DecodeContext
  readonly started: boolean
  readonly toolCount: number
}

export function startOllamaStream(context: DecodeContext): OllamaStreamState {
  return { context, started: false, toolCount: 0 }
}

function toolChunks(calls: readonly ToolCall[], from: number): readonly ChatChunk[] {
  return calls.flatMap((call, offset): ChatChunk[] => [
    { type: 'tool-call-start', choice: 0, index: from + offset, id: call.id, name: call.name },
    { type: 'tool-call-delta', choice: 0, index: from + offset, argumentsText: call.argumentsText },
  ])
}

function contentChunks(state: OllamaStreamState, body: JsonObject, calls: readonly ToolCall[]): ChatChunk[] {
  const message = readObject(body, 'message') ?? {}
  const thinking = readString(message, 'thinking') ?? ''
  const text = readString(message, 'content') ?? ''
  const chunks: ChatChunk[] = []
  if (!state.started) chunks.push({ type: 'start', id: `chatcmpl-${state.context.newId()}`, model: readString(body, 'model') || state.context.model, createdAtSeconds: toSeconds(body) })
  if (thinking !== '') chunks.push({ type: 'reasoning-delta', choice: 0, index: 0, origin: 'ollama', text: thinking })
  if (text !== '') chunks.push({ type: 'text-delta', choice: 0, text })
  return [...chunks, ...toolChunks(calls, state.toolCount)]
}

/** One line of a stream; the one with `done` is the last. @throws ProviderError `bad_answer` when it is not JSON */
export function onOllamaEvent(state: OllamaStreamState, event: WireEvent): DecodeStep<OllamaStreamState> {
  const body = parseJson(event.data)
  if (!isJsonObject(body)) throw badAnswer('A stream line is not a JSON object.')
  const message = readString(body, 'error')
  if (message !== undefined) return { state, chunks: [{ type: 'error', error: new ProviderError({ failure: 'server', provider: '', message }) }], forward: false }
  const calls = toolCallsOf(readObject(body, 'message') ?? {}, state.context)
  const chunks = contentChunks(state, body, calls)
  const toolCount = state.toolCount + calls.length
  const done = body['done'] === true
  const usage = fromUsage(body)
  if (done) chunks.push({ type: 'finish', choice: 0, finish: fromFinish(readString(body, 'done_reason'), toolCount > 0) })
  if (done && usage !== undefined) chunks.push({ type: 'usage', usage })
  return { state: { ...state, started: true, toolCount }, chunks, forward: false, done }
}
