import { type CatalogueEntry, ProxyApiError, searchCatalogue } from '@proxyapi/core'
import type { Context, Hono } from 'hono'
import { mayUse } from '../auth/keys.ts'
import type { Runtime } from '../gateway/runtime.ts'
import { refuseMethod } from '../http/refuse-method.ts'
import { replyJson } from '../http/reply-json.ts'
import type { GatewayEnv } from '../request/bindings.ts'
import { parseCatalogueQuery } from './catalogue-query.ts'
import { type Catalogue, type CatalogueStore, createCatalogueStore } from './catalogue-store.ts'

const path = '/api/models'

type Handler = (c: Context<GatewayEnv>) => Promise<Response>

/** The wire form of a catalogue entry: costs are US dollars per 1,000 tokens, and the capability `tools` is called `function_calling`. */
function toWire(entry: CatalogueEntry): Readonly<Record<string, unknown>> {
  return {
    id: entry.id,
    name: entry.name,
    provider: entry.provider,
    description: entry.description ?? '',
    context_length: entry.contextLength ?? null,
    max_tokens: entry.maxOutputTokens ?? null,
    supports_chat: entry.supportsChat,
    input_cost: entry.inputCostUsd,
    output_cost: entry.outputCostUsd,
    capabilities: entry.capabilities.flatMap((capability) => (capability === 'tools' ? ['tools', 'function_calling'] : [capability])),
    available: entry.available,
    source: entry.source,
    updated_at: entry.updatedAt ?? null,
  }
}

/** The catalogue as far as the key may use it. */
async function visible(c: Context<GatewayEnv>, store: CatalogueStore): Promise<Catalogue> {
  const { entries, cacheHit } = await store.read()
  const key = c.get('key')
  return { cacheHit, entries: entries.filter((entry) => mayUse(key, `${entry.provider}/${entry.id}`)) }
}

/** `GET /api/models` and `GET /api/models/search`: `count` is what is in the answer, `total` what there is. */
function searchRoute(store: CatalogueStore): Handler {
  return async (c) => {
    const query = parseCatalogueQuery(c.req.queries())
    const { entries, cacheHit } = await visible(c, store)
    const { models, total } = searchCatalogue(entries, query)
    return replyJson(c, { models: models.map(toWire), count: models.length, total, cache_hit: cacheHit })
  }
}

/** The model's id may hold slashes of its own: all behind the provider's name belongs to it. */
function wantedOf(c: Context<GatewayEnv>): string {
  const rest = c.req.path.slice(path.length + 1)
  try {
    return decodeURIComponent(rest)
  } catch {
    return rest
  }
}

/** `GET /api/models/{provider}/{model}`. */
function oneRoute(store: CatalogueStore): Handler {
  return async (c) => {
    const wanted = wantedOf(c)
    const { entries, cacheHit } = await visible(c, store)
    const found = entries.find((entry) => `${entry.provider}/${entry.id}` === wanted)
    if (found !== undefined) return replyJson(c, { ...toWire(found), cache_hit: cacheHit })
    throw new ProxyApiError({
      code: 'model_not_found',
      message: `The catalogue has no model "${wanted.slice(0, 128)}". GET ${path}/{provider}/{model} wants a provider's name and its own id; GET ${path} lists them.`,
      param: 'model',
    })
  }
}

/** Adds the model catalogue. What authenticates `/api/*` stands before it. */
export function addCatalogue(app: Hono<GatewayEnv>, runtime: Pick<Runtime, 'engine' | 'deps'>): void {
  const store = createCatalogueStore(runtime.engine, runtime.deps.now)
  app.get(path, searchRoute(store))
  app.get(`${path}/search`, searchRoute(store))
  app.get(`${path}/*`, oneRoute(store))
  app.all(path, refuseMethod('GET'))
  app.all(`${path}/*`, refuseMethod('GET'))
}
