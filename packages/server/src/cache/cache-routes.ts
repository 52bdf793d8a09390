import type { CacheFigures, LevelFigures, ResponseCache } from '@proxyapi/context'
import { InvalidRequestError } from '@proxyapi/core'
import type { Context, Hono } from 'hono'
import type { GatewayEnv } from '../http/bindings.ts'
import { refuseMethod } from '../http/refuse-method.ts'
import { replyJson } from '../http/reply-json.ts'
import { toUsd } from '../http/response-headers.ts'
import type { ChatKinds } from './cached-answer.ts'

const selectors = ['model', 'provider', 'tag', 'user'] as const

function usd(nanoUsd: number): number {
  return Number(toUsd(nanoUsd))
}

function toLevel(figures: LevelFigures): object {
  return {
    level: figures.level,
    state: figures.state,
    entries: figures.entries,
    bytes: figures.bytes,
    max_bytes: figures.maxBytes,
    evictions: figures.evictions,
    hits: figures.hits,
    misses: figures.misses,
    hit_rate: figures.hitRate,
    saved_usd: usd(figures.savedNanoUsd),
    failures: figures.failures,
  }
}

function toBody(figures: CacheFigures): object {
  const sum = (of: (level: LevelFigures) => number): number => figures.levels.reduce((total, level) => total + of(level), 0)
  return {
    entries: sum(({ entries }) => entries),
    bytes: sum(({ bytes }) => bytes),
    evictions: sum(({ evictions }) => evictions),
    hit_rate: figures.hitRate,
    hits: figures.hits,
    misses: figures.misses,
    stale: figures.stale,
    coalesced: figures.coalesced,
    bypassed: figures.bypassed,
    stored: figures.stored,
    not_stored: figures.notStored,
    under_way: figures.underWay,
    saved_usd: usd(figures.savedNanoUsd),
    levels: figures.levels.map(toLevel),
    warming: { refreshed: figures.warming.refreshed, skipped: figures.warming.skipped, cost_usd: usd(figures.warming.costNanoUsd) },
  }
}

/** @throws InvalidRequestError for a parameter that is none: a typing error must not clear everything */
function selectorOf(c: Context<GatewayEnv>): Readonly<Partial<Record<(typeof selectors)[number], string>>> {
  const query = c.req.query()
  const unknown = Object.keys(query).find((name) => !selectors.some((selector) => selector === name))
  if (unknown !== undefined)
    throw new InvalidRequestError(
      `There is no parameter "${unknown.slice(0, 64)}"; allowed: ${selectors.join(', ')}.`,
      unknown.slice(0, 64),
    )
  return query
}

/** The cache's part of the admin plane. */
export function addCacheRoutes(app: Hono<GatewayEnv>, cache: ResponseCache<ChatKinds>): void {
  app.get('/api/cache', async (c) => replyJson(c, toBody(await cache.figures())))
  app.delete('/api/cache', async (c) => {
    const selector = selectorOf(c)
    const removed = await cache.remove(selector)
    const total = Object.values(removed).reduce<number>((sum, count) => sum + (count ?? 0), 0)
    return replyJson(c, { status: 'cleared', selector, removed: { total, ...removed } })
  })
  app.all('/api/cache', refuseMethod('GET, DELETE'))
  app.post('/api/cache/warm', async (c) => {
    const { refreshed, skipped, costNanoUsd } = await cache.warm()
    return replyJson(c, { status: 'warmed', refreshed, skipped, cost_usd: usd(costNanoUsd) })
  })
  app.all('/api/cache/warm', refuseMethod('POST'))
}
