import type { Operation, TargetHandler } from '../call/operation.ts'
import type { AnyAnswer, ChatAnswer } from '../chat/answer.ts'
import type { ChatRequest } from '../chat/request.ts'
import type { OperationCodec } from '../dialects/dialect.ts'
import { ProxyApiError } from '../errors/proxy-api-error.ts'
import { createUpstreamHandler, pathsOf, type UpstreamRoute } from './call-upstream.ts'
import type { ChatVariant, ProviderDefinition } from './definition.ts'
import { createDemoProvider } from './demo/create-demo-provider.ts'
import { createEndpoint, type Endpoint } from './encode-call.ts'
import { withFittingCallNames } from './fit-call-names.ts'
import { isForbiddenHost } from './forbidden-host.ts'
import { withForcedTool } from './forced-tool.ts'
import { isReachable } from './is-reachable.ts'
import { listModels } from './list-models.ts'
import { modelCapabilities, rowCapabilities } from './model-capabilities.ts'
import type { ProviderOptions } from './options.ts'
import { pricedRegion } from './priced-region.ts'
import type { ConfiguredModel, Provider } from './provider.ts'
import type { ProviderDeps } from './provider-deps.ts'
import type { ProviderTable } from './registry.ts'

/** The operations that providers serve, by name. */
const servedOperations = ['chat', 'embeddings', 'rerank', 'moderations'] as const

function isServed(name: string): name is (typeof servedOperations)[number] {
  return servedOperations.some((served) => served === name)
}

function invalid(message: string, param: string): ProxyApiError {
  return new ProxyApiError({ code: 'invalid_config', message, param })
}

function definitionOf(options: ProviderOptions, table: ProviderTable): ProviderDefinition {
  const definition = table.definitionOf(options.type)
  if (definition !== undefined) return definition
  throw invalid(`Provider "${options.name}" has type "${options.type}"; allowed: ${table.types.join(', ')}.`, 'type')
}

function baseUrlOf(definition: ProviderDefinition, options: ProviderOptions): string {
  const own = definition.baseUrl
  const url = options.baseUrl ?? (typeof own === 'function' ? own(options) : own)
  if (url === undefined) throw invalid(`Provider "${options.name}" needs a base_url.`, 'base_url')
  if (!URL.canParse(url) || !/^https?:/.test(url)) throw invalid(`Provider "${options.name}": base_url is not an http(s) URL.`, 'base_url')
  if (isForbiddenHost(new URL(url).hostname))
    throw invalid(`Provider "${options.name}": base_url is a link-local or metadata address, which is never called.`, 'base_url')
  return url
}

function modelsOf(models: ProviderOptions['models']): Provider['models'] {
  if (models === undefined) return 'discover'
  if (models.includes('*')) return 'any'
  return models.map((model): ConfiguredModel => (typeof model === 'string' ? { id: model } : model))
}

/** The endpoint as it speaks another dialect. */
function variantEndpoint(endpoint: Endpoint, { dialect, chat, quirks }: ChatVariant): Endpoint {
  const { definition } = endpoint
  const paths = { ...definition.paths, chat }
  return { ...endpoint, definition: { ...definition, dialect, paths, quirks: quirks ?? definition.quirks } }
}

/** The codec and path of an operation, where an endpoint has both. */
function routeOf<Request, Answer extends AnyAnswer>(
  endpoint: Endpoint,
  operation: Operation<Request, Answer>,
  model: string,
): UpstreamRoute<Request, Answer> | undefined {
  const { dialect, paths } = endpoint.definition
  const { name } = operation
  if (!isServed(name)) return undefined
  const codec = name === 'chat' ? dialect.upstream : dialect.codecs?.[name]
  const path = paths[name]
  if (codec === undefined || path === undefined) return undefined
  // The codec of an operation's name is a codec of that operation's requests.
  return { operation, codec: codec as OperationCodec<Request, unknown>, path: pathsOf(endpoint, model, path) }
}

/** What serving takes: where, and with what. */
interface Served {
  readonly endpoint: Endpoint
  readonly deps: ProviderDeps
}

/** The handler of an operation in the dialect of an endpoint. */
function serveAt<Request, Answer extends AnyAnswer>(
  { endpoint, deps }: Served,
  operation: Operation<Request, Answer>,
  model: string,
): TargetHandler<Request, Answer> | undefined {
  const route = routeOf(endpoint, operation, model)
  if (route === undefined) return undefined
  const handler = createUpstreamHandler(endpoint, model, { route, deps })
  if (operation.name !== 'chat') return handler
  // `chat` is the one operation of that name: its handler is a chat handler.
  const chatHandler = handler as unknown as TargetHandler<ChatRequest, ChatAnswer>
  const capabilities = modelCapabilities(endpoint.definition, endpoint.options, model)
  const fitting = withFittingCallNames(chatHandler, endpoint.definition.dialect, capabilities)
  return withForcedTool(fitting, capabilities) as unknown as typeof handler
}

function serve<Request, Answer extends AnyAnswer>(
  { endpoint, deps }: Served,
  operation: Operation<Request, Answer>,
  model: string,
): TargetHandler<Request, Answer> | undefined {
  const { definition, options } = endpoint
  const variant = operation.name === 'chat' ? definition.variant?.(model, options) : undefined
  if (variant === undefined) return serveAt({ endpoint, deps }, operation, model)
  const other = serveAt({ endpoint: variantEndpoint(endpoint, variant), deps }, operation, model)
  const { takes } = variant
  const own = takes === undefined ? undefined : serveAt({ endpoint, deps }, operation, model)
  if (takes === undefined || own === undefined || other === undefined) return other ?? own
  // Only chat has variants, so the requests are chat's.
  return (request, call, attempt) => (takes(request as unknown as ChatRequest) ? other : own)(request, call, attempt)
}

/** A provider from its options. @throws ProxyApiError `invalid_config` */
export function createProvider(options: ProviderOptions, deps: ProviderDeps): Provider {
  if (options.type === 'demo') return createDemoProvider(options, deps.deps)
  const definition = definitionOf(options, deps.table)
  const endpoint = createEndpoint(definition, options, { deps: deps.deps, baseUrl: baseUrlOf(definition, options) })
  return {
    name: options.name,
    type: options.type,
    models: modelsOf(options.models),
    useCase: options.useCase,
    priority: options.priority ?? 1,
    weight: options.weight ?? 1,
    region: options.region,
    pricedRegion: pricedRegion(options),
    families: definition.families,
    limits: { timeouts: options.timeouts, recovery: options.recovery },
    prefill: (model) => rowCapabilities(definition, model).prefill ?? 'asked',
    serve: (operation, model) => serve({ endpoint, deps }, operation, model),
    isReachable: () => isReachable(endpoint, deps),
    listModels: (signal) => listModels(endpoint, deps, signal),
  }
}
