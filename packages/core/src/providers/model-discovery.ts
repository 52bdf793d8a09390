import type { ModelInfo } from '../chat/model-info.ts'
import type { Deps } from '../deps.ts'
import type { Provider } from './provider.ts'

/** A fetched list is fresh this long. After that it is used on, while it is fetched anew. */
const freshMs = 3_600_000
/** After a failed attempt the provider is left alone this long. */
const restMs = 60_000
/** Models that a change names; of more the number tells. */
const maxNamed = 20

/** A provider's list of models, as it is kept over restarts. */
export interface KeptModelList {
  readonly provider: string
  readonly type: string
  readonly models: readonly ModelInfo[]
  /** Unix milliseconds. */
  readonly fetchedAtMs: number
}

/** Keeps the lists of models over restarts. What can't be kept is fetched again; neither method throws. */
export interface ModelListStore {
  readonly load: () => readonly KeptModelList[]
  readonly save: (lists: readonly KeptModelList[]) => void
}

/** How a provider's list of models stands. */
export interface ModelListReport {
  readonly provider: string
  readonly models: number
  /** When the list in use was fetched, Unix milliseconds; `undefined` when there is none. */
  readonly fetchedAtMs: number | undefined
  /** The first of the failures since then, and why the latest one failed. */
  readonly failure: { readonly sinceMs: number; readonly error: unknown } | undefined
}

/** A provider lists other models than before. */
export interface ModelListChange {
  readonly provider: string
  /** The first 20 of them. */
  readonly added: readonly string[]
  readonly addedCount: number
  readonly removed: readonly string[]
  readonly removedCount: number
}

/** Who hears of lists, and where they are kept. */
export interface ModelDiscoveryOptions {
  readonly onFailure?: ((provider: string, error: unknown) => void) | undefined
  readonly onChange?: ((change: ModelListChange) => void) | undefined
  readonly store?: ModelListStore | undefined
}

/** What providers offer: configured models as they stand, discovered ones fetched when first needed. */
export interface ModelDiscovery {
  /**
   * The models of a provider. A list that is there is given at once, and fetched anew meanwhile when it is not fresh; only the first one is
   * waited for. A provider that can't be asked keeps its last list.
   */
  readonly of: (provider: Provider) => Promise<readonly ModelInfo[]>
  /** What is known without asking. */
  readonly known: (provider: Provider) => readonly ModelInfo[]
  /** Fetches the list of a provider, fresh or not. Never rejects: the report tells. */
  readonly refresh: (provider: Provider) => Promise<ModelListReport>
  /** `undefined` for a provider whose models are configured. */
  readonly report: (provider: Provider) => ModelListReport | undefined
  /** Grows whenever what is known may have changed. */
  readonly version: () => number
  /** What is known of one provider is known of another too: the same account under other settings. */
  readonly copy: (from: Provider, to: Provider) => void
  /** Forgets all providers but these. */
  readonly retain: (providers: readonly Provider[]) => void
}

interface Listing {
  /** `undefined` when none has been fetched. */
  readonly models: readonly ModelInfo[] | undefined
  readonly fetchedAtMs: number | undefined
  readonly untilMs: number
  readonly failure?: ModelListReport['failure']
}

function changeOf(provider: string, before: readonly ModelInfo[], after: readonly ModelInfo[]): ModelListChange | undefined {
  const missingIn = (list: readonly ModelInfo[], others: readonly ModelInfo[]): readonly string[] => {
    const ids = new Set(others.map(({ id }) => id))
    return list.map(({ id }) => id).filter((id) => !ids.has(id))
  }
  const added = missingIn(after, before)
  const removed = missingIn(before, after)
  if (added.length === 0 && removed.length === 0) return undefined
  return {
    ...{ provider, added: added.slice(0, maxNamed), addedCount: added.length },
    ...{ removed: removed.slice(0, maxNamed), removedCount: removed.length },
  }
}

function toReport({ name }: Provider, listing: Listing | undefined): ModelListReport {
  return {
    provider: name,
    models: listing?.models?.length ?? 0,
    fetchedAtMs: listing?.fetchedAtMs,
    failure: listing?.failure,
  }
}

