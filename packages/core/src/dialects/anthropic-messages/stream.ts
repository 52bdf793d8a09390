import type { ChatChunk } from '../../chat/chunk.ts'
import { classifyFailure } from '../../errors/classify-failure.ts'
import { invalidResponse, ProviderError } from '../../errors/provider-error.ts'
import { isJsonObject, type JsonObject, parseJson, readArray, readObject, readString } from '../../wire/json.ts'
import type { WireEvent } from '../../wire/wire-event.ts'
import type { DecodeContext, DecodeStep } from '../dialect.ts'
import { readIndex } from '../shared/read-index.ts'
import { matchTemplate, type TextTemplate, toTemplate } from '../shared/text-template.ts'
import { fromCitationsOf } from './citations.ts'
import { fromAnthropicError } from './error.ts'
import { fromStopReason } from './finish-reason.ts'
import { fromAnthropicUsage } from './usage.ts'

/** The meaning of a content block: text, a reasoning block, a tool call, or a kind that only Anthropic's clients read. */
type Block =
  | { readonly type: 'text'; readonly start: number; readonly citations: readonly JsonObject[] }
  | { readonly type: 'other' }
  | { readonly type: 'reasoning' | 'tool'; readonly index: number }

export interface AnthropicStreamState {
  readonly context: DecodeContext
  readonly blocks: Readonly<Record<number, Block>>
  readonly reasoningCount: number
  readonly toolCount: number
  /** Length of the answer's text so far, by which citations say where they belong. */
  readonly textLength: number
  /** The usage so far: `message_start` brings the input, and `message_delta` the final figures that replace it. */
  readonly usage: JsonObject
  /** The tool call that has begun and has no argument text yet. */
  readonly silentTool?: number | undefined
  readonly template?: TextTemplate | undefined
}

type Step = DecodeStep<AnthropicStreamState>

export function startAnthropicStream(context: DecodeContext): AnthropicStreamState {
  return { context, blocks: {}, reasoningCount: 0, toolCount: 0, textLength: 0, usage: {} }
}

function onMessageStart(state: AnthropicStreamState, event: JsonObject): Step {
  const message = readObject(event, 'message') ?? {}
  const usage = readObject(message, 'usage') ?? {}
  const start: ChatChunk = {
    type: 'start',
    id: readString(message, 'id') || `msg_${state.context.newId()}`,
    model: readString(message, 'model') || state.context.model,
    usage: fromAnthropicUsage(usage),
  }
  return { state: { ...state, usage }, chunks: [start], forward: true }
}

function withBlock(state: AnthropicStreamState, at: number, block: Block): AnthropicStreamState {
  return { ...state, blocks: { ...state.blocks, [at]: block }, template: undefined }
}

function withText(state: AnthropicStreamState, text: string): AnthropicStreamState {
  return text === '' ? state : { ...state, textLength: state.textLength + text.length }
}

function onBlockStart(state: AnthropicStreamState, event: JsonObject): Step {
  const at = readIndex(event, 'index') ?? 0
  const block = readObject(event, 'content_block') ?? {}
  switch (block['type']) {
    case 'text': {
      const text = readString(block, 'text') ?? ''
      const citations = (readArray(block, 'citations') ?? []).filter(isJsonObject)
      return {
        state: withText(withBlock(state, at, { type: 'text', start: state.textLength, citations }), text),
        chunks: text === '' ? [] : [{ type: 'text-delta', choice: 0, text }],
        forward: true,
      }
    }
    case 'thinking':
    case 'redacted_thinking': {
      const index = state.reasoningCount
      const encrypted = readString(block, 'data')
      const text = readString(block, 'thinking') ?? ''
      const chunks: readonly ChatChunk[] =
        encrypted === undefined && text === ''
          ? []
          : [{ type: 'reasoning-delta', choice: 0, index, origin: 'anthropic-messages', text, encrypted }]
      return { state: { ...withBlock(state, at, { type: 'reasoning', index }), reasoningCount: index + 1 }, chunks, forward: true }
    }
    case 'tool_use': {
      const index = state.toolCount
      const start: ChatChunk = {
        type: 'tool-call-start',
        choice: 0,
        index,
        id: readString(block, 'id') ?? '',
        name: readString(block, 'name') ?? '',
      }
      return {
        state: { ...withBlock(state, at, { type: 'tool', index }), toolCount: index + 1, silentTool: index },
        chunks: [start],
        forward: true,
      }
    }
    default:
      return { state: withBlock(state, at, { type: 'other' }), chunks: [], forward: true }
  }
}

