import type { Call, RouteOverrides } from '../call/call.ts'
import { type CallOptions, type OpenCall, openCall } from '../call/open-call.ts'
import type { StreamAnswer } from '../chat/answer.ts'
import type { ChatRequest } from '../chat/request.ts'
import type { ChatResponse } from '../chat/response.ts'
import { toChunks } from '../chat/to-chunks.ts'
import { systemDeps } from '../deps.ts'
import type { EmbeddingRequest, EmbeddingResponse } from '../operations/embeddings.ts'
import { badAnswer } from '../errors/provider-error.ts'
import type { EngineEvent } from '../routing/engine-event.ts'
import { type ChatHandler, compose } from '../call/operation.ts'
import type { ModelInfo } from '../chat/model-info.ts'
import { createModelDiscovery, type ModelDiscovery } from '../providers/model-discovery.ts'
import { createProvider } from '../providers/create-provider.ts'
import type { ProviderOptions } from '../providers/options.ts'
import type { Provider } from '../providers/provider.ts'
import { createRouterContext } from '../routing/create-router-context.ts'
import type { ModelCatalog } from '../routing/model-catalog.ts'
import { routeEmbeddings } from '../routing/route-embeddings.ts'
import { createRouter } from '../routing/router.ts'
import type { RouterContext } from '../routing/router-context.ts'
import { toRoutingOptions } from '../routing/routing-options.ts'
import type { Target } from '../routing/target.ts'
import type { VirtualModel } from '../routing/virtual-model.ts'
import { createFetchTransport } from '../transport/fetch-transport.ts'
import type { EngineOptions } from './engine-options.ts'
import { type ProviderReport, toHealthReport } from './health-report.ts'
import { createModelCatalog } from './create-model-catalog.ts'
import { createProviderRegistry } from './provider-registry.ts'
import { createRecoveryWatch } from './recovery-watch.ts'

/** A model with its provider's name, as `provider/id`. */
export interface ListedModel extends ModelInfo {
  readonly provider: string
}

/** One engine over all configured providers. */
export interface Engine {
  /** The composed handler: what a server runs under calls of its own making. */
  readonly handler: ChatHandler
  /** Opens a call, for callers who want its receipt, its headers or to cancel it. */
  readonly open: (request: ChatRequest, options?: CallOptions) => OpenCall
  /** A whole answer. @throws ProxyApiError */
  readonly chat: (request: ChatRequest, options?: CallOptions) => Promise<ChatResponse>
  /** A streamed answer: its promise resolves at the first content. @throws ProxyApiError, also while iterating */
  readonly stream: (request: ChatRequest, options?: CallOptions) => Promise<StreamAnswer>
  /** @throws ProxyApiError */
  readonly embed: (request: EmbeddingRequest, options?: CallOptions) => Promise<EmbeddingResponse>
  /** Embeds under a call that is already open. */
  readonly embedUnder: (request: EmbeddingRequest, call: Call) => Promise<EmbeddingResponse>
  /** Every provider's models. Providers that can't be asked are left out, and told to `onDiscoveryFailure`. */
  readonly models: () => Promise<readonly ListedModel[]>
  /** As of now: see `register`. */
  readonly providers: readonly Provider[]
  readonly virtualModels: readonly VirtualModel[]
  /** Where a request for a model goes, as callers write it, fallbacks left out. @throws ProxyApiError `model_not_found` */
  readonly targetsOf: (model: string, overrides?: RouteOverrides) => Promise<readonly Target[]>
  /** What is known of models and their prices. */
  readonly catalog: ModelCatalog
  /** How providers and their models are doing. */
  readonly health: () => readonly ProviderReport[]
  /** Adds a provider while the engine runs, or replaces the one with its name. @throws ProxyApiError `invalid_config` */
  readonly register: (provider: ProviderOptions) => void
  /** Takes a provider out; calls under way at it finish. @throws ProxyApiError `not_found` */
  readonly unregister: (name: string) => void
  /** Takes a target (`provider/model`) out by hand, or back in. */
  readonly isolate: (target: string, isolated: boolean) => void
  readonly close: () => Promise<void>
}

