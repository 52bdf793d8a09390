import type { RouteOverrides } from '../call/call.ts'
import { InvalidRequestError } from '../errors/invalid-request-error.ts'
import { ProxyApiError } from '../errors/proxy-api-error.ts'
import { type DirectoryContents, hasModel, inRegions, lookUp } from './look-up.ts'
import type { FallbackChains, FallbackKind, RoutePlan, Tier } from './plan.ts'
import { isStrategyName, type StrategyName, strategyNames } from './strategies/strategy-name.ts'
import { type Target, toTarget } from './target.ts'
import type { VirtualModel } from './virtual-model.ts'

/** docs/resilience.md section 9. */
const modelName = /^[A-Za-z0-9._:/@-]{1,128}$/
/** Plans kept for names that were asked for lately. */
const maxPlans = 1_000
/** A caller may name this many fallbacks of its own. */
const maxOwnFallbacks = 8

export interface DirectoryRules {
  readonly strategy: StrategyName
  /** Fallbacks by the model's name as callers write it; `*` is for every model that has none of its own. */
  readonly fallbacks: Readonly<Record<string, readonly string[] | FallbackChains>>
}

/** Turns a model's name, as a caller writes it, into a plan. */
export interface ModelDirectory {
  /** @throws ProxyApiError `model_not_found`; InvalidRequestError for a name or a strategy that cannot be one */
  readonly plan: (name: string, overrides: RouteOverrides) => Promise<RoutePlan>
}

function notFound(name: string, hint: string): ProxyApiError {
  return new ProxyApiError({ code: 'model_not_found', message: `The model "${name}" is not known here. ${hint}`, param: 'model' })
}

function unique(targets: readonly Target[]): readonly Target[] {
  const seen = new Set<string>()
  return targets.filter(({ key }) => !seen.has(key) && seen.add(key))
}

/** Targets of one priority make a tier; lower numbers come first. */
function toTiers(name: string, targets: readonly Target[], strategy: StrategyName): readonly Tier[] {
  const priorities = [...new Set(targets.map(({ provider }) => provider.priority))].sort((a, b) => a - b)
  return priorities.map((priority) => ({
    name: `${name}#${priority}`,
    strategy,
    targets: targets.filter(({ provider }) => provider.priority === priority),
  }))
}

function toChains(fallbacks: readonly string[] | FallbackChains | undefined): FallbackChains {
  if (fallbacks === undefined) return {}
  // `isArray` does not narrow readonly lists.
  return Array.isArray(fallbacks) ? { general: fallbacks as readonly string[] } : (fallbacks as FallbackChains)
}

/** @throws InvalidRequestError */
function parseStrategy(name: string | undefined, fallback: StrategyName): StrategyName {
  if (name === undefined) return fallback
  if (isStrategyName(name)) return name
  throw new InvalidRequestError(`The strategy is "${name.slice(0, 64)}"; allowed: ${strategyNames.join(', ')}.`, 'strategy')
}

function assertName(name: string): void {
  if (modelName.test(name)) return
  throw new InvalidRequestError('model must be 1 to 128 of the characters A-Z a-z 0-9 . _ : / @ -.', 'model')
}

export function createModelDirectory(contents: DirectoryContents, rules: DirectoryRules): ModelDirectory {
  const rulesFor = (name: string): readonly string[] | FallbackChains | undefined =>
    Object.hasOwn(rules.fallbacks, name) ? rules.fallbacks[name] : rules.fallbacks['*']
  const atProvider = async (name: string, providerName: string): Promise<readonly Target[]> => {
    const provider = contents.providers().find((candidate) => candidate.name === providerName)
    if (provider === undefined) throw notFound(name, `There is no provider "${providerName.slice(0, 64)}".`)
    const within = (await lookUp(name, contents)).filter((target) => target.provider === provider)
    return within.length > 0 || !hasModel(provider, name) ? within : [toTarget(provider, name)]
  }
  const chainOf = async (names: readonly string[] | undefined, virtual: VirtualModel | undefined): Promise<readonly Tier[]> => {
    const tiers = await Promise.all(
      (names ?? []).map(async (name) => {
        const own = contents.virtualModels.find((model) => model.name === name)
        const targets = inRegions(unique(await lookUp(name, contents)), virtual?.regions)
        return toTiers(name, targets, parseStrategy(own?.strategy, rules.strategy))
      }),
    )
    return tiers.flat()
  }
  const fallbacksOf = async (chains: FallbackChains, virtual: VirtualModel | undefined): Promise<RoutePlan['fallbacks']> => {
    const of = (kind: FallbackKind): Promise<readonly Tier[]> => chainOf(chains[kind], virtual)
    const [general, context_length, content_policy, rate_limit, budget] = await Promise.all([
      of('general'),
      of('context_length'),
      of('content_policy'),
      of('rate_limit'),
      of('budget'),
    ])
    return { general, context_length, content_policy, rate_limit, budget }
  }
  const make = async (name: string, overrides: RouteOverrides): Promise<RoutePlan> => {
    assertName(name)
    const virtual = contents.virtualModels.find((model) => model.name === name)
    const found = overrides.provider === undefined ? await lookUp(name, contents) : await atProvider(name, overrides.provider)
    const targets = inRegions(unique(found), virtual?.regions)
    if (targets.length === 0) throw notFound(name, 'GET /v1/models lists what is.')
    const strategy = parseStrategy(overrides.strategy ?? virtual?.strategy, rules.strategy)
    const configured = toChains(virtual?.fallbacks ?? rulesFor(name))
    const own = overrides.fallbacks?.slice(0, maxOwnFallbacks)
    const chains = own === undefined ? configured : { ...configured, general: own }
    return { tiers: toTiers(name, targets, strategy), fallbacks: await fallbacksOf(chains, virtual) }
  }
  return { plan: withMemory(make, contents) }
}

/** Keeps the plans of names asked for without overrides, until what is known of models or providers changes. */
function withMemory(make: ModelDirectory['plan'], contents: DirectoryContents): ModelDirectory['plan'] {
  const plans = new Map<string, RoutePlan>()
  let knownAs = { providers: contents.providers(), version: contents.lists.version() }
  const refresh = (): void => {
    const providers = contents.providers()
    const version = contents.lists.version()
    if (providers === knownAs.providers && version === knownAs.version) return
    knownAs = { providers, version }
    plans.clear()
  }
  return async (name, overrides) => {
    if (overrides.provider !== undefined || overrides.strategy !== undefined || overrides.fallbacks !== undefined)
      return make(name, overrides)
    refresh()
    const known = plans.get(name)
    if (known !== undefined) return known
    const madeAs = knownAs.providers
    const plan = await make(name, overrides)
    refresh()
    // Providers may have come and gone while we asked for lists: such a plan serves this request alone.
    if (knownAs.providers !== madeAs) return plan
    if (plans.size >= maxPlans) plans.clear()
    plans.set(name, plan)
    return plan
  }
}
