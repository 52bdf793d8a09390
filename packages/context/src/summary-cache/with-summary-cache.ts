import type { CondenseRequest } from '../condense/condense-request.ts'
import { askedText } from '../condense/condense-steps.ts'
import type { ModelResult } from '../condense/create-model-condenser.ts'
import { isSystem, lastTurnStart } from '../condense/message.ts'
import { chainOf } from '../condense/message-chain.ts'
import type { Preservation } from '../condense/preservation.ts'
import { toSummaryMessage } from '../condense/shorten-messages.ts'
import { sha256 } from '../digest/sha256.ts'
import type { SummaryCache } from './create-summary-cache.ts'

/** A request for a summary that may be remembered. */
export interface CachedRequest extends CondenseRequest {
  readonly mode: 'extractive' | 'abstractive' | 'auto'
  readonly signal?: AbortSignal | undefined
}

/** A summary, and how many of its messages were known already. */
export interface CachedResult extends ModelResult {
  /** How many of the first messages were told by a summary made earlier. */
  readonly reusedMessages?: number | undefined
}

/** Condenses in any mode. */
export type CondenseAny = (request: CachedRequest) => Promise<ModelResult>

export interface WithSummaryCacheOptions {
  readonly cache: SummaryCache
  /** Says what of a conversation a text tells; `measure` of a condenser. */
  readonly measure: (messages: CondenseRequest['messages'], text: string) => Preservation
}

/*
 * Keys are hashes over every message, the question and the settings: what differs anywhere has another key, so a changed number is never
 * answered with an old summary. A grown conversation finds the summary of its beginning, and a model then reads that and what was added.
 * Choosing is cheaper than any reuse of it, so extractive answers are found by the whole conversation only.
 */
interface Keys {
  /** For the whole conversation first, then for ever shorter beginnings. */
  readonly keys: readonly string[]
  /** How many messages each key stands for. */
  readonly lengths: readonly number[]
}

/** Fewer messages are not worth a summary of their own. */
const shortestPrefix = 4

function keysOf(request: CachedRequest): Keys {
  const { messages, maxTokens, mode, format = 'summary' } = request
  const chain = chainOf(messages.map((message) => sha256(JSON.stringify(message))))
  const settings = JSON.stringify([maxTokens, mode, format, request.query ?? null])
  const keyOf = (length: number, asked: string): string => sha256(`${chain[length] ?? ''}\n${asked}\n${settings}`)
  const end = lastTurnStart(messages)
  const isAbout = mode !== 'extractive' && format === 'summary'
  const lengths = isAbout ? Array.from({ length: Math.max(0, end - shortestPrefix) }, (_, index) => end - index) : []
  const whole = keyOf(messages.length, askedText(request) ?? '')
  return { keys: [whole, ...lengths.map((length) => keyOf(length, 'prefix'))], lengths: [messages.length, ...lengths] }
}

/** The conversation with its beginning told by the summary. */
function withBeginning({ messages }: CachedRequest, length: number, summary: string): CondenseRequest['messages'] {
  const system = messages.slice(0, length).filter(isSystem)
  return [...system, toSummaryMessage(summary), ...messages.slice(length)]
}

async function condenseRest(
  request: CachedRequest,
  known: ModelResult,
  options: WithSummaryCacheOptions & { readonly condense: CondenseAny; readonly length: number },
): Promise<CachedResult> {
  const { condense, measure, length } = options
  const rest = await condense({ ...request, messages: withBeginning(request, length, known.summary) })
  const originalTokens = rest.originalTokens - known.condensedTokens + known.originalTokens
  return {
    ...rest,
    originalTokens,
    compressionRatio: rest.condensedTokens / Math.max(1, originalTokens),
    preservation: measure(request.messages, rest.summary),
    sourceHash: chainOf(request.messages.map((message) => sha256(JSON.stringify(message)))).at(-1) ?? '',
    reusedMessages: length,
  }
}

function fromCache(value: string): ModelResult {
  // Written below by `JSON.stringify` of a result, under a key that nothing else writes.
  return JSON.parse(value) as ModelResult
}

/** Answers from the cache what it knows, and remembers what it had to ask for. Answers that fell back are not remembered. */
export function withSummaryCache(
  condense: CondenseAny,
  { cache, measure }: WithSummaryCacheOptions,
): (request: CachedRequest) => Promise<CachedResult> {
  return async (request) => {
    const { keys, lengths } = keysOf(request)
    const found = await cache.find(keys)
    if (found?.place === 0) return { ...fromCache(found.value), cached: true }
    const length = lengths[found?.place ?? 0] ?? 0
    const result: CachedResult =
      found === undefined
        ? await condense(request)
        : await condenseRest(request, fromCache(found.value), { cache, measure, condense, length })
    if (result.fallback !== undefined) return result
    const value = JSON.stringify(result)
    await cache.set(keys[0] ?? '', value)
    const end = keys[1]
    if (end !== undefined) await cache.set(end, value)
    return result
  }
}
