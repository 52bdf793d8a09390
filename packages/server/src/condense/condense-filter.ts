import { type ConversationResult, type CountableConversation, countConversation, countConversationInSlices } from '@proxyapi/context'
import {
  type Call,
  type ChatAnswer,
  type ChatHandler,
  type ChatRequest,
  chat,
  type Engine,
  type Filter,
  isProviderError,
  onlyFor,
  type Target,
} from '@proxyapi/core'
import type { Awaitable } from '@proxyapi/core/serving'
import { type CondenserSet, type Condensers, sliceMs } from './condensers.ts'
import { markSavings } from './saved-cost.ts'
import { fromStructural, toStructural } from './structural-messages.ts'
import { isSurelyWithin } from './token-bound.ts'
import type { TokenMemory } from './token-memory.ts'
import { targetsOf, windowOf } from './windows.ts'

export interface CondenseFilterOptions {
  /** Whether requests that say nothing are condensed. */
  readonly enabled: boolean
  /** Tokens above which a conversation is always condensed. `undefined`: only where it would not fit the target model's window. */
  readonly threshold: number | undefined
  /** The least share of names, numbers, identifiers and constraints that must survive, 0 to 1. */
  readonly preservationFloor: number
  /** Attempts that a call may make altogether. */
  readonly maxAttempts: number
}

export interface CondenseFilterDeps {
  readonly condensers: Condensers
  readonly memory: TokenMemory
  readonly engine: () => Engine
  /** Unix milliseconds. */
  readonly now: () => number
  /** Told of each request that could not be condensed. */
  readonly onFailure: (error: unknown, requestId: string) => void
}

interface FilterContext extends CondenseFilterDeps {
  readonly options: CondenseFilterOptions
}

/** A request, its call and what the filter works with. */
interface CondenseContext {
  readonly request: ChatRequest
  readonly call: Call
  readonly filter: FilterContext
}

/** Every model in use reads at least this many tokens. */
const smallestWindow = 2_048
/** Longer conversations are not counted first: the condenser counts them as it reads them. */
const mostCountedCharacters = 100_000
/** Our count may be too low by so much where a vocabulary is not published. */
const safety = 0.9

/** Tokens kept free for the answer when its length is not bounded. */
const usualAnswer = 512

/** Whether a request is within its threshold and within what any model can read. */
function isShort(request: ChatRequest, threshold: number | undefined): boolean {
  const smallest = smallestWindow - (request.maxTokens ?? usualAnswer)
  return isSurelyWithin(request.messages, Math.min(threshold ?? smallest, smallest))
}

/** Only what is neither a system prompt nor the last user turn is ever condensed. */
function hasHistory({ messages }: ChatRequest): boolean {
  let isLastUserSeen = false
  for (let index = messages.length - 1; index >= 0; index--) {
    const role = messages[index]?.role
    if (role === 'user' && !isLastUserSeen) isLastUserSeen = true
    else if (role !== 'system' && role !== 'developer') return true
  }
  return false
}

/** Counts in slices: what a client offers may be long. */
function count({ call, filter }: CondenseContext, { counter }: CondenserSet, conversation: CountableConversation): Promise<number> {
  const slices = filter.condensers.slicesFor(call.principal?.id)
  return countConversationInSlices(conversation, counter, { ...slices, sliceMs, signal: call.abort.signal() })
}

async function toolTokens(context: CondenseContext, condenserSet: CondenserSet): Promise<number> {
  const tools = (context.request.tools ?? []).filter((tool) => tool.type === 'function')
  if (tools.length === 0) return 0
  return (await count(context, condenserSet, { messages: [], tools })) - countConversation([], [], condenserSet.counter)
}

function charactersOf({ messages }: ChatRequest): number {
  return messages.reduce((sum, { content }) => {
    if (typeof content === 'string') return sum + content.length
    return sum + (content ?? []).reduce((length, part) => length + (part.type === 'text' ? part.text.length : 0), 0)
  }, 0)
}

