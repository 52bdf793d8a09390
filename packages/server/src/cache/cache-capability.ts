import type { Capability, Feature } from '../capability/capability.ts'
import { createKept, type Kept } from '../capability/kept.ts'
import { type CacheDeps, createCacheFeature } from './create-cache-capability.ts'

/** The response cache; its entries stay while its own settings stay. `external` is where it keeps answers besides memory. */
export function createCacheCapability(external: CacheDeps | undefined): Capability<Kept<Feature>> {
  return {
    name: 'cache',
    open: () => createKept<Feature>(),
    compile: (config, kept, { deps, observers, gateway }) => {
      const { caching, warming, memory } = config
      return kept({ caching, warming, memory }, () =>
        createCacheFeature({
          config,
          world: external,
          deps,
          onReceipt: (receipt) => observers.onReceipt(receipt, 'gateway'),
          clearDerived: () => gateway.features().reduce((sum, feature) => sum + (feature.clearDerived?.() ?? 0), 0),
          embed: (request, options) => gateway.engine().embed(request, options),
        }),
      )
    },
  }
}
