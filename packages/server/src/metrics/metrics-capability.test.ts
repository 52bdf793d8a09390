import { systemDeps } from '@proxyapi/core'
import type { CompletedRequest } from '@proxyapi/logging'
import { describe, expect, it } from 'vitest'
import { createGateway, type GatewayDeps } from '../index.ts'

const chat = (body: object = {}, headers: Record<string, string> = {}): RequestInit => ({
  method: 'POST',
  headers: { 'content-type': 'application/json', ...headers },
  body: JSON.stringify({ model: 'demo/echo', messages: [{ role: 'user', content: 'Hello' }], ...body }),
})

/** Receipts arrive at once rather than after the answer, so that a test can read on. */
const immediate = { ...systemDeps, defer: (run: () => void) => run() }

function build(config: object = {}, world: GatewayDeps = {}) {
  const requests: CompletedRequest[] = []
  const gateway = createGateway(config, { deps: immediate, onRequest: (request) => requests.push(request), ...world })
  const get = (path: string, init: RequestInit = {}): Promise<Response> => gateway.fetch(`http://gateway${path}`, init)
  return { get, requests, text: async () => (await get('/metrics/prometheus')).text() }
}

interface Figures {
  readonly providers: Readonly<Record<string, Readonly<Record<string, number>>>>
  readonly http: { readonly total_requests: number; readonly by_status: Readonly<Record<string, number>> }
}

describe('GET /metrics', () => {
  it('answers the documented JSON', async () => {
    const { get } = build()
    await (await get('/v1/chat/completions', chat())).text()
    const { providers, http, ...rest } = (await (await get('/metrics')).json()) as Figures
    expect(providers['demo']).toMatchObject({ total_requests: 1, success_rate: 1, error_rate: 0 })
    expect(providers['demo']?.['tokens']).toBeGreaterThan(0)
    expect(http).toMatchObject({ total_requests: 1, by_status: { '200': 1 } })
    expect(Object.keys(rest).sort()).toEqual(['cache', 'system'])
  })

  it.each([
    ['/metrics', 'application/json', 'application/json'],
    ['/metrics', '*/*', 'application/json'],
    ['/metrics', 'text/plain;version=0.0.4', 'text/plain'],
    ['/metrics', 'application/openmetrics-text;version=1.0.0,text/plain;q=0.5', 'application/openmetrics-text'],
    ['/metrics/prometheus', '*/*', 'text/plain'],
    ['/metrics/prometheus', 'application/openmetrics-text', 'application/openmetrics-text'],
  ])('%s answers Accept: %s with %s', async (path, accept, type) => {
    const { get } = build()
    expect((await get(path, { headers: { accept } })).headers.get('content-type')).toContain(type)
  })

  it.each([
    [false, '/metrics', 401],
    [false, '/metrics/prometheus', 401],
    [false, '/health/providers', 401],
    [true, '/metrics', 200],
    [true, '/metrics/prometheus', 200],
    [true, '/health/providers', 200],
    [true, '/health?detailed=true', 200],
    [true, '/v1/models', 401],
  ])('with keys and metrics.public %s, %s without one answers %i', async (isPublic, path, status) => {
    const { get } = build({ auth: { api_keys: ['client-key-0123456789'] }, metrics: { public: isPublic } })
    expect((await get(path)).status).toBe(status)
  })

  it('refuses other methods', async () => {
    expect((await build().get('/metrics', { method: 'POST' })).status).toBe(405)
  })
})

