import ky from 'ky'
import type { ModelInfo, ModelPage } from '../chat/model-info.ts'
import { invalidResponse } from '../errors/provider-error.ts'
import { parseJson } from '../wire/json.ts'
import { type Endpoint, toTransportRequest } from './encode-call.ts'
import type { ProviderDeps } from './provider-deps.ts'
import { refusalOf, toProviderError } from './provider-failure.ts'

const timeoutMs = 10_000
/** A longer list is taken for a cycle of pages. */
const maxPages = 50

async function fetchPage(
  endpoint: Endpoint,
  query: Readonly<Record<string, string>>,
  world: ProviderDeps & { readonly signal: AbortSignal | undefined },
): Promise<ModelPage> {
  const { definition, options } = endpoint
  const path = definition.paths.models?.(options) ?? ''
  const search = new URLSearchParams(query).toString()
  const separator = path.includes('?') ? '&' : '?'
  const request = await toTransportRequest(endpoint, search === '' ? path : `${path}${separator}${search}`)
  const response = await ky(request.origin + request.path, {
    headers: request.headers,
    fetch: world.deps.fetch,
    timeout: timeoutMs,
    throwHttpErrors: false,
    redirect: 'manual',
    retry: { limit: 1, methods: ['get'] },
    ...(world.signal !== undefined && { signal: world.signal }),
  })
  const text = await response.text()
  const body = parseJson(text)
  const headers = Object.fromEntries(response.headers)
  const refusal = refusalOf(
    endpoint,
    { status: response.status, headers, body: { read: async () => undefined, release: () => undefined } },
    body ?? text,
  )
  if (refusal !== undefined) throw refusal
  return definition.dialect.models?.fromResponse(body) ?? { models: [] }
}

/** Asks a provider for its models, page by page; none where it has no list. @throws ProviderError */
export async function listModels(endpoint: Endpoint, world: ProviderDeps, signal?: AbortSignal): Promise<readonly ModelInfo[]> {
  const { definition } = endpoint
  if (definition.paths.models === undefined || definition.dialect.models === undefined) return []
  const models: ModelInfo[] = []
  try {
    let query: Readonly<Record<string, string>> | undefined = {}
    for (let page = 0; query !== undefined && page < maxPages; page++) {
      const found: ModelPage = await fetchPage(endpoint, query, { ...world, signal })
      models.push(...found.models)
      query = found.next
    }
  } catch (error) {
    throw toProviderError(
      error instanceof Error && error.name === 'TimeoutError' ? invalidResponse('The model list did not come in time.') : error,
      endpoint,
    )
  }
  return models
}
