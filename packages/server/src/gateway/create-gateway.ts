import {
  createEngine,
  type Deps,
  type Engine,
  type EngineEvent,
  type ProxyApiError,
  type Receipt,
  systemDeps,
  type Transport,
} from '@proxyapi/core'
import { type ConfiguredKey, createKeyRing } from '../auth/keys.ts'
import { createCondenseCapability } from '../condense/condense-capability.ts'
import { assertConfig } from '../config/parse-config.ts'
import { toEngineOptions, toKeys } from '../config/to-engine-options.ts'
import type { Mask } from '../http/client-error.ts'
import { createAdmission, type ProcessLoad } from './admission.ts'
import { createApp } from './app.ts'
import type { Capability } from './capability.ts'
import { createInFlight } from './in-flight.ts'
import type { Runtime } from './runtime.ts'

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
  /** How busy the process is, for shedding; `undefined` never sheds for load. */
  readonly load?: (() => ProcessLoad) | undefined
}

export interface Gateway {
  /** The whole gateway as a fetch: `new OpenAI({ baseURL: 'http://gateway/v1', fetch: gateway.fetch })`. */
  readonly fetch: (input: string | URL | Request, init?: RequestInit) => Promise<Response>
  /** For a Node server: the same app, with the server's own request and response at hand. */
  readonly handle: (request: Request, bindings?: object) => Response | Promise<Response>
  readonly engine: Engine
  readonly keys: readonly ConfiguredKey[]
  /** Starts what runs by itself: maintenance, warming, alerts. Not needed to answer. */
  readonly start: () => void
  /** Refuses new requests, lets those under way finish, and after `graceMs` ends the rest with an error event. */
  readonly drain: (graceMs: number) => Promise<void>
  readonly close: () => Promise<void>
}

async function closeAll(parts: readonly Pick<Capability, 'close'>[]): Promise<void> {
  for (const part of parts) await part.close?.()
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
  const condense = createCondenseCapability(config, deps, () => runtime)
  const capabilities: readonly Capability[] = [condense]
  const inFlight = createInFlight(deps.setTimer)
  const tell = (event: EngineEvent): void => {
    for (const capability of capabilities) capability.onEvent?.(event)
  }
  const engine = createEngine({
    ...toEngineOptions(config),
    deps,
    transport: world.transport,
    knowledge: { countTokens: condense.countTokens },
    filters: capabilities.flatMap(({ filter }) => filter ?? []),
    onDiscoveryFailure: world.onDiscoveryFailure,
    onEvent: tell,
  })
  const admission = createAdmission(
    {
      maxInFlight: config.server.max_in_flight,
      maxQueue: config.server.max_queue,
      load: world.load,
      onShed: (reason, tenant) => tell({ type: 'shed', reason, tenant, atMs: deps.now() }),
    },
    deps,
  )
  const runtime: Runtime = {
    engine,
    keys: createKeyRing(keys),
    deps,
    mask: world.mask ?? ((text) => text),
    maxBodyBytes: config.server.max_body_mb * 1024 * 1024,
    inFlight,
    admission,
    capabilities,
    version,
    workers: config.server.workers,
    startedAtMs: deps.now(),
    onReceipt: (receipt) => {
      world.onReceipt?.(receipt)
      for (const capability of capabilities) capability.onReceipt?.(receipt)
    },
    onInternalError: world.onInternalError ?? (() => undefined),
  }
  const app = createApp(runtime)
  return {
    engine,
    keys,
    fetch: async (input, init) => app.fetch(new Request(input, init)),
    handle: (request, bindings) => app.fetch(request, bindings),
    start: () => {
      for (const capability of capabilities) capability.start?.()
    },
    drain: inFlight.drain,
    close: () => closeAll([...capabilities, engine]),
  }
}
