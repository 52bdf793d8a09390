import type { ChatChunk } from '../../chat/chunk.ts'
import { type JsonObject, readObject, readString } from '../../wire/json.ts'
import type { DecodeContext } from '../dialect.ts'
import { fromGrounding } from './annotations.ts'
import { fromGeminiFinishReason } from './finish-reason.ts'
import { fromGeminiLogprobs } from './logprobs.ts'
import { type PartialCall, withPartialArguments } from './partial-call.ts'
import { fromGeminiPart, type GeminiPart, rawParts } from './response-parts.ts'

/** The state of one candidate. */
export interface Seen {
  readonly tools: number
  /** Reasoning blocks begun so far. */
  readonly blocks: number
  /** The last part was a thought that may go on. */
  readonly thinking: boolean
  /** Google's own tools are running: a finish reason between their steps is not the end. */
  readonly serverTools: boolean
  /** A call whose arguments are still coming. */
  readonly partial?: PartialCall | undefined
  /** A finish that is held back until the stream ends. */
  readonly held?: string | undefined
  readonly finished: boolean
  /** The text so far, which citations refer to. */
  readonly text: string
}

export const nothingSeen: Seen = { text: '', tools: 0, blocks: 0, thinking: false, serverTools: false, finished: false }

export interface CandidateStep {
  readonly chunks: readonly ChatChunk[]
  readonly seen: Seen
}

function onThought(part: Extract<GeminiPart, { type: 'thought' }>, choice: number, seen: Seen): CandidateStep {
  const blocks = seen.thinking ? seen.blocks : seen.blocks + 1
  const { text, signature } = part
  return {
    chunks: [{ type: 'reasoning-delta', choice, index: blocks - 1, origin: 'gemini', text, signature }],
    seen: { ...seen, blocks, thinking: signature === undefined },
  }
}

/** A signature on a text becomes a reasoning block of its own without text. */
function onText(part: Extract<GeminiPart, { type: 'text' }>, choice: number, seen: Seen): CandidateStep {
  const chunks: ChatChunk[] = part.text === '' ? [] : [{ type: 'text-delta', choice, text: part.text }]
  const text = seen.text + part.text
  if (part.signature === undefined) return { chunks, seen: { ...seen, text, thinking: false } }
  chunks.push({ type: 'reasoning-delta', choice, index: seen.blocks, origin: 'gemini', text: '', signature: part.signature })
  return { chunks, seen: { ...seen, text, blocks: seen.blocks + 1, thinking: false } }
}

function onPart(part: GeminiPart, choice: number, seen: Seen): CandidateStep {
  switch (part.type) {
    case 'thought':
      return onThought(part, choice, seen)
    case 'text':
      return onText(part, choice, seen)
    case 'call': {
      const { id, name, argumentsText, signature } = part.call
      const start: ChatChunk = { type: 'tool-call-start', choice, index: seen.tools, id, name, signature }
      const delta: ChatChunk = { type: 'tool-call-delta', choice, index: seen.tools, argumentsText }
      return { chunks: [start, delta], seen: { ...seen, tools: seen.tools + 1, thinking: false } }
    }
    case 'image':
      return { chunks: [{ type: 'annotations', choice, annotations: [part.annotation] }], seen: { ...seen, thinking: false } }
    case 'server-tool':
      return { chunks: [], seen: { ...seen, thinking: false, serverTools: true } }
  }
}

/** A step and its result. */
function chained(first: CandidateStep, next: (seen: Seen) => CandidateStep): CandidateStep {
  const second = next(first.seen)
  return { chunks: [...first.chunks, ...second.chunks], seen: second.seen }
}

function closePartial(choice: number, seen: Seen): CandidateStep {
  if (seen.partial === undefined) return { chunks: [], seen }
  const { id, name, args, signature } = seen.partial
  const call = { id, name, argumentsText: JSON.stringify(args), signature }
  return onPart({ type: 'call', call }, choice, { ...seen, partial: undefined })
}

/** The context that a part is read in. */
interface At {
  readonly choice: number
  readonly context: DecodeContext
}

function beginCall(part: JsonObject, piece: JsonObject, context: DecodeContext): PartialCall {
  return {
    id: readString(piece, 'id') || `call_${context.newId()}`,
    name: readString(piece, 'name') ?? '',
    args: readObject(piece, 'args') ?? {},
    signature: readString(part, 'thoughtSignature'),
  }
}

/** A piece of a call that comes in pieces. A name begins a new call, whether or not the one before was ended. */
function onCallPiece(part: JsonObject, piece: JsonObject, at: At & { readonly seen: Seen }): CandidateStep {
  const begins = readString(piece, 'name') !== undefined
  const before = begins ? closePartial(at.choice, at.seen) : { chunks: [], seen: at.seen }
  return chained(before, (seen) => {
    const partial = withPartialArguments(seen.partial ?? beginCall(part, piece, at.context), piece)
    const gathered = { ...seen, partial }
    return piece['willContinue'] === true ? { chunks: [], seen: gathered } : closePartial(at.choice, gathered)
  })
}

function onRawPart(raw: JsonObject, seen: Seen, at: At): CandidateStep {
  const call = readObject(raw, 'functionCall')
  if (call !== undefined && (seen.partial !== undefined || call['willContinue'] === true)) return onCallPiece(raw, call, { ...at, seen })
  const part = fromGeminiPart(raw, at.context)
  return part === undefined ? { chunks: [], seen } : onPart(part, at.choice, seen)
}

function onFinish(native: string, choice: number, before: Seen): CandidateStep {
  return chained(closePartial(choice, before), (seen) => {
    if (seen.finished) return { chunks: [], seen }
    if (seen.serverTools) return { chunks: [], seen: { ...seen, held: native } }
    const finish: ChatChunk = { type: 'finish', choice, finish: fromGeminiFinishReason(native, seen.tools > 0) }
    return { chunks: [finish], seen: { ...seen, finished: true } }
  })
}

function asideChunks(candidate: JsonObject, choice: number, text: string): readonly ChatChunk[] {
  const logprobs = fromGeminiLogprobs(candidate)
  const annotations = fromGrounding(candidate, text)
  return [
    ...(logprobs === undefined ? [] : [{ type: 'text-delta', choice, text: '', logprobs } as const]),
    ...(annotations === undefined ? [] : [{ type: 'annotations', choice, annotations } as const]),
  ]
}

/** Decodes what one event holds of one candidate. */
export function onCandidate(candidate: JsonObject, before: Seen, at: At): CandidateStep {
  const chunks: ChatChunk[] = []
  let seen = before
  for (const raw of rawParts(candidate)) {
    const step = onRawPart(raw, seen, at)
    for (const chunk of step.chunks) chunks.push(chunk)
    seen = step.seen
  }
  for (const chunk of asideChunks(candidate, at.choice, seen.text)) chunks.push(chunk)
  const native = readString(candidate, 'finishReason')
  return native === undefined ? { chunks, seen } : chained({ chunks, seen }, (last) => onFinish(native, at.choice, last))
}

/** The finish that was held back. */
export function heldFinish(choice: number, seen: Seen): readonly ChatChunk[] {
  if (seen.held === undefined || seen.finished) return []
  return [{ type: 'finish', choice, finish: fromGeminiFinishReason(seen.held, seen.tools > 0) }]
}
