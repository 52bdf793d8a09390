import { type Deps, type Engine, ProxyApiError } from '@proxyapi/core'
import { type CatalogueEntry, searchCatalogue } from '@proxyapi/core/catalogue'
import * as v from 'valibot'
import { mayUseModel } from '../auth/may-use-model.ts'
import type { Exchange } from '../http/exchange.ts'
import { defineRoute, type Route } from '../route-table/route.ts'
import { catalogueQuery, toCatalogueQuery } from './catalogue-query.ts'
import { type Catalogue, type CatalogueStore, createCatalogueStore } from './catalogue-store.ts'

const path = '/api/models'

const modelEntries = {
  id: v.string(),
  name: v.string(),
  provider: v.string(),
  description: v.string(),
  context_length: v.nullable(v.number()),
  max_tokens: v.nullable(v.number()),
  supports_chat: v.boolean(),
  /** USD per 1,000 tokens. */
  input_cost: v.nullable(v.number()),
  output_cost: v.nullable(v.number()),
  capabilities: v.array(v.string()),
  available: v.boolean(),
  source: v.string(),
  updated_at: v.nullable(v.string()),
}
const model = v.object(modelEntries)
const list = v.object({ models: v.array(model), count: v.number(), total: v.number(), cache_hit: v.boolean() })

/** Costs are dollars per 1,000 tokens; `function_calling` is another name for tools. */
function toWire(entry: CatalogueEntry): v.InferInput<typeof model> {
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
async function visible({ principal }: Exchange, store: CatalogueStore): Promise<Catalogue> {
  const { entries, cacheHit } = await store.read()
  return { cacheHit, entries: entries.filter((entry) => mayUseModel(principal, `${entry.provider}/${entry.id}`)) }
}

/** `count` is what is in the answer, `total` what there is. */
function searchRoute(store: CatalogueStore, at: string, summary: string): Route {
  return defineRoute({
    method: 'GET',
    path: at,
    access: 'key',
    summary,
    query: catalogueQuery,
    answer: list,
    handle: async (exchange, { query }) => {
      const { entries, cacheHit } = await visible(exchange, store)
      const { models, total } = searchCatalogue(entries, toCatalogueQuery(query))
      return { models: models.map(toWire), count: models.length, total, cache_hit: cacheHit }
    },
  })
}

function unknownModel(wanted: string): ProxyApiError {
  return new ProxyApiError({
    code: 'model_not_found',
    message: `The catalogue has no model "${wanted.slice(0, 128)}". GET ${path}/{provider}/{model} wants a provider's name and its own id; GET ${path} lists them.`,
    param: 'model',
  })
}

/** The model's id may hold slashes of its own: all behind the provider's name belongs to it. */
function oneRoute(store: CatalogueStore): Route {
  return defineRoute({
    method: 'GET',
    path: `${path}/{provider}/{model...}`,
    access: 'key',
    summary: 'Tells one model of the catalogue.',
    answer: v.object({ ...modelEntries, cache_hit: v.boolean() }),
    handle: async (exchange) => {
      const { provider = '', model: id = '' } = exchange.params
      const { entries, cacheHit } = await visible(exchange, store)
      const found = entries.find((entry) => entry.provider === provider && entry.id === id)
      if (found === undefined) throw unknownModel(`${provider}/${id}`)
      return { ...toWire(found), cache_hit: cacheHit }
    },
  })
}

/** The model catalogue over HTTP. */
export function catalogueRoutes(engine: Engine, now: Deps['monotonicNow']): readonly Route[] {
  const store = createCatalogueStore(engine, now)
  return [
    searchRoute(store, path, 'Lists the catalogue of models, filtered and sorted.'),
    searchRoute(store, `${path}/search`, 'Searches the catalogue; q forgives typing errors.'),
    oneRoute(store),
  ]
}