describe('what is counted', () => {
  it.each([
    ['a call', '/v1/chat/completions', chat(), 'http_requests_total{method="POST",endpoint="/v1/chat/completions",status_code="200"} 1'],
    ['a bad body', '/v1/chat/completions', chat({ messages: [] }), 'endpoint="/v1/chat/completions",status_code="400"} 1'],
    ['the pattern of a path', '/v1/models/demo/echo', {}, 'endpoint="/v1/models/{id}",status_code="200"} 1'],
    ['a path of nobody', '/made/up', {}, 'endpoint="other",status_code="404"} 1'],
    ['an ambiguous path', '/v1/..%2f..%2fetc', {}, 'suspicious_requests_total{kind="path"} 1'],
    ['the demo provider', '/v1/chat/completions', chat(), 'llm_requests_total{provider="demo",model="echo",status="success"} 1'],
    ['embeddings refused', '/v1/embeddings', chat(), 'endpoint="/v1/embeddings",status_code="400"} 1'],
    ['a provider that is there', '/health', {}, 'provider_available{provider="demo"} 1'],
    ['requests under way', '/health', {}, 'http_requests_in_flight 0'],
  ])('%s', async (_what, path, init, line) => {
    const { get, text } = build()
    await (await get(path, init)).text()
    expect(await text()).toContain(line)
  })

  it.each([
    ['missing', {}],
    ['invalid', { authorization: 'Bearer wrong' }],
    ['invalid', { 'x-api-key': 'wrong' }],
  ])('a refused key that is %s', async (reason, headers) => {
    const { get } = build({ auth: { api_keys: ['client-key-0123456789'] } })
    await get('/v1/models', { headers: headers as Record<string, string> })
    const answer = await get('/metrics/prometheus', { headers: { authorization: 'Bearer client-key-0123456789' } })
    expect(await answer.text()).toContain(`auth_failures_total{reason="${reason}"} 1`)
  })

  it('what the caches hold and have given up', async () => {
    const { get, text } = build({ caching: { response_cache: { max_size_mb: 1 } } })
    const seen = async (type: string): Promise<readonly number[]> => {
      const lines = (await text()).split('\n')
      const figure = (name: string): number =>
        Number(
          lines
            .find((line) => line.startsWith(`${name}{type="${type}"}`))
            ?.split(' ')
            .at(-1),
        )
      return [figure('cache_entries'), figure('cache_size_bytes'), figure('cache_evictions_total')]
    }
    expect([await seen('response_cache'), await seen('summary_cache')]).toEqual([
      [0, 0, 0],
      [0, 0, 0],
    ])
    for (let index = 0; index < 40; index++) {
      const messages = [{ role: 'user', content: `${index} ${'a long letter '.repeat(4_000)}` }]
      await (await get('/v1/chat/completions', chat({ messages }))).text()
    }
    const [entries = 0, bytes = 0, evictions = 0] = await seen('response_cache')
    expect([entries > 0, bytes > 100_000, bytes <= 1024 * 1024, evictions > 0]).toEqual([true, true, true, true])
    const messages = [
      { role: 'user', content: 'Aurora-1 came in.' },
      { role: 'assistant', content: 'Noted.' },
    ]
    await get('/api/condense', { ...chat(), body: JSON.stringify({ messages, max_tokens: 50 }) })
    expect(await seen('summary_cache')).toEqual([1, expect.any(Number), 0])
  })

  it('nothing of a cache that is switched off', async () => {
    expect(await build({ caching: { enabled: false } }).text()).not.toContain('cache_size_bytes{')
  })

  it('readings from outside', async () => {
    const { text } = build({}, { readGauges: [() => [{ name: 'system_cpus', value: 7 }]] })
    expect(await text()).toContain('system_cpus 7')
  })
})

describe('a request that has ended', () => {
  it('is told with its receipt, after a stream has been read to its end', async () => {
    const { get, requests } = build()
    const response = await get('/v1/chat/completions', chat({ stream: true }, { 'x-request-id': 'r-1', 'x-proxyapi-user': 'u-1' }))
    expect(requests).toEqual([])
    await response.text()
    expect(requests).toMatchObject([
      {
        ...{ id: 'r-1', method: 'POST', endpoint: '/v1/chat/completions', status: 200 },
        call: { outcome: 'complete', provider: 'demo', user: 'u-1' },
      },
    ])
  })

  it('is told as left when the client did not read to the end', async () => {
    const { get, requests } = build()
    const response = await get('/v1/chat/completions', chat({ stream: true, model: 'demo/lorem' }))
    await response.body?.cancel()
    expect(requests).toMatchObject([{ status: 499, call: { outcome: 'canceled' } }])
  })

  it.each([
    ['/v1/nothing', {}, 404, 'not_found'],
    ['/v1/chat/completions', {}, 405, 'method_not_allowed'],
    ['/v1/chat/completions', chat({ model: 'nope' }), 404, 'model_not_found'],
  ])('%s is told once, with its error', async (path, init, status, code) => {
    const { get, requests } = build()
    await get(path, init)
    expect(requests).toMatchObject([{ status, error: { code } }])
  })

  it("takes the end user from the body's user where no header names one", async () => {
    const { get, requests } = build()
    await (await get('/v1/chat/completions', chat({ user: 'body-user' }))).text()
    expect(requests[0]?.call?.user).toBe('body-user')
  })

  it('refuses the name of a user that is too long', async () => {
    const { get } = build()
    const response = await get('/v1/chat/completions', chat({}, { 'x-proxyapi-user': 'u'.repeat(300) }))
    expect([response.status, await response.text()]).toEqual([400, expect.stringContaining('X-ProxyAPI-User has 300 characters')])
  })
})
