import type { RouteOverrides } from '../call/annotations.ts'
import type { CallOptions } from '../call/call-options.ts'
import { createDeadlineOf, defaultDeadlines } from '../call/deadlines.ts'
import { type OpenCall, openCall } from '../call/open-call.ts'
import { type AnyOperation, type Awaitable, compose, type Filter, type Handler, type Operation } from '../call/operation.ts'
import { createReceiptQueue } from '../call/receipt-queue.ts'
import type { AnyAnswer, StreamAnswer } from '../chat/answer.ts'
import type { ModelInfo } from '../chat/model-info.ts'
import type { ChatRequest } from '../chat/request.ts'
import type { ChatResponse } from '../chat/response.ts'
import { toChunks } from '../chat/to-chunks.ts'
import { systemDeps } from '../deps.ts'
import { invalidResponse } from '../errors/provider-error.ts'
import { chat } from '../operations/chat.ts'
import { type EmbeddingRequest, type EmbeddingResponse, embeddings } from '../operations/embeddings.ts'
import { type ModerationRequest, type ModerationResponse, moderations } from '../operations/moderations.ts'
import { type RerankRequest, type RerankResponse, rerank } from '../operations/rerank.ts'
import { createProvider } from '../providers/create-provider.ts'
import type { ModelDiscovery, ModelListReport } from '../providers/model-discovery.ts'
import type { ProviderOptions } from '../providers/options.ts'
import type { Provider } from '../providers/provider.ts'
import { createProviderTable } from '../providers/registry.ts'
import { createRouterContext } from '../routing/create-router-context.ts'
import type { EngineEvent } from '../routing/engine-event.ts'
import type { ModelCatalog } from '../routing/model-catalog.ts'
import type { RoutePlan } from '../routing/plan.ts'
import { createRouter } from '../routing/router.ts'
import type { RouterContext } from '../routing/router-context.ts'
import { toRoutingOptions } from '../routing/routing-options.ts'
import type { Target } from '../routing/target.ts'
import type { VirtualModel } from '../routing/virtual-model.ts'
import { createModelCatalog } from './create-model-catalog.ts'
import { deadlinesByName } from './deadlines-by-name.ts'
import type { EngineOptions } from './engine-options.ts'
import { createEngineState } from './engine-state.ts'
import { type ProviderReport, toHealthReport } from './health-report.ts'
import { createProviderRegistry } from './provider-registry.ts'

/** A model with its provider's name, as `provider/id`. */
export interface ListedModel extends ModelInfo {
  readonly provider: string
}

/** One engine over all configured providers. */
export interface Engine {
  /** An operation's composed handler, filters and router: what a server runs under calls of its own. The same one for an operation each time. */
  handler<Request, Answer extends AnyAnswer>(operation: Operation<Request, Answer>): Handler<Request, Answer>
  /** Opens a call, for callers who want its receipt, its record or to cancel it. */
  open<Request, Answer extends AnyAnswer>(
    operation: Operation<Request, Answer>,
    request: Request,
    options?: CallOptions,
  ): OpenCall<Request, Answer>
  /** Runs one request of any operation. @throws ProxyApiError */
  run<Request, Answer extends AnyAnswer>(operation: Operation<Request, Answer>, request: Request, options?: CallOptions): Promise<Answer>
  /** A complete chat answer. @throws ProxyApiError */
  readonly chat: (request: ChatRequest, options?: CallOptions) => Promise<ChatResponse>
  /** A streamed chat answer: its promise resolves at the first content. @throws ProxyApiError, also while iterating */
  readonly stream: (request: ChatRequest, options?: CallOptions) => Promise<StreamAnswer>
  /** @throws ProxyApiError */
  readonly embed: (request: EmbeddingRequest, options?: CallOptions) => Promise<EmbeddingResponse>
  /** Orders documents by relevance. @throws ProxyApiError */
  readonly rerank: (request: RerankRequest, options?: CallOptions) => Promise<RerankResponse>
  /** Classifies content. @throws ProxyApiError */
  readonly moderate: (request: ModerationRequest, options?: CallOptions) => Promise<ModerationResponse>
  /** Every provider's models. Providers that can't be asked are left out, and told to `onDiscoveryFailure`. */
  readonly models: () => Promise<readonly ListedModel[]>
  /**
   * Fetches the lists of models of these providers, and tells how each stands. Without names: of all that offer what they list, and not of those that
   * pass any name on. Never rejects for a provider.
   */
  readonly refreshModels: (providers?: readonly string[]) => Promise<readonly ModelListReport[]>
  /** How the lists of models stand. */
  readonly modelLists: () => readonly ModelListReport[]
  /** As of now: see `register`. */
  readonly providers: readonly Provider[]
  readonly virtualModels: readonly VirtualModel[]
  /** Where a request for a model goes, as callers write it, fallbacks left out. No promise where it is known. @throws ProxyApiError `model_not_found` */
  readonly targetsOf: (model: string, overrides?: RouteOverrides) => Awaitable<readonly Target[]>
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
  /** Takes the shared state over from the engine before this one: its settings apply, its listeners hear. Done at once unless `isStandby`. */
  readonly activate: () => void
  readonly close: () => Promise<void>
}

