import type { Deps } from '../deps.ts'
import type { LimitStore, Take, TakeResult } from './limit-store.ts'
import { addTo, createRateBucket, drain, type RateBucket, type Standing, standingOf, takenUnits, waitMs } from './rate-bucket.ts'
import { createRecentMap, type RecentMap } from './recent-map.ts'

/** Where a parallel limit is reached, somebody has to finish: nobody knows when. */
const parallelRetryMs = 1_000
const defaultMaxKeys = 100_000

interface Held {
  count: number
}

/** How much a store in this process remembers. */
export interface MemoryLimitStoreOptions {
  /** Keys that are remembered; of more, the least recently asked for are forgotten, unless places are held. Default: 100,000. */
  readonly maxKeys?: number | undefined
}

/** A limit store in this process: it answers at once. */
export interface MemoryLimitStore extends LimitStore {
  take(takes: readonly Take[]): TakeResult
}

/* A class: every request passes here, and its methods lie on the prototype. */
class InProcessStore implements MemoryLimitStore {
  private readonly buckets: RecentMap<RateBucket>
  private readonly held: RecentMap<Held>
  private readonly now: () => number

  constructor(maxKeys: number, now: () => number) {
    this.buckets = createRecentMap(maxKeys)
    this.held = createRecentMap<Held>(maxKeys, ({ count }) => count === 0)
    this.now = now
  }

  take(takes: readonly Take[]): TakeResult {
    const nowMs = Math.floor(this.now())
    let refused: number | undefined
    let retryAfterMs = 0
    for (let index = 0; index < takes.length; index++) {
      const ms = this.waitFor(takes[index] as Take, nowMs) // within the list
      if (ms <= retryAfterMs) continue
      // Of several that refuse, the last to pass decides when all of them do.
      retryAfterMs = ms
      refused = index
    }
    const standings: Standing[] = []
    for (const take of takes) {
      if (refused === undefined) this.enter(take, nowMs)
      standings.push(this.standing(take, nowMs))
    }
    return { refused, retryAfterMs, standings }
  }

  adjust({ key, rate }: Extract<Take, { type: 'rate' }>, amount: number): void {
    const nowMs = Math.floor(this.now())
    const bucket = this.bucket(key, nowMs)
    drain(bucket, rate, nowMs)
    addTo(bucket, rate, amount)
  }

  release(takes: readonly Take[]): void {
    for (const { type, key } of takes) {
      const held = type === 'parallel' ? this.held.get(key) : undefined
      if (held !== undefined && held.count > 0) held.count--
    }
  }

  private waitFor(take: Take, nowMs: number): number {
    if (take.type === 'parallel') return this.place(take.key).count < take.limit ? 0 : parallelRetryMs
    const bucket = this.bucket(take.key, nowMs)
    drain(bucket, take.rate, nowMs)
    return waitMs(bucket, take.rate, take.amount)
  }

  private enter(take: Take, nowMs: number): void {
    if (take.type === 'parallel') this.place(take.key).count++
    else addTo(this.bucket(take.key, nowMs), take.rate, takenUnits(take.amount, take.rate))
  }

  private standing(take: Take, nowMs: number): Standing {
    if (take.type === 'rate') return standingOf(this.bucket(take.key, nowMs), take.rate)
    return { remaining: Math.max(0, take.limit - this.place(take.key).count), resetMs: 0 }
  }

  private bucket(key: string, nowMs: number): RateBucket {
    const known = this.buckets.get(key)
    if (known !== undefined) return known
    const made = createRateBucket(nowMs)
    this.buckets.set(key, made)
    return made
  }

  private place(key: string): Held {
    const known = this.held.get(key)
    if (known !== undefined) return known
    const made = { count: 0 }
    this.held.set(key, made)
    return made
  }
}

/** Creates a limit store in this process: synchronous, exact, and bounded in keys. */
export function createMemoryLimitStore(
  { maxKeys = defaultMaxKeys }: MemoryLimitStoreOptions,
  { monotonicNow }: Pick<Deps, 'monotonicNow'>,
): MemoryLimitStore {
  return new InProcessStore(maxKeys, monotonicNow)
}