function deltaChunks(block: Block | undefined, delta: JsonObject): readonly ChatChunk[] {
  const text = readString(delta, 'text') ?? readString(delta, 'thinking')
  if (block?.type === 'text' && delta['type'] === 'text_delta') return [{ type: 'text-delta', choice: 0, text: text ?? '' }]
  if (block?.type === 'tool' && delta['type'] === 'input_json_delta') {
    const argumentsText = readString(delta, 'partial_json') ?? ''
    return argumentsText === '' ? [] : [{ type: 'tool-call-delta', choice: 0, index: block.index, argumentsText }]
  }
  if (block?.type !== 'reasoning') return []
  return [
    {
      type: 'reasoning-delta',
      choice: 0,
      index: block.index,
      origin: 'anthropic-messages',
      text: text ?? '',
      signature: readString(delta, 'signature'),
    },
  ]
}

/** Citations are kept until their block ends: they are of all of its text. */
function onCitation(state: AnthropicStreamState, event: JsonObject, block: Extract<Block, { type: 'text' }>): Step {
  const citation = readObject(readObject(event, 'delta') ?? {}, 'citation')
  const citations = citation === undefined ? block.citations : [...block.citations, citation]
  return { state: withBlock(state, readIndex(event, 'index') ?? 0, { ...block, citations }), chunks: [], forward: true }
}

function annotationChunks(state: AnthropicStreamState, block: Block | undefined): readonly ChatChunk[] {
  if (block?.type !== 'text' || block.citations.length === 0) return []
  const annotations = fromCitationsOf({ citations: block.citations }, { start: block.start, end: state.textLength })
  return annotations.length === 0 ? [] : [{ type: 'annotations', choice: 0, annotations }]
}

function onBlockDelta(state: AnthropicStreamState, event: JsonObject, data: string): Step {
  const delta = readObject(event, 'delta') ?? {}
  const block = state.blocks[readIndex(event, 'index') ?? 0]
  if (block?.type === 'text' && delta['type'] === 'citations_delta') return onCitation(state, event, block)
  const chunks = deltaChunks(block, delta)
  const template = block?.type === 'text' ? toTemplate(data, readString(delta, 'text') ?? '', 'text') : undefined
  const spoke = chunks[0]?.type === 'tool-call-delta' && state.silentTool !== undefined
  const told = withText(state, block?.type === 'text' ? (readString(delta, 'text') ?? '') : '')
  const heard = spoke ? { ...told, silentTool: undefined } : told
  return { state: template === undefined ? heard : { ...heard, template }, chunks, forward: true }
}

/** A tool call without any argument text gets `{}`, which other dialects expect. */
function onBlockStop(state: AnthropicStreamState, event: JsonObject): Step {
  const chunks = annotationChunks(state, state.blocks[readIndex(event, 'index') ?? 0])
  if (state.silentTool === undefined) return { state, chunks, forward: true }
  return {
    state: { ...state, silentTool: undefined },
    chunks: [{ type: 'tool-call-delta', choice: 0, index: state.silentTool, argumentsText: '{}' }],
    forward: true,
  }
}

function onMessageDelta(state: AnthropicStreamState, event: JsonObject): Step {
  const delta = readObject(event, 'delta') ?? {}
  const usage = { ...state.usage, ...readObject(event, 'usage') }
  const native = readString(delta, 'stop_reason')
  const chunks: ChatChunk[] = []
  if (native !== undefined) chunks.push({ type: 'finish', choice: 0, finish: fromStopReason(native, readString(delta, 'stop_sequence')) })
  chunks.push({ type: 'usage', usage: fromAnthropicUsage(usage) })
  return { state: { ...state, usage }, chunks, forward: true }
}

function errorStep(state: AnthropicStreamState, event: JsonObject): Step {
  const upstreamError = fromAnthropicError(200, {}, event)
  const error = new ProviderError({ ...upstreamError, failure: classifyFailure(500, upstreamError), provider: '' })
  return { state, chunks: [{ type: 'error', error }], forward: false }
}

/** Decodes one event of a stream. Events of unknown types are forwarded to clients of this dialect. */
export function onAnthropicEvent(state: AnthropicStreamState, event: WireEvent): Step {
  if (state.template !== undefined) {
    const text = matchTemplate(state.template, event.data)
    if (text !== undefined) return { state: withText(state, text), chunks: [{ type: 'text-delta', choice: 0, text }], forward: true }
  }
  const parsed = parseJson(event.data)
  if (!isJsonObject(parsed)) throw invalidResponse('A stream event is not a JSON object.')
  switch (parsed['type']) {
    case 'message_start':
      return onMessageStart(state, parsed)
    case 'content_block_start':
      return onBlockStart(state, parsed)
    case 'content_block_delta':
      return onBlockDelta(state, parsed, event.data)
    case 'content_block_stop':
      return onBlockStop(state, parsed)
    case 'message_delta':
      return onMessageDelta(state, parsed)
    case 'message_stop':
      return { state, chunks: [], forward: false, done: true }
    case 'error':
      return errorStep(state, parsed)
    default:
      return { state, chunks: [], forward: true }
  }
}
