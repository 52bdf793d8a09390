import type { ChatChunk } from '../../chat/chunk.ts'
import { invalidResponse } from '../../errors/provider-error.ts'
import { isJsonObject, type JsonObject, parseJson, readObject, readString } from '../../wire/json.ts'
import type { WireEvent } from '../../wire/wire-event.ts'
import type { DecodeContext, DecodeStep } from '../dialect.ts'
import { readIndex } from '../shared/read-index.ts'
import { fromBedrockCitations } from './citations.ts'
import { fromBedrockException } from './error.ts'
import { fromBedrockStopReason } from './finish-reason.ts'
import { answerId, isServerTool } from './response.ts'
import { fromBedrockUsage } from './usage.ts'

/** The open blocks of the answer. Blocks come one after the other, so only the last of each kind is kept. */
export interface BedrockStreamState {
  readonly context: DecodeContext
  readonly started: boolean
  readonly tools: number
  /** The content block of the current tool call, and whether it has arguments yet. */
  readonly call?: { readonly block: number; readonly silent: boolean } | undefined
  readonly reasonings: number
  /** The content block of the current reasoning. */
  readonly reasoning?: number | undefined
  /** Length of the answer's text so far, and where the last block of text begins. */
  readonly textLength: number
  readonly textStart: number
  readonly textBlock?: number | undefined
  /** Citations of the current block: of its text, or where it has none, of the text before it. */
  readonly citations: readonly JsonObject[]
}

type Step = DecodeStep<BedrockStreamState>

export function startBedrockStream(context: DecodeContext): BedrockStreamState {
  return { context, started: false, tools: 0, reasonings: 0, textLength: 0, textStart: 0, citations: [] }
}

function step(state: BedrockStreamState, ...chunks: readonly ChatChunk[]): Step {
  return { state, chunks, forward: false }
}

/** A call without any argument text gets `{}`, which other dialects expect. */
function owedArguments({ call, tools }: BedrockStreamState): readonly ChatChunk[] {
  return call?.silent === true ? [{ type: 'tool-call-delta', choice: 0, index: tools - 1, argumentsText: '{}' }] : []
}

/** Text blocks have no start of their own; a tool that AWS runs itself is left out. */
function onBlockStart(state: BedrockStreamState, body: JsonObject): Step {
  const call = readObject(readObject(body, 'start') ?? {}, 'toolUse')
  if (call === undefined || isServerTool(call)) return step(state)
  const start: ChatChunk = {
    type: 'tool-call-start',
    choice: 0,
    index: state.tools,
    id: readString(call, 'toolUseId') || `call_${state.context.newId()}`,
    name: readString(call, 'name') ?? '',
  }
  const block = readIndex(body, 'contentBlockIndex') ?? 0
  return step({ ...state, tools: state.tools + 1, call: { block, silent: true } }, ...owedArguments(state), start)
}

function onReasoning(state: BedrockStreamState, content: JsonObject, block: number): Step {
  const begins = state.reasoning !== block
  const reasonings = begins ? state.reasonings + 1 : state.reasonings
  const chunk: ChatChunk = {
    type: 'reasoning-delta',
    choice: 0,
    index: reasonings - 1,
    origin: 'bedrock-converse',
    text: readString(content, 'text') ?? '',
    signature: readString(content, 'signature'),
    encrypted: readString(content, 'redactedContent'),
  }
  return step(begins ? { ...state, reasonings, reasoning: block } : state, chunk)
}

function onToolInput(state: BedrockStreamState, input: string, block: number): Step {
  if (input === '' || state.call?.block !== block) return step(state)
  const next = state.call.silent ? { ...state, call: { block, silent: false } } : state
  return step(next, { type: 'tool-call-delta', choice: 0, index: state.tools - 1, argumentsText: input })
}

function onText(state: BedrockStreamState, text: string, block: number): Step {
  if (text === '') return step(state)
  const begun = state.textBlock === block ? state : { ...state, textBlock: block, textStart: state.textLength }
  return step({ ...begun, textLength: state.textLength + text.length }, { type: 'text-delta', choice: 0, text })
}

/** The citations of the block that ends. */
function owedCitations({ citations, textStart: start, textLength: end }: BedrockStreamState): readonly ChatChunk[] {
  const annotations = fromBedrockCitations(citations, { start, end })
  return annotations.length === 0 ? [] : [{ type: 'annotations', choice: 0, annotations }]
}

function onBlockDelta(state: BedrockStreamState, body: JsonObject): Step {
  const block = readIndex(body, 'contentBlockIndex') ?? 0
  const delta = readObject(body, 'delta') ?? {}
  const text = readString(delta, 'text')
  if (text !== undefined) return onText(state, text, block)
  const reasoning = readObject(delta, 'reasoningContent')
  if (reasoning !== undefined) return onReasoning(state, reasoning, block)
  const citation = readObject(delta, 'citation')
  if (citation !== undefined) return step({ ...state, citations: [...state.citations, citation] })
  return onToolInput(state, readString(readObject(delta, 'toolUse') ?? {}, 'input') ?? '', block)
}

function onBlockStop(state: BedrockStreamState): Step {
  if (state.call === undefined && state.citations.length === 0) return step(state)
  return step({ ...state, call: undefined, citations: [] }, ...owedCitations(state), ...owedArguments(state))
}

function onMessageStop(state: BedrockStreamState, body: JsonObject): Step {
  const finish = fromBedrockStopReason(readString(body, 'stopReason') ?? '', state.tools > 0)
  const ended = { ...state, call: undefined, citations: [] }
  return step(ended, ...owedCitations(state), ...owedArguments(state), { type: 'finish', choice: 0, finish })
}

function onMetadata(state: BedrockStreamState, body: JsonObject): Step {
  const usage = readObject(body, 'usage')
  return { ...step(state, ...(usage === undefined ? [] : [{ type: 'usage', usage: fromBedrockUsage(usage, body) } as const])), done: true }
}

function onNamed(state: BedrockStreamState, name: string, body: JsonObject): Step {
  switch (name) {
    case 'contentBlockStart':
      return onBlockStart(state, body)
    case 'contentBlockDelta':
      return onBlockDelta(state, body)
    case 'contentBlockStop':
      return onBlockStop(state)
    case 'messageStop':
      return onMessageStop(state, body)
    case 'metadata':
      return onMetadata(state, body)
    default:
      return step(state)
  }
}

/** One frame of a stream. Usage comes last, in `metadata`. @throws ProviderError `invalid_response` when the payload is not JSON */
export function onBedrockEvent(state: BedrockStreamState, event: WireEvent): Step {
  if (event.exception === true) return step(state, { type: 'error', error: fromBedrockException(event) })
  const body = parseJson(event.data)
  if (!isJsonObject(body)) throw invalidResponse('A stream frame holds no JSON object.')
  if (state.started) return onNamed(state, event.name, body)
  const begun = onNamed({ ...state, started: true }, event.name, body)
  return { ...begun, chunks: [{ type: 'start', id: answerId(state.context), model: state.context.model }, ...begun.chunks] }
}
