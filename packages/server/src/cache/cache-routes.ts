import type { CacheFigures, CacheSelector, LevelFigures, ResponseCache } from '@proxyapi/context'
import { InvalidRequestError, ProxyApiError } from '@proxyapi/core'
import type { Context, Hono } from 'hono'
import { refuseMethod } from '../http/refuse-method.ts'
import { replyJson } from '../http/reply-json.ts'
import type { GatewayEnv } from '../request/bindings.ts'
import type { ChatKinds } from './cached-answer.ts'
import type { SemanticLevel } from './semantic-level.ts'

const path = '/api/cache'
const fields = ['model', 'provider', 'tag', 'user'] as const
const nanoPerUsd = 1_000_000_000

function toWireLevel(level: LevelFigures): Readonly<Record<string, unknown>> {
  const { maxBytes, hitRate, savedNanoUsd, ...same } = level
  return { ...same, max_bytes: maxBytes, hit_rate: hitRate, saved_usd: savedNanoUsd / nanoPerUsd }
}

function toWireSemantic({ hits, savedNanoUsd }: CacheFigures['semantic'], level: SemanticLevel): Readonly<Record<string, unknown>> {
  const { entries, maxEntries, bytes, evictions } = level.figures()
  return { entries, max_entries: maxEntries, bytes, evictions, hits, saved_usd: savedNanoUsd / nanoPerUsd }
}

function toWire(figures: CacheFigures, semantic: SemanticLevel | undefined): Readonly<Record<string, unknown>> {
  const { hits, stale, coalesced, misses, bypassed, stored, levels, warming } = figures
  return {
    enabled: true,
    // Every level holds what the faster ones do, so the fullest one says how many answers there are.
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
    under_way: figures.inFlight,
    levels: levels.map(toWireLevel),
    ...(semantic !== undefined && { semantic: toWireSemantic(figures.semantic, semantic) }),
    warming: { refreshed: warming.refreshed, skipped: warming.skipped, cost_usd: warming.costNanoUsd / nanoPerUsd },
  }
}

/** @throws InvalidRequestError for a filter that there is not: a slip of the pen must not clear everything. */
function selectorOf(c: Context<GatewayEnv>): CacheSelector {
  const query = c.req.query()
  for (const [name, value] of Object.entries(query)) {
    if (!(fields as readonly string[]).includes(name))
      throw new InvalidRequestError(
        `The cache can't be cleared by "${name.slice(0, 64)}"; allowed: ${fields.join(', ')}.`,
        name.slice(0, 64),
      )
    if (value === '') throw new InvalidRequestError(`${name} is empty: leave it out, or name one.`, name)
  }
  return Object.fromEntries(fields.map((name) => [name, query[name]]))
}

function refuse(): never {
  throw new ProxyApiError({ code: 'conflict', message: 'The response cache is switched off: set caching.enabled to true.' })
}

interface Routed {
  /** `undefined` when it is switched off. */
  readonly cache?: ResponseCache<ChatKinds> | undefined
  readonly semantic?: SemanticLevel | undefined
}

/** `GET`, `DELETE /api/cache` and `POST /api/cache/warm`. */
export function addCacheRoutes(app: Hono<GatewayEnv>, { cache, semantic }: Routed): void {
  app.get(path, async (c) => replyJson(c, cache === undefined ? { enabled: false } : toWire(await cache.figures(), semantic)))
  app.delete(path, async (c) => {
    const selector = selectorOf(c)
    const removed = await (cache ?? refuse()).remove(selector)
    // A level that is down owes its removal, and makes up for it before it is used again.
    return replyJson(c, { removed: Object.fromEntries(Object.entries(removed).map(([level, count]) => [level, count ?? 'pending'])) })
  })
  app.post(`${path}/warm`, async (c) => {
    const { refreshed, skipped, costNanoUsd } = await (cache ?? refuse()).warm()
    return replyJson(c, { refreshed, skipped, cost_usd: costNanoUsd / nanoPerUsd })
  })
  app.all(path, refuseMethod('GET, DELETE'))
  app.all(`${path}/warm`, refuseMethod('POST'))
}
