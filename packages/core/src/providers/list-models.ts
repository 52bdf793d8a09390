import ky from 'ky'
import type { ModelInfo, ModelPage } from '../chat/model-info.ts'
import { invalidResponse } from '../errors/provider-error.ts'
import { checkAnswerSize } from '../transport/answer-size.ts'
import { toByteSource } from '../transport/fetch-transport.ts'
import { readBody } from '../transport/read-body.ts'
import { parseJson } from '../wire/json.ts'
import { type Endpoint, toTransportRequest } from './encode-call.ts'
import type { ProviderDeps } from './provider-deps.ts'
import { refusalOf, toProviderError } from './provider-failure.ts'

const timeoutMs = 10_000
/** A longer list is taken for a cycle of pages. */
const maxPages = 50
/** The longest list in use, OpenRouter's, has about 600 models and 2 MB. */
const maxModels = 10_000
const maxListBytes = 16 * 1024 * 1024
/** Longer ids name nothing that a client could ask for. */
const longestId = 256

/** The bytes that the pages of a list may still have. */
interface ListBudget {
  bytes: number
}

/** Reads a page to its end, for as long and as far as a list may take. */
async function readPage(response: Response, { controller, budget }: ListWorld): Promise<string> {
  const bytes = await readBody(toByteSource(response.body, controller), budget.bytes)
  budget.bytes -= bytes.length
  const text = new TextDecoder().decode(bytes)
  checkAnswerSize(text)
  return text
}

interface ListWorld extends ProviderDeps {
  /** Ends the whole listing. */
  readonly controller: AbortController
  readonly budget: ListBudget
}

async function fetchPage(endpoint: Endpoint, query: Readonly<Record<string, string>>, world: ListWorld): Promise<ModelPage> {
  const { definition, options } = endpoint
  const path = definition.paths.models?.(options) ?? ''
  const search = new URLSearchParams(query).toString()
  const separator = path.includes('?') ? '&' : '?'
  const request = await toTransportRequest(endpoint, search === '' ? path : `${path}${separator}${search}`)
  const response = await ky(request.origin + request.path, {
    headers: request.headers,
    fetch: world.deps.fetch,
    timeout: false,
    throwHttpErrors: false,
    redirect: 'manual',
    retry: { limit: 1, methods: ['get'] },
    signal: world.controller.signal,
  })
  const text = await readPage(response, world)
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
  const controller = new AbortController()
  const stopTimer = world.deps.setTimer(() => controller.abort(invalidResponse('The model list did not come in time.')), timeoutMs)
  const onAbort = (): void => controller.abort(signal?.reason)
  signal?.addEventListener('abort', onAbort, { once: true })
  try {
    const budget: ListBudget = { bytes: maxListBytes }
    let query: Readonly<Record<string, string>> | undefined = {}
    for (let page = 0; query !== undefined && page < maxPages && models.length < maxModels; page++) {
      const found: ModelPage = await fetchPage(endpoint, query, { ...world, controller, budget })
      for (const model of found.models) if (model.id.length <= longestId) models.push(model)
      query = found.next
    }
  } catch (error) {
    throw toProviderError(error, endpoint)
  } finally {
    stopTimer()
    signal?.removeEventListener('abort', onAbort)
  }
  return models.slice(0, maxModels)
}
