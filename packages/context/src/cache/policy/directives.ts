/** What a request says about the cache. */
export interface CacheDirectives {
  /** Whether a stored answer may be given. */
  readonly lookup: boolean
  /** Whether the answer may be stored. */
  readonly store: boolean
  /** Whether no other request may share the work on this one, not even while it runs. */
  readonly isPrivate: boolean
  /** Answer from the cache or not at all. */
  readonly onlyIfCached: boolean
  /** A stored answer older than this won't do. */
  readonly maxAgeSeconds?: number | undefined
  /** How long the answer stays fresh once stored. */
  readonly ttlSeconds?: number | undefined
  /** A part of the tenant's own entries. */
  readonly namespace?: string | undefined
}

export const noDirectives: CacheDirectives = { lookup: true, store: true, isPrivate: false, onlyIfCached: false }

/** Both at once: what either forbids is forbidden. */
export function bothDirectives(left: CacheDirectives, right: CacheDirectives): CacheDirectives {
  return {
    lookup: left.lookup && right.lookup,
    store: left.store && right.store,
    isPrivate: left.isPrivate || right.isPrivate,
    onlyIfCached: left.onlyIfCached || right.onlyIfCached,
    maxAgeSeconds: least(left.maxAgeSeconds, right.maxAgeSeconds),
    ttlSeconds: left.ttlSeconds ?? right.ttlSeconds,
    namespace: left.namespace ?? right.namespace,
  }
}

function least(left: number | undefined, right: number | undefined): number | undefined {
  if (left === undefined || right === undefined) return left ?? right
  return Math.min(left, right)
}
