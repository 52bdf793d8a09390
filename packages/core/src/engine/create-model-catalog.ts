import { estimateCost } from '../catalogue/estimate-cost.ts'
import { findModel, type KnownModel } from '../catalogue/find-model.ts'
import { type ModelOverrides, withOverrides } from '../catalogue/model-overrides.ts'
import { configured as configuredSource, priceUsage, type SourcedPrice } from '../catalogue/price-usage.ts'
import { estimateTokens } from '../chat/request-size.ts'
import type { ModelDiscovery } from '../providers/model-discovery.ts'
import type { ModelCatalog } from '../routing/model-catalog.ts'
import type { ModelFacts } from '../routing/model-facts.ts'
import type { Target } from '../routing/target.ts'

type ModelOverridesByName = Readonly<Record<string, ModelOverrides>>

/** What a host adds to the built-in catalogue. */
export interface ModelCatalogOptions {
  readonly given?: Partial<ModelCatalog> | undefined
  /** By `provider/model`. */
  readonly overrides?: ModelOverridesByName | undefined
}

interface Known extends SourcedPrice {
  readonly facts: ModelFacts
}

function toSourced(found: KnownModel | null, overrides: ModelOverrides | undefined): SourcedPrice {
  const price = found?.price ?? null
  const own = withOverrides(price, overrides)
  const source = own !== price ? configuredSource : found === null ? '' : `${found.source}, ${found.updatedAt}`
  return { price: own, source }
}

type ModelOfProvider = Pick<Target, 'provider' | 'model'>

/** What the configuration says of a model: of it alone, or where its provider lists it; the latter goes first. */
function overridesOf({ provider, model }: ModelOfProvider, all: ModelOverridesByName): ModelOverrides | undefined {
  const name = `${provider.name}/${model}`
  const own = typeof provider.models === 'string' ? undefined : provider.models.find(({ id }) => id === model)?.overrides
  // The name may be a caller's.
  const general = Object.hasOwn(all, name) ? all[name] : undefined
  if (own === undefined || general === undefined) return own ?? general
  return { ...general, ...Object.fromEntries(Object.entries(own).filter(([, value]) => value !== undefined)) }
}

/** The configuration's word goes before the provider's, and that before the tables'. */
function know(target: ModelOfProvider, discovery: ModelDiscovery, all: ModelOverridesByName): Known {
  const { provider, model } = target
  const listed = discovery.known(provider).find(({ id }) => id === model)
  const found = findModel({ type: provider.type, model, region: provider.pricedRegion })
  const row = found?.row
  const overrides = overridesOf(target, all)
  const capabilities: readonly string[] | undefined = overrides?.capabilities ?? row?.capabilities
  const can = (capability: string): boolean | undefined =>
    capabilities === undefined || capabilities.length === 0 ? undefined : capabilities.includes(capability)
  return {
    facts: {
      contextLength: overrides?.contextLength ?? listed?.contextLength ?? row?.contextLength,
      vision: can('vision'),
      tools: can('tools'),
    },
    ...toSourced(found, overrides),
  }
}

/** What is known of models: configuration, providers' discovery, and the built-in tables with their prices. */
export function createModelCatalog(discovery: ModelDiscovery, { given = {}, overrides = {} }: ModelCatalogOptions = {}): ModelCatalog {
  let version = discovery.version()
  let known = new WeakMap<ModelOfProvider, Known>()
  const of = (target: ModelOfProvider): Known => {
    if (discovery.version() !== version) {
      version = discovery.version()
      known = new WeakMap()
    }
    const found = known.get(target) ?? know(target, discovery, overrides)
    known.set(target, found)
    return found
  }
  return {
    countTokens: given.countTokens ?? estimateTokens,
    overridesOf: given.overridesOf ?? ((target) => overridesOf(target, overrides)),
    facts: given.facts ?? ((target) => of(target).facts),
    priceUsage: given.priceUsage ?? ((target, usage) => priceUsage(usage, of(target))),
    priceOf: given.priceOf ?? ((target) => of(target).price),
    estimateNanoUsd:
      given.estimateNanoUsd ??
      ((target, request) => {
        const { expectedOutputTokens, searchUnits } = request.profile()
        const expected = { inputTokens: request.inputTokens(), expectedOutputTokens, searchUnits }
        return estimateCost(expected, of(target).price) ?? undefined
      }),
  }
}
