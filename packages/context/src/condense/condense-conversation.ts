import type { ReadMessage } from './analysis-cache.ts'
import { checkTokens } from './condense-error.ts'
import { questionOf } from './condense-steps.ts'
import type { CondenseTools } from './condense-tools.ts'
import { type ConversationMessage, lastTurnStart } from './message.ts'
import { chainInSteps, type MessageChain } from './message-chain.ts'
import type { PrefixCache } from './prefix-cache.ts'
import { measurePreservation, nothingLost, type Preservation } from './preservation.ts'
import { listTokens, type ShortenedMessages, shortenMessages } from './shorten-messages.ts'
import type { Steps } from './steps.ts'

/*
 * A conversation over its limit goes down to about half of it, and what was made of its prefix is remembered by the chain of its messages.
 * Later requests with the same limits carry the same prefix, byte for byte, with what was added since, until the limit is crossed again:
 * the provider's prompt cache keeps hitting, and nothing is condensed twice.
 */
export interface ConversationRequest {
  readonly messages: readonly ConversationMessage[]
  /** Tokens from which on the conversation is condensed. */
  readonly threshold: number
  /** Tokens that the model can read, less what its answer and the tools take. The smaller of the two limits counts. */
  readonly contextWindow?: number | undefined
  /** Tokens to come down to. Default half of the limit. */
  readonly targetTokens?: number | undefined
  /** The least share of names, numbers, identifiers and constraints that must survive, from 0 to 1. Default 0.2. */
  readonly preservationFloor?: number | undefined
  readonly query?: string | undefined
}

interface Outcome {
  readonly originalTokens: number
  readonly condensedTokens: number
}

/** The conversation as it should be sent, or why it was not condensed. */
export type ConversationResult =
  | (Outcome & { readonly type: 'unchanged'; readonly messages: readonly ConversationMessage[] })
  | (Outcome & {
      readonly type: 'condensed'
      readonly messages: readonly ConversationMessage[]
      readonly preservation: Preservation
      /** Whether the prefix stands as it was sent before. */
      readonly reused: boolean
      /** SHA-256 over the original messages. */
      readonly sourceHash: string
    })
  | (Outcome & {
      readonly type: 'refused'
      /** `too-large`: what must stay word for word is over the limit. `below-floor`: too much would be lost. */
      readonly reason: 'too-large' | 'below-floor'
      readonly preservation: Preservation | undefined
    })

const defaultFloor = 0.2
const targetShare = 0.5

interface Plan {
  readonly request: ConversationRequest
  readonly read: readonly ReadMessage[]
  readonly chain: MessageChain
  readonly limit: number
  /** Tokens to come down to. */
  readonly target: number
  readonly floor: number
  readonly originalTokens: number
}

/** What was decided for one pair of limits is not reused for another. */
function prefixKey({ chain, limit, target }: Plan, length: number): string {
  return `${chain[length] ?? ''} ${limit} ${target}`
}

/** The longest prefix known for these limits, where it leaves the conversation within them. */
function* reusePrefix(plan: Plan, prefixes: PrefixCache, tools: CondenseTools): Steps<ConversationResult | undefined> {
  const { request, chain, limit, floor, read, originalTokens } = plan
  for (let length = chain.length - 1; length > 0; length--) {
    const prefix = prefixes.get(prefixKey(plan, length))
    if (prefix === undefined || prefix.preservation.score < floor) continue
    const added = listTokens(read.slice(length), tools) - listTokens([], tools)
    const condensedTokens = prefix.tokens + added
    if (condensedTokens > limit) return undefined
    const messages = [...prefix.messages, ...request.messages.slice(length)]
    const { preservation } = prefix
    return { type: 'condensed', messages, preservation, reused: true, sourceHash: chain.at(-1) ?? '', originalTokens, condensedTokens }
  }
  yield
  return undefined
}

function preservationOf({ condensed }: ShortenedMessages): Preservation {
  return condensed === undefined ? nothingLost : measurePreservation(condensed.profile, condensed.extract.selection)
}

interface MeasuredMessages extends ShortenedMessages {
  readonly preservation: Preservation
}

/** Within the target, or at least within the limit when what must be kept is large or too much would be lost. */
function* shorten({ request, read, limit, target, floor }: Plan, tools: CondenseTools): Steps<MeasuredMessages | undefined> {
  const list = { messages: request.messages, read, question: questionOf(request, tools) }
  let best: MeasuredMessages | undefined
  for (const maxTokens of target === limit ? [limit] : [target, limit]) {
    const shortened = yield* shortenMessages({ ...list, maxTokens }, tools)
    if (shortened === undefined) continue
    best = { ...shortened, preservation: preservationOf(shortened) }
    if (best.preservation.score >= floor) return best
  }
  return best
}

function rememberPrefix(
  plan: Plan,
  shortened: MeasuredMessages,
  { prefixes, tools }: { readonly prefixes: PrefixCache; readonly tools: CondenseTools },
): void {
  const { messages } = plan.request
  const turn = messages.length - lastTurnStart(messages)
  const length = messages.length - turn
  const turnTokens = listTokens(plan.read.slice(length), tools) - listTokens([], tools)
  prefixes.set(prefixKey(plan, length), {
    messages: shortened.messages.slice(0, shortened.messages.length - turn),
    tokens: shortened.tokens - turnTokens,
    preservation: shortened.preservation,
  })
}

function* condenseAnew(plan: Plan, prefixes: PrefixCache, tools: CondenseTools): Steps<ConversationResult> {
  const { chain, originalTokens, floor } = plan
  const shortened = yield* shorten(plan, tools)
  const refused = { type: 'refused', originalTokens, condensedTokens: originalTokens } as const
  if (shortened === undefined) return { ...refused, reason: 'too-large', preservation: undefined }
  const { preservation } = shortened
  if (preservation.score < floor) return { ...refused, reason: 'below-floor', preservation }
  rememberPrefix(plan, shortened, { prefixes, tools })
  const { messages, tokens: condensedTokens } = shortened
  return { type: 'condensed', messages, preservation, reused: false, sourceHash: chain.at(-1) ?? '', originalTokens, condensedTokens }
}

/** Leaves a conversation alone below its limit, and condenses it above, with a prefix that stays the same from request to request. */
export function* conversationSteps(request: ConversationRequest, prefixes: PrefixCache, tools: CondenseTools): Steps<ConversationResult> {
  const { messages, threshold, contextWindow = threshold } = request
  checkTokens('threshold', threshold)
  checkTokens('contextWindow', contextWindow)
  if (request.targetTokens !== undefined) checkTokens('targetTokens', request.targetTokens)
  const read = yield* tools.analyses.read(messages)
  const originalTokens = listTokens(read, tools)
  const limit = Math.min(threshold, contextWindow)
  if (originalTokens <= limit) return { type: 'unchanged', messages, originalTokens, condensedTokens: originalTokens }
  const { targetTokens = Math.floor(limit * targetShare), preservationFloor: floor = defaultFloor } = request
  const target = Math.max(1, Math.min(targetTokens, limit))
  const chain = yield* chainInSteps(read.map(({ digest }) => digest))
  const plan: Plan = { request, read, chain, limit, target, floor, originalTokens }
  return (yield* reusePrefix(plan, prefixes, tools)) ?? (yield* condenseAnew(plan, prefixes, tools))
}
