import { type CallRecord, isCacheHit } from '../record/call-record.ts'
import type { CompletedRequest } from '../record/completed-request.ts'
import { modelNameOf } from '../record/model-name.ts'
import { type TokenClasses, toTokenClasses } from '../record/token-classes.ts'
import { upstreamMs } from '../record/upstream-ms.ts'

/** What calls are summed up by. An empty text stands for what was not there. */
export interface LedgerDimensions {
  readonly keyId: string
  readonly keyName: string
  /** Pseudonym. */
  readonly user: string
  /** JSON of the sorted tags. */
  readonly tags: string
  /** Who answered; where nobody did, who was tried last. */
  readonly provider: string
  /** The model as it was called, whatever its answers name it. */
  readonly model: string
}

/** One request in the ledger. `null` stands for what is not known or was not there. */
export interface LedgerEntry extends LedgerDimensions, TokenClasses {
  readonly id: string
  readonly startedAtMs: number
  readonly endedAtMs: number
  readonly requestedModel: string
  readonly outcome: string
  readonly errorCode: string | null
  readonly stream: number
  readonly attempts: number
  /** Tokens of attempts whose answer nobody got. */
  readonly wastedTokens: number
  /** Tokens of an answer that a cache gave; they are in none of the classes, because nobody was paid for them. */
  readonly savedTokens: number
  /** `null`: the price is not known. */
  readonly costNanoUsd: number | null
  readonly wastedNanoUsd: number
  /** Attempts that nobody got an answer of and whose price is not known. */
  readonly unpricedAttempts: number
  readonly savedByCacheNanoUsd: number
  readonly savedByCondensationNanoUsd: number
  readonly latencyMs: number
  readonly firstContentMs: number | null
  readonly upstreamMs: number | null
  readonly cacheStatus: string | null
  readonly endpoint: string
  readonly status: number
  readonly operation: string
  /** Of the key when it made the call. */
  readonly team: string | null
}

const maxTextCharacters = 200
const maxTags = 16

function toText(text: string | undefined): string {
  if (text === undefined) return ''
  return text.length > maxTextCharacters ? text.slice(0, maxTextCharacters) : text
}

/** An amount that a column can hold exactly; anything else is as good as unknown. */
function toNanoUsd(amount: number | null | undefined): number | null {
  return Number.isSafeInteger(amount) ? (amount ?? null) : null
}

/** Sorted, without repetition, so that the same tags are the same text. */
function toTags(tags: readonly string[]): string {
  if (tags.length === 0) return '[]'
  return JSON.stringify([...new Set(tags.map((tag) => tag.slice(0, maxTextCharacters)))].sort().slice(0, maxTags))
}

function toMs(from: number, to: number | undefined): number | null {
  return to === undefined || !Number.isFinite(to - from) ? null : Math.max(0, Math.round(to - from))
}

/** What was wasted on attempts whose answer nobody got. */
function wasteOf({ attempts, winner }: CallRecord): { tokens: number; unpriced: number } {
  let tokens = 0
  let unpriced = 0
  for (let index = 0; index < attempts.length; index++) {
    const attempt = attempts[index]
    if (attempt === undefined || index === winner) continue
    if (attempt.usage !== undefined) tokens += attempt.usage.inputTokens + attempt.usage.outputTokens
    if (attempt.costNanoUsd === null) unpriced++
  }
  return { tokens: Number.isSafeInteger(tokens) ? tokens : 0, unpriced }
}

const noTokens = toTokenClasses(undefined)

function sumOf(classes: TokenClasses): number {
  return Object.values<number>({ ...classes }).reduce((sum, tokens) => sum + tokens, 0)
}

