import { createNodeTransport } from '@proxyapi/core/node'
import { createGateway } from '@proxyapi/server'
import { type Listening, listen } from '@proxyapi/server/node'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { compareSurface, type SurfaceAnswer, type SurfaceExchange } from './compare-surfaces.ts'
import { hasSurfaceCorpus, type Replay, startSurfaceReplay } from './corpus.ts'

/** Each provider's type, and where its own SDK would point below its host. */
const providers: Readonly<Record<string, readonly [type: string, base: string]>> = {
  cohere: ['cohere', ''],
  voyage: ['voyage', '/v1'],
  jina: ['jina', '/v1'],
  together: ['together', '/v1'],
  openrouter: ['openrouter', '/api/v1'],
  bedrock: ['bedrock', ''],
  llamacpp: ['openai_compatible', '/v1'],
  openai: ['openai', '/v1'],
  mistral: ['mistral', '/v1'],
}

/** Exchanges that cannot come out equal, each with its reason. */
const exceptions: Readonly<Record<string, string>> = {
  'cohere/rerank/top-n/rerank-english-v2-0-585574':
    'recorded with the first version of the API; we call the second, which the server does not replay it for',
  'bedrock/rerank/error-429/post-7c09d1': 'recorded at the agent runtime; we invoke the model, which takes inference profiles as well',
  'jina/rerank/error-402/jina-reranker-v2-base-multilingual-1fec15': 'an empty account has the status 429 of OpenAI’s insufficient_quota',
  'llamacpp/rerank/error-501/bge-reranker-v2-m3-q4-k-m-493d41': 'a fault of the provider is a 502, not one of the gateway’s own',
}

function configOf(replay: Replay): object {
  const own = Object.entries(providers).map(([name, [type, base]]) => ({
    name,
    type,
    base_url: replay.baseUrl(name) + base,
    models: ['*'],
    api_key: `test-key-${name}`,
    ...(name === 'bedrock' && { region: 'us-west-2' }),
  }))
  // What is compared is one exchange: neither a second attempt nor another exchange's answer.
  return { providers: own, caching: { enabled: false }, routing: { retry: { max_attempts: 1 } } }
}

async function send(url: string, { provider, endpoint, model, request, client_request: client }: SurfaceExchange): Promise<SurfaceAnswer> {
  const body = client?.body ?? request.body
  const named = body['model'] ?? model
  const response = await fetch(url + (endpoint === 'rerank' ? '/v1/rerank' : '/v1/moderations'), {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ ...body, ...(named !== null && { model: `${provider}/${String(named)}` }) }),
  })
  return {
    status: response.status,
    retryAfter: response.headers.get('retry-after'),
    body: (await response.json()) as SurfaceAnswer['body'],
  }
}

describe.skipIf(!hasSurfaceCorpus)('recorded rerank and moderations through the gateway', () => {
  let replay: Replay
  let gateway: Listening

  beforeAll(async () => {
    replay = await startSurfaceReplay({ split: 'awkward' })
    gateway = await listen(createGateway(configOf(replay), { transport: createNodeTransport() }), { host: '127.0.0.1', port: 0 })
  })
  afterAll(async () => {
    await gateway.stop(0)
    await replay.close()
  })

  it.each([
    ['cohere', 'rerank', 11],
    ['voyage', 'rerank', 3],
    ['jina', 'rerank', 4],
    ['together', 'rerank', 1],
    ['openrouter', 'rerank', 3],
    ['bedrock', 'rerank', 2],
    ['llamacpp', 'rerank', 7],
    ['openai', 'moderation', 20],
    ['mistral', 'moderation', 4],
  ])('%s: every exchange of %s equals what its own SDK reads', async (provider, endpoint, count) => {
    // The corpus is checked against its schema where it is made.
    const found = replay.find({ provider, endpoint }) as unknown as readonly SurfaceExchange[]
    const exchanges = found.filter(({ gateway: through, client_request: client }) => through?.testable === true && client != null)
    const failures: Record<string, readonly string[]> = {}
    for (const exchange of exchanges) {
      replay.pin({ id: exchange.id })
      const problems = compareSurface(exchange, await send(`http://127.0.0.1:${gateway.port}`, exchange))
      if (problems.length > 0 && exceptions[exchange.id] === undefined) failures[exchange.id] = problems
    }
    expect(failures).toEqual({})
    expect(exchanges).toHaveLength(count)
  })
})
