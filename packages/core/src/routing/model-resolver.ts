import type { RouteOverrides } from '../call/annotations.ts'
import type { Awaitable } from '../call/operation.ts'
import { InvalidRequestError } from '../errors/invalid-request-error.ts'
import { ProxyApiError } from '../errors/proxy-api-error.ts'
import { createPlan, type FallbackChains, type FallbackKind, type RoutePlan, type Tier } from './plan.ts'
import { hasModel, inRegions, type ModelSources, resolveModel } from './resolve-model.ts'
import { isStrategyName, type StrategyName, strategyNames } from './strategies/strategy-name.ts'
import { type Target, toTarget } from './target.ts'
import type { VirtualModel } from './virtual-model.ts'

/** docs/resilience.md section 9. */
const modelName = /^[A-Za-z0-9._:/@-]{1,128}$/
/** A part that leads elsewhere in the path of an upstream's address. */
const dotSegment = /(?:^|\/)\.{1,2}(?:\/|$)/
/** Plans kept for names that were asked for lately. */
const maxPlans = 1_000
/** A caller may name this many fallbacks of its own. */
const maxOwnFallbacks = 8

export interface ResolverRules {
  readonly strategy: StrategyName
  /** Fallbacks by the model's name as callers write it; `*` is for every model that has none of its own. */
  readonly fallbacks: Readonly<Record<string, readonly string[] | FallbackChains>>
}

/** RotationState a model's name, as a caller writes it, into a plan. */
export interface ModelResolver {
  /** @throws ProxyApiError `model_not_found`; InvalidRequestError for a name or a strategy that cannot be one */
  readonly plan: (name: string, overrides: RouteOverrides) => Awaitable<RoutePlan>
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
  // `isArray` does not narrow readonly discovery.
  return Array.isArray(fallbacks) ? { general: fallbacks as readonly string[] } : (fallbacks as FallbackChains)
}

/** @throws InvalidRequestError */
function parseStrategy(name: string | undefined, fallback: StrategyName): StrategyName {
  if (name === undefined) return fallback
  if (isStrategyName(name)) return name
  throw new InvalidRequestError(`The strategy is "${name.slice(0, 64)}"; allowed: ${strategyNames.join(', ')}.`, 'strategy')
}

function assertName(name: string): void {
  if (modelName.test(name) && !dotSegment.test(name)) return
  throw new InvalidRequestError('model must be 1 to 128 of the characters A-Z a-z 0-9 . _ : / @ -, and no part of it dots alone.', 'model')
}

export function createModelResolver(sources: ModelSources, rules: ResolverRules): ModelResolver {
  const rulesFor = (name: string): readonly string[] | FallbackChains | undefined =>
    Object.hasOwn(rules.fallbacks, name) ? rules.fallbacks[name] : rules.fallbacks['*']
  const atProvider = async (name: string, providerName: string): Promise<readonly Target[]> => {
    const provider = sources.providers().find((candidate) => candidate.name === providerName)
    if (provider === undefined) throw notFound(name, `There is no provider "${providerName.slice(0, 64)}".`)
    const within = (await resolveModel(name, sources)).filter((target) => target.provider === provider)
    return within.length > 0 || !hasModel(provider, name) ? within : [toTarget(provider, name)]
  }
  const chainOf = async (names: readonly string[] | undefined, virtual: VirtualModel | undefined): Promise<readonly Tier[]> => {
    const tiers = await Promise.all(
      (names ?? []).map(async (name) => {
        const own = sources.virtualModels.find((model) => model.name === name)
        const targets = inRegions(unique(await resolveModel(name, sources)), virtual?.regions)
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
  const create = async (name: string, overrides: RouteOverrides): Promise<RoutePlan> => {
    assertName(name)
    const virtual = sources.virtualModels.find((model) => model.name === name)
    const found = overrides.provider === undefined ? await resolveModel(name, sources) : await atProvider(name, overrides.provider)
    const targets = inRegions(unique(found), virtual?.regions)
    if (targets.length === 0) throw notFound(name, 'GET /v1/models lists what is.')
    const strategy = parseStrategy(overrides.strategy ?? virtual?.strategy, rules.strategy)
    const configured = toChains(virtual?.fallbacks ?? rulesFor(name))
    const own = overrides.fallbacks?.slice(0, maxOwnFallbacks)
    const chains = own === undefined ? configured : { ...configured, general: own }
    return createPlan(toTiers(name, targets, strategy), await fallbacksOf(chains, virtual))
  }
  return { plan: withMemory(create, sources) }
}

type CreatePlan = (name: string, overrides: RouteOverrides) => Promise<RoutePlan>

function hasOverrides({ provider, strategy, fallbacks }: RouteOverrides): boolean {
  return provider !== undefined || strategy !== undefined || fallbacks !== undefined
}

/** Keeps the plans of names asked for without overrides, until what is known of models or providers changes. */
function withMemory(create: CreatePlan, sources: ModelSources): ModelResolver['plan'] {
  const plans = new Map<string, RoutePlan>()
  let knownAs = { providers: sources.providers(), version: sources.discovery.version() }
  const refresh = (): void => {
    const providers = sources.providers()
    const version = sources.discovery.version()
    if (providers === knownAs.providers && version === knownAs.version) return
    knownAs = { providers, version }
    plans.clear()
  }
  const createAndKeep = async (name: string, overrides: RouteOverrides): Promise<RoutePlan> => {
    const createdAs = knownAs.providers
    const plan = await create(name, overrides)
    refresh()
    // Providers may have changed while lists were fetched: such a plan serves this request alone.
    if (knownAs.providers !== createdAs) return plan
    if (plans.size >= maxPlans) plans.clear()
    plans.set(name, plan)
    return plan
  }
  return (name, overrides) => {
    if (hasOverrides(overrides)) return create(name, overrides)
    refresh()
    return plans.get(name) ?? createAndKeep(name, overrides)
  }
}
