import type { Engine } from '@proxyapi/core'
import type { CompletedRequest } from '@proxyapi/logging'
import type { GatewayEvent } from '@proxyapi/logging/node'
import type { ConfiguredKey } from '../auth/configured-keys.ts'
import type { CurrentGateway } from '../capability/capability.ts'
import type { ReloadOrigin, ReloadResult } from '../capability/configuration-control.ts'
import type { ProcessShare } from '../capability/workers.ts'
import type { GatewayConfig } from '../config/config-schema.ts'
import { assertConfig } from '../config/parse-config.ts'
import type { Exchange } from '../http/exchange.ts'
import type { Route } from '../route-table/route.ts'
import type { Match } from '../route-table/route-table.ts'
import { compileSnapshot, type Snapshot } from '../snapshot/compile-snapshot.ts'
import { createConfiguration } from '../snapshot/configuration.ts'
import type { SocketBindings } from '../snapshot/create-app.ts'
import { startFeatures, swapSnapshot } from '../snapshot/swap-snapshot.ts'
import type { GatewayDeps } from '../state/gateway-deps.ts'
import { openState } from '../state/open-state.ts'

/** A gateway: answers requests in this process, or over sockets through `listen` of `@proxyapi/server/node`. */
export interface Gateway {
  /** Answers a request in this process, through Hono. Mount it into an app of your own with `app.mount('/llm', gateway.fetch)`. */
  readonly fetch: (input: string | URL | Request, init?: RequestInit) => Promise<Response>
  /** Finds the routes of a path as it came in. */
  readonly find: (path: string) => Match | undefined
  /** Answers an exchange straight from the table of routes. Never fails. */
  readonly serve: (exchange: Exchange, match?: Match) => Promise<void> | void
  /** Answers a request of a socket through Hono. Never fails. */
  readonly serveWeb: (request: Request, socket: SocketBindings) => Promise<Response> | Response
  /** The engine of the present configuration. */
  readonly engine: Engine
  /** The keys of the present configuration. */
  readonly keys: readonly ConfiguredKey[]
  /** The rows of the table of routes. */
  readonly routes: readonly Route[]
  /** Reads the configuration anew and takes it in whole, or not at all; requests under way end on the one before. @throws ProxyApiError `conflict` without a `configSource` */
  readonly reload: (origin?: ReloadOrigin) => Promise<ReloadResult>
  /** The configuration that the gateway runs on. */
  readonly config: GatewayConfig
  /** Starts what runs by itself: maintenance, warming, alerts. Not needed to answer. */
  readonly start: () => void
  /** Refuses new requests, lets those under way finish, and after `graceMs` ends the rest with an error event. */
  readonly drain: (graceMs: number) => Promise<void>
  /** What a worker tells its primary. */
  readonly share: ProcessShare
  /** Tells the gateway, as a primary, of a request that one of its workers has answered. */
  readonly onWorkerRequest: (request: CompletedRequest) => void
  /** Tells it what has changed in the engine of one of its workers. */
  readonly onWorkerEvent: (event: GatewayEvent) => void
  /** Closes what the gateway has opened. */
  readonly close: () => Promise<void>
}

function createShare({ engine, admission, features }: CurrentGateway): ProcessShare {
  return {
    standing: () => ({ health: engine().health(), admission: admission() }),
    answer: async (question, argument) => {
      const answer = features()
        .map(({ answers }) => answers?.[question])
        .find((one) => one !== undefined)
      if (answer === undefined) throw new Error(`No feature of this gateway answers "${question}".`)
      return await answer(argument)
    },
  }
}

/**
 * A gateway from a configuration (the parsed YAML). Starts nothing and listens nowhere.
 *
 * @throws ProxyApiError `invalid_config` naming every field that is wrong
 * @example
 * const gateway = createGateway({ providers: [{ name: 'demo' }] })
 * const client = new OpenAI({ apiKey: 'none', baseURL: 'http://gateway/v1', fetch: gateway.fetch })
 */
export function createGateway(config: unknown, given: GatewayDeps = {}): Gateway {
  const checked = assertConfig(config, given.definitions)
  const state = openState<Snapshot>(checked, given)
  const first = swapSnapshot(state, compileSnapshot(checked, state))
  const { current } = state
  const present = (): Snapshot => current.snapshot ?? first
  const configuration = createConfiguration(checked, state)
  current.configuration = configuration
  current.fetch = async (request) => present().app.fetch(request, {})
  return {
    get engine() {
      return present().engine
    },
    get keys() {
      return present().configuredKeys
    },
    get routes() {
      return present().table.routes
    },
    fetch: async (input, init) => present().app.fetch(new Request(input, init), {}),
    // Not through `present`: every request of a socket passes here.
    find: (path) => (current.snapshot ?? first).table.find(path),
    serve: (exchange, match) => (current.snapshot ?? first).dispatch(exchange, match),
    serveWeb: (request, socket) => present().app.fetch(request, { socket }),
    get config() {
      return configuration.config()
    },
    reload: (origin = 'program') => configuration.reload(origin),
    drain: state.inFlight.drain,
    start: () => startFeatures(state),
    share: createShare(state.context.gateway),
    onWorkerRequest: state.onWorkerRequest,
    onWorkerEvent: state.context.observers.onGatewayEvent,
    close: async () => {
      for (const feature of present().features) await feature.close?.()
      await present().engine.close()
      await state.closeCapabilities()
      await state.engine.close()
    },
  }
}
