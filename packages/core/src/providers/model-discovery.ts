import type { ModelInfo } from '../chat/model-info.ts'
import type { Deps } from '../deps.ts'
import type { Provider } from './provider.ts'

/** A fetched list is used this long before it is asked for again. */
const freshMs = 3_600_000
/** After a failed attempt the provider is left alone this long. */
const restMs = 60_000

interface Listing {
  readonly models: readonly ModelInfo[]
  readonly untilMs: number
}

/** What providers offer: configured discovery as they stand, discovered ones fetched when first needed. */
export interface ModelDiscovery {
  /** The models of a provider, fetching when it is to be discovered. A provider that cannot be asked has none. */
  readonly of: (provider: Provider) => Promise<readonly ModelInfo[]>
  /** What is known without asking. */
  readonly known: (provider: Provider) => readonly ModelInfo[]
  /** Grows whenever what is known may have changed. */
  readonly version: () => number
  /** What is known of one provider is known of another too: the same account under other settings. */
  readonly copy: (from: Provider, to: Provider) => void
  /** Forgets all providers but these. */
  readonly retain: (providers: readonly Provider[]) => void
}

export function createModelDiscovery(deps: Deps, onFailure: (provider: string, error: unknown) => void = () => undefined): ModelDiscovery {
  const listings = new Map<Provider, Listing>()
  const pending = new Map<Provider, Promise<readonly ModelInfo[]>>()

  let version = 0
  const keep = (provider: Provider, models: readonly ModelInfo[], ms: number): void => {
    listings.set(provider, { models, untilMs: deps.now() + ms })
    version++
  }
  const discover = async (provider: Provider): Promise<readonly ModelInfo[]> => {
    try {
      const models = await provider.listModels()
      keep(provider, models, freshMs)
      return models
    } catch (error) {
      onFailure(provider.name, error)
      const models = listings.get(provider)?.models ?? []
      keep(provider, models, restMs)
      return models
    } finally {
      pending.delete(provider)
    }
  }
  const known = (provider: Provider): readonly ModelInfo[] =>
    typeof provider.models === 'string' ? (listings.get(provider)?.models ?? []) : provider.models
  return {
    known,
    version: () => version,
    copy: (from, to) => {
      const listing = listings.get(from)
      if (listing === undefined || from === to) return
      listings.set(to, listing)
      version++
    },
    retain: (providers) => {
      for (const provider of listings.keys()) if (!providers.includes(provider)) listings.delete(provider)
    },
    of: (provider) => {
      if (typeof provider.models !== 'string') return Promise.resolve(provider.models)
      const listing = listings.get(provider)
      if (listing !== undefined && deps.now() < listing.untilMs) return Promise.resolve(listing.models)
      const running = pending.get(provider) ?? discover(provider)
      pending.set(provider, running)
      return running
    },
  }
}