const skipReasons = { 'too-large': 'too_large', 'below-floor': 'below_floor' } as const

interface Limits {
  readonly threshold: number
  readonly targetTokens?: number
}

/** Returns the request with a condensed conversation, or the same object when nothing could be condensed. */
async function condense(context: CondenseContext, condenserSet: CondenserSet, limits: Limits): Promise<ChatRequest> {
  const { request, call, filter } = context
  const { condensers, options, memory } = filter
  const slices = condensers.slicesFor(call.principal?.id)
  await slices.yieldNow()
  call.abort.throwIfAborted()
  const asked = { ...limits, messages: toStructural(request.messages), preservationFloor: options.preservationFloor }
  const result: ConversationResult = await condenserSet.conversations.condenseInSlices(asked, slices, {
    sliceMs,
    signal: call.abort.signal(),
  })
  const tools = await toolTokens(context, condenserSet)
  if (result.type !== 'condensed') {
    if (result.type === 'refused') call.annotations.condensationSkipped = skipReasons[result.reason]
    memory.remember(request, result.originalTokens + tools)
    return request
  }
  const { originalTokens: fromTokens, condensedTokens: toTokens, preservation } = result
  call.annotations.condensation = { fromTokens, toTokens, preservation: preservation.score }
  const condensed = { ...request, messages: fromStructural(result.messages, request.messages) }
  memory.remember(condensed, toTokens + tools)
  return condensed
}

/** Counts what is short enough to be worth counting before it is read. */
async function isWithin(context: CondenseContext, condenserSet: CondenserSet, limit: number): Promise<boolean> {
  const { request, filter } = context
  if (charactersOf(request) > mostCountedCharacters) return false
  const tokens = await count(context, condenserSet, { messages: request.messages })
  filter.memory.remember(request, tokens + (await toolTokens(context, condenserSet)))
  return tokens <= limit
}

function least(left: number | undefined, right: number | undefined): number | undefined {
  return left === undefined || right === undefined ? (left ?? right) : Math.min(left, right)
}

/** The request as it should be sent, by the threshold and by what its targets can read. No promise where it is surely within both. */
function fit(context: CondenseContext, threshold: number | undefined): Awaitable<ChatRequest> {
  const { request, call, filter } = context
  const targets = targetsOf(request, call, filter.engine())
  return targets instanceof Promise
    ? targets.then((known) => fitTargets(context, threshold, known))
    : fitTargets(context, threshold, targets)
}

function fitTargets(context: CondenseContext, threshold: number | undefined, targets: readonly Target[]): Awaitable<ChatRequest> {
  const { request, filter } = context
  const window = windowOf(request, targets, filter.engine())
  const mostTokens = least(threshold, window)
  // When the window is not known, the upstream decides whether the request is too long.
  if (mostTokens === undefined || isSurelyWithin(request.messages, mostTokens)) return request
  return fitByCount(context, targets[0]?.model ?? request.model, { threshold, window, mostTokens })
}

interface FitLimits {
  readonly threshold: number | undefined
  readonly window: number | undefined
  readonly mostTokens: number
}

/** Counts, and condenses what is too long. */
async function fitByCount(context: CondenseContext, model: string, { threshold, window, mostTokens }: FitLimits): Promise<ChatRequest> {
  const { request, filter } = context
  const condenserSet = await filter.condensers.condensersFor(model)
  const room = window === undefined ? undefined : Math.floor(window - (await toolTokens(context, condenserSet)))
  const limit = Math.max(1, least(threshold, room) ?? mostTokens)
  return (await isWithin(context, condenserSet, limit)) ? request : condense(context, condenserSet, { threshold: limit })
}

