import type { Call } from '../call/call.ts'
import type { ModelOverrides } from '../catalogue/model-overrides.ts'
import type { EmbeddingRequest, EmbeddingResponse } from '../embedding/embedding.ts'
import type { ChatHandler } from '../filter/handler.ts'
import type { ModelInfo } from '../models/model.ts'

/** A model as the configuration names it. */
export interface ConfiguredModel {
  readonly id: string
  /** The deployment's name where it differs from the model's (Azure). */
  readonly deployment?: string | undefined
  /** What wins over the public catalogue: its price above all, where the vendor is not paid by the list. */
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
  /** The handler for one of its models, by the provider's own id. */
  readonly chat: (model: string) => ChatHandler
  /** `undefined` when the provider has no embeddings. */
  readonly embed?: ((request: EmbeddingRequest, call: Call) => Promise<EmbeddingResponse>) | undefined
  /** Asks the provider for its models. @throws ProviderError */
  readonly listModels: (signal?: AbortSignal) => Promise<readonly ModelInfo[]>
}