/** The lists in memory. Those of the store are taken over by providers of the same name and type. */
function createListings({ store }: ModelDiscoveryOptions, onSet: () => void) {
  const listings = new Map<Provider, Listing>()
  let kept: readonly KeptModelList[] | undefined
  const restore = ({ name, type }: Provider): Listing | undefined => {
    kept ??= store?.load() ?? []
    const found = kept.find((list) => list.provider === name && list.type === type)
    return found && { models: found.models, fetchedAtMs: found.fetchedAtMs, untilMs: found.fetchedAtMs + freshMs }
  }
  const get = (provider: Provider): Listing | undefined => {
    const listing = listings.get(provider) ?? restore(provider)
    if (listing !== undefined && !listings.has(provider)) listings.set(provider, listing)
    return listing
  }
  const save = (): void => {
    const lists = [...listings].flatMap(([{ name: provider, type }, { models, fetchedAtMs }]): KeptModelList[] =>
      models === undefined || fetchedAtMs === undefined ? [] : [{ provider, type, models, fetchedAtMs }],
    )
    store?.save(lists)
  }
  return {
    listings,
    get,
    save,
    set: (provider: Provider, listing: Listing): void => {
      listings.set(provider, listing)
      // A list that was kept is older than this one.
      kept = kept?.filter((list) => list.provider !== provider.name)
      onSet()
    },
  }
}

export function createModelDiscovery(deps: Pick<Deps, 'now'>, options: ModelDiscoveryOptions = {}): ModelDiscovery {
  let version = 0
  const { listings, get, set, save } = createListings(options, () => void version++)
  const pending = new Map<Provider, Promise<readonly ModelInfo[]>>()

  const fetched = (provider: Provider, models: readonly ModelInfo[]): readonly ModelInfo[] => {
    const before = get(provider)?.models
    const nowMs = deps.now()
    set(provider, { models, fetchedAtMs: nowMs, untilMs: nowMs + freshMs })
    save()
    const change = before && changeOf(provider.name, before, models)
    if (change !== undefined) options.onChange?.(change)
    return models
  }
  const failed = (provider: Provider, error: unknown): readonly ModelInfo[] => {
    const before = get(provider)
    const nowMs = deps.now()
    const failure = { sinceMs: before?.failure?.sinceMs ?? nowMs, error }
    set(provider, { models: before?.models, fetchedAtMs: before?.fetchedAtMs, untilMs: nowMs + restMs, failure })
    options.onFailure?.(provider.name, error)
    return before?.models ?? []
  }
  const discover = async (provider: Provider): Promise<readonly ModelInfo[]> => {
    try {
      return fetched(provider, await provider.listModels())
    } catch (error) {
      return failed(provider, error)
    } finally {
      pending.delete(provider)
    }
  }
  const fetchOnce = (provider: Provider): Promise<readonly ModelInfo[]> => {
    const running = pending.get(provider) ?? discover(provider)
    pending.set(provider, running)
    return running
  }
  return {
    known: (provider) => (typeof provider.models === 'string' ? (get(provider)?.models ?? []) : provider.models),
    version: () => version,
    report: (provider) => (typeof provider.models === 'string' ? toReport(provider, get(provider)) : undefined),
    refresh: async (provider) => {
      await fetchOnce(provider)
      return toReport(provider, get(provider))
    },
    copy: (from, to) => {
      const listing = get(from)
      if (listing !== undefined && from !== to) set(to, listing)
    },
    retain: (providers) => {
      for (const provider of listings.keys()) if (!providers.includes(provider)) listings.delete(provider)
    },
    of: (provider) => {
      if (typeof provider.models !== 'string') return Promise.resolve(provider.models)
      const listing = get(provider)
      if (listing !== undefined && deps.now() < listing.untilMs) return Promise.resolve(listing.models ?? [])
      const next = fetchOnce(provider)
      return listing?.models === undefined ? next : Promise.resolve(listing.models)
    },
  }
}