/** After an upstream found the request too long: the same conversation for the window that is known, or for half of what was sent. */
async function shorten(context: CondenseContext, sent: ChatRequest): Promise<ChatRequest | undefined> {
  const { request, call, filter } = context
  const engine = filter.engine()
  const targets = await targetsOf(request, call, engine)
  const condenserSet = await filter.condensers.condensersFor(targets[0]?.model ?? request.model)
  const tools = await toolTokens(context, condenserSet)
  const tokens = call.annotations.condensation?.toTokens ?? Math.max(1, filter.memory.countTokens(sent) - tools)
  const room = ((windowOf(request, targets, engine) ?? Number.POSITIVE_INFINITY) - tools) * safety
  const limit = Math.max(1, Math.floor(room >= 1 && room < tokens ? room : tokens / 2))
  const before = call.annotations.condensation
  const shorter = await condense(context, condenserSet, { threshold: limit, targetTokens: limit })
  if (shorter !== request) return shorter
  if (before !== undefined) call.annotations.condensation = before
  return undefined
}

function mayShorten(error: unknown, { call, filter }: CondenseContext): boolean {
  return isProviderError(error) && error.failure === 'context_length' && call.attempts.length < filter.options.maxAttempts
}

async function send(context: CondenseContext, sent: ChatRequest, next: ChatHandler): Promise<ChatAnswer> {
  const { call, filter } = context
  // Who names a limit is told why nothing was condensed; for others it is what usually happens.
  if (sent === context.request && typeof call.overrides.condense === 'number') call.annotations.condensationSkipped ??= 'within_limit'
  try {
    return await next(sent, call)
  } catch (error) {
    const shorter = mayShorten(error, context) ? await shorten(context, sent) : undefined
    if (shorter === undefined) throw error
    return await next(shorter, call)
  } finally {
    markSavings(call, filter.engine())
  }
}

/** A condenser that fails lets the request go on as it is; whether that is too long, the upstream decides. */
function asItIs(error: unknown, { request, call, filter }: CondenseContext): ChatRequest {
  call.abort.throwIfAborted()
  call.annotations.condensationSkipped = 'failed'
  filter.onFailure(error, call.id)
  return request
}

function fitAndSend(context: CondenseContext, wish: 'auto' | number, next: ChatHandler): Promise<ChatAnswer> {
  const { request } = context
  const threshold = wish === 'auto' ? context.filter.options.threshold : wish
  const fitting = isShort(request, threshold) ? request : fit(context, threshold)
  if (!(fitting instanceof Promise)) return send(context, fitting, next)
  const { call } = context
  const startedAtMs = call.now()
  return fitting
    .catch((error: unknown) => asItIs(error, context))
    .then((sent) => {
      call.annotations.condenseMs = call.now() - startedAtMs
      return send(context, sent, next)
    })
}

function skipHistoryless(request: ChatRequest, call: Call, next: ChatHandler): Awaitable<ChatAnswer> {
  call.annotations.condensationSkipped = 'no_history'
  return next(request, call)
}

/** Who names a limit for what is no conversation is told that nothing was condensed. */
function tellOfLimit(call: Call): void {
  if (typeof call.overrides.condense === 'number') call.annotations.condensationSkipped = 'not_a_conversation'
}

/**
 * Condenses long conversations before they are sent: over the threshold, over what the target can read, or when an upstream says that it
 * was too long. A request within its limits is passed on as the same object; its characters are enough to judge that.
 */
export function createCondenseFilter(options: CondenseFilterOptions, parts: CondenseFilterDeps): Filter {
  const filter: FilterContext = { ...parts, options }
  const condensing = onlyFor(chat, (next) => (request, call) => {
    const wish = call.overrides.condense ?? (options.enabled ? 'auto' : 'off')
    if (wish === 'off') return next(request, call)
    if (!hasHistory(request)) return typeof wish === 'number' ? skipHistoryless(request, call, next) : next(request, call)
    return fitAndSend({ request, call, filter }, wish, next)
  })
  return (next, operation) => {
    if (operation.name === chat.name) return condensing(next, operation)
    return (request, call) => {
      tellOfLimit(call)
      return next(request, call)
    }
  }
}
