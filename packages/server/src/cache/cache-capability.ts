import type { Capability } from '../capability/capability.ts'
import { type CacheDeps, createCacheFeature } from './create-cache-capability.ts'

/** The response cache. `external` is where it keeps answers besides memory. */
export function createCacheCapability(external: CacheDeps | undefined): Capability {
  return {
    name: 'cache',
    open: () => undefined,
    compile: (config, _state, { deps, observers, gateway }) =>
      createCacheFeature({
        config,
        world: external,
        deps,
        onReceipt: (receipt) => observers.onReceipt(receipt, 'gateway'),
        embed: (request, options) => gateway.engine().embed(request, options),
      }),
  }
}