/** The ledger's entry of a call; `user` is the pseudonym, empty for none. Pure. */
function ofCall(request: CompletedRequest, call: CallRecord, user: string): LedgerEntry {
  const { attempts, principal, cache, outcome } = call
  const last = attempts[attempts.length - 1]
  const isHit = isCacheHit(cache?.status)
  const classes = toTokenClasses(call.usage)
  const tokens = isHit ? noTokens : classes
  const waste = wasteOf(call)
  return {
    id: call.id,
    startedAtMs: call.startedAtMs,
    endedAtMs: call.endedAtMs,
    keyId: toText(principal?.id),
    keyName: toText(principal?.name),
    user,
    tags: toTags(call.tags),
    provider: toText(call.provider ?? last?.provider),
    model: toText(modelNameOf(call)),
    requestedModel: toText(call.requestedModel),
    outcome,
    errorCode: call.error === undefined ? null : toText(call.error.code),
    stream: call.stream ? 1 : 0,
    attempts: attempts.length,
    uncachedInputTokens: tokens.uncachedInputTokens,
    cachedInputTokens: tokens.cachedInputTokens,
    cacheWriteTokens: tokens.cacheWriteTokens,
    cacheWriteOneHourTokens: tokens.cacheWriteOneHourTokens,
    audioInputTokens: tokens.audioInputTokens,
    outputTokens: tokens.outputTokens,
    reasoningTokens: tokens.reasoningTokens,
    audioOutputTokens: tokens.audioOutputTokens,
    wastedTokens: waste.tokens,
    savedTokens: isHit ? sumOf(classes) : 0,
    costNanoUsd: toNanoUsd(call.costNanoUsd),
    wastedNanoUsd: toNanoUsd(call.wastedNanoUsd) ?? 0,
    unpricedAttempts: waste.unpriced,
    savedByCacheNanoUsd: toNanoUsd(cache?.savedNanoUsd) ?? 0,
    savedByCondensationNanoUsd: toNanoUsd(call.condensation?.savedNanoUsd) ?? 0,
    latencyMs: toMs(call.startedAtMs, call.endedAtMs) ?? 0,
    firstContentMs: toMs(call.startedAtMs, call.firstContentAtMs),
    upstreamMs: attempts.length === 0 ? null : toMs(0, upstreamMs(call)),
    cacheStatus: cache === undefined ? null : cache.status,
    endpoint: request.endpoint,
    status: request.status,
    operation: call.operation,
    team: principal?.team === undefined ? null : toText(principal.team),
  }
}

/** The same of a request that was refused before it became a call. */
function ofRefused(request: CompletedRequest): LedgerEntry {
  const { id, startedAtMs, endedAtMs, key, error, endpoint, status } = request
  return {
    ...{ id, startedAtMs, endedAtMs, keyId: toText(key?.id), keyName: toText(key?.name), user: '', tags: '[]', provider: '', model: '' },
    ...{ requestedModel: '', outcome: status === 499 ? 'canceled' : 'error', errorCode: error === undefined ? null : toText(error.code) },
    ...{ stream: 0, attempts: 0, wastedTokens: 0, savedTokens: 0, costNanoUsd: 0, wastedNanoUsd: 0, unpricedAttempts: 0 },
    ...{ savedByCacheNanoUsd: 0, savedByCondensationNanoUsd: 0, latencyMs: toMs(startedAtMs, endedAtMs) ?? 0, firstContentMs: null },
    ...{ upstreamMs: null, cacheStatus: null, endpoint, status, operation: '', team: key?.team === undefined ? null : toText(key.team) },
    ...noTokens,
  }
}

/** The ledger's entry of a request; `user` is the pseudonym, empty for none. Pure. */
export function toLedgerEntry(request: CompletedRequest, user: string): LedgerEntry {
  return request.call === undefined ? ofRefused(request) : ofCall(request, request.call, user)
}

const dataPlane = /^\/(v1|v2|rerank|openai)(\/|$)/

/** Whether a request has a place in the ledger: it made a call, or was refused one. */
export function isRecorded({ call, endpoint, status, method }: CompletedRequest): boolean {
  return call !== undefined || (status >= 400 && method === 'POST' && dataPlane.test(endpoint))
}
