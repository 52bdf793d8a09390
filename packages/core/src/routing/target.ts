import { type TargetLimits, toTargetLimits } from '../call/target-limits.ts'
import type { Provider } from '../providers/provider.ts'

/** One place a request can go: a provider and one of its models, by the provider's own id. */
export interface Target {
  readonly provider: Provider
  readonly model: string
  /** `provider/model`: what its health is kept under. */
  readonly key: string
  readonly limits: TargetLimits
}

export function toTarget(provider: Provider, model: string): Target {
  const listed = typeof provider.models === 'string' ? undefined : provider.models.find(({ id }) => id === model)
  return { provider, model, key: `${provider.name}/${model}`, limits: toTargetLimits(provider.limits, listed) }
}
