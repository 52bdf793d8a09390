import { type Deps, systemDeps } from '../deps.ts'
import { createRouterState, type RouterState } from '../routing/router-state.ts'
import { type RoutingSettings, toRoutingOptions } from '../routing/routing-options.ts'
import { createFetchTransport } from '../transport/fetch-transport.ts'
import type { Transport } from '../transport/transport.ts'

/** What engines can share when one replaces another: connections, circuits, cooldowns, slots and budgets. */
export interface EngineState {
  readonly transport: Transport
  readonly router: RouterState
  /** Closes the connections. The state is closed by its owner and not by an engine over it. */
  readonly close: () => Promise<void>
}

/** What the state of an engine is made with. */
export interface EngineStateOptions {
  /** Settings of circuits, slots and budgets. */
  readonly routing?: RoutingSettings | undefined
  /** How bytes travel; `undefined` is `deps.fetch`. */
  readonly transport?: Transport | undefined
}

/**
 * State for `createEngine`, so that an engine with another configuration goes on where the one before it stood.
 *
 * @example
 * const state = createEngineState()
 * const before = createEngine({ providers, state })
 * const after = createEngine({ providers: others, state }) // knows which circuits are open
 */
export function createEngineState({ routing, transport }: EngineStateOptions = {}, deps: Deps = systemDeps): EngineState {
  const used = transport ?? createFetchTransport(deps)
  return { transport: used, router: createRouterState(toRoutingOptions(routing), deps), close: () => used.close() }
}
