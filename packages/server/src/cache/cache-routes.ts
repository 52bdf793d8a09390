import type { CacheFigures, CacheSelector, LevelFigures, SemanticFigures } from '@proxyapi/context'
import { InvalidRequestError, ProxyApiError } from '@proxyapi/core'
import * as v from 'valibot'
import { defineRoute, type Route } from '../route-table/route.ts'
import type { CacheOfAll, WholeFigures } from './cache-of-all.ts'

const path = '/api/cache'
const fields = ['model', 'provider', 'tag', 'user'] as const
const nanoPerUsd = 1_000_000_000

const level = v.looseObject({
  level: v.string(),
  entries: v.number(),
  bytes: v.number(),
  max_bytes: v.number(),
  hit_rate: v.number(),
  saved_usd: v.number(),
})
const semanticFigures = v.object({
  entries: v.number(),
  max_entries: v.number(),
  bytes: v.number(),
  evictions: v.number(),
  hits: v.number(),
  saved_usd: v.number(),
})
const warmed = v.object({ refreshed: v.number(), skipped: v.number(), cost_usd: v.number() })
const figuresSchema = v.looseObject({
  enabled: v.literal(true),
  entries: v.number(),
  bytes: v.number(),
  hit_rate: v.number(),
  saved_usd: v.number(),
  levels: v.array(level),
  semantic: v.optional(semanticFigures),
  warming: warmed,
})

function toWireLevel(of: LevelFigures): v.InferInput<typeof level> {
  const { maxBytes, hitRate, savedNanoUsd, ...same } = of
  return { ...same, max_bytes: maxBytes, hit_rate: hitRate, saved_usd: savedNanoUsd / nanoPerUsd }
}

function toWireSemantic(
  { hits, savedNanoUsd }: CacheFigures['semantic'],
  { entries, maxEntries, bytes, evictions }: SemanticFigures,
): v.InferInput<typeof semanticFigures> {
  return { entries, max_entries: maxEntries, bytes, evictions, hits, saved_usd: savedNanoUsd / nanoPerUsd }
}

function toWire({ figures, semantic }: WholeFigures): v.InferInput<typeof figuresSchema> {
  const { hits, stale, coalesced, misses, bypassed, stored, levels, warming } = figures
  const { admitted, deferred, writtenLater } = figures.firstWrites
  return {
    enabled: true,
    // The levels hold the same answers, but for those that were evicted or not written yet: the fullest one says how many there are, at least.
    entries: Math.max(...levels.map(({ entries }) => entries)),
    bytes: levels.reduce((sum, { bytes }) => sum + bytes, 0),
    hit_rate: figures.hitRate,
    saved_usd: figures.savedNanoUsd / nanoPerUsd,
    hits,
    stale,
    coalesced,
    misses,
    bypassed,
    stored,
    not_stored: figures.notStored,
    first_writes: { admitted, deferred, written_later: writtenLater },
    under_way: figures.inFlight,
    levels: levels.map(toWireLevel),
    ...(semantic !== undefined && { semantic: toWireSemantic(figures.semantic, semantic) }),
    warming: { refreshed: warming.refreshed, skipped: warming.skipped, cost_usd: warming.costNanoUsd / nanoPerUsd },
  }
}

/** @throws InvalidRequestError for an unknown filter, because a misspelled one must not clear everything. */
function selectorOf(query: Readonly<Record<string, readonly string[]>>): CacheSelector {
  for (const [name, [value]] of Object.entries(query)) {
    if (!(fields as readonly string[]).includes(name))
      throw new InvalidRequestError(
        `The cache can't be cleared by "${name.slice(0, 64)}"; allowed: ${fields.join(', ')}.`,
        name.slice(0, 64),
      )
    if (value === '') throw new InvalidRequestError(`${name} is empty: leave it out, or name one.`, name)
  }
  return Object.fromEntries(fields.map((name) => [name, query[name]?.[0]]))
}

function refuse(): never {
  throw new ProxyApiError({ code: 'conflict', message: 'The response cache is switched off: set caching.enabled to true.' })
}

interface Routed {
  /** `undefined` when it is switched off. */
  readonly cache?: CacheOfAll | undefined
  /** Drops what other capabilities have made of requests' texts, and gives how much that was. */
  readonly clearDerived?: (() => Promise<number>) | undefined
}

function figuresRoute({ cache }: Routed): Route {
  return defineRoute({
    method: 'GET',
    path,
    access: 'cache:read',
    summary: 'Figures of the response cache, by level.',
    answer: v.union([figuresSchema, v.object({ enabled: v.literal(false) })]),
    handle: async () => (cache === undefined ? { enabled: false as const } : toWire(await cache.figures())),
  })
}

/** Models, providers and tags are not known of what was derived; of a person nothing may stay. */
export function includesDerived({ model, provider, tag }: Pick<CacheSelector, 'model' | 'provider' | 'tag'>): boolean {
  return model === undefined && provider === undefined && tag === undefined
}

function clearRoute({ cache, clearDerived }: Routed): Route {
  return defineRoute({
    method: 'DELETE',
    path,
    access: 'cache:write',
    summary: `Removes entries of the response cache, all or by ${fields.join(', ')}.`,
    answer: v.object({ removed: v.record(v.string(), v.union([v.number(), v.literal('pending')])) }),
    handle: async (exchange) => {
      const selector = selectorOf(exchange.query())
      const removed = await (cache ?? refuse()).remove(selector)
      // A level that is down removes the entries later, before it is used again.
      const levels = Object.entries(removed).map(([name, count]) => [name, count ?? ('pending' as const)] as const)
      const summaries = clearDerived !== undefined && includesDerived(selector) ? { summaries: await clearDerived() } : {}
      return { removed: { ...Object.fromEntries(levels), ...summaries } }
    },
  })
}

function warmRoute({ cache }: Routed): Route {
  return defineRoute({
    method: 'POST',
    path: `${path}/warm`,
    access: 'cache:write',
    summary: 'Refreshes popular entries of the response cache.',
    answer: warmed,
    handle: async () => {
      const { refreshed, skipped, costNanoUsd } = await (cache ?? refuse()).warm()
      return { refreshed, skipped, cost_usd: costNanoUsd / nanoPerUsd }
    },
  })
}

/** Figures of the cache, its removal and its warming. */
export function cacheRoutes(routed: Routed): readonly Route[] {
  return [figuresRoute(routed), clearRoute(routed), warmRoute(routed)]
}
