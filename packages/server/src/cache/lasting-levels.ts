import type { CacheDeps } from './create-cache-capability.ts'

type Stores = NonNullable<CacheDeps['stores']>
type RemovalListener = Parameters<NonNullable<Stores[number]['onRemoved']>>[0]

/** Levels that outlive the cache that uses them. */
export interface LastingLevels {
  /** Closing these leaves the levels open. Of several caches that follow removals, the latest is told. */
  readonly stores: Stores
  readonly close: () => Promise<void>
}

function toLasting(store: Stores[number]): Stores[number] {
  const { onRemoved } = store
  const stayOpen = async (): Promise<void> => undefined
  if (onRemoved === undefined) return { ...store, close: stayOpen }
  let latest: RemovalListener = () => undefined
  let isListening = false
  return {
    ...store,
    close: stayOpen,
    onRemoved: (listener) => {
      latest = listener
      if (isListening) return
      isListening = true
      onRemoved((selector) => latest(selector))
    },
  }
}

/** The levels of a process, for one cache after the other: they are opened by who starts the process and not by a configuration. */
export function toLastingLevels(stores: Stores = []): LastingLevels {
  return {
    stores: stores.map(toLasting),
    close: async () => {
      await Promise.all(stores.map((store) => store.close()))
    },
  }
}
