import { createEngine, type Deps, type Engine, type ProxyApiError, type Receipt, systemDeps, type Transport } from '@proxyapi/core'
import { type ConfiguredKey, createKeyRing } from '../auth/keys.ts'
import { assertConfig } from '../config/parse-config.ts'
import { toEngineOptions, toKeys } from '../config/to-engine-options.ts'
import type { Mask } from '../http/client-error.ts'
import { createApp } from './app.ts'
import { createInFlight } from './in-flight.ts'

/** Written into answers of `/health`; the release process keeps it in step. */
export const version = '0.1.0'

export interface GatewayWorld {
  readonly deps?: Deps | undefined
  /** `undefined` sends through `deps.fetch`. */
  readonly transport?: Transport | undefined
  readonly mask?: Mask | undefined
  readonly onReceipt?: ((receipt: Receipt) => void) | undefined
  readonly onInternalError?: ((error: ProxyApiError, requestId: string) => void) | undefined
  readonly onDiscoveryFailure?: ((provider: string, error: unknown) => void) | undefined
}

export interface Gateway {
  /** The whole gateway as a fetch: `new OpenAI({ baseURL: 'http://gateway/v1', fetch: gateway.fetch })`. */
  readonly fetch: (input: string | URL | Request, init?: RequestInit) => Promise<Response>
  /** For a Node server: the same app, with the server's own request and response at hand. */
  readonly handle: (request: Request, bindings?: object) => Response | Promise<Response>
  readonly engine: Engine
  readonly keys: readonly ConfiguredKey[]
  /** Refuses new requests, lets those under way finish, and after `graceMs` ends the rest with an error event. */
  readonly drain: (graceMs: number) => Promise<void>
  readonly close: () => Promise<void>
}

/**
 * A gateway from a configuration as CONTRACT.md section 4 has it (the parsed YAML). Starts nothing and listens nowhere.
 *
 * @throws ProxyApiError `invalid_config` naming every field that is wrong
 * @example
 * const gateway = createGateway({ providers: [{ name: 'demo' }] })
 * const client = new OpenAI({ apiKey: 'none', baseURL: 'http://gateway/v1', fetch: gateway.fetch })
 */
export function createGateway(input: unknown, world: GatewayWorld = {}): Gateway {
  const config = assertConfig(input)
  const deps = world.deps ?? systemDeps
  const keys = toKeys(config)
  const inFlight = createInFlight(deps.setTimer)
  const engine = createEngine({
    ...toEngineOptions(config),
    deps,
    transport: world.transport,
    onDiscoveryFailure: world.onDiscoveryFailure,
  })
  const app = createApp({
    engine,
    keys: createKeyRing(keys),
    deps,
    mask: world.mask ?? ((text) => text),
    maxBodyBytes: config.server.max_body_mb * 1024 * 1024,
    inFlight,
    version,
    onReceipt: world.onReceipt ?? (() => undefined),
    onInternalError: world.onInternalError ?? (() => undefined),
  })
  return {
    engine,
    keys,
    fetch: async (input, init) => app.fetch(new Request(input, init)),
    handle: (request, bindings) => app.fetch(request, bindings),
    drain: inFlight.drain,
    close: engine.close,
  }
}
