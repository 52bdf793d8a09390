import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createNodeTransport } from '@proxyapi/core/node'
import { createGateway } from '@proxyapi/server'
import { type Listening, listen } from '@proxyapi/server/node'
import { afterEach, describe, expect, it } from 'vitest'

const closers: (() => Promise<unknown> | unknown)[] = []
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close()
})

async function upstream(handle: (request: IncomingMessage, response: ServerResponse) => void): Promise<string> {
  const server: Server = createServer(handle)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  closers.push(() => {
    server.closeAllConnections()
    server.close()
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`
}

async function gateway(config: object): Promise<{ url: string; listening: Listening }> {
  const listening = await listen(createGateway(config, { transport: createNodeTransport() }), { host: '127.0.0.1', port: 0 })
  let stopped = false
  const stop = (graceMs: number): Promise<void> => {
    stopped = true
    return listening.stop(graceMs)
  }
  closers.push(() => (stopped ? undefined : stop(0)))
  return { url: `http://127.0.0.1:${listening.port}`, listening: { ...listening, stop } }
}

const provider = (baseUrl: string, key = 'sk-upstream-secret-0123456789abcdef'): object => ({
  name: 'openai',
  api_key: key,
  base_url: baseUrl,
  models: ['*'],
})
const ask = (extra: object = {}): object => ({ model: 'demo/echo', messages: [{ role: 'user', content: 'Hello' }], ...extra })

function post(url: string, body: unknown, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(`${url}/v1/chat/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  })
}

describe('bad input', () => {
  it.each([
    ['malformed JSON', '{"model":', {}, 400],
    ['no body', '', {}, 400],
    ['a wrong type', { model: 1, messages: [] }, {}, 400],
    ['no messages', { model: 'demo/echo', messages: [] }, {}, 400],
    ['an unknown role', ask({ messages: [{ role: 'wizard', content: 'x' }] }), {}, 400],
    ['a temperature out of range', ask({ temperature: 9 }), {}, 400],
    ['an unknown model', ask({ model: 'nope' }), {}, 404],
    ['an unknown model of a provider', ask({ model: 'demo/nope' }), {}, 404],
    ['an impossible model name', ask({ model: '../etc/passwd?' }), {}, 400],
    ['too deep', `{"model":"demo/echo","messages":${'['.repeat(100)}${']'.repeat(100)}}`, {}, 400],
    ['another content type', ask(), { 'content-type': 'text/plain' }, 415],
    ['a bad timeout', ask(), { 'x-proxyapi-timeout-ms': 'soon' }, 400],
  ])('%s is refused with a proper error', async (_what, body, headers, status) => {
    const { url } = await gateway({})
    const response = await post(url, body, headers as Record<string, string>)
    const answer = (await response.json()) as { error: Record<string, unknown> }
    expect(response.status).toBe(status)
    expect(Object.keys(answer.error).sort()).toEqual(['code', 'message', 'param', 'type'])
    expect(response.headers.get('x-request-id')).toMatch(/^[0-9a-f]{32}$/)
    expect((await post(url, ask())).status).toBe(200)
  })

  it('a body that is too large is refused and not a reset', async () => {
    const { url } = await gateway({ server: { max_body_mb: 0.01 } })
    expect((await post(url, ask({ user: 'x'.repeat(100_000) }))).status).toBe(413)
  })

  it.each([
    ['GET', '/v1/chat/completions', 405],
    ['GET', '/v1/nothing', 404],
    ['GET', '/v1/%2e%2e%2fhealth', 404],
    ['GET', '/v1//models', 404],
  ])('%s %s answers %i', async (method, path, status) => {
    const { url } = await gateway({})
    expect((await fetch(url + path, { method })).status).toBe(status)
  })

  it('names the field on the Anthropic surface in Anthropic’s shape', async () => {
    const { url } = await gateway({})
    const response = await fetch(`${url}/v1/messages`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ model: 'demo/echo', messages: [{ role: 'user', content: 'x' }] }),
    })
    expect([response.status, await response.json()]).toMatchObject([
      400,
      { type: 'error', error: { type: 'invalid_request_error', message: expect.stringContaining('max_tokens') as string } },
    ])
  })
})

describe('keys', () => {
  const config = {
    auth: {
      api_keys: [
        'client-key-1',
        { name: 'narrow', key: 'client-key-2', models: ['demo/lorem'] },
        { name: 'old', key: 'client-key-3', expires: '2020-01-01' },
      ],
    },
  }

  it.each([
    ['none', {}, 401],
    ['a wrong one', { authorization: 'Bearer wrong-key-value' }, 401],
    ['a bearer', { authorization: 'bearer client-key-1' }, 200],
    ['x-api-key', { 'x-api-key': 'client-key-1' }, 200],
    ['api-key', { 'api-key': 'client-key-1' }, 200],
    ['two that differ', { 'x-api-key': 'client-key-1', 'api-key': 'client-key-2' }, 401],
    ['another scheme', { authorization: 'Basic client-key-1' }, 401],
    ['one that may not use the model', { 'x-api-key': 'client-key-2' }, 403],
    ['one that has expired', { 'x-api-key': 'client-key-3' }, 401],
  ])('%s', async (_what, headers, status) => {
    const { url } = await gateway(config)
    const response = await post(url, ask(), headers)
    expect(response.status).toBe(status)
    expect(await response.text()).not.toContain('wrong-key-value')
  })

  it('health needs none', async () => {
    const { url } = await gateway(config)
    expect((await fetch(`${url}/health`)).status).toBe(200)
  })
})

describe('upstream faults', () => {
  it.each<[string, (response: ServerResponse) => void, number, string]>([
    ['HTML in a 200', (response) => response.writeHead(200, { 'content-type': 'text/html' }).end('<html>'), 502, 'bad_upstream_response'],
    ['an empty body', (response) => response.writeHead(200).end(), 502, 'bad_upstream_response'],
    ['a redirect', (response) => response.writeHead(302, { location: 'http://127.0.0.1:1' }).end(), 502, 'bad_upstream_response'],
    [
      'no choices',
      (response) => response.writeHead(200, { 'content-type': 'application/json' }).end('{"choices":[]}'),
      502,
      'bad_upstream_response',
    ],
    [
      'a wrong upstream key',
      (response) => response.writeHead(401, { 'content-type': 'application/json' }).end('{"error":{"message":"bad key"}}'),
      502,
      'upstream_auth_error',
    ],
    ['a closed connection', (response) => response.destroy(), 502, 'upstream_connection_error'],
    ['a 500', (response) => response.writeHead(500).end('oops'), 502, 'upstream_error'],
    [
      'a 429',
      (response) =>
        response.writeHead(429, { 'retry-after': '20', 'content-type': 'application/json' }).end('{"error":{"message":"slow down"}}'),
      429,
      'upstream_rate_limited',
    ],
  ])('%s', async (_what, answer, status, code) => {
    const { url } = await gateway({ providers: [provider(await upstream((_request, response) => answer(response)))] })
    const response = await post(url, ask({ model: 'openai/gpt-4o' }))
    const body = (await response.json()) as { error: { code: string } }
    expect([response.status, body.error.code]).toEqual([status, code])
    if (status === 429) expect(response.headers.get('retry-after')).toBe('20')
  })

  it('goes on to the next target, and tells who answered', async () => {
    const base = await upstream((_request, response) => response.writeHead(503).end())
    const { url } = await gateway({
      providers: [provider(base)],
      models: [{ name: 'safe', targets: ['openai/gpt-4o'], fallbacks: ['demo/echo'] }],
    })
    const response = await post(url, ask({ model: 'safe' }))
    expect([response.status, response.headers.get('x-proxyapi-provider'), response.headers.get('x-proxyapi-attempts')]).toEqual([
      200,
      'demo',
      '3',
    ])
  })

  const chunk = (delta: object, finish: string | null = null): string =>
    `data: ${JSON.stringify({ id: 'x', object: 'chat.completion.chunk', created: 1, model: 'm', choices: [{ index: 0, delta, finish_reason: finish }] })}\n\n`

  it('a stream that is cut ends in an error and without [DONE]', async () => {
    const base = await upstream((_request, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' })
      response.write(chunk({ content: 'Hel' }), () => setTimeout(() => response.destroy(), 20))
    })
    const { url } = await gateway({ providers: [provider(base)] })
    const text = await (await post(url, ask({ model: 'openai/m', stream: true }))).text()
    expect(text).toContain('"content":"Hel"')
    expect(text).toContain('"error"')
    expect(text).not.toContain('[DONE]')
  })

  it('a stream that ends cleanly but early is not passed off as whole', async () => {
    const base = await upstream((_request, response) =>
      response.writeHead(200, { 'content-type': 'text/event-stream' }).end(`${chunk({ content: 'Hel' })}data: [DONE]\n\n`),
    )
    const { url } = await gateway({ providers: [provider(base)] })
    const text = await (await post(url, ask({ model: 'openai/m', stream: true }))).text()
    expect(text).toContain('"error"')
    expect(text).not.toContain('[DONE]')
  })

  it('a missing [DONE] is added and a broken event left out', async () => {
    const base = await upstream((_request, response) =>
      response
        .writeHead(200, { 'content-type': 'text/event-stream' })
        .end(`${chunk({ content: 'Hi' })}data: {broken\n\n${chunk({}, 'stop')}`),
    )
    const { url } = await gateway({ providers: [provider(base)] })
    const text = await (await post(url, ask({ model: 'openai/m', stream: true }))).text()
    expect(text.endsWith('data: [DONE]\n\n')).toBe(true)
    expect(text).not.toContain('broken')
  })

  it('a client that leaves closes the upstream call', async () => {
    let closed: () => void = () => undefined
    const gone = new Promise<void>((resolve) => {
      closed = resolve
    })
    const base = await upstream((_request, response) => {
      response.on('close', closed)
      response.writeHead(200, { 'content-type': 'text/event-stream' })
      response.write(chunk({ content: 'Hi' }))
    })
    const { url } = await gateway({ providers: [provider(base)] })
    const controller = new AbortController()
    const response = await fetch(`${url}/v1/chat/completions`, {
      method: 'POST',
      signal: controller.signal,
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(ask({ model: 'openai/m', stream: true })),
    })
    await response.body?.getReader().read()
    controller.abort()
    await gone
  })
})

describe('stopping', () => {
  it('lets a live stream finish and refuses what comes after', async () => {
    const { url, listening } = await gateway({})
    const live = await post(url, ask({ model: 'demo/slow', stream: true, max_tokens: 3 }))
    const stopped = listening.stop(10_000)
    const late = await post(url, ask())
    expect([late.status, late.headers.get('retry-after')]).toEqual([503, '1'])
    expect(await live.text()).toContain('[DONE]')
    await stopped
  })

  it('ends what outlasts the grace with an error event', async () => {
    const { url, listening } = await gateway({})
    const live = await post(url, ask({ model: 'demo/slow', stream: true }))
    await listening.stop(0)
    const text = await live.text()
    expect(text).toContain('shutting_down')
    expect(text).not.toContain('[DONE]')
  })
})
