import { type KeyEntry, mayUse } from './keys.ts'

/** What a key that may use some models only is shown of providers and figures. */
export interface VisibleModels {
  /** Whether a provider is shown at all. */
  readonly hasProvider: (provider: string) => boolean
  /** Whether figures over all models of a provider are shown. */
  readonly hasWhole: (provider: string) => boolean
  readonly hasModel: (provider: string, model: string) => boolean
  /** Whether a model is shown whose provider is not told. */
  readonly hasBare: (model: string) => boolean
}

/** What a key is shown; `undefined` for who sees everything: admins, keys for all models, and everybody where there are no keys. */
export function visibleModelsOf(key: KeyEntry | undefined): VisibleModels | undefined {
  if (key === undefined || key.role === 'admin' || key.models.includes('*')) return undefined
  const hasWhole = (provider: string): boolean => key.models.includes(`${provider}/*`)
  return {
    hasWhole,
    hasProvider: (provider) => key.models.some((allowed) => allowed.startsWith(`${provider}/`)),
    hasModel: (provider, model) => mayUse(key, `${provider}/${model}`) || mayUse(key, model),
    hasBare: (model) => key.models.some((allowed) => allowed === model || allowed.endsWith(`/${model}`)),
  }
}
