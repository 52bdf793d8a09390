import type { ChatChunk, ReasoningDelta, StartChunk, TextDelta } from '../../chat/chunk.ts'
import type { ReasoningBlock } from '../../chat/message.ts'
import type { JsonObject } from '../../wire/json.ts'
import type { ClientContext, ClientError } from '../dialect.ts'
import { singleChoiceEncoder } from '../shared/single-choice.ts'
import { imagesOf, toResponsesAnnotations } from './annotations.ts'
import {
  isIncomplete,
  toHead,
  toImageItem,
  toLogprobs,
  toMessageItem,
  toReasoningItem,
  toResponseObject,
  toTextPart,
} from './response-object.ts'
import { endCalls, growCall, openCall } from './stream-calls.ts'
import {
  addItem,
  emit,
  endItem,
  type OpenMessage,
  type OpenReasoning,
  outputOf,
  placeOf,
  type ResponsesEncodeState,
  type Step,
} from './stream-writer.ts'

export type { ResponsesEncodeState } from './stream-writer.ts'

export function startResponsesEncoder(context: ClientContext): ResponsesEncodeState {
  return { context, sequence: 0, output: new Map(), added: 0, calls: new Map(), heldAnnotations: [] }
}

function begin(state: ResponsesEncodeState, start: StartChunk | undefined): Step {
  const head = toHead(state.context, start)
  const response = toResponseObject(head, [], {})
  const created = emit({ state: { ...state, head }, text: '' }, 'response.created', { response })
  return emit(created, 'response.in_progress', { response })
}

function partOf({ kind, text, annotations, logprobs }: OpenMessage): JsonObject {
  return kind === 'text' ? toTextPart(text, annotations, logprobs) : { type: 'refusal', refusal: text }
}

function endMessage(step: Step, open: OpenMessage, status: string): Step {
  const at = { ...placeOf(open), content_index: 0 }
  const part = partOf(open)
  const spoken =
    open.kind === 'text'
      ? emit(step, 'response.output_text.done', { ...at, text: open.text, logprobs: open.logprobs })
      : emit(step, 'response.refusal.done', { ...at, refusal: open.text })
  return endItem(emit(spoken, 'response.content_part.done', { ...at, part }), open.at, toMessageItem(open.id, [part], status))
}

function endReasoning(step: Step, open: OpenReasoning): Step {
  const { text } = open.block
  const at = { ...placeOf(open), summary_index: 0 }
  const item = toReasoningItem(open.id, open.block)
  if (text === '') return endItem(step, open.at, item)
  const thought = emit(step, 'response.reasoning_summary_text.done', { ...at, text })
  return endItem(emit(thought, 'response.reasoning_summary_part.done', { ...at, part: { type: 'summary_text', text } }), open.at, item)
}

/** Ends the message or the reasoning that is being written. */
function endOpen(state: ResponsesEncodeState, status = 'completed'): Step {
  const { open } = state
  const step: Step = { state: { ...state, open: undefined }, text: '' }
  if (open === undefined) return step
  return open.type === 'message' ? endMessage(step, open, status) : endReasoning(step, open)
}

function withOpen(step: Step, open: OpenMessage | OpenReasoning): Step {
  return { ...step, state: { ...step.state, open } }
}

function openMessage(state: ResponsesEncodeState, kind: OpenMessage['kind']): { readonly step: Step; readonly open: OpenMessage } {
  const ended = endOpen(state)
  const id = `msg_${state.context.newId()}`
  const open: OpenMessage = { type: 'message', id, at: ended.state.added, kind, text: '', annotations: [], logprobs: [] }
  const added = addItem(ended, toMessageItem(id, [], 'in_progress'))
  return { step: emit(added, 'response.content_part.added', { ...placeOf(open), content_index: 0, part: partOf(open) }), open }
}

function annotate(step: Step, open: OpenMessage, annotations: readonly JsonObject[]): Step {
  const at = { ...placeOf(open), content_index: 0 }
  const told = annotations.reduce(
    (before, annotation, index) =>
      emit(before, 'response.output_text.annotation.added', { ...at, annotation_index: open.annotations.length + index, annotation }),
    step,
  )
  return withOpen(told, { ...open, annotations: [...open.annotations, ...annotations] })
}

function onWords(state: ResponsesEncodeState, kind: OpenMessage['kind'], said: Pick<TextDelta, 'text' | 'logprobs'>): Step {
  const begun =
    state.open?.type === 'message' && state.open.kind === kind ? { step: { state, text: '' }, open: state.open } : openMessage(state, kind)
  const { open } = begun
  const at = { ...placeOf(open), content_index: 0 }
  const logprobs = toLogprobs(said.logprobs)
  const spoken =
    kind === 'text'
      ? emit(begun.step, 'response.output_text.delta', { ...at, delta: said.text, logprobs })
      : emit(begun.step, 'response.refusal.delta', { ...at, delta: said.text })
  const grown: OpenMessage = {
    ...open,
    text: open.text + said.text,
    logprobs: logprobs.length === 0 ? open.logprobs : [...open.logprobs, ...logprobs],
  }
  const { heldAnnotations } = spoken.state
  if (kind !== 'text' || heldAnnotations.length === 0) return withOpen(spoken, grown)
  return annotate({ ...spoken, state: { ...spoken.state, heldAnnotations: [] } }, grown, heldAnnotations)
}

