import { costOf } from '../catalogue/cost-of.ts'
import { estimateCost } from '../catalogue/estimate-cost.ts'
import { findModel } from '../catalogue/find-model.ts'
import type { ModelPrice } from '../catalogue/price.ts'
import { priceOf } from '../catalogue/price-of.ts'
import { estimateTokens } from '../chat/request-size.ts'
import type { ModelDiscovery } from '../providers/model-discovery.ts'
import type { ModelCatalog } from '../routing/model-catalog.ts'
import type { ModelFacts } from '../routing/model-facts.ts'
import type { Target } from '../routing/target.ts'

interface Known {
  readonly facts: ModelFacts
  readonly price: ModelPrice | null
}

type ModelOfProvider = Pick<Target, 'provider' | 'model'>

/** The configuration's word goes before the provider's, and that before the tables'. */
function know({ provider, model }: ModelOfProvider, discovery: ModelDiscovery): Known {
  const configured = typeof provider.models === 'string' ? undefined : provider.models.find(({ id }) => id === model)
  const listed = discovery.known(provider).find(({ id }) => id === model)
  const key = { type: provider.type, model }
  const row = findModel(key)?.row
  const overrides = configured?.overrides
  const capabilities: readonly string[] | undefined = overrides?.capabilities ?? row?.capabilities
  const can = (capability: string): boolean | undefined =>
    capabilities === undefined || capabilities.length === 0 ? undefined : capabilities.includes(capability)
  return {
    facts: {
      contextLength: overrides?.contextLength ?? listed?.contextLength ?? row?.contextLength,
      vision: can('vision'),
      tools: can('tools'),
    },
    price: priceOf({ ...key, overrides }),
  }
}

/** What is known of models: configuration, providers' discovery, and the built-in tables with their prices. */
export function createModelCatalog(discovery: ModelDiscovery, given: Partial<ModelCatalog> = {}): ModelCatalog {
  let version = discovery.version()
  let known = new WeakMap<ModelOfProvider, Known>()
  const of = (target: ModelOfProvider): Known => {
    if (discovery.version() !== version) {
      version = discovery.version()
      known = new WeakMap()
    }
    const found = known.get(target) ?? know(target, discovery)
    known.set(target, found)
    return found
  }
  return {
    countTokens: given.countTokens ?? estimateTokens,
    facts: given.facts ?? ((target) => of(target).facts),
    costNanoUsd: given.costNanoUsd ?? ((target, usage) => costOf(usage, of(target).price)?.nanoUsd ?? null),
    estimateNanoUsd:
      given.estimateNanoUsd ??
      ((target, request) => {
        const { expectedOutputTokens, searchUnits } = request.profile()
        const expected = { inputTokens: request.inputTokens(), expectedOutputTokens, searchUnits }
        return estimateCost(expected, of(target).price) ?? undefined
      }),
  }
}
