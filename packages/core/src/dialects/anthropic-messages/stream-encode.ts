import type { ChatChunk, ReasoningDelta, StartChunk, ToolCallStart } from '../../chat/chunk.ts'
import type { DialectId } from '../../chat/dialect-id.ts'
import type { Finish } from '../../chat/finish-reason.ts'
import type { Usage } from '../../chat/usage.ts'
import type { JsonObject } from '../../wire/json.ts'
import type { ClientContext, EncodeStep } from '../dialect.ts'
import { toSignatureExtra } from '../openai-chat/tools.ts'
import { singleChoiceEncoder } from '../shared/single-choice.ts'
import { type BlockOrder, inBlockOrder } from './block-order.ts'
import { toAnthropicCitation } from './citations.ts'
import { toStopReason } from './finish-reason.ts'
import { signatureMark, toClientThinking } from './thinking.ts'
import { toAnthropicUsage } from './usage.ts'

/** The block that is being written. */
type Open =
  | { readonly type: 'text' }
  | { readonly type: 'tool'; readonly index: number }
  | { readonly type: 'thinking'; readonly index: number; readonly origin: DialectId; readonly signed: boolean }

export interface AnthropicEncodeState {
  readonly context: ClientContext
  readonly started: boolean
  /** Index of the next content block. */
  readonly next: number
  readonly open?: Open | undefined
  readonly order: BlockOrder
  readonly usage?: Usage | undefined
  readonly finish?: Finish | undefined
}

type Step = EncodeStep<AnthropicEncodeState>

export const anthropicEndMark = 'event: message_stop\ndata: {"type":"message_stop"}\n\n'

export function startAnthropicEncoder(context: ClientContext): AnthropicEncodeState {
  return { context, started: false, next: 0, order: {} }
}

function event(type: string, fields: JsonObject): string {
  return `event: ${type}\ndata: ${JSON.stringify({ type, ...fields })}\n\n`
}

const nothing: Usage = { inputTokens: 0, outputTokens: 0, totalTokens: 0 }

function begin(state: AnthropicEncodeState, start: StartChunk | undefined): Step {
  const id = start?.id ?? state.context.newId()
  const message = {
    id: id.startsWith('msg_') ? id : `msg_${id}`,
    type: 'message',
    role: 'assistant',
    model: start?.model ?? state.context.model,
    content: [],
    stop_reason: null,
    stop_sequence: null,
    usage: toAnthropicUsage(start?.usage ?? nothing),
  }
  return { state: { ...state, started: true, usage: start?.usage }, text: event('message_start', { message }) }
}

function delta(index: number, fields: JsonObject): string {
  return event('content_block_delta', { index, delta: fields })
}

/** Ends the open block. A thinking block of another vendor gets its mark here, if nothing has signed it. */
function close(state: AnthropicEncodeState): Step {
  const { open, next } = state
  if (open === undefined) return { state, text: '' }
  const index = next - 1
  const unsigned = open.type === 'thinking' && !open.signed && open.origin !== 'anthropic-messages'
  const mark = unsigned ? delta(index, { type: 'signature_delta', signature: signatureMark(open.origin, '') }) : ''
  return { state: { ...state, open: undefined }, text: mark + event('content_block_stop', { index }) }
}

function openBlock(state: AnthropicEncodeState, open: Open, block: JsonObject): Step {
  const closed = close(state)
  const index = closed.state.next
  return {
    state: { ...closed.state, next: index + 1, open },
    text: closed.text + event('content_block_start', { index, content_block: block }),
  }
}

function onText(state: AnthropicEncodeState, text: string): Step {
  if (text === '') return { state, text: '' }
  const step = openText(state)
  return { state: step.state, text: step.text + delta(step.state.next - 1, { type: 'text_delta', text }) }
}

function openText(state: AnthropicEncodeState): Step {
  return state.open?.type === 'text' ? { state, text: '' } : openBlock(state, { type: 'text' }, { type: 'text', text: '' })
}

