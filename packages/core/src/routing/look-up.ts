import type { ModelLists } from '../models/model-lists.ts'
import type { Provider } from '../providers/provider.ts'
import { providerRow } from '../providers/registry.ts'
import { type Target, toTarget } from './target.ts'
import type { VirtualModel } from './virtual-model.ts'

const autoPrefix = 'auto:'
/** Virtual models may name virtual models; a circle ends here. */
const maxDepth = 4

export interface DirectoryContents {
  /** As of now: providers come and go. */
  readonly providers: () => readonly Provider[]
  readonly virtualModels: readonly VirtualModel[]
  readonly lists: ModelLists
}

export function hasModel(provider: Provider, id: string): boolean {
  return typeof provider.models === 'string' || provider.models.some((model) => model.id === id)
}

function isOfFamily(provider: Provider, id: string): boolean {
  return providerRow(provider.type)?.families?.test(id) === true
}

/** `provider/model` of a configured provider; model ids may themselves hold slashes. */
function qualified(name: string, providers: readonly Provider[]): Target | undefined {
  const provider = providers.find((candidate) => name.startsWith(`${candidate.name}/`))
  const model = provider === undefined ? '' : name.slice(provider.name.length + 1)
  return provider !== undefined && model !== '' && hasModel(provider, model) ? toTarget(provider, model) : undefined
}

/** A bare id, from what is known without asking: configured lists first, then fetched ones, then the vendors' families. */
function bareKnown(id: string, { providers, lists }: DirectoryContents): readonly Target[] {
  const all = providers()
  const listed = all.filter((provider) => lists.known(provider).some((model) => model.id === id))
  const chosen = listed.length > 0 ? listed : all.filter((provider) => typeof provider.models === 'string' && isOfFamily(provider, id))
  return chosen.map((provider) => toTarget(provider, id))
}

async function bare(id: string, contents: DirectoryContents): Promise<readonly Target[]> {
  const known = bareKnown(id, contents)
  if (known.length > 0) return known
  await Promise.all(
    contents
      .providers()
      .filter((provider) => provider.models === 'discover')
      .map((provider) => contents.lists.of(provider)),
  )
  return bareKnown(id, contents)
}

async function firstModel(provider: Provider, lists: ModelLists): Promise<readonly Target[]> {
  const model = (await lists.of(provider))[0]
  return model === undefined ? [] : [toTarget(provider, model.id)]
}

async function byUseCase(useCase: string, { providers, lists }: DirectoryContents): Promise<readonly Target[]> {
  const fitting = providers().filter((provider) => provider.useCase === useCase)
  return (await Promise.all(fitting.map((provider) => firstModel(provider, lists)))).flat()
}

/** The targets in regions, by the beginning of their names; one whose region is not known is in none. */
export function inRegions(targets: readonly Target[], regions: readonly string[] | undefined): readonly Target[] {
  if (regions === undefined) return targets
  return targets.filter(({ provider }) => provider.region !== undefined && regions.some((region) => provider.region?.startsWith(region)))
}

/** The targets behind a name, as a caller or the configuration writes it; none when it is not known. */
export async function lookUp(name: string, contents: DirectoryContents, depth = 0): Promise<readonly Target[]> {
  if (name.startsWith(autoPrefix)) return byUseCase(name.slice(autoPrefix.length), contents)
  const virtual = contents.virtualModels.find((model) => model.name === name)
  if (virtual !== undefined && depth < maxDepth) {
    const targets = await Promise.all(virtual.targets.map((target) => lookUp(target, contents, depth + 1)))
    return inRegions(targets.flat(), virtual.regions)
  }
  const direct = qualified(name, contents.providers())
  return direct === undefined ? bare(name, contents) : [direct]
}
