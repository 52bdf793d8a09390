import type { ChatChunk } from '../../chat/chunk.ts'
import type { Usage } from '../../chat/usage.ts'
import { classifyFailure } from '../../errors/classify-failure.ts'
import { badAnswer, ProviderError } from '../../errors/provider-error.ts'
import { isJsonObject, type JsonObject, parseJson, readArray, readNumber, readObject, readString } from '../../wire/json.ts'
import type { WireEvent } from '../../wire/wire-event.ts'
import type { DecodeContext, DecodeStep } from '../dialect.ts'
import { fromGeminiError } from './error.ts'
import { type PartialCall, withPartialArguments } from './partial-call.ts'
import { blockedChoice, fromGeminiFinishReason, fromGeminiPart, fromGeminiUsage, type GeminiPart } from './response.ts'

/** What has been seen of one candidate. */
interface Seen {
  readonly tools: number
  readonly reasoning: number
  /** A call whose arguments are still coming. */
  readonly partial?: PartialCall | undefined
  /** A finish may come early, with text after it: it is told at the end. */
  readonly finish?: string | undefined
}

export interface GeminiStreamState {
  readonly context: DecodeContext
  readonly started: boolean
  readonly seen: Readonly<Record<number, Seen>>
  /** Cumulative: the last one counts. */
  readonly usage?: Usage | undefined
}

export function startGeminiStream(context: DecodeContext): GeminiStreamState {
  return { context, started: false, seen: {} }
}

const nothingSeen: Seen = { tools: 0, reasoning: 0 }

interface PartStep {
  readonly chunks: readonly ChatChunk[]
  readonly seen: Seen
}

function onPart(part: GeminiPart, choice: number, seen: Seen): PartStep {
  switch (part.type) {
    case 'call': {
      const { id, name, argumentsText, signature } = part.call
      const index = seen.tools
      return {
        chunks: [
          { type: 'tool-call-start', choice, index, id, name, signature },
          { type: 'tool-call-delta', choice, index, argumentsText },
        ],
        seen: { ...seen, tools: index + 1 },
      }
    }
    case 'thought':
      return { chunks: [{ type: 'reasoning-delta', choice, index: seen.reasoning, ...part.block }], seen }
    case 'text': {
      const text: readonly ChatChunk[] = part.text === '' ? [] : [{ type: 'text-delta', choice, text: part.text }]
      if (part.signature === undefined) return { chunks: text, seen }
      // A signature on a text is a block of its own, behind whatever thoughts there were.
      const index = seen.reasoning + 1
      return {
        chunks: [...text, { type: 'reasoning-delta', choice, index, origin: 'gemini', text: '', signature: part.signature }],
        seen: { ...seen, reasoning: index + 1 },
      }
    }
  }
}

/** A piece of a call that comes in pieces; `undefined` for any other part. */
function onCallPiece(part: JsonObject, choice: number, at: { readonly seen: Seen; readonly context: DecodeContext }): PartStep | undefined {
  const { seen, context } = at
  const piece = readObject(part, 'functionCall')
  if (piece === undefined || (seen.partial === undefined && piece['willContinue'] !== true)) return undefined
  const begun = seen.partial ?? {
    id: readString(piece, 'id') || `call_${context.newId()}`,
    name: readString(piece, 'name') ?? '',
    args: {},
    signature: readString(part, 'thoughtSignature'),
  }
  const partial = withPartialArguments(begun, piece)
  if (piece['willContinue'] === true) return { chunks: [], seen: { ...seen, partial } }
  const { id, name, args, signature } = partial
  return onPart({ type: 'call', call: { id, name, argumentsText: JSON.stringify(args), signature } }, choice, {
    ...seen,
    partial: undefined,
  })
}

function onCandidate(candidate: JsonObject, choice: number, at: { readonly seen: Seen; readonly context: DecodeContext }): PartStep {
  const { context } = at
  let { seen } = at
  const chunks: ChatChunk[] = []
  for (const raw of (readArray(readObject(candidate, 'content') ?? {}, 'parts') ?? []).filter(isJsonObject)) {
    const part = fromGeminiPart(raw, context)
    const step = onCallPiece(raw, choice, { seen, context }) ?? (part === undefined ? { chunks: [], seen } : onPart(part, choice, seen))
    chunks.push(...step.chunks)
    seen = step.seen
  }
  const finish = readString(candidate, 'finishReason')
  return { chunks, seen: finish === undefined ? seen : { ...seen, finish } }
}

function start(state: GeminiStreamState, body: JsonObject): readonly ChatChunk[] {
  if (state.started) return []
  return [
    {
      type: 'start',
      id: readString(body, 'responseId') || `chatcmpl-${state.context.newId()}`,
      model: readString(body, 'modelVersion') || state.context.model,
    },
  ]
}

/** One event of a stream. @throws ProviderError `bad_answer` when it is not JSON */
export function onGeminiEvent(state: GeminiStreamState, event: WireEvent): DecodeStep<GeminiStreamState> {
  const body = parseJson(event.data)
  if (!isJsonObject(body)) throw badAnswer('A stream event is not a JSON object.')
  if (body['error'] !== undefined) {
    const fault = fromGeminiError(200, {}, body)
    const status = readNumber(readObject(body, 'error') ?? {}, 'code') ?? 500
    return {
      state,
      chunks: [{ type: 'error', error: new ProviderError({ ...fault, failure: classifyFailure(status, fault), provider: '' }) }],
      forward: false,
    }
  }
  const chunks: ChatChunk[] = [...start(state, body)]
  let seen = state.seen
  for (const [place, candidate] of (readArray(body, 'candidates') ?? []).filter(isJsonObject).entries()) {
    const choice = readNumber(candidate, 'index') ?? place
    const step = onCandidate(candidate, choice, { seen: seen[choice] ?? nothingSeen, context: state.context })
    chunks.push(...step.chunks)
    seen = { ...seen, [choice]: step.seen }
  }
  const blocked = blockedChoice(body)
  if (blocked !== undefined) seen = { ...seen, 0: { ...(seen[0] ?? nothingSeen), finish: blocked.finish.native } }
  const usage = readObject(body, 'usageMetadata')
  return {
    state: { ...state, started: true, seen, usage: usage === undefined ? state.usage : fromGeminiUsage(usage) },
    chunks,
    forward: false,
  }
}

/** The body ended: finishes and the last usage are told now. */
export function onGeminiEnd(state: GeminiStreamState): readonly ChatChunk[] {
  const finishes = Object.entries(state.seen).flatMap(([choice, seen]): ChatChunk[] =>
    seen.finish === undefined
      ? []
      : [{ type: 'finish', choice: Number(choice), finish: fromGeminiFinishReason(seen.finish, seen.tools > 0) }],
  )
  return state.usage === undefined || finishes.length === 0 ? finishes : [...finishes, { type: 'usage', usage: state.usage }]
}
