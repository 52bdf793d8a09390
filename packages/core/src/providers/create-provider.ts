import type { Call } from '../call/call.ts'
import { createDemoProvider } from '../demo/demo-provider.ts'
import type { EmbeddingRequest, EmbeddingResponse } from '../embedding/embedding.ts'
import { ProxyApiError } from '../errors/proxy-api-error.ts'
import { withForcedTool } from '../structured-output/forced-tool.ts'
import { defaultTimeouts } from './attempt-timeouts.ts'
import { callEmbeddings } from './call-embeddings.ts'
import { createChatHandler } from './call-provider.ts'
import type { ProviderDefinition } from './definition.ts'
import { capabilitiesOf, createEndpoint, type Endpoint } from './encode-call.ts'
import { isReachable } from './is-reachable.ts'
import { listModels } from './list-models.ts'
import type { ProviderOptions } from './options.ts'
import type { ConfiguredModel, Provider } from './provider.ts'
import type { ProviderWorld } from './provider-world.ts'
import { providerRow, providerTypes } from './registry.ts'

function invalid(message: string, param: string): ProxyApiError {
  return new ProxyApiError({ code: 'invalid_config', message, param })
}

function definitionOf(options: ProviderOptions): ProviderDefinition {
  const definition = providerRow(options.type)
  if (definition !== undefined) return definition
  throw invalid(`Provider "${options.name}" has type "${options.type}"; allowed: ${providerTypes.join(', ')}.`, 'type')
}

function baseUrlOf(definition: ProviderDefinition, options: ProviderOptions): string {
  const own = definition.baseUrl
  const url = options.baseUrl ?? (typeof own === 'function' ? own(options) : own)
  if (url === undefined) throw invalid(`Provider "${options.name}" needs a base_url.`, 'base_url')
  if (!URL.canParse(url) || !/^https?:/.test(url)) throw invalid(`Provider "${options.name}": base_url is not an http(s) URL.`, 'base_url')
  return url
}

function modelsOf(models: ProviderOptions['models']): Provider['models'] {
  if (models === undefined) return 'discover'
  if (models.includes('*')) return 'any'
  return models.map((model): ConfiguredModel => (typeof model === 'string' ? { id: model } : model))
}

/** The endpoint with the dialect and path of one of its models; most have those of the row. */
function endpointFor(endpoint: Endpoint, model: string): Endpoint {
  const { definition } = endpoint
  const variant = definition.variant?.(model)
  if (variant === undefined) return endpoint
  return { ...endpoint, definition: { ...definition, dialect: variant.dialect, paths: { ...definition.paths, chat: variant.chat } } }
}

function embedOf(endpoint: Endpoint, world: ProviderWorld): Provider['embed'] {
  const { definition } = endpoint
  if (definition.dialect.codecs?.embeddings === undefined || definition.paths.embeddings === undefined) return undefined
  return (request: EmbeddingRequest, call: Call): Promise<EmbeddingResponse> => callEmbeddings(endpoint, { request, call }, world)
}

/** A provider from its options. @throws ProxyApiError `invalid_config` */
export function createProvider(options: ProviderOptions, world: ProviderWorld): Provider {
  if (options.type === 'demo') return createDemoProvider(options, world.deps)
  const definition = definitionOf(options)
  const timeouts = { ...defaultTimeouts, ...options.timeouts }
  const endpoint = createEndpoint(definition, options, { deps: world.deps, timeouts, baseUrl: baseUrlOf(definition, options) })
  return {
    name: options.name,
    type: options.type,
    models: modelsOf(options.models),
    useCase: options.useCase,
    priority: options.priority ?? 1,
    weight: options.weight ?? 1,
    region: options.region,
    recovery: options.recovery ?? 'off',
    timeouts,
    prefill: (model) => capabilitiesOf(definition, model).prefill ?? 'asked',
    chat: (model) => withForcedTool(createChatHandler(endpointFor(endpoint, model), model, world), capabilitiesOf(definition, model)),
    embed: embedOf(endpoint, world),
    isReachable: () => isReachable(endpoint, world),
    listModels: (signal) => listModels(endpoint, world, signal),
  }
}
