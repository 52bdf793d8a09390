import type { ChatChunk } from '../../../chat/chunk.ts'
import type { Finish } from '../../../chat/finish-reason.ts'
import type { TokenLogprob } from '../../../chat/response.ts'
import type { Usage } from '../../../chat/usage.ts'
import type { JsonObject } from '../../../wire/json.ts'
import { createFramer } from '../../../wire/framer.ts'
import type { WireEvent } from '../../../wire/wire-event.ts'
import type { DecodeContext, Dialect } from '../../dialect.ts'

/** A context whose ids are counted, so that two decodings of the same bytes are equal. */
export function countingContext(model = 'model-asked'): DecodeContext {
  let count = 0
  return { model, newId: () => String(++count) }
}

/** The events of a body that arrives in pieces of `size` bytes. */
export function frameInPieces(framing: Dialect['framing'], body: Uint8Array, size: number): readonly WireEvent[] {
  const framer = createFramer(framing)
  const events: WireEvent[] = []
  for (let start = 0; start < body.length; start += size)
    events.push(...framer.push(body.subarray(start, start + size)))
  return [...events, ...framer.end()]
}

/** Every chunk of a streamed body; events behind the end mark are not read. */
export function decodeStream(
  dialect: Dialect,
  body: Uint8Array,
  options: { readonly size: number; readonly context?: DecodeContext },
): readonly ChatChunk[] {
  let state = dialect.upstream.startStream(options.context ?? countingContext())
  const chunks: ChatChunk[] = []
  for (const event of frameInPieces(dialect.framing, body, options.size)) {
    const step = dialect.upstream.onEvent(state, event)
    state = step.state
    chunks.push(...step.chunks)
    if (step.done === true) break
  }
  return [...chunks, ...dialect.upstream.onEnd(state)]
}

export interface Folded {
  readonly text: string
  readonly reasoning: string
  readonly toolCalls: readonly { readonly id: string; readonly name: string; readonly argumentsText: string }[]
  readonly finish?: Finish | undefined
  readonly usage?: Usage | undefined
  readonly annotations: readonly JsonObject[]
  readonly logprobs: readonly TokenLogprob[]
  readonly model?: string | undefined
  readonly error?: string | undefined
}

type Draft = { -readonly [Name in keyof Folded]: Folded[Name] }

function addToolDelta(draft: Draft, index: number, argumentsText: string): void {
  draft.toolCalls = draft.toolCalls.map((call, at) =>
    at === index ? { ...call, argumentsText: call.argumentsText + argumentsText } : call,
  )
}

function add(draft: Draft, chunk: ChatChunk): void {
  switch (chunk.type) {
    case 'start':
      draft.model = chunk.model
      return
    case 'text-delta':
      draft.text += chunk.text
      draft.logprobs = [...draft.logprobs, ...(chunk.logprobs ?? [])]
      return
    case 'reasoning-delta':
      draft.reasoning += chunk.text
      return
    case 'tool-call-start':
      draft.toolCalls = [...draft.toolCalls, { id: chunk.id, name: chunk.name, argumentsText: '' }]
      return
    case 'tool-call-delta':
      addToolDelta(draft, chunk.index, chunk.argumentsText)
      return
    case 'annotations':
      draft.annotations = [...draft.annotations, ...chunk.annotations]
      return
    case 'finish':
      draft.finish = chunk.finish
      return
    case 'usage':
      draft.usage = chunk.usage
      return
    case 'error':
      draft.error = chunk.error.message
      return
    case 'refusal-delta':
  }
}

/** What the chunks of a stream with one choice amount to. */
export function fold(chunks: readonly ChatChunk[]): Folded {
  const draft: Draft = { text: '', reasoning: '', toolCalls: [], annotations: [], logprobs: [] }
  for (const chunk of chunks) add(draft, chunk)
  return draft
}

/** A whole answer in the same form. */
export function foldResponse(dialect: Dialect, body: unknown, context: DecodeContext = countingContext()): Folded {
  const response = dialect.upstream.fromResponse(body, context)
  const [choice] = response.choices
  return {
    text: choice?.text ?? '',
    reasoning: choice?.reasoning.map((block) => block.text).join('') ?? '',
    toolCalls: choice?.toolCalls.map(({ id, name, argumentsText }) => ({ id, name, argumentsText })) ?? [],
    finish: choice?.finish,
    usage: response.usage,
    annotations: choice?.annotations ?? [],
    logprobs: choice?.logprobs ?? [],
    model: response.model,
  }
}
