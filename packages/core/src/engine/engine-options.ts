import type { Filter } from '../call/operation.ts'
import type { Deadlines } from '../call/target-limits.ts'
import type { ModelOverrides } from '../catalogue/model-overrides.ts'
import type { Deps } from '../deps.ts'
import type { ProviderDefinition } from '../providers/definition.ts'
import type { ModelListChange } from '../providers/model-discovery.ts'
import type { ProviderOptions } from '../providers/options.ts'
import type { OnEngineEvent } from '../routing/engine-event.ts'
import type { ModelCatalog } from '../routing/model-catalog.ts'
import type { RoutingSettings } from '../routing/routing-options.ts'
import type { TargetFilter } from '../routing/target-filter.ts'
import type { VirtualModel } from '../routing/virtual-model.ts'
import type { Transport } from '../transport/transport.ts'
import type { EngineState } from './engine-state.ts'

/** What `createEngine` composes an engine from. */
export interface EngineOptions {
  /** Kinds of provider beyond the built-in ones; one of a built-in type takes its place. */
  readonly definitions?: readonly ProviderDefinition[] | undefined
  readonly providers: readonly ProviderOptions[]
  readonly models?: readonly VirtualModel[] | undefined
  /** Strategy, fallbacks, retries, hedges, circuit breakers and slots; what is left out keeps its default. */
  readonly routing?: RoutingSettings | undefined
  /** Of requests as a whole; what is left out keeps its default. A model's own goes before it. */
  readonly deadlines?: Partial<Deadlines> | undefined
  /** Put before the router, the first named outermost. */
  readonly filters?: readonly Filter[] | undefined
  /** Put around every attempt at a target, the first named outermost: budgets and fault injection belong here. */
  readonly targetFilters?: readonly TargetFilter[] | undefined
  /** What is known of models beyond, or against, the built-in tables, by `provider/model`. What the model's own provider is configured with goes before it. */
  readonly modelOverrides?: Readonly<Record<string, ModelOverrides>> | undefined
  /** Facts and prices of models beyond what is built in. */
  readonly catalog?: Partial<ModelCatalog> | undefined
  /** How bytes travel; `undefined` is `deps.fetch`. On Node, `createNodeTransport` from `@proxyapi/core/node` is faster. */
  readonly transport?: Transport | undefined
  /** State of `createEngineState`, which an engine before this one may have used; its transport is used then. `undefined` begins with none. */
  readonly state?: EngineState | undefined
  /** Leaves the state to the engine before this one until `activate`. Default: false. */
  readonly isStandby?: boolean | undefined
  readonly deps?: Deps | undefined
  /** Told when a provider could not be asked for its models. */
  readonly onDiscoveryFailure?: ((provider: string, error: unknown) => void) | undefined
  /** Told when a provider lists other models than before. */
  readonly onModelsChange?: ((change: ModelListChange) => void) | undefined
  /** Told what happens inside while calls run. Must not throw. */
  readonly onEvent?: OnEngineEvent | undefined
  /** Called with what a listener of receipts threw: an answer is never affected by it. */
  readonly onListenerError?: ((error: unknown) => void) | undefined
}
