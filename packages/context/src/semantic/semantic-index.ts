import { type Deps, systemDeps } from '../deps.ts'
import { ContextError } from '../errors/context-error.ts'
import { checkVector } from './check-vector.ts'
import {
  candidates,
  createVectorPartition,
  drop,
  dropExpired,
  dropFirst,
  type IndexedEntry,
  put,
  type SemanticEntry,
  type VectorPartition,
} from './vector-partition.ts'

export interface SemanticIndexOptions {
  /** Default 2,000. The entry that was of use longest ago goes first. */
  readonly maxEntries?: number | undefined
  /** Length of every vector; by default that of the first one, until the index is empty again. */
  readonly dimensions?: number | undefined
  /** Least cosine similarity of a match, from 0 to 1. Default 0.95. */
  readonly threshold?: number | undefined
}

export interface SemanticMatch {
  readonly key: string
  /** Cosine, from the threshold to 1. */
  readonly similarity: number
}

/** What an index holds and has evicted. */
export interface SemanticFigures {
  readonly entries: number
  readonly maxEntries: number
  /** Estimated. */
  readonly bytes: number
  /** `undefined` before the first entry, where none was set. */
  readonly dimensions: number | undefined
  readonly evictions: number
}

/** Vectors by scope, and the nearest one to another vector. */
export interface SemanticIndex {
  /** @throws `invalid_request` when the vector has another length, is all zeros, or holds a value that is not a number. */
  readonly add: (scope: string, entry: SemanticEntry) => void
  /**
   * The most similar entry of the same scope that has not expired and that `accepts` (asked of the eight nearest).
   * @throws `invalid_request` as `add` does.
   */
  readonly nearest: (scope: string, vector: ArrayLike<number>, accepts?: (text: string | undefined) => boolean) => SemanticMatch | undefined
  /** Whether there was such an entry. */
  readonly remove: (key: string) => boolean
  readonly clear: () => void
  /** Drops `share` of the entries, those of use longest ago first; returns the bytes freed. */
  readonly shed: (share: number) => number
  /** Drops what has expired; returns the bytes freed. */
  readonly purgeExpired: () => number
  readonly figures: () => SemanticFigures
}

/** The nearest ones that `accepts` judges: a judgement costs more than a similarity, and the ninth is no likelier. */
const maxJudged = 8

function checkOption(name: string, value: number, [least, most]: readonly [number, number]): number {
  if (value >= least && value <= most) return value
  throw new ContextError('invalid_config', `${name} is ${value}; allowed is a number from ${least} to ${most}`)
}

function makeRoom(partition: VectorPartition, maxEntries: number, nowMs: number): void {
  if (partition.byKey.size < maxEntries) return
  dropExpired(partition, nowMs)
  const excess = partition.byKey.size - maxEntries + 1
  if (excess <= 0) return
  dropFirst(partition, excess)
  partition.evictions += excess
}

/**
 * Remembers vectors by scope and finds the nearest one of the same scope. Bounded; nothing of one scope is ever found
 * from another.
 *
 * @throws `invalid_config` on an option out of its range.
 * @example
 * const index = createSemanticIndex({ maxEntries: 5_000, threshold: 0.95 })
 * index.add('tenant', { key: 'answer-1', vector: [0.6, 0.8], expiresAtMs: Date.now() + 60_000 })
 * index.nearest('tenant', [0.6, 0.81])?.key // 'answer-1'
 */
export function createSemanticIndex(options: SemanticIndexOptions = {}, deps: Pick<Deps, 'now'> = systemDeps): SemanticIndex {
  const maxEntries = checkOption('maxEntries', Math.floor(options.maxEntries ?? 2_000), [1, 1e6])
  const threshold = checkOption('threshold', options.threshold ?? 0.95, [0, 1])
  if (options.dimensions !== undefined) checkOption('dimensions', options.dimensions, [1, 65_536])
  let partition = createVectorPartition()
  const dimensions = (): number | undefined => options.dimensions ?? (partition.byKey.size > 0 ? partition.vectors?.size : undefined)
  /** Makes the entry the last to be evicted. */
  const touch = (indexed: IndexedEntry): void => {
    partition.byKey.delete(indexed.key)
    partition.byKey.set(indexed.key, indexed)
  }
  return {
    add: (scope, entry) => {
      checkVector(entry.vector, dimensions())
      const replaced = partition.byKey.get(entry.key)
      if (replaced !== undefined) drop(partition, replaced)
      if (entry.expiresAtMs <= deps.now()) return
      makeRoom(partition, maxEntries, deps.now())
      put(partition, scope, entry)
    },
    nearest: (scope, vector, accepts = () => true) => {
      checkVector(vector, dimensions())
      const nowMs = deps.now()
      const fresh = candidates(partition, scope, { vector, threshold }).filter(({ indexed }) => indexed.expiresAtMs > nowMs)
      const match = fresh.slice(0, maxJudged).find(({ indexed }) => accepts(indexed.text))
      if (match === undefined) return undefined
      touch(match.indexed)
      return { key: match.indexed.key, similarity: match.similarity }
    },
    remove: (key) => {
      const indexed = partition.byKey.get(key)
      if (indexed !== undefined) drop(partition, indexed)
      return indexed !== undefined
    },
    clear: () => {
      partition = { ...createVectorPartition(), evictions: partition.evictions }
    },
    shed: (share) => dropFirst(partition, Math.ceil(partition.byKey.size * Math.min(1, Math.max(0, share)))),
    purgeExpired: () => dropExpired(partition, deps.now()),
    figures: () => ({
      entries: partition.byKey.size,
      maxEntries,
      bytes: partition.bytes,
      dimensions: dimensions(),
      evictions: partition.evictions,
    }),
  }
}