function openReasoning(
  state: ResponsesEncodeState,
  { id: given, index, origin }: ReasoningDelta,
): { readonly step: Step; readonly open: OpenReasoning } {
  const ended = endOpen(state)
  const id = given ?? `rs_${state.context.newId()}`
  const open: OpenReasoning = { type: 'reasoning', id, at: ended.state.added, index, block: { origin, text: '' } }
  return { step: addItem(ended, { id, type: 'reasoning', status: 'in_progress', summary: [] }), open }
}

function tellThought(step: Step, open: OpenReasoning, delta: string): Step {
  if (delta === '') return step
  const at = { ...placeOf(open), summary_index: 0 }
  const begun =
    open.block.text === '' ? emit(step, 'response.reasoning_summary_part.added', { ...at, part: { type: 'summary_text', text: '' } }) : step
  return emit(begun, 'response.reasoning_summary_text.delta', { ...at, delta })
}

function onReasoning(state: ResponsesEncodeState, chunk: ReasoningDelta): Step {
  const isGoingOn = state.open?.type === 'reasoning' && state.open.index === chunk.index
  const { step, open } = isGoingOn ? { step: { state, text: '' }, open: state.open } : openReasoning(state, chunk)
  const { block } = open
  const grown: ReasoningBlock = {
    ...block,
    text: block.text + chunk.text,
    signature: chunk.signature ?? block.signature,
    encrypted: chunk.encrypted ?? block.encrypted,
  }
  return withOpen(tellThought(step, open, chunk.text), { ...open, block: grown })
}

function onImage(state: ResponsesEncodeState, data: string): Step {
  const ended = endOpen(state)
  const at = ended.state.added
  const id = `ig_${state.context.newId()}`
  const added = addItem(ended, toImageItem(id, null, 'in_progress'))
  const done = emit(added, 'response.image_generation_call.completed', { output_index: at, item_id: id })
  return endItem(done, at, toImageItem(id, data))
}

function onAnnotations(state: ResponsesEncodeState, annotations: readonly JsonObject[]): Step {
  const citations = toResponsesAnnotations(annotations)
  const { open } = state
  const cited: Step =
    open?.type === 'message' && open.kind === 'text'
      ? annotate({ state, text: '' }, open, citations)
      : { state: { ...state, heldAnnotations: [...state.heldAnnotations, ...citations] }, text: '' }
  return imagesOf(annotations).reduce((before, data) => {
    const shown = onImage(before.state, data)
    return { ...shown, text: before.text + shown.text }
  }, cited)
}

function onFinish(state: ResponsesEncodeState, finish: ResponsesEncodeState['finish']): Step {
  const status = isIncomplete(finish) ? 'incomplete' : 'completed'
  const ended = endCalls(endOpen(state, status), status)
  return { ...ended, state: { ...ended.state, finish } }
}

function onStarted(state: ResponsesEncodeState, chunk: ChatChunk): Step {
  switch (chunk.type) {
    case 'text-delta':
      return chunk.text === '' && chunk.logprobs === undefined ? { state, text: '' } : onWords(state, 'text', chunk)
    case 'refusal-delta':
      return onWords(state, 'refusal', chunk)
    case 'reasoning-delta':
      return onReasoning(state, chunk)
    case 'tool-call-start':
      return openCall(endOpen(state), chunk)
    case 'tool-call-delta':
      return growCall(state, chunk.index, chunk.argumentsText)
    case 'annotations':
      return onAnnotations(state, chunk.annotations)
    case 'finish':
      return onFinish(state, chunk.finish)
    case 'usage':
      return { state: { ...state, usage: chunk.usage }, text: '' }
    case 'start':
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
  const finish = state.finish ?? { reason: 'stop', native: '' }
  const ended = onFinish(state, finish)
  const response = toResponseObject(state.head ?? toHead(state.context), outputOf(ended.state), { finish, usage: ended.state.usage })
  return emit(ended, isIncomplete(finish) ? 'response.incomplete' : 'response.completed', { response }).text
}

/** In a string literal its quotes would be escaped. */
const sequenceNumber = /"sequence_number"\s{0,9}:\s{0,9}(\d{1,15})/g

/** Goes on counting where a provider's own events have stopped. */
export function afterForwardedEvents(state: ResponsesEncodeState, lastSent: string): ResponsesEncodeState {
  let last: string | undefined
  for (const [, digits] of lastSent.matchAll(sequenceNumber)) last = digits
  return last === undefined ? state : { ...state, sequence: Number(last) + 1 }
}

/** Writes a failure in mid-stream: `response.failed`, which nothing follows. */
export function toResponsesErrorEvent(error: ClientError, state: ResponsesEncodeState): string {
  const head = state.head ?? toHead(state.context)
  const response = {
    ...toResponseObject(head, outputOf(state), {}),
    status: 'failed',
    error: { code: error.code ?? 'server_error', message: error.message },
  }
  return emit({ state, text: '' }, 'response.failed', { response }).text
}
