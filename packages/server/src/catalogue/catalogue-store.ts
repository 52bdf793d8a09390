import type { Deps, Engine, ListedModel } from '@proxyapi/core'
import { type CatalogueEntry, catalogueOf, type ListedForCatalogue, publicModelIds, publicTypes } from '@proxyapi/core/catalogue'

/** A catalogue is used this long: what lies under it, the providers' own lists, is kept for an hour. */
const freshMs = 30_000

export interface Catalogue {
  readonly entries: readonly CatalogueEntry[]
  /** Whether it had been made before. */
  readonly cacheHit: boolean
}

export interface CatalogueStore {
  readonly read: () => Promise<Catalogue>
}

type EngineProvider = Engine['providers'][number]

function fromTables(provider: string, type: string, available: boolean): readonly ListedForCatalogue[] {
  return publicModelIds(type).map((id) => ({ provider, type, model: { id }, available }))
}

/** With what the configuration says of it. */
function withOverrides(listed: ListedForCatalogue, provider: EngineProvider, catalog: Engine['catalog']): ListedForCatalogue {
  return { ...listed, overrides: catalog.overridesOf?.({ provider, model: listed.model.id }) }
}

/** A provider's models: what it or the configuration lists; where that is nothing, what the tables know of its vendor. */
function ofProvider(provider: EngineProvider, listed: readonly ListedModel[], catalog: Engine['catalog']): readonly ListedForCatalogue[] {
  const { name, type, models } = provider
  const found =
    listed.length === 0
      ? fromTables(name, type, models === 'any')
      : listed.map(({ provider: _, ...model }) => ({ provider: name, type, model }))
  return found.map((one) => withOverrides(one, provider, catalog))
}

function byProvider(models: readonly ListedModel[]): ReadonlyMap<string, readonly ListedModel[]> {
  const groups = new Map<string, ListedModel[]>()
  for (const model of models) {
    const group = groups.get(model.provider)
    if (group === undefined) groups.set(model.provider, [model])
    else group.push(model)
  }
  return groups
}

async function makeCatalogue(engine: Engine): Promise<readonly CatalogueEntry[]> {
  const listed = byProvider(await engine.models())
  const configured = engine.providers.flatMap((provider) => ofProvider(provider, listed.get(provider.name) ?? [], engine.catalog))
  // What could be configured as well: shown, and marked as not available.
  const types = new Set(engine.providers.map((provider) => provider.type))
  const names = new Set(engine.providers.map((provider) => provider.name))
  const others = publicTypes.filter((type) => !types.has(type) && !names.has(type)).flatMap((type) => fromTables(type, type, false))
  return catalogueOf([...configured, ...others])
}

/** Makes the catalogue when it is asked for, once for all who ask meanwhile, and keeps it for half a minute. */
export function createCatalogueStore(engine: Engine, now: Deps['monotonicNow']): CatalogueStore {
  let kept: { readonly entries: readonly CatalogueEntry[]; readonly untilMs: number } | undefined
  let pending: Promise<readonly CatalogueEntry[]> | undefined

  const make = async (): Promise<readonly CatalogueEntry[]> => {
    try {
      const entries = await makeCatalogue(engine)
      kept = { entries, untilMs: now() + freshMs }
      return entries
    } finally {
      pending = undefined
    }
  }
  return {
    read: async () => {
      if (kept !== undefined && now() < kept.untilMs) return { entries: kept.entries, cacheHit: true }
      pending ??= make()
      return { entries: await pending, cacheHit: false }
    },
  }
}
