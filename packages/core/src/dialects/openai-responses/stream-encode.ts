import type { ChatChunk, ReasoningDelta, ToolCallStart } from '../../chat/chunk.ts'
import type { Finish } from '../../chat/finish-reason.ts'
import type { ReasoningBlock, ToolCall } from '../../chat/message.ts'
import type { Usage } from '../../chat/usage.ts'
import type { JsonObject } from '../../wire/json.ts'
import type { ClientContext, ClientError, EncodeStep } from '../dialect.ts'
import { singleChoiceEncoder } from '../shared/single-choice.ts'
import {
  isIncomplete,
  type ResponseHead,
  toCallItem,
  toHead,
  toMessageItem,
  toReasoningItem,
  toResponseObject,
  toTextPart,
} from './response-object.ts'

/** The output item that is being written. */
type Open =
  | { readonly type: 'message'; readonly id: string; readonly kind: 'text' | 'refusal'; readonly text: string }
  | { readonly type: 'reasoning'; readonly id: string; readonly index: number; readonly block: ReasoningBlock }
  | { readonly type: 'call'; readonly id: string; readonly index: number; readonly call: ToolCall }

export interface ResponsesEncodeState {
  readonly context: ClientContext
  readonly head?: ResponseHead | undefined
  readonly sequence: number
  /** Finished items; their number is the index of the open one. */
  readonly output: readonly JsonObject[]
  readonly open?: Open | undefined
  readonly finish?: Finish | undefined
  readonly usage?: Usage | undefined
}

type Step = EncodeStep<ResponsesEncodeState>

export function startResponsesEncoder(context: ClientContext): ResponsesEncodeState {
  return { context, sequence: 0, output: [] }
}

/** One event, numbered. */
function emit({ state, text }: Step, type: string, fields: JsonObject): Step {
  const data = JSON.stringify({ type, sequence_number: state.sequence, ...fields })
  return { state: { ...state, sequence: state.sequence + 1 }, text: `${text}event: ${type}\ndata: ${data}\n\n` }
}

function begin(state: ResponsesEncodeState, start: Extract<ChatChunk, { type: 'start' }> | undefined): Step {
  const head = toHead(state.context, start)
  const response = toResponseObject(head, [], {})
  const created = emit({ state: { ...state, head }, text: '' }, 'response.created', { response })
  return emit(created, 'response.in_progress', { response })
}

function place(state: ResponsesEncodeState): JsonObject {
  return { output_index: state.output.length, item_id: state.open?.id ?? '' }
}

function done(step: Step, item: JsonObject): Step {
  const ended = emit(step, 'response.output_item.done', { output_index: step.state.output.length, item })
  return { ...ended, state: { ...ended.state, output: [...ended.state.output, item], open: undefined } }
}

function closeMessage(step: Step, open: Extract<Open, { type: 'message' }>): Step {
  const at = { ...place(step.state), content_index: 0 }
  const part = open.kind === 'text' ? toTextPart(open.text) : { type: 'refusal', refusal: open.text }
  const spoken =
    open.kind === 'text'
      ? emit(step, 'response.output_text.done', { ...at, text: open.text, logprobs: [] })
      : emit(step, 'response.refusal.done', { ...at, refusal: open.text })
  return done(emit(spoken, 'response.content_part.done', { ...at, part }), toMessageItem(open.id, [part]))
}

function closeReasoning(step: Step, open: Extract<Open, { type: 'reasoning' }>): Step {
  const at = { ...place(step.state), summary_index: 0 }
  if (open.block.text === '') return done(step, toReasoningItem(open.id, open.block))
  const thought = emit(step, 'response.reasoning_summary_text.done', { ...at, text: open.block.text })
  const ended = emit(thought, 'response.reasoning_summary_part.done', { ...at, part: { type: 'summary_text', text: open.block.text } })
  return done(ended, toReasoningItem(open.id, open.block))
}

function close(state: ResponsesEncodeState): Step {
  const step: Step = { state, text: '' }
  const { open } = state
  switch (open?.type) {
    case undefined:
      return step
    case 'message':
      return closeMessage(step, open)
    case 'reasoning':
      return closeReasoning(step, open)
    case 'call': {
      const ended = emit(step, 'response.function_call_arguments.done', {
        ...place(state),
        name: open.call.name,
        arguments: open.call.argumentsText,
      })
      return done(ended, toCallItem(open.id, open.call))
    }
  }
}

function add(state: ResponsesEncodeState, open: Open, item: JsonObject): Step {
  const closed = close(state)
  const added = emit(closed, 'response.output_item.added', { output_index: closed.state.output.length, item })
  return { ...added, state: { ...added.state, open } }
}

