import type { Capability, Feature } from '../capability/capability.ts'
import { createKept, type Kept } from '../capability/kept.ts'
import { type CacheDeps, createCacheFeature } from './create-cache-capability.ts'
import { type LastingLevels, toLastingLevels } from './lasting-levels.ts'

interface CacheState {
  readonly kept: Kept<Feature>
  readonly levels: LastingLevels | undefined
}

/** The response cache; its entries stay while its own settings stay. `external` is where it keeps answers besides memory. */
export function createCacheCapability(external: CacheDeps | undefined): Capability<CacheState> {
  return {
    name: 'cache',
    open: () => ({ kept: createKept<Feature>(), levels: external && toLastingLevels(external.stores) }),
    compile: (config, { kept, levels }, context) => {
      const { deps, observers, gateway, announcer, workers } = context
      const { caching, warming, memory } = config
      return kept({ caching, warming, memory }, context, () =>
        createCacheFeature({
          config,
          world: external && { ...external, stores: levels?.stores },
          deps,
          announcer,
          onReceipt: (receipt) => observers.onReceipt(receipt, 'gateway'),
          clearDerived: async () => {
            const counts = await Promise.all(gateway.features().map(async (feature) => (await feature.clearDerived?.()) ?? 0))
            return counts.reduce((sum, count) => sum + count, 0)
          },
          workers,
          embed: (request, options) => gateway.engine().embed(request, options),
        }),
      )
    },
    close: async ({ levels }) => levels?.close(),
  }
}