/** Citations that come late begin a text block of their own. */
function onAnnotations(state: AnthropicEncodeState, annotations: readonly JsonObject[]): Step {
  const citations = annotations.map(toAnthropicCitation).filter((citation) => citation !== undefined)
  if (citations.length === 0) return { state, text: '' }
  const step = openText(state)
  const deltas = citations.map((citation) => delta(step.state.next - 1, { type: 'citations_delta', citation }))
  return { state: step.state, text: step.text + deltas.join('') }
}

function onReasoning(state: AnthropicEncodeState, chunk: ReasoningDelta): Step {
  if (chunk.encrypted !== undefined) {
    const step = openBlock(state, { type: 'thinking', index: chunk.index, origin: chunk.origin, signed: true }, toClientThinking(chunk))
    const closed = close(step.state)
    return { state: closed.state, text: step.text + closed.text }
  }
  const same = state.open?.type === 'thinking' && state.open.index === chunk.index
  const step = same
    ? { state, text: '' }
    : openBlock(
        state,
        { type: 'thinking', index: chunk.index, origin: chunk.origin, signed: false },
        { type: 'thinking', thinking: '', signature: '' },
      )
  const at = step.state.next - 1
  const thought = chunk.text === '' ? '' : delta(at, { type: 'thinking_delta', thinking: chunk.text })
  if (chunk.signature === undefined) return { state: step.state, text: step.text + thought }
  const signed: Open = { type: 'thinking', index: chunk.index, origin: chunk.origin, signed: true }
  return {
    state: { ...step.state, open: signed },
    text: step.text + thought + delta(at, { type: 'signature_delta', signature: signatureMark(chunk.origin, chunk.signature) }),
  }
}

function onToolStart(state: AnthropicEncodeState, { index, id, name, signature }: ToolCallStart): Step {
  return openBlock(state, { type: 'tool', index }, { type: 'tool_use', id, name, input: {}, ...toSignatureExtra(signature) })
}

function onOrdered(state: AnthropicEncodeState, chunk: ChatChunk): Step {
  switch (chunk.type) {
    case 'text-delta':
    case 'refusal-delta':
      return onText(state, chunk.text)
    case 'reasoning-delta':
      return onReasoning(state, chunk)
    case 'tool-call-start':
      return onToolStart(state, chunk)
    case 'tool-call-delta':
      return { state, text: delta(state.next - 1, { type: 'input_json_delta', partial_json: chunk.argumentsText }) }
    case 'finish': {
      const closed = close(state)
      return { state: { ...closed.state, finish: chunk.finish }, text: closed.text }
    }
    case 'usage':
      return { state: { ...state, usage: chunk.usage }, text: '' }
    case 'annotations':
      return onAnnotations(state, chunk.annotations)
    case 'start':
    case 'error':
      return { state, text: '' }
  }
}

function onStarted(state: AnthropicEncodeState, chunk: ChatChunk): Step {
  const { order, chunks } = inBlockOrder(state.order, chunk)
  const [only] = chunks
  if (only !== undefined && chunks.length === 1) return onOrdered({ ...state, order }, only)
  let step: Step = { state: { ...state, order }, text: '' }
  for (const next of chunks) {
    const { state: after, text } = onOrdered(step.state, next)
    step = { state: after, text: step.text + text }
  }
  return step
}

/** Writes one chunk. Anthropic has one choice. */
export const onAnthropicChunk: (state: AnthropicEncodeState, chunk: ChatChunk) => Step = /* @__PURE__ */ singleChoiceEncoder({
  isStarted: ({ started }) => started,
  begin,
  onStarted,
})

/** The end: why it stopped, final usage, and the end mark. */
export function endAnthropicStream(before: AnthropicEncodeState): string {
  const begun = before.started ? { state: before, text: '' } : begin(before, undefined)
  const closed = close(begun.state)
  const { state } = closed
  const finish = state.finish ?? { reason: 'stop', native: 'end_turn' }
  const ending = event('message_delta', {
    delta: { stop_reason: toStopReason(finish), stop_sequence: finish.stopSequence ?? null },
    usage: toAnthropicUsage(state.usage ?? nothing),
  })
  return begun.text + closed.text + ending + anthropicEndMark
}
