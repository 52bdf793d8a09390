import { systemDeps } from '@proxyapi/core'
import { createTracing } from '@proxyapi/logging/node'
import fc from 'fast-check'
import { afterEach, describe, expect, it } from 'vitest'
import { startCollector } from './collector.ts'
import { watchedGateway } from './watched-gateway.ts'

const closing: (() => unknown)[] = []
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close()
})

const variants = 1_000
const letters = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789'
const drawn = (length: number): fc.Arbitrary<string> =>
  fc.string({ unit: fc.constantFrom(...letters), minLength: length, maxLength: length })

/** Secrets as vendors shape them, each with a body drawn by chance. */
const secret = fc.oneof(
  drawn(48).map((body) => `sk-${body}`),
  drawn(48).map((body) => `sk-ant-api03-${body}`),
  drawn(35).map((body) => `AIza${body}`),
  drawn(36).map((body) => `ghp_${body}`),
  drawn(48).map((body) => `gsk_${body}`),
  drawn(24).map((body) => `xai-${body}${body}`),
)

const place = fc.constantFrom(
  ...([
    'content',
    'system',
    'user',
    'model',
    'model-of-provider',
    'tool',
    'metadata',
    'unknown-field',
    'path',
    'query',
    'x-request-id',
  ] as const),
  ...(['authorization', 'x-api-key', 'x-proxyapi-user', 'x-proxyapi-tags', 'x-proxyapi-provider', 'x-proxyapi-fallbacks'] as const),
  ...(['traceparent', 'tracestate', 'x-proxyapi-timeout-ms', 'upstream-error', 'upstream-plain-error', 'upstream-header'] as const),
)
type Place = typeof place extends fc.Arbitrary<infer Name> ? Name : never

const configured = {
  provider: 'plain-provider-secret-1f0c9d',
  header: 'plain-header-secret-77ab01',
  client: 'client-key-0123456789-canary',
  admin: 'admin-key-0123456789-canary',
}

function bodyWith(where: Place, canary: string): object {
  const bodies: Partial<Record<Place, object>> = {
    content: { messages: [{ role: 'user', content: canary }] },
    system: { messages: [{ role: 'system', content: canary }] },
    user: { user: canary },
    model: { model: canary },
    'model-of-provider': { model: `one/${canary}` },
    tool: { tools: [{ type: 'function', function: { name: 'f', description: canary, parameters: { type: 'object' } } }] },
    metadata: { metadata: { note: canary } },
    'unknown-field': { [canary]: 1, temperature: canary },
  }
  return { model: 'one/m', messages: [{ role: 'user', content: 'Hello' }], ...bodies[where] }
}

/** A provider that quotes the canary in whatever it says, and whose errors quote our own credential. */
function quotingFetch(planted: { where: Place; canary: string }): typeof fetch {
  return async () => {
    const { where, canary } = planted
    const quoted = `Incorrect API key provided: ${canary} (${configured.provider}, ${configured.header})`
    if (where === 'upstream-plain-error') return new Response(quoted, { status: 500 })
    const headers = { 'content-type': 'application/json', ...(where === 'upstream-header' && { 'x-request-id': canary }) }
    return new Response(JSON.stringify({ error: { message: quoted, type: 'invalid_request_error', code: quoted } }), {
      status: 400,
      headers,
    })
  }
}

async function plant(
  gateway: ReturnType<typeof watchedGateway>,
  planted: { readonly where: Place; readonly canary: string; readonly key: string },
): Promise<string> {
  const { where, canary, key } = planted
  const path = where === 'path' ? `/v1/${canary}` : where === 'query' ? `/v1/models?key=${canary}` : '/v1/chat/completions'
  const isHeader = where.startsWith('x-') || where === 'authorization' || where.startsWith('trace')
  const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json', ...(isHeader && { [where]: canary }) }
  const body = JSON.stringify(bodyWith(where, canary))
  const response = await gateway.ask(path, where === 'query' ? { headers } : { method: 'POST', headers, body })
  return response.text()
}

describe('a secret', () => {
  it('planted anywhere is seen in no log, metric, trace, audit record, receipt, analytics or error', async () => {
    const collector = await startCollector()
    const tracing = await createTracing({ otlpEndpoint: collector.url })
    closing.push(collector.close, () => tracing.close())
    const planted: { where: Place; canary: string; key: string } = { where: 'content', canary: '', key: configured.client }
    const gateway = watchedGateway(
      {
        providers: [
          {
            ...{ name: 'one', type: 'openai_compatible', base_url: 'http://one.test/v1', api_key: configured.provider, models: ['*'] },
            headers: { 'x-team': configured.header },
          },
        ],
        auth: { api_keys: [configured.client, { name: 'ops', key: configured.admin, role: 'admin' }] },
        routing: { retry: { max_attempts: 1 } },
        circuit_breaker: { failure_threshold: 1_000_000 },
      },
      { deps: { ...systemDeps, fetch: (...args) => quotingFetch(planted)(...args) }, tracing },
    )
    closing.push(gateway.close)
    const canaries: string[] = Object.values(configured)
    const errors: string[] = []

    await fc.assert(
      fc.asyncProperty(secret, place, async (canary, where) => {
        Object.assign(planted, { canary, where })
        canaries.push(canary)
        const said = await plant(gateway, planted)
        expect(canaries.filter((one) => said.includes(one))).toEqual([])
        errors.push(said)
      }),
      { numRuns: variants, seed: 20_260_115 },
    )
    await gateway.settled()
    await tracing.flush()
    const admin = { headers: { authorization: `Bearer ${configured.admin}` } }
    const read = async (path: string): Promise<string> => (await gateway.ask(path, admin)).text()
    const ids = [...gateway.log().matchAll(/"request_id":"([^"]+)"/g)].map(([, id]) => id)
    const paths = ['/metrics', '/metrics/prometheus', '/health?detailed=true', '/v1/status', '/api/audit?limit=1000']
    const groups = ['provider', 'model', 'key', 'user', 'tag', 'day'].map((group) => `/api/analytics?group_by=${group}&limit=10000`)
    const receipts = ids.map((id) => `/v1/receipts/${id}`)
    const seen: (readonly [string, string])[] = [
      ['log', gateway.log()],
      ['traces', collector.text()],
    ]
    for (const path of [...paths, ...groups, ...receipts]) seen.push([path, await read(path)])
    expect(ids.length).toBeGreaterThan(variants / 2)
    expect(seen.filter(([, text]) => text === '')).toEqual([])
    const leaks = seen.flatMap(([name, text]) => canaries.filter((one) => text.includes(one)).map((one) => `${name}: ${one}`))
    expect(leaks).toEqual([])
  }, 120_000)
})
