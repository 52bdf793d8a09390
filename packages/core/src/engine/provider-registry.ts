import { ProxyApiError } from '../errors/proxy-api-error.ts'
import type { Provider } from '../providers/provider.ts'

/** The providers of an engine. They come and go while it runs; calls under way keep the one they have. */
export interface ProviderRegistry {
  /** A new list after every change, the same one between changes. */
  readonly all: () => readonly Provider[]
  /** Adds a provider, or puts it in the place of the one with its name. */
  readonly register: (provider: Provider) => void
  /** @throws ProxyApiError `not_found` */
  readonly unregister: (name: string) => void
}

export function createProviderRegistry(initial: readonly Provider[]): ProviderRegistry {
  let providers = initial
  return {
    all: () => providers,
    register: (provider) => {
      providers = [...providers.filter(({ name }) => name !== provider.name), provider]
    },
    unregister: (name) => {
      if (!providers.some((provider) => provider.name === name))
        throw new ProxyApiError({ code: 'not_found', message: `There is no provider "${name}" to take out.` })
      providers = providers.filter((provider) => provider.name !== name)
    },
  }
}
