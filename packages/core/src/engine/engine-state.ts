import { type Deps, systemDeps } from '../deps.ts'
import { createModelDiscovery, type ModelDiscovery, type ModelListChange, type ModelListStore } from '../providers/model-discovery.ts'
import type { Provider } from '../providers/provider.ts'
import type { OnEngineEvent } from '../routing/engine-event.ts'
import { createRouterState, type RouterState } from '../routing/router-state.ts'
import { type RoutingOptions, type RoutingSettings, toRoutingOptions } from '../routing/routing-options.ts'
import { createFetchTransport } from '../transport/fetch-transport.ts'
import type { Transport } from '../transport/transport.ts'
import { handOver, type MadeProvider } from './provider-succession.ts'
import { createRecoveryWatch } from './recovery-watch.ts'

/** The engine that a state works for: its settings, its providers, and who listens. */
export interface StateUser {
  readonly routing: RoutingOptions
  /** As of now: they may come and go. */
  readonly providers: () => readonly Provider[]
  /** Those of its configuration. */
  readonly made: readonly MadeProvider[]
  readonly onEvent: OnEngineEvent
  readonly onDiscoveryFailure?: ((provider: string, error: unknown) => void) | undefined
  readonly onModelsChange?: ((change: ModelListChange) => void) | undefined
}

/** What engines can share when one replaces another: connections, circuits, cooldowns, slots, budgets and lists of models. */
export interface EngineState {
  readonly transport: Transport
  readonly router: RouterState
  readonly discovery: ModelDiscovery
  /** The provider made from the same options for the engine at work, so that what it has fetched (an access token) stays; `undefined` when there is none. */
  readonly madeFrom: (options: MadeProvider['options']) => Provider | undefined
  /** Works for this engine from now on, and no longer for the one before. */
  readonly workFor: (user: StateUser) => void
  /** Closes the connections. The state is closed by its owner and not by an engine over it. */
  readonly close: () => Promise<void>
}

/** What the state of an engine is made with. */
export interface EngineStateOptions {
  /** Settings of circuits, slots and budgets. */
  readonly routing?: RoutingSettings | undefined
  /** How bytes travel; `undefined` is `deps.fetch`. */
  readonly transport?: Transport | undefined
  /** Keeps the providers' lists of models over restarts. */
  readonly modelLists?: ModelListStore | undefined
}

/**
 * State for `createEngine`, so that an engine with another configuration goes on where the one before it stood.
 *
 * @example
 * const state = createEngineState()
 * const before = createEngine({ providers, state })
 * const after = createEngine({ providers: others, state }) // knows which circuits are open
 */
export function createEngineState({ routing, transport, modelLists }: EngineStateOptions = {}, deps: Deps = systemDeps): EngineState {
  const used = transport ?? createFetchTransport(deps)
  const router = createRouterState(toRoutingOptions(routing), deps)
  let user: StateUser | undefined
  const discovery = createModelDiscovery(deps, {
    store: modelLists,
    onFailure: (provider, error) => user?.onDiscoveryFailure?.(provider, error),
    onChange: (change) => user?.onModelsChange?.(change),
  })
  const onEvent: OnEngineEvent = (event) => {
    if (event.type === 'breaker' && event.to === 'open') watch.onOpen(event.provider)
    user?.onEvent(event)
  }
  const watch = createRecoveryWatch({
    deps,
    providerOf: (name) => user?.providers().find((provider) => provider.name === name),
    health: router.health,
    onEvent,
  })
  router.listen(onEvent)
  return {
    transport: used,
    router,
    discovery,
    madeFrom: (options) => {
      const written = JSON.stringify(options)
      return user?.made.find((made) => JSON.stringify(made.options) === written)?.provider
    },
    workFor: (next) => {
      router.configure(next.routing)
      if (user !== undefined) handOver({ before: user.made, after: next.made }, { router, discovery })
      user = next
      // Circuits that are open under another name than before are watched under that one.
      for (const { name } of next.providers()) if (watch.isNeeded(name)) watch.onOpen(name)
    },
    close: async () => {
      watch.close()
      await used.close()
    },
  }
}
