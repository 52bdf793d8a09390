import { toTargetLimits } from '../call/target-limits.ts'
import { publicModelIds } from '../catalogue/catalogue-entry.ts'
import type { ModelDiscovery } from '../providers/model-discovery.ts'
import type { Provider } from '../providers/provider.ts'
import { type Target, toTarget } from './target.ts'
import type { VirtualModel } from './virtual-model.ts'

const autoPrefix = 'auto:'
/** Virtual models may name virtual models; a circle ends here. */
const maxDepth = 4

export interface ModelSources {
  /** As of now: providers come and go. */
  readonly providers: () => readonly Provider[]
  readonly virtualModels: readonly VirtualModel[]
  readonly discovery: ModelDiscovery
}

export function hasModel(provider: Provider, id: string): boolean {
  return typeof provider.models === 'string' || provider.models.some((model) => model.id === id)
}

function isOfFamily({ families }: Provider, id: string): boolean {
  return families?.test(id) === true
}

/** Whether the tables have this very model of a vendor whose own list has not been fetched. */
function isInCatalogue({ type }: Provider, id: string): boolean {
  return publicModelIds(type).includes(id)
}

/** `provider/model` of a configured provider; model ids may themselves hold slashes. */
function qualified(name: string, providers: readonly Provider[]): Target | undefined {
  const provider = providers.find((candidate) => name.startsWith(`${candidate.name}/`))
  const model = provider === undefined ? '' : name.slice(provider.name.length + 1)
  return provider !== undefined && model !== '' && hasModel(provider, model) ? toTarget(provider, model) : undefined
}

/** A bare id, from what is known without asking: configured models first, then fetched ones, then the vendors' families, then the tables. */
function bareKnown(id: string, { providers, discovery }: ModelSources): readonly Target[] {
  const all = providers()
  const listed = all.filter((provider) => discovery.known(provider).some((model) => model.id === id))
  const discovered = all.filter(({ models }) => typeof models === 'string')
  const ofFamily = listed.length > 0 ? listed : discovered.filter((provider) => isOfFamily(provider, id))
  const chosen = ofFamily.length > 0 ? ofFamily : discovered.filter((provider) => isInCatalogue(provider, id))
  return chosen.map((provider) => toTarget(provider, id))
}

async function bare(id: string, sources: ModelSources): Promise<readonly Target[]> {
  const known = bareKnown(id, sources)
  if (known.length > 0) return known
  await Promise.all(
    sources
      .providers()
      .filter((provider) => provider.models === 'discover')
      .map((provider) => sources.discovery.of(provider)),
  )
  return bareKnown(id, sources)
}

async function firstModel(provider: Provider, discovery: ModelDiscovery): Promise<readonly Target[]> {
  const model = (await discovery.of(provider))[0]
  return model === undefined ? [] : [toTarget(provider, model.id)]
}

async function byUseCase(useCase: string, { providers, discovery }: ModelSources): Promise<readonly Target[]> {
  const fitting = providers().filter((provider) => provider.useCase === useCase)
  return (await Promise.all(fitting.map((provider) => firstModel(provider, discovery)))).flat()
}

/** The targets in regions, by the beginning of their names; one whose region is not known is in none. */
export function inRegions(targets: readonly Target[], regions: readonly string[] | undefined): readonly Target[] {
  if (regions === undefined) return targets
  return targets.filter(({ provider }) => provider.region !== undefined && regions.some((region) => provider.region?.startsWith(region)))
}

/** A virtual model's own limits go before those of what it leads to; an outer one's before an inner one's. */
function withLimits(targets: readonly Target[], virtual: VirtualModel): readonly Target[] {
  if (virtual.timeouts === undefined && virtual.recovery === undefined) return targets
  return targets.map((target) => ({
    ...target,
    limits: toTargetLimits({ timeouts: target.limits.configured, recovery: target.limits.recovery }, virtual),
  }))
}

/** The targets behind a name, as a caller or the configuration writes it; none when it is not known. */
export async function resolveModel(name: string, sources: ModelSources, depth = 0): Promise<readonly Target[]> {
  if (name.startsWith(autoPrefix)) return byUseCase(name.slice(autoPrefix.length), sources)
  const virtual = sources.virtualModels.find((model) => model.name === name)
  if (virtual !== undefined && depth < maxDepth) {
    const targets = await Promise.all(virtual.targets.map((target) => resolveModel(target, sources, depth + 1)))
    return withLimits(inRegions(targets.flat(), virtual.regions), virtual)
  }
  const direct = qualified(name, sources.providers())
  return direct === undefined ? bare(name, sources) : [direct]
}
