import { createEngine, type Engine, type Filter } from '@proxyapi/core'
import type { AdmissionDeps } from '../admission/admit.ts'
import type { AccessRules } from '../auth/access.ts'
import { type ConfiguredKey, createConfiguredKeys } from '../auth/configured-keys.ts'
import { createOwnHosts } from '../auth/own-hosts.ts'
import type { Feature } from '../capability/capability.ts'
import { admissionOfAll, healthOfAll } from '../capability/workers.ts'
import { catalogueRoutes } from '../catalogue/catalogue-routes.ts'
import { toModelEvents } from '../catalogue/model-lists-capability.ts'
import type { GatewayConfig } from '../config/config-schema.ts'
import { toEngineOptions } from '../config/to-engine-options.ts'
import { toKeys } from '../config/to-keys.ts'
import { docsRoutes } from '../docs/docs-routes.ts'
import type { RequestWatch } from '../request/complete-request.ts'
import type { CallDeps } from '../request/open-call.ts'
import { createDispatch, type Dispatch } from '../route-table/dispatch.ts'
import type { Route } from '../route-table/route.ts'
import { createRouteTable, type RouteTable } from '../route-table/route-table.ts'
import { clientRoutes } from '../routes/client-routes.ts'
import { type HealthDeps, healthRoutes } from '../routes/health.ts'
import type { PresentSnapshot } from '../state/current.ts'
import type { GatewayState } from '../state/open-state.ts'
import { version } from '../version.ts'
import { type App, createApp } from './create-app.ts'

/** What a configuration compiles to. Immutable; read once per request. */
export interface Snapshot extends PresentSnapshot {
  readonly config: GatewayConfig
  /** To be done when it becomes the present one. */
  readonly onSwap: readonly (() => void)[]
  readonly configuredKeys: readonly ConfiguredKey[]
  readonly table: RouteTable
  readonly dispatch: Dispatch
  /** The same routes behind Hono. */
  readonly app: App
}

type State = GatewayState<Snapshot>

function filtersOf(features: readonly Feature[]): readonly Filter[] {
  return features.flatMap(({ filter }) => filter ?? [])
}

function compileEngine(config: GatewayConfig, features: readonly Feature[], { given, context, engine }: State): Engine {
  const countTokens = features.find((feature) => feature.countTokens !== undefined)?.countTokens
  return createEngine({
    ...toEngineOptions(config),
    definitions: given.definitions,
    deps: context.deps,
    state: engine,
    isStandby: true,
    targetFilters: features.flatMap(({ targetFilter }) => targetFilter ?? []),
    ...(countTokens !== undefined && { catalog: { countTokens } }),
    filters: filtersOf(features),
    onDiscoveryFailure: given.onDiscoveryFailure,
    onModelsChange: (change) => {
      for (const event of toModelEvents(change, context.deps.now())) context.observers.onGatewayEvent(event)
    },
    onEvent: context.observers.onEvent,
  })
}

/** Health and figures of all processes. */
function overWorkers(engine: Engine, { admission, context: { workers } }: State): Pick<HealthDeps, 'engine' | 'admission' | 'refresh'> {
  if (workers === undefined) return { engine, admission }
  return {
    engine: { health: () => healthOfAll(engine.health(), workers) },
    admission: { figures: () => admissionOfAll(admission.figures(), workers) },
    refresh: workers.refresh,
  }
}

function ownRoutes(config: GatewayConfig, { calls, admissions, features }: PresentSnapshot, state: State): readonly Route[] {
  const { deps, mask } = state.context
  const { setTimer, monotonicNow, newId } = deps
  const everyMs = config.server.stream_keepalive_seconds * 1000
  const keepAlive = everyMs === 0 ? undefined : { everyMs, setTimer, monotonicNow }
  const clients = { calls, admission: admissions, mask, newId, setTimer, keepAlive }
  return [
    ...clientRoutes(clients, filtersOf(features)),
    ...catalogueRoutes(calls.engine, monotonicNow),
    ...healthRoutes({
      ...overWorkers(calls.engine, state),
      inFlight: state.inFlight,
      mask,
      version,
      workers: () => state.context.workers?.count() ?? 1,
      uptimeMs: state.uptimeMs,
      degradedBy: () => features.flatMap(({ degradedBy }) => degradedBy?.() ?? []),
      statusOf: (principal) =>
        Object.assign({}, ...features.map(({ status }) => status?.(principal) ?? {})) as Readonly<Record<string, unknown>>, // records, one over the other
    }),
  ]
}

function compileDispatch(
  config: GatewayConfig,
  parts: { readonly table: RouteTable; readonly access: AccessRules; readonly watch: RequestWatch; readonly features: readonly Feature[] },
  state: State,
): Dispatch {
  const { deps, mask, observers } = state.context
  const { server } = config
  return createDispatch({
    table: parts.table,
    origins: {
      isOwnHost: createOwnHosts({ host: server.host, allowedHosts: server.allowed_hosts }),
      allowedHosts: server.allowed_hosts,
      origins: new Set(server.cors.origins),
    },
    access: parts.access,
    newId: deps.newId,
    mask,
    inFlight: state.inFlight,
    watch: parts.watch,
    observers,
    limiter: parts.features.find(({ limiter }) => limiter !== undefined)?.limiter,
    onInternalError: state.given.onInternalError ?? (() => undefined),
  })
}

/** Who may be let through: the configured keys, and whom a capability knows. */
function compileAccess(config: GatewayConfig, features: readonly Feature[], state: State): AccessRules {
  const configured = createConfiguredKeys(toKeys(config), state.secret)
  return {
    configured,
    others: features.flatMap(({ authenticator }) => authenticator ?? []),
    throttle: state.failureThrottle,
    isOpen: configured.size === 0 && !features.some(({ closesGateway }) => closesGateway === true),
    metricsPublic: config.metrics.public,
  }
}

/** Compiles a configuration over the state of the process. Changes nothing: who swaps it in does. */
export function compileSnapshot(config: GatewayConfig, state: State): Snapshot {
  const { deps, observers } = state.context
  const { features, onSwap } = state.compileFeatures(config)
  const engine = compileEngine(config, features, state)
  const configuredKeys = toKeys(config)
  const access = compileAccess(config, features, state)
  const watch: RequestWatch = { clocks: deps, tracing: state.given.tracing, observers }
  const calls: CallDeps = { engine, inFlight: state.inFlight, observers, watch }
  const maxBodyBytes = config.server.max_body_mb * 1024 * 1024
  const admissions: AdmissionDeps = {
    admission: state.admission,
    isShared: access.configured.size > 1,
    maxBodyBytes,
  }
  const present: PresentSnapshot = { engine, features, calls, admissions }
  const routes: Route[] = [...ownRoutes(config, present, state), ...features.flatMap(({ routes: rows = [] }) => rows)]
  routes.push(...docsRoutes(routes, version))
  const table = createRouteTable(routes)
  const dispatch = compileDispatch(config, { table, access, watch, features }, state)
  return { ...present, config, onSwap, configuredKeys, table, dispatch, app: createApp(table, dispatch) }
}
