import { mayUseModel } from './may-use-model.ts'
import { type Principal, seesEverything } from './principal.ts'

/** What a caller that may use some models only is shown of providers and figures. */
export interface VisibleModels {
  /** Whether a provider is shown at all. */
  readonly hasProvider: (provider: string) => boolean
  /** Whether figures over all models of a provider are shown. */
  readonly hasWhole: (provider: string) => boolean
  readonly hasModel: (provider: string, model: string) => boolean
  /** Whether a model is shown whose provider is not told. */
  readonly hasBare: (model: string) => boolean
}

/** What a caller is shown; `undefined` for who sees everything: admins, viewers, keys for all models, and everybody where there are no keys. */
export function visibleModelsOf(principal: Principal | undefined): VisibleModels | undefined {
  if (principal === undefined || seesEverything(principal) || principal.models.includes('*')) return undefined
  const { models } = principal
  const hasWhole = (provider: string): boolean => models.includes(`${provider}/*`)
  return {
    hasWhole,
    hasProvider: (provider) => models.some((allowed) => allowed.startsWith(`${provider}/`)),
    hasModel: (provider, model) => mayUseModel(principal, `${provider}/${model}`) || mayUseModel(principal, model),
    hasBare: (model) => models.some((allowed) => allowed === model || allowed.endsWith(`/${model}`)),
  }
}
