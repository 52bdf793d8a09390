import { type CallRecord, isCacheHit } from '../record/call-record.ts'
import { type TokenClasses, toTokenClasses } from '../record/token-classes.ts'
import { upstreamMs } from '../record/upstream-ms.ts'

/** What calls are counted by. An empty text stands for what was not there. */
export interface UsageDimensions {
  readonly keyId: string
  readonly keyName: string
  /** Pseudonym. */
  readonly user: string
  /** JSON of the sorted tags. */
  readonly tags: string
  /** Who answered; where nobody did, who was tried last. */
  readonly provider: string
  readonly model: string
}

/** One call in the ledger. `null` stands for what is not known or was not there. */
export interface UsageEntry extends UsageDimensions, TokenClasses {
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
}

const maxTextCharacters = 200
const maxTags = 16

function toText(text: string | undefined): string {
  return text === undefined ? '' : text.slice(0, maxTextCharacters)
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

function wasteOf(receipt: CallRecord): Pick<UsageEntry, 'wastedTokens' | 'wastedNanoUsd' | 'unpricedAttempts'> {
  const losers = receipt.attempts.filter((_attempt, index) => index !== receipt.winner)
  const tokens = losers.reduce((sum, { usage }) => sum + (usage === undefined ? 0 : usage.inputTokens + usage.outputTokens), 0)
  return {
    wastedTokens: Number.isSafeInteger(tokens) ? tokens : 0,
    wastedNanoUsd: toNanoUsd(receipt.wastedNanoUsd) ?? 0,
    unpricedAttempts: losers.filter((attempt) => attempt.costNanoUsd === null).length,
  }
}

function tokensOf(receipt: CallRecord): TokenClasses & Pick<UsageEntry, 'savedTokens'> {
  const { usage } = receipt
  if (!isCacheHit(receipt.cache?.status)) return { ...toTokenClasses(usage), savedTokens: 0 }
  const saved = toTokenClasses(usage)
  return { ...toTokenClasses(undefined), savedTokens: Object.values<number>({ ...saved }).reduce((sum, tokens) => sum + tokens, 0) }
}

function dimensionsOf(receipt: CallRecord, user: string): UsageDimensions {
  const { principal, tags, attempts, provider, model, requestedModel, outcome } = receipt
  const last = attempts.at(-1)
  // A name that nobody answered to is the caller's invention: a thousand of them must not become a thousand groups.
  const asked = outcome === 'complete' ? requestedModel : undefined
  return {
    keyId: toText(principal?.id),
    keyName: toText(principal?.name),
    user,
    tags: toTags(tags),
    provider: toText(provider ?? last?.provider),
    model: toText(model ?? last?.model ?? asked),
  }
}

function timesOf(receipt: CallRecord): Pick<UsageEntry, 'latencyMs' | 'firstContentMs' | 'upstreamMs'> {
  const { startedAtMs, endedAtMs, firstContentAtMs, attempts } = receipt
  return {
    latencyMs: toMs(startedAtMs, endedAtMs) ?? 0,
    firstContentMs: toMs(startedAtMs, firstContentAtMs),
    upstreamMs: attempts.length === 0 ? null : toMs(0, upstreamMs(receipt)),
  }
}

/** The ledger's row of a call; `user` is the pseudonym, empty for none. Pure. */
export function toUsageEntry(receipt: CallRecord, user: string): UsageEntry {
  return {
    id: receipt.id,
    startedAtMs: receipt.startedAtMs,
    endedAtMs: receipt.endedAtMs,
    ...dimensionsOf(receipt, user),
    requestedModel: toText(receipt.requestedModel),
    outcome: receipt.outcome,
    errorCode: receipt.error === undefined ? null : toText(receipt.error.code),
    stream: receipt.stream ? 1 : 0,
    attempts: receipt.attempts.length,
    ...tokensOf(receipt),
    ...wasteOf(receipt),
    costNanoUsd: toNanoUsd(receipt.costNanoUsd),
    savedByCacheNanoUsd: toNanoUsd(receipt.cache?.savedNanoUsd) ?? 0,
    savedByCondensationNanoUsd: toNanoUsd(receipt.condensation?.savedNanoUsd) ?? 0,
    ...timesOf(receipt),
    cacheStatus: receipt.cache === undefined ? null : toText(receipt.cache.status),
  }
}