async function allModels(providers: readonly Provider[], discovery: ModelDiscovery): Promise<readonly ListedModel[]> {
  const listed = providers.map(async (provider) => (await discovery.of(provider)).map((model) => ({ ...model, provider: provider.name })))
  return (await Promise.all(listed)).flat()
}

function refreshModels(providers: readonly Provider[], discovery: ModelDiscovery, names?: readonly string[]): Promise<ModelListReport[]> {
  const asked = providers.filter(({ name, models }) =>
    names === undefined ? models === 'discover' : typeof models === 'string' && names.includes(name),
  )
  return Promise.all(asked.map(discovery.refresh))
}

function targetsIn({ tiers }: RoutePlan): readonly Target[] {
  const [first] = tiers
  return first !== undefined && tiers.length === 1 ? first.targets : tiers.flatMap(({ targets }) => targets)
}

function setIsolated({ health }: RouterContext, target: string, isolated: boolean): void {
  const { breaker } = health.of(target)
  if (isolated) breaker.isolate()
  else breaker.release()
}

/** What lives as long as an engine, and what its handlers are made of. */
function createCore(options: EngineOptions) {
  const deps = options.deps ?? systemDeps
  const state = options.state ?? createEngineState(options, deps)
  const { transport } = state
  const table = createProviderTable(options.definitions)
  const create = (provider: ProviderOptions): Provider => createProvider(provider, { deps, transport, table })
  const made = options.providers.map((provider) => ({ options: provider, provider: state.madeFrom(provider) ?? create(provider) }))
  const registry = createProviderRegistry(made.map(({ provider }) => provider))
  const { discovery } = state
  const virtualModels = options.models ?? []
  const onEvent = (event: EngineEvent): void => options.onEvent?.(event)
  const routing = toRoutingOptions(options.routing)
  const context = createRouterContext({
    deps,
    options: routing,
    sources: { providers: registry.all, virtualModels, discovery },
    catalog: createModelCatalog(discovery, { given: options.catalog, overrides: options.modelOverrides }),
    targetFilters: options.targetFilters,
    onEvent,
    state: state.router,
  })
  const activate = (): void =>
    state.workFor({
      routing,
      providers: registry.all,
      made,
      onEvent,
      onDiscoveryFailure: options.onDiscoveryFailure,
      onModelsChange: options.onModelsChange,
    })
  if (options.isStandby !== true) activate()
  const close = async (): Promise<void> => {
    if (options.state === undefined) await state.close()
  }
  return {
    deps,
    create,
    registry,
    discovery,
    virtualModels,
    context,
    activate,
    close,
    receipts: createReceiptQueue(deps, options.onListenerError),
    deadlineOf: createDeadlineOf({ ...defaultDeadlines, ...options.deadlines }, deadlinesByName(options)),
  }
}

/** One composed handler for each operation, created when first asked for. */
function createHandlers(filters: readonly Filter[], context: RouterContext): Engine['handler'] {
  const handlers = new Map<AnyOperation, unknown>()
  return <Request, Answer extends AnyAnswer>(operation: Operation<Request, Answer>): Handler<Request, Answer> => {
    const known = handlers.get(operation)
    if (known !== undefined) return known as Handler<Request, Answer> // kept under its own operation
    const handler = compose(filters, createRouter(operation, context), operation)
    handlers.set(operation, handler)
    return handler
  }
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
  const { deps, create, registry, discovery, virtualModels, context, activate, close, receipts, deadlineOf } = createCore(options)
  const handler = createHandlers(options.filters ?? [], context)
  const open: Engine['open'] = (operation, request, callOptions = {}) =>
    openCall(operation, request, { options: callOptions, deps, receipts, deadlineOf })
  const run: Engine['run'] = (operation, request, callOptions) => open(operation, request, callOptions).run(handler(operation))
  return {
    handler,
    open,
    run,
    virtualModels,
    targetsOf: (model, overrides = {}) => {
      const plan = context.resolver.plan(model, overrides)
      return plan instanceof Promise ? plan.then(targetsIn) : targetsIn(plan)
    },
    catalog: context.catalog,
    activate,
    close,
    get providers() {
      return registry.all()
    },
    chat: async (request, callOptions) => {
      const answer = await run(chat, { ...request, stream: false }, callOptions)
      if (answer.type === 'stream') throw invalidResponse('A stream came where a whole answer was asked for.')
      return answer.response
    },
    stream: async (request, callOptions) => {
      const answer = await run(chat, { ...request, stream: true }, callOptions)
      return answer.type === 'stream' ? answer : { type: 'stream', dialect: undefined, batches: toChunks(answer.response) }
    },
    embed: async (request, callOptions) => (await run(embeddings, request, callOptions)).response,
    rerank: async (request, callOptions) => (await run(rerank, request, callOptions)).response,
    moderate: async (request, callOptions) => (await run(moderations, request, callOptions)).response,
    models: () => allModels(registry.all(), discovery),
    refreshModels: (names) => refreshModels(registry.all(), discovery, names),
    modelLists: () => registry.all().flatMap((provider) => discovery.report(provider) ?? []),
    health: () => toHealthReport(registry.all(), context),
    register: (provider) => registry.register(create(provider)),
    unregister: registry.unregister,
    isolate: (target, isolated) => setIsolated(context, target, isolated),
  }
}
