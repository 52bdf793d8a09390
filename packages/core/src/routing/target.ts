import type { Provider } from '../providers/provider.ts'

/** One place a request can go: a provider and one of its models, by the provider's own id. */
export interface Target {
  readonly provider: Provider
  readonly model: string
}

/** Targets in the order in which they are tried. Later tiers are only for when all of an earlier one have failed. */
export interface Plan {
  readonly targets: readonly Target[]
}
