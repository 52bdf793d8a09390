import type { ModelDiscovery } from '../providers/model-discovery.ts'
import type { ProviderOptions } from '../providers/options.ts'
import type { Provider } from '../providers/provider.ts'
import type { RouterState } from '../routing/router-state.ts'

/** A provider, and what it was made from. */
export interface MadeProvider {
  readonly options: ProviderOptions
  readonly provider: Provider
}

/** Whom the provider's calls reach, and as whom: what is known of a circuit is known of this, whatever it is called. */
function accountOf({ name: _name, models, useCase, priority, weight, timeouts, recovery, ...account }: ProviderOptions): string {
  return JSON.stringify(account)
}

/** The former provider of the same account: the one of the same name, or for a name that is new one whose name is gone. Names that change places begin anew. */
function formerOf(made: MadeProvider, before: readonly MadeProvider[], names: ReadonlySet<string>): MadeProvider | undefined {
  const account = accountOf(made.options)
  const same = before.filter(({ options }) => accountOf(options) === account)
  const isNew = !before.some(({ options }) => options.name === made.options.name)
  return same.find(({ options }) => options.name === made.options.name) ?? same.find(({ options }) => isNew && !names.has(options.name))
}

/**
 * Hands what is known of providers over to those of another configuration. A provider that is only called otherwise keeps its circuits,
 * slots and list of models under its new name; one that leads elsewhere, or to another account, begins anew, so that a mended key is not
 * kept waiting for what was wrong with the old one; what was taken out by hand stays out; what is gone is forgotten.
 */
export function handOver(
  { before, after }: { readonly before: readonly MadeProvider[]; readonly after: readonly MadeProvider[] },
  { router, discovery }: { readonly router: RouterState; readonly discovery: ModelDiscovery },
): void {
  const names = new Set(after.map(({ options }) => options.name))
  const kept = new Set<string>()
  for (const made of after) {
    const former = formerOf(made, before, names)
    const { name } = made.options
    if (former === undefined) {
      router.health.forgetProvider(name, { keepIsolated: true })
      continue
    }
    discovery.copy(former.provider, made.provider)
    if (former.options.name !== name && !kept.has(former.options.name)) router.renameProvider(former.options.name, name)
    kept.add(former.options.name)
  }
  for (const { options } of before) if (!names.has(options.name)) router.forgetProvider(options.name)
  // Calls under way may still ask for the models of the former ones.
  discovery.retain([...before, ...after].map(({ provider }) => provider))
}