function onWords(state: ResponsesEncodeState, kind: 'text' | 'refusal', words: string): Step {
  let step: Step = { state, text: '' }
  let open = state.open
  if (open?.type !== 'message' || open.kind !== kind) {
    open = { type: 'message', id: `msg_${state.context.newId()}`, kind, text: '' }
    const added = add(state, open, toMessageItem(open.id, [], 'in_progress'))
    const part = kind === 'text' ? toTextPart('') : { type: 'refusal', refusal: '' }
    step = emit(added, 'response.content_part.added', { ...place(added.state), content_index: 0, part })
  }
  const at = { ...place(step.state), content_index: 0 }
  const said =
    kind === 'text'
      ? emit(step, 'response.output_text.delta', { ...at, delta: words, logprobs: [] })
      : emit(step, 'response.refusal.delta', { ...at, delta: words })
  return { ...said, state: { ...said.state, open: { ...open, text: open.text + words } } }
}

function onReasoning(state: ResponsesEncodeState, chunk: ReasoningDelta): Step {
  let step: Step = { state, text: '' }
  let open = state.open
  if (open?.type !== 'reasoning' || open.index !== chunk.index) {
    open = {
      type: 'reasoning',
      id: chunk.id ?? `rs_${state.context.newId()}`,
      index: chunk.index,
      block: { origin: chunk.origin, text: '' },
    }
    step = add(state, open, { id: open.id, type: 'reasoning', status: 'in_progress', summary: [] })
  }
  const { block } = open
  if (chunk.text !== '') {
    const at = { ...place(step.state), summary_index: 0 }
    if (block.text === '') step = emit(step, 'response.reasoning_summary_part.added', { ...at, part: { type: 'summary_text', text: '' } })
    step = emit(step, 'response.reasoning_summary_text.delta', { ...at, delta: chunk.text })
  }
  const grown: ReasoningBlock = {
    ...block,
    text: block.text + chunk.text,
    signature: chunk.signature ?? block.signature,
    encrypted: chunk.encrypted ?? block.encrypted,
  }
  return { ...step, state: { ...step.state, open: { ...open, block: grown } } }
}

function onCall(state: ResponsesEncodeState, chunk: ToolCallStart): Step {
  const call: ToolCall = { id: chunk.id, name: chunk.name, argumentsText: '', signature: chunk.signature }
  const id = `fc_${state.context.newId()}`
  return add(state, { type: 'call', id, index: chunk.index, call }, toCallItem(id, call, 'in_progress'))
}

function onArguments(state: ResponsesEncodeState, index: number, argumentsText: string): Step {
  const { open } = state
  if (open?.type !== 'call' || open.index !== index) return { state, text: '' }
  const step = emit({ state, text: '' }, 'response.function_call_arguments.delta', { ...place(state), delta: argumentsText })
  const call = { ...open.call, argumentsText: open.call.argumentsText + argumentsText }
  return { ...step, state: { ...step.state, open: { ...open, call } } }
}

function onStarted(state: ResponsesEncodeState, chunk: ChatChunk): Step {
  switch (chunk.type) {
    case 'text-delta':
      return chunk.text === '' ? { state, text: '' } : onWords(state, 'text', chunk.text)
    case 'refusal-delta':
      return onWords(state, 'refusal', chunk.text)
    case 'reasoning-delta':
      return onReasoning(state, chunk)
    case 'tool-call-start':
      return onCall(state, chunk)
    case 'tool-call-delta':
      return onArguments(state, chunk.index, chunk.argumentsText)
    case 'finish': {
      const closed = close(state)
      return { ...closed, state: { ...closed.state, finish: chunk.finish } }
    }
    case 'usage':
      return { state: { ...state, usage: chunk.usage }, text: '' }
    case 'start':
    case 'annotations':
    case 'error':
      return { state, text: '' }
  }
}

/** Writes one chunk. The API has one choice. */
export const onResponsesChunk: (state: ResponsesEncodeState, chunk: ChatChunk) => Step = /* @__PURE__ */ singleChoiceEncoder({
  isStarted: ({ head }) => head !== undefined,
  begin,
  onStarted,
})

/** Writes the end: the whole response again, as `response.completed` or `response.incomplete`. */
export function endResponsesStream(state: ResponsesEncodeState): string {
  const closed = close(state)
  const finish = closed.state.finish ?? { reason: 'stop', native: '' }
  const response = toResponseObject(closed.state.head ?? toHead(state.context), closed.state.output, { finish, usage: closed.state.usage })
  return emit(closed, isIncomplete(finish) ? 'response.incomplete' : 'response.completed', { response }).text
}

/** Writes a failure in mid-stream: `response.failed`, which nothing follows. */
export function toResponsesErrorEvent(error: ClientError, state: ResponsesEncodeState): string {
  const head = state.head ?? toHead(state.context)
  const response = {
    ...toResponseObject(head, state.output, {}),
    status: 'failed',
    error: { code: error.code ?? 'server_error', message: error.message },
  }
  return emit({ state, text: '' }, 'response.failed', { response }).text
}
