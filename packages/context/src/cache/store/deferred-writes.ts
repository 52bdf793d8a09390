import type { Deps } from '../../deps.ts'
import type { HeldEntry, MemoryStore } from './memory-store.ts'
import { createTokenBucket, defaultFirstWrites, type FirstWriteLimit } from './write-admission.ts'
import type { WriteBehind } from './write-behind.ts'

/*
 * Which answers are written to levels that are written behind. Most questions are asked once, and writing an answer costs more
 * than everything else that the cache does for it. So an answer is written at once only while few are written; otherwise it
 * stays in memory alone, and is written when it is asked for again, when memory gives it up and it is worth more than most
 * that are given up, or when the cache closes. Invariant: answers that nobody asks for again are written within the limits of
 * two token buckets, and the bounds of the end. Cost of deferring: one flag.
 */

/** What became of new answers for levels that are written behind. */
export interface FirstWriteFigures {
  /** Written at once. */
  readonly admitted: number
  /** Kept in memory alone at first. */
  readonly deferred: number
  /** Of the deferred ones, those written since: asked for again, evicted, or the best at the end. */
  readonly writtenLater: number
}

export interface DeferredWrites<Value> {
  /** Whether a new answer is to wait; counts it. */
  readonly mayDefer: () => boolean
  /** Writes an entry that was deferred. */
  readonly writeNow: (held: HeldEntry<Value>) => void
  /** Writes the best of the deferred entries, within bounds: the cache closes. */
  readonly writeBest: () => Promise<void>
  readonly figures: () => FirstWriteFigures
}

export interface DeferredWritesOptions<Value> {
  readonly memory: MemoryStore<Value>
  readonly levels: readonly WriteBehind<Value>[]
  readonly limit?: Partial<FirstWriteLimit> | undefined
}

/** Evicted entries may be written at this share of the rate of first writes: what gives way is worth less than what comes. */
const evictionShare = 0.25
/** Bounds of what is written at the end: a shutdown waits for it. */
const mostBytesAtEnd = 16_777_216
const mostMsAtEnd = 2_000
const entriesBetweenFlushes = 256
/** The average of scores follows the last few dozen evictions. */
const averageWeight = 1 / 64

/** Says for each evicted entry whether its score is above the average of those before it. */
function createAverage(): (score: number) => boolean {
  let average = 0
  return (score) => {
    const isAbove = score >= average
    average += (score - average) * averageWeight
    return isAbove
  }
}

async function writeBest<Value>(
  memory: MemoryStore<Value>,
  levels: readonly WriteBehind<Value>[],
  { writeNow, now }: { readonly writeNow: (held: HeldEntry<Value>) => void; readonly now: () => number },
): Promise<void> {
  if (levels.length === 0) return
  const endMs = now() + mostMsAtEnd
  let bytes = 0
  for (const [index, held] of memory.deferred().entries()) {
    bytes += held.bytes
    if (bytes > mostBytesAtEnd || now() >= endMs) return
    writeNow(held)
    if (index % entriesBetweenFlushes === entriesBetweenFlushes - 1) await Promise.all(levels.map(({ flush }) => flush()))
  }
}

/** Decides when answers reach levels that are written behind. */
export function createDeferredWrites<Value>(
  { memory, levels, limit }: DeferredWritesOptions<Value>,
  deps: Pick<Deps, 'now'>,
): DeferredWrites<Value> {
  const { perSecond, burst } = { ...defaultFirstWrites, ...limit }
  const isAdmitted = createTokenBucket({ perSecond, burst }, deps)
  const isEvictionAdmitted = createTokenBucket({ perSecond: perSecond * evictionShare, burst: burst * evictionShare }, deps)
  const isAboveAverage = createAverage()
  const figures = { admitted: 0, deferred: 0, writtenLater: 0 }

  const writeNow = (held: HeldEntry<Value>): void => {
    held.isDeferred = false
    figures.writtenLater++
    for (const level of levels) level.put(held)
  }
  memory.onDeferredEviction((held, score) => {
    const isWorthIt = isAboveAverage(score)
    if (isWorthIt && held.entry.meta.expiresAtMs > deps.now() && isEvictionAdmitted()) writeNow(held)
  })
  return {
    writeNow,
    mayDefer: () => {
      const isDeferred = !isAdmitted()
      if (isDeferred) figures.deferred++
      else figures.admitted++
      return isDeferred
    },
    writeBest: () => writeBest(memory, levels, { writeNow, now: deps.now }),
    figures: () => ({ ...figures }),
  }
}
