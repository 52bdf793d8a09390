import {
  createEngine,
  type Deps,
  type Engine,
  type OnEngineEvent,
  type ProxyApiError,
  type Receipt,
  type ShedReason,
  systemDeps,
  type Transport,
} from '@proxyapi/core'
import type { CompletedRequest, ReadGauges } from '@proxyapi/logging'
import type { Recorder } from '@proxyapi/logging/node'
import { type ConfiguredKey, createKeyRing } from '../auth/keys.ts'
import { type CacheWorld, createCacheCapability } from '../cache/create-cache-capability.ts'
import { createCondenseCapability } from '../condense/condense-capability.ts'
import type { GatewayConfig } from '../config/config-schema.ts'
import { assertConfig } from '../config/parse-config.ts'
import { toEngineOptions, toKeys } from '../config/to-engine-options.ts'
import { type CreateMemory, createMemoryCapability } from '../memory/create-memory-capability.ts'
import { createMetricsCapability } from '../metrics/metrics-capability.ts'
import type { RequestTracing } from '../observation/watch-requests.ts'
import { type Admission, createAdmission } from './admission.ts'
import { createApp } from './app.ts'
import type { Capability } from './capability.ts'
import { createOperations, type OperationsWorld } from './create-operations.ts'
import { createInFlight } from './in-flight.ts'
import { createListeners } from './listeners.ts'
import { createRecordCapabilities } from './records.ts'
import type { Runtime } from './runtime.ts'

/** Written into answers of `/health`; the release process keeps it in step. */
export const version = '0.1.0'

export interface GatewayWorld extends OperationsWorld {
  /** Where the response cache keeps answers besides memory. */
  readonly cache?: CacheWorld | undefined
  /** Watches the memory of the process; without it nothing does. */
  readonly createMemory?: CreateMemory | undefined
  readonly deps?: Deps | undefined
  /** `undefined` sends through `deps.fetch`. */
  readonly transport?: Transport | undefined
  readonly onReceipt?: ((receipt: Receipt) => void) | undefined
  /** Told of every HTTP request once its answer has gone, also of those that made no call. Must not throw. */
  readonly onRequest?: ((request: CompletedRequest) => void) | undefined
  /** Traces requests; `createTracing` of `@proxyapi/logging/node` fits. */
  readonly tracing?: RequestTracing | undefined
  /** Further values for `/metrics`, asked at every scrape: those of the machine, for instance. */
  readonly readGauges?: readonly ReadGauges[] | undefined
  /** Keeps log lines, ledger, receipts and audit; without one nothing is kept, and their routes say so. The gateway closes it. */
  readonly recorder?: Recorder | undefined
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
  /** Starts what runs by itself: maintenance, warming, alerts. Not needed to answer. */
  readonly start: () => void
  /** Refuses new requests, lets those under way finish, and after `graceMs` ends the rest with an error event. */
  readonly drain: (graceMs: number) => Promise<void>
  readonly close: () => Promise<void>
}

function lifecycleOf(capabilities: readonly Capability[], engine: Engine): Pick<Gateway, 'start' | 'close'> {
  return {
    start: () => {
      for (const capability of capabilities) capability.start?.()
    },
    close: async () => {
      for (const capability of capabilities) await capability.close?.()
      await engine.close()
    },
  }
}

function toAdmission(
  { server }: GatewayConfig,
  { load, deps, tell }: Pick<GatewayWorld, 'load'> & { readonly deps: Deps; readonly tell: OnEngineEvent },
): Admission {
  const onShed = (reason: ShedReason, tenant: string): void => tell({ type: 'shed', reason, tenant, atMs: deps.now() })
  return createAdmission({ maxInFlight: server.max_in_flight, maxQueue: server.max_queue, load, onShed }, deps)
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
  const engineOptions = toEngineOptions(config)
  const inFlight = createInFlight(deps.setTimer)
  const { onEvent, onReceipt, onRequest } = createListeners(() => capabilities, world)
  const { alerting, chaos } = createOperations({ config, world, deps, keys, engine: () => engine, admission: () => admission, onEvent })
  const metrics = createMetricsCapability(engineOptions, { mask: world.mask, readGauges: world.readGauges ?? [] })
  const { mask = (text: string) => text } = world
  const records = createRecordCapabilities(world.recorder, { deps, config, mask, all: () => capabilities, inFlight })
  const condense = createCondenseCapability(config, deps, () => runtime)
  const cache = createCacheCapability({
    config,
    world: world.cache,
    deps,
    onReceipt,
    embed: (request, options) => engine.embed(request, options),
  })
  const memory = createMemoryCapability(world.createMemory, cache.shedders)
  const capabilities: readonly Capability[] = [metrics, alerting, chaos, ...records, cache, condense, memory]
  const engine = createEngine({
    ...engineOptions,
    deps,
    transport: world.transport,
    targetFilter: chaos.targetFilter,
    knowledge: { countTokens: condense.countTokens },
    filters: capabilities.flatMap(({ filter }) => filter ?? []),
    onDiscoveryFailure: world.onDiscoveryFailure,
    onEvent,
  })
  const admission = toAdmission(config, { load: world.load, deps, tell: onEvent })
  metrics.observe({ engine, admission, capabilities })
  const runtime: Runtime = {
    engine,
    keys: createKeyRing(keys),
    deps,
    mask,
    maxBodyBytes: config.server.max_body_mb * 1024 * 1024,
    inFlight,
    admission,
    capabilities,
    version,
    workers: config.server.workers,
    startedAtMs: deps.now(),
    metricsPublic: config.metrics.public,
    onReceipt,
    watch: { now: deps.now, tracing: world.tracing, onRequest },
    onInternalError: world.onInternalError ?? (() => undefined),
  }
  const app = createApp(runtime)
  return {
    engine,
    keys,
    fetch: async (input, init) => app.fetch(new Request(input, init)),
    handle: (request, bindings) => app.fetch(request, bindings),
    drain: inFlight.drain,
    ...lifecycleOf(capabilities, engine),
  }
}
