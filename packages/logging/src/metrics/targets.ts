import { rememberMasked } from '../masking/remember-masked.ts'
import { createLabelLimit, otherValue } from './label-limit.ts'
import type { Registry } from './registry.ts'
import { createTargetCells, type Target, type TargetCells } from './target-cells.ts'

export interface TargetsOptions {
  /** Names of providers that always have their own series. */
  readonly providers: readonly string[]
  /** Names of models that always have their own series. */
  readonly models: readonly string[]
  /** How many other models may get their own series. */
  readonly maxModels: number
  /** Hides secrets in names that a client made up. */
  readonly mask: (text: string) => string
}

/** Finds the cells of a provider's model. */
export interface Targets {
  readonly of: (target: Target & { readonly proven: boolean }) => TargetCells
}

const maxProviders = 64

/**
 * A name that a client made up must not make a series: a model nobody configured gets its own only when it is `proven`,
 * that is when an upstream has answered for it, and only `maxModels` do. The rest are counted together as `other`.
 */
export function createTargets(registry: Registry, { providers, models, maxModels, mask }: TargetsOptions): Targets {
  const providerLimit = createLabelLimit({ known: providers, max: maxProviders })
  const modelLimit = createLabelLimit({ known: [...models, otherValue], max: maxModels })
  const masked = rememberMasked(mask)
  const kept = new Map<string, Map<string, TargetCells>>()
  const cellsOf = (provider: string, model: string): TargetCells => {
    const ofProvider = kept.get(provider) ?? new Map<string, TargetCells>()
    kept.set(provider, ofProvider)
    const cells = ofProvider.get(model) ?? createTargetCells(registry, { provider, model })
    ofProvider.set(model, cells)
    return cells
  }
  return {
    of: ({ provider, model, proven }) =>
      kept.get(provider)?.get(model) ??
      cellsOf(providerLimit.admit(provider), proven ? modelLimit.admit(masked(model)) : modelLimit.find(model)),
  }
}
