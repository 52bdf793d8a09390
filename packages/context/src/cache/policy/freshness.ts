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

/**
 * How long an answer stays fresh that was asked for `asks` times lately, this time included: `ttlMs` for each, within the
 * bounds. What many rely on is worth keeping; what is asked for once gets the plain time.
 */
export function adaptiveTtlMs(asks: number, { ttlMs, maxTtlMs }: FreshnessOptions): number {
  return Math.min(Math.max(ttlMs, maxTtlMs), ttlMs * Math.max(1, asks))
}

/** `fresh`: give it. `stale`: give it and fetch a new one. `spare`: only where no new one can be had. `useless`: not for this client. */
export type Usability = 'fresh' | 'stale' | 'spare' | 'useless'

export interface Judgement {
  readonly nowMs: number
  /** See `adaptiveTtlMs`. */
  readonly asks: number
  /** The oldest that the client takes. */
  readonly maxAgeSeconds?: number | undefined
}

/** What an entry is good for now. */
export function judgeEntry(meta: EntryMeta, { nowMs, asks, maxAgeSeconds }: Judgement, options: FreshnessOptions): Usability {
  const ageMs = Math.max(0, nowMs - meta.storedAtMs)
  const ttlMs = meta.freshForMs ?? adaptiveTtlMs(asks, options)
  const staleForMs = ageMs - ttlMs
  if (maxAgeSeconds !== undefined && ageMs > maxAgeSeconds * 1000) return 'useless'
  if (staleForMs < 0) return 'fresh'
  if (staleForMs < options.staleWhileRevalidateMs) return 'stale'
  return staleForMs < options.staleWhileRevalidateMs + options.staleIfErrorMs ? 'spare' : 'useless'
}

/** When an entry that is stored now can no longer be of any use. */
export function expiryMs(storedAtMs: number, freshForMs: number | undefined, options: FreshnessOptions): number {
  const ttlMs = freshForMs ?? Math.max(options.ttlMs, options.maxTtlMs)
  return storedAtMs + ttlMs + options.staleWhileRevalidateMs + options.staleIfErrorMs
}