async function allModels(providers: readonly Provider[], discovery: ModelDiscovery): Promise<readonly ListedModel[]> {
  const listed = providers.map(async (provider) => (await discovery.of(provider)).map((model) => ({ ...model, provider: provider.name })))
  return (await Promise.all(listed)).flat()
}

function setIsolated(world: RouterContext, target: string, isolated: boolean): void {
  const { breaker } = world.health.of(target)
  if (isolated) breaker.isolate()
  else breaker.release()
}

/** The engine without its ways to be called: state and handler. */
function createCore(options: EngineOptions) {
  const deps = options.deps ?? systemDeps
  const transport = options.transport ?? createFetchTransport(deps)
  const make = (provider: ProviderOptions): Provider => createProvider(provider, { deps, transport })
  const registry = createProviderRegistry(options.providers.map(make))
  const discovery = createModelDiscovery(deps, options.onDiscoveryFailure)
  const virtualModels = options.models ?? []
  const onEvent = (event: EngineEvent): void => {
    if (event.type === 'breaker' && event.to === 'open') watch.onOpen(event.provider)
    options.onEvent?.(event)
  }
  const world = createRouterContext({
    deps,
    options: toRoutingOptions(options.routing),
    contents: { providers: registry.all, virtualModels, discovery },
    catalog: createModelCatalog(discovery, options.catalog),
    targetFilter: options.targetFilter,
    onEvent,
  })
  const watch = createRecoveryWatch({
    deps,
    providerOf: (name) => registry.all().find((provider) => provider.name === name),
    health: world.health,
    onEvent,
  })
  const close = (): Promise<void> => {
    watch.close()
    return transport.close()
  }
  return { deps, make, registry, discovery, virtualModels, world, close, handler: compose(options.filters ?? [], createRouter(world)) }
}

/**
 * Composes an engine.
 *
 * @throws ProxyApiError `invalid_config` for an unknown provider type or a missing credential.
 * @example
 * const engine = createEngine({ providers: [{ name: 'openai', type: 'openai', apiKey: '…' }] })
 * const answer = await engine.chat({ model: 'openai/gpt-4o', messages: [{ role: 'user', content: 'Hello' }] })
 */
export function createEngine(options: EngineOptions): Engine {
  const { deps, make, registry, discovery, virtualModels, world, close, handler } = createCore(options)
  const open = (request: ChatRequest, callOptions: CallOptions = {}): OpenCall => openCall(request, callOptions, deps)
  const embedUnder = (request: EmbeddingRequest, call: Call): Promise<EmbeddingResponse> => routeEmbeddings(request, call, world)
  return {
    handler,
    open,
    virtualModels,
    targetsOf: async (model, overrides = {}) => (await world.resolver.plan(model, overrides)).tiers.flatMap(({ targets }) => targets),
    catalog: world.catalog,
    embedUnder,
    close,
    get providers() {
      return registry.all()
    },
    chat: async (request, callOptions) => {
      const answer = await open({ ...request, stream: false }, callOptions).run(handler)
      if (answer.type === 'stream') throw badAnswer('A stream came where a whole answer was asked for.')
      return answer.response
    },
    stream: async (request, callOptions) => {
      const answer = await open({ ...request, stream: true }, callOptions).run(handler)
      return answer.type === 'stream' ? answer : { type: 'stream', dialect: 'demo', batches: toChunks(answer.response) }
    },
    embed: async (request, callOptions) => {
      const opened = open({ model: request.model, messages: [] }, callOptions)
      return opened.runWith((call) => embedUnder(request, call))
    },
    models: () => allModels(registry.all(), discovery),
    health: () => toHealthReport(registry.all(), world),
    register: (provider) => registry.register(make(provider)),
    unregister: registry.unregister,
    isolate: (target, isolated) => setIsolated(world, target, isolated),
  }
}
