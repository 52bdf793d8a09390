import type { Call } from '../call/call.ts'
import { type CallOptions, type OpenCall, openCall } from '../call/open-call.ts'
import type { StreamAnswer } from '../chat/answer.ts'
import type { ChatRequest } from '../chat/request.ts'
import type { ChatResponse } from '../chat/response.ts'
import { toChunks } from '../chat/to-chunks.ts'
import { type Deps, systemDeps } from '../deps.ts'
import type { EmbeddingRequest, EmbeddingResponse } from '../embedding/embedding.ts'
import { badAnswer } from '../errors/provider-error.ts'
import { type ChatFilter, type ChatHandler, compose } from '../filter/handler.ts'
import type { ModelInfo } from '../models/model.ts'
import { createModelLists } from '../models/model-lists.ts'
import { createProvider } from '../providers/create-provider.ts'
import type { ProviderOptions } from '../providers/options.ts'
import type { Provider } from '../providers/provider.ts'
import { createModelDirectory } from '../routing/model-directory.ts'
import { createRouter } from '../routing/router.ts'
import type { VirtualModel } from '../routing/virtual-model.ts'
import { createFetchTransport } from '../transport/fetch-transport.ts'
import type { Transport } from '../transport/transport.ts'
import { routeEmbeddings } from './route-embeddings.ts'

export interface EngineOptions {
  readonly providers: readonly ProviderOptions[]
  readonly models?: readonly VirtualModel[] | undefined
  /** Put before the router, the first named outermost. */
  readonly filters?: readonly ChatFilter[] | undefined
  /** How bytes travel; `undefined` is `deps.fetch`. On Node, `createNodeTransport` from `@proxyapi/core/node` is faster. */
  readonly transport?: Transport | undefined
  readonly deps?: Deps | undefined
  /** Told when a provider could not be asked for its models. */
  readonly onDiscoveryFailure?: ((provider: string, error: unknown) => void) | undefined
}

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
  readonly providers: readonly Provider[]
  readonly virtualModels: readonly VirtualModel[]
  readonly close: () => Promise<void>
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
  const deps = options.deps ?? systemDeps
  const transport = options.transport ?? createFetchTransport(deps)
  const providers = options.providers.map((provider) => createProvider(provider, { deps, transport }))
  const virtualModels = options.models ?? []
  const lists = createModelLists(deps, options.onDiscoveryFailure)
  const directory = createModelDirectory({ providers, virtualModels, lists })
  const handler = compose(options.filters ?? [], createRouter(directory, deps))
  const open = (request: ChatRequest, callOptions: CallOptions = {}): OpenCall => openCall(request, callOptions, deps)
  const embedUnder = (request: EmbeddingRequest, call: Call): Promise<EmbeddingResponse> =>
    routeEmbeddings(request, call, { directory, deps })
  return {
    handler,
    open,
    providers,
    virtualModels,
    embedUnder,
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
    models: async () =>
      (
        await Promise.all(
          providers.map(async (provider) => (await lists.of(provider)).map((model) => ({ ...model, provider: provider.name }))),
        )
      ).flat(),
    close: () => transport.close(),
  }
}
