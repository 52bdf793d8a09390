import type { EntryMeta } from '../store/entry.ts'

/** How long answers may be used. Milliseconds. */
export interface FreshnessOptions {
  /** How long an answer stays fresh. Default 1,800,000: half an hour. */
  readonly ttlMs: number
  /** The bound up to which answers that are asked for often stay fresh longer. Default four times `ttlMs`; equal to it, all are the same. */
  readonly maxTtlMs: number
  /** How long after that an answer is still given while a new one is fetched. Default 0: not at all. */
  readonly staleWhileRevalidateMs: number
  /** How long after that an answer is still given when no new one can be had. Default 3,600,000: an hour. */
  readonly staleIfErrorMs: number
}

/** How long an answer stays fresh that a client asked to keep so long: within the operator's bound. `undefined` when it asked for nothing. */
export function askedTtlMs(ttlSeconds: number | undefined, { ttlMs, maxTtlMs }: FreshnessOptions): number | undefined {
  return ttlSeconds === undefined ? undefined : Math.min(ttlSeconds * 1000, Math.max(ttlMs, maxTtlMs))
}

/** So many asks may be one client looking twice: they say nothing of popularity yet. */
const unpopularCount = 2

/**
 * How long an answer stays fresh that was asked for `requestCount` times lately, this time included: `ttlMs` for each beyond the
 * first two, within the bounds. What many rely on is worth keeping; what is asked for once or twice gets the plain time.
 */
export function adaptiveTtlMs(requestCount: number, { ttlMs, maxTtlMs }: FreshnessOptions): number {
  return Math.min(Math.max(ttlMs, maxTtlMs), ttlMs * Math.max(1, requestCount - unpopularCount))
}

/** `fresh`: give it. `stale`: give it and fetch a new one. `spare`: only where no new one can be had. `useless`: not for this client. */
export type Usability = 'fresh' | 'stale' | 'stale-if-error' | 'unusable'

export interface EvaluationContext {
  readonly nowMs: number
  /** See `adaptiveTtlMs`. */
  readonly requestCount: number
  /** The oldest that the client takes. */
  readonly maxAgeSeconds?: number | undefined
}

/** What an entry is good for now. */
export function evaluateEntry(
  meta: EntryMeta,
  { nowMs, requestCount, maxAgeSeconds }: EvaluationContext,
  options: FreshnessOptions,
): Usability {
  const ageMs = Math.max(0, nowMs - meta.storedAtMs)
  const ttlMs = meta.freshForMs ?? adaptiveTtlMs(requestCount, options)
  const staleForMs = ageMs - ttlMs
  if (maxAgeSeconds !== undefined && ageMs > maxAgeSeconds * 1000) return 'unusable'
  if (staleForMs < 0) return 'fresh'
  if (staleForMs < options.staleWhileRevalidateMs) return 'stale'
  return staleForMs < options.staleWhileRevalidateMs + options.staleIfErrorMs ? 'stale-if-error' : 'unusable'
}

/** When an entry that is stored now can no longer be of any use. */
export function expiryMs(storedAtMs: number, freshForMs: number | undefined, options: FreshnessOptions): number {
  const ttlMs = freshForMs ?? Math.max(options.ttlMs, options.maxTtlMs)
  return storedAtMs + ttlMs + options.staleWhileRevalidateMs + options.staleIfErrorMs
}
