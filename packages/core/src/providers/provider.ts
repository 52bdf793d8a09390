import type { Operation, TargetHandler } from '../call/operation.ts'
import type { ModelLimits } from '../call/target-limits.ts'
import type { ModelOverrides } from '../catalogue/model-overrides.ts'
import type { AnyAnswer } from '../chat/answer.ts'
import type { ModelInfo } from '../chat/model-info.ts'
import type { Prefill } from '../dialects/capabilities.ts'

/** A model as the configuration names it. */
export interface ConfiguredModel extends ModelLimits {
  readonly id: string
  /** The deployment's name where it differs from the model's (Azure). */
  readonly deployment?: string | undefined
  /** What is known of it beyond, or against, the built-in tables. */
  readonly overrides?: ModelOverrides | undefined
}

/** A configured provider, ready to be called. */
export interface Provider {
  readonly name: string
  readonly type: string
  /** What the configuration lists: models, `any` id the caller names, or `discover` by asking the provider. */
  readonly models: readonly ConfiguredModel[] | 'any' | 'discover'
  readonly useCase?: string | undefined
  /** Lower first; a tier is used while one of it is available. */
  readonly priority: number
  readonly weight: number
  /** Where it answers from, where that is known: routes may be held to a region. */
  readonly region?: string | undefined
  /** The region or geography that its prices depend on; `undefined` where they depend on none. */
  readonly pricedRegion?: string | undefined
  /** Beginnings of model ids that tell this vendor; `undefined` when none do. */
  readonly families?: RegExp | undefined
  /** What was configured of it; the rest is as the engine has it. */
  readonly limits: ModelLimits
  /** The handler of an operation for one of its models, by the provider's own id; `undefined` when it does not offer the operation. */
  serve<Request, Answer extends AnyAnswer>(operation: Operation<Request, Answer>, model: string): TargetHandler<Request, Answer> | undefined
  /** How one of its models accepts a partial answer to continue. */
  readonly prefill: (model: string) => Prefill
  /** Whether it answers a question that costs nothing. Never throws. */
  readonly isReachable: () => Promise<boolean>
  /** Asks the provider for its models. @throws ProviderError */
  readonly listModels: (signal?: AbortSignal) => Promise<readonly ModelInfo[]>
}
