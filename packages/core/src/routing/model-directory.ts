import type { RouteOverrides } from '../call/call.ts'
import { ProxyApiError } from '../errors/proxy-api-error.ts'
import type { ModelLists } from '../models/model-lists.ts'
import type { Provider } from '../providers/provider.ts'
import { modelFamilies } from './model-families.table.ts'
import type { Target } from './target.ts'
import type { VirtualModel } from './virtual-model.ts'

/** RESILIENCE.md section 9. */
const modelName = /^[A-Za-z0-9._:/@-]{1,128}$/
const autoPrefix = 'auto:'
/** Virtual models may name virtual models; a circle ends here. */
const maxDepth = 4

/** Turns a model name, as a caller writes it, into targets in order of preference. */
export interface ModelDirectory {
  /** @throws ProxyApiError `model_not_found`, or InvalidRequestError for a name that cannot be one. */
  readonly resolve: (name: string, overrides: RouteOverrides) => Promise<readonly Target[]>
}

export interface DirectoryContents {
  readonly providers: readonly Provider[]
  readonly virtualModels: readonly VirtualModel[]
  readonly lists: ModelLists
}

function notFound(name: string, hint: string): ProxyApiError {
  return new ProxyApiError({ code: 'model_not_found', message: `The model "${name}" is not known here. ${hint}`, param: 'model' })
}

function byPriority(providers: readonly Provider[]): readonly Provider[] {
  return [...providers].sort((a, b) => a.priority - b.priority)
}

function hasModel(provider: Provider, id: string): boolean {
  return typeof provider.models === 'string' || provider.models.some((model) => model.id === id)
}

function isOfFamily(provider: Provider, id: string): boolean {
  return modelFamilies.some((family) => family.pattern.test(id) && family.types.includes(provider.type))
}

/** `provider/model` of a configured provider; model ids may themselves hold slashes. */
function qualified(name: string, providers: readonly Provider[]): Target | undefined {
  const provider = providers.find((candidate) => name.startsWith(`${candidate.name}/`))
  const model = provider === undefined ? '' : name.slice(provider.name.length + 1)
  return provider !== undefined && model !== '' && hasModel(provider, model) ? { provider, model } : undefined
}

/** A bare id, from what is known without asking: configured lists first, then fetched ones, then the vendors' families. */
function bareKnown(id: string, { providers, lists }: DirectoryContents): readonly Target[] {
  const listed = providers.filter((provider) => lists.known(provider).some((model) => model.id === id))
  const chosen =
    listed.length > 0 ? listed : providers.filter((provider) => typeof provider.models === 'string' && isOfFamily(provider, id))
  return byPriority(chosen).map((provider) => ({ provider, model: id }))
}

async function bare(id: string, contents: DirectoryContents): Promise<readonly Target[]> {
  const known = bareKnown(id, contents)
  if (known.length > 0) return known
  await Promise.all(contents.providers.filter((provider) => provider.models === 'discover').map((provider) => contents.lists.of(provider)))
  return bareKnown(id, contents)
}

async function firstModel(provider: Provider, lists: ModelLists): Promise<readonly Target[]> {
  const model = (await lists.of(provider))[0]
  return model === undefined ? [] : [{ provider, model: model.id }]
}

async function byUseCase(useCase: string, { providers, lists }: DirectoryContents): Promise<readonly Target[]> {
  const fitting = byPriority(providers.filter((provider) => provider.useCase === useCase))
  return (await Promise.all(fitting.map((provider) => firstModel(provider, lists)))).flat()
}

function unique(targets: readonly Target[]): readonly Target[] {
  const seen = new Set<string>()
  return targets.filter(({ provider, model }) => {
    const key = `${provider.name}/${model}`
    return !seen.has(key) && seen.add(key)
  })
}

export function createModelDirectory(contents: DirectoryContents): ModelDirectory {
  const lookUp = async (name: string, depth: number): Promise<readonly Target[]> => {
    if (name.startsWith(autoPrefix)) return byUseCase(name.slice(autoPrefix.length), contents)
    const virtual = contents.virtualModels.find((model) => model.name === name)
    if (virtual !== undefined && depth < maxDepth) {
      const named = [...virtual.targets, ...(virtual.fallbacks ?? [])]
      return (await Promise.all(named.map((target) => lookUp(target, depth + 1)))).flat()
    }
    const direct = qualified(name, contents.providers)
    return direct === undefined ? bare(name, contents) : [direct]
  }
  const atProvider = async (name: string, providerName: string): Promise<readonly Target[]> => {
    const provider = contents.providers.find((candidate) => candidate.name === providerName)
    if (provider === undefined) throw notFound(name, `There is no provider "${providerName.slice(0, 64)}".`)
    const within = (await lookUp(name, 0)).filter((target) => target.provider === provider)
    if (within.length > 0) return within
    return hasModel(provider, name) ? [{ provider, model: name }] : []
  }
  return {
    resolve: async (name, overrides) => {
      if (!modelName.test(name)) {
        throw new ProxyApiError({
          code: 'invalid_request',
          message: 'model must be 1 to 128 of the characters A-Z a-z 0-9 . _ : / @ -.',
          param: 'model',
        })
      }
      const targets = overrides.provider === undefined ? await lookUp(name, 0) : await atProvider(name, overrides.provider)
      if (targets.length === 0) throw notFound(name, 'GET /v1/models lists what is.')
      const fallbacks = await Promise.all((overrides.fallbacks ?? []).map((fallback) => lookUp(fallback, 0)))
      return unique([...targets, ...fallbacks.flat()])
    },
  }
}
