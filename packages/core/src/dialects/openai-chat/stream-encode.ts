import type { ChatChunk, StartChunk, ToolCallDelta, ToolCallStart } from '../../chat/chunk.ts'
import type { JsonObject } from '../../wire/json.ts'
import type { ClientContext, ClientError, EncodeStep } from '../dialect.ts'
import { type CustomInput, createCustomInput } from '../shared/custom-input.ts'
import { isCustomTool } from '../shared/custom-tool.ts'
import { toOpenAiAnnotations } from './annotations.ts'
import { toOpenAiErrorBody } from './error.ts'
import { toOpenAiLogprobs } from './logprobs.ts'
import { toReasoningDetail } from './reasoning.ts'
import { toSignatureExtra } from './tools.ts'
import { toOpenAiUsage } from './usage.ts'

/** OpenAI's end mark, behind the last event. */
export const openAiEndMark = 'data: [DONE]\n\n'

export interface OpenAiEncodeState {
  readonly context: ClientContext
  /** The fields that every chunk repeats, already as JSON text without the closing brace. */
  readonly head: string
  /** The custom calls that are being written, by choice and index; they grow with the stream. */
  readonly custom: Map<string, CustomInput>
}

function headOf(context: ClientContext, start: StartChunk | undefined): string {
  const head = {
    id: start?.id ?? `chatcmpl-${context.newId()}`,
    object: 'chat.completion.chunk',
    created: start?.createdAtSeconds ?? context.nowSeconds,
    model: start?.model ?? context.model,
    ...(start?.serviceTier !== undefined && { service_tier: start.serviceTier }),
    ...(start?.systemFingerprint !== undefined && { system_fingerprint: start.systemFingerprint }),
  }
  return JSON.stringify(head).slice(0, -1)
}

export function startOpenAiEncoder(context: ClientContext): OpenAiEncodeState {
  return { context, head: headOf(context, undefined), custom: new Map() }
}

function event(state: OpenAiEncodeState, fields: string): string {
  return `data: ${state.head},${fields}}\n\n`
}

function choiceEvent(
  state: OpenAiEncodeState,
  index: number,
  choice: { delta: JsonObject; finish?: string; logprobs?: JsonObject | undefined },
): string {
  const body = { index, delta: choice.delta, logprobs: choice.logprobs ?? null, finish_reason: choice.finish ?? null }
  return event(state, `"choices":[${JSON.stringify(body)}]`)
}

function toolCall(index: number, fields: JsonObject): JsonObject {
  return { tool_calls: [{ index, ...fields }] }
}

function reasoningDelta(chunk: Extract<ChatChunk, { type: 'reasoning-delta' }>): JsonObject {
  return {
    ...(chunk.text !== '' && { reasoning_content: chunk.text }),
    reasoning_details: [toReasoningDetail(chunk, chunk.index)],
  }
}

function customEvent(state: OpenAiEncodeState, place: { readonly choice: number; readonly index: number }, text: string): string {
  return text === '' ? '' : choiceEvent(state, place.choice, { delta: toolCall(place.index, { custom: { input: text } }) })
}

function callEvent(state: OpenAiEncodeState, chunk: ToolCallStart): string {
  const { choice, index, id, name } = chunk
  if (chunk.custom !== true && !isCustomTool(state.context.request, name)) {
    const call = { id, type: 'function', function: { name, arguments: '' }, ...toSignatureExtra(chunk.signature) }
    return choiceEvent(state, choice, { delta: toolCall(index, call) })
  }
  state.custom.set(`${choice}/${index}`, createCustomInput())
  return choiceEvent(state, choice, { delta: toolCall(index, { id, type: 'custom', custom: { name, input: '' } }) })
}

function argumentsEvent(state: OpenAiEncodeState, { choice, index, argumentsText }: ToolCallDelta): string {
  const input = state.custom.get(`${choice}/${index}`)
  if (input !== undefined) return customEvent(state, { choice, index }, input.push(argumentsText))
  return choiceEvent(state, choice, { delta: toolCall(index, { function: { arguments: argumentsText } }) })
}

/** What custom calls of a choice still have to say when it ends. */
function lastInputs(state: OpenAiEncodeState, choice: number): string {
  let text = ''
  for (const [place, input] of state.custom) {
    const [of, index] = place.split('/').map(Number)
    if (of === choice && index !== undefined) text += customEvent(state, { choice, index }, input.end())
  }
  return text
}

/** The event of one chunk; '' for chunks that this dialect has no event for. */
function toText(state: OpenAiEncodeState, chunk: ChatChunk): string {
  switch (chunk.type) {
    case 'start':
      return choiceEvent(state, 0, { delta: { role: 'assistant', content: '' } })
    case 'text-delta':
      return choiceEvent(state, chunk.choice, {
        delta: { content: chunk.text },
        logprobs: chunk.logprobs && toOpenAiLogprobs(chunk.logprobs),
      })
    case 'refusal-delta':
      return choiceEvent(state, chunk.choice, { delta: { refusal: chunk.text } })
    case 'reasoning-delta':
      return choiceEvent(state, chunk.choice, { delta: reasoningDelta(chunk) })
    case 'tool-call-start':
      return callEvent(state, chunk)
    case 'tool-call-delta':
      return argumentsEvent(state, chunk)
    case 'annotations':
      return choiceEvent(state, chunk.choice, { delta: toOpenAiAnnotations(chunk.annotations) })
    case 'finish': {
      const owed = state.custom.size === 0 ? '' : lastInputs(state, chunk.choice)
      return owed + choiceEvent(state, chunk.choice, { delta: {}, finish: chunk.finish.reason })
    }
    case 'usage':
      return state.context.includeUsage ? event(state, `"choices":[],"usage":${JSON.stringify(toOpenAiUsage(chunk.usage))}`) : ''
    case 'error':
      return ''
  }
}

export function onOpenAiChunk(state: OpenAiEncodeState, chunk: ChatChunk): EncodeStep<OpenAiEncodeState> {
  const next = chunk.type === 'start' ? { ...state, head: headOf(state.context, chunk) } : state
  return { state: next, text: toText(next, chunk) }
}

export function toOpenAiErrorEvent(error: ClientError): string {
  return `data: ${JSON.stringify(toOpenAiErrorBody(error))}\n\n`
}
