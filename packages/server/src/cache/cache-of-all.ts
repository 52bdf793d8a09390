import type { CacheFigures, CacheSelector, ResponseCache, SemanticFigures } from '@proxyapi/context'
import type { Feature } from '../capability/capability.ts'
import type { Workers } from '../capability/workers.ts'
import type { AnswerKinds } from './cached-answer.ts'
import { ownLevel, sumFigures, sumSemantic } from './sum-figures.ts'

type Cache = Pick<ResponseCache<AnswerKinds>, 'figures' | 'remove' | 'count' | 'warm'>
type Removed = Awaited<ReturnType<Cache['remove']>>
type Warmed = Awaited<ReturnType<Cache['warm']>>

/** What a cache holds and has done, with its index of meanings where it has one. */
export interface WholeFigures {
  readonly figures: CacheFigures
  readonly semantic?: SemanticFigures | undefined
}

/** The cache of all processes of the gateway. */
export interface CacheOfAll extends Pick<Cache, 'remove' | 'count' | 'warm'> {
  readonly figures: () => Promise<WholeFigures>
}

interface HasFigures {
  readonly figures: () => SemanticFigures
}

const figuresQuestion = 'cache.figures'
const removeQuestion = 'cache.remove'
const countQuestion = 'cache.count'
const warmQuestion = 'cache.warm'
/** Providers are asked. */
const warmWithinMs = 120_000

/** What a worker answers of its cache. */
export function cacheAnswers(cache: Cache, semantic: HasFigures | undefined): NonNullable<Feature['answers']> {
  // The primary asks with selectors: it is the same program.
  return {
    [figuresQuestion]: async (): Promise<WholeFigures> => ({ figures: await cache.figures(), semantic: semantic?.figures() }),
    [removeQuestion]: (selector) => cache.remove(selector as CacheSelector),
    [countQuestion]: (selector) => cache.count(selector as CacheSelector),
    [warmQuestion]: () => cache.warm(),
  }
}

/** Counts of several processes by level. One that is not known in one of them is not known. */
function joinCounts(all: readonly Removed[], join: (level: string, counts: readonly number[]) => number): Removed {
  const levels = [...new Set(all.flatMap((counts) => Object.keys(counts)))]
  return Object.fromEntries(
    levels.map((level) => {
      const counts = all.flatMap((one) => (level in one ? [one[level]] : []))
      const known = counts.filter((count) => count !== undefined)
      return [level, known.length < counts.length ? undefined : join(level, known)]
    }),
  )
}

function sum(counts: readonly number[]): number {
  return counts.reduce((total, count) => total + count, 0)
}

/** What one process has removed of a level that is shared, the next one does not find. */
const joinRemoved = (all: readonly Removed[]): Removed => joinCounts(all, (_level, counts) => sum(counts))
const joinCounted = (all: readonly Removed[]): Removed =>
  joinCounts(all, (level, counts) => (level === ownLevel ? sum(counts) : Math.max(0, ...counts)))

function sumWarmed(all: readonly Warmed[]): Warmed {
  return {
    refreshed: sum(all.map(({ refreshed }) => refreshed)),
    skipped: sum(all.map(({ skipped }) => skipped)),
    costNanoUsd: sum(all.map(({ costNanoUsd }) => costNanoUsd)),
  }
}

/** This process's cache, together with those of its workers where it has any. */
export function cacheOfAll(cache: Cache, semantic: HasFigures | undefined, workers: Workers | undefined): CacheOfAll {
  const own = async (): Promise<WholeFigures> => ({ figures: await cache.figures(), semantic: semantic?.figures() })
  /** The bound is that of the workers' memory, which this process has beside it. */
  const beside = async (): Promise<WholeFigures> => {
    const { figures, ...rest } = await own()
    return {
      ...rest,
      figures: { ...figures, levels: figures.levels.map((one) => (one.level === ownLevel ? { ...one, maxBytes: 0 } : one)) },
    }
  }
  if (workers === undefined) return { figures: own, remove: cache.remove, count: cache.count, warm: cache.warm }
  return {
    figures: async () => {
      const all = [await beside(), ...(await workers.ask<WholeFigures>(figuresQuestion))]
      return { figures: sumFigures(all.map(({ figures }) => figures)), semantic: sumSemantic(all.flatMap((one) => one.semantic ?? [])) }
    },
    // A worker that does not answer in time hears of it by the announcement.
    remove: async (selector) => joinRemoved([await cache.remove(selector), ...(await workers.ask<Removed>(removeQuestion, selector))]),
    count: async (selector) => joinCounted([await cache.count(selector), ...(await workers.ask<Removed>(countQuestion, selector))]),
    warm: async () => sumWarmed([await cache.warm(), ...(await workers.ask<Warmed>(warmQuestion, undefined, { withinMs: warmWithinMs }))]),
  }
}
