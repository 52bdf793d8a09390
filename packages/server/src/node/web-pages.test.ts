import { connect } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createGateway } from '../gateway/create-gateway.ts'
import { type Listening, listen } from './listen.ts'

/** Gateways as they stand on a machine: without keys on loopback, with names, and with a page that may ask. */
const configs = {
  plain: {},
  named: { server: { allowed_hosts: ['gateway.example', '.inner.example'] } },
  open: { server: { host: '0.0.0.0', cors: { origins: ['https://app.example'] } }, auth: { api_keys: ['client-key-0123456789'] } },
} as const

const listening = new Map<string, Listening>()
beforeAll(async () => {
  for (const [name, config] of Object.entries(configs)) {
    const gateway = createGateway({ caching: { enabled: false }, ...config })
    listening.set(name, await listen(gateway, { host: '127.0.0.1', port: 0 }))
  }
})
afterAll(async () => {
  for (const one of listening.values()) await one.stop(0)
})

interface Asked {
  readonly of?: keyof typeof configs
  readonly line: string
  readonly headers: readonly string[]
  readonly body?: string
}

/** Writes a request as it stands and returns all of its answer. */
function send({ of = 'plain', line, headers, body = '' }: Asked): Promise<string> {
  return new Promise((resolve) => {
    let text = ''
    const socket = connect(listening.get(of)?.port ?? 0, '127.0.0.1', () => {
      const length = body === '' ? [] : ['content-type: application/json', `content-length: ${body.length}`]
      socket.write([`${line} HTTP/1.1`, ...headers, ...length, 'connection: close', '', body].join('\r\n'))
    })
    socket.on('data', (piece) => {
      text += piece.toString()
    })
    socket.on('close', () => resolve(text))
  })
}

const statusOf = async (asked: Asked): Promise<number> => Number((await send(asked)).slice(9, 12))

describe('the Host of a request', () => {
  it.each<readonly [of: keyof typeof configs, host: string, status: number]>([
    ['plain', '127.0.0.1:8000', 200],
    ['plain', '127.0.0.1', 200],
    ['plain', '127.9.9.9:1', 200],
    ['plain', 'localhost:8000', 200],
    ['plain', 'LOCALHOST', 200],
    ['plain', 'localhost.', 200],
    ['plain', '[::1]:8000', 200],
    ['plain', '127.evil.example', 421],
    ['plain', '127.0.0.1.evil.example', 421],
    ['plain', 'localhost.evil.example', 421],
    ['plain', 'evil.example', 421],
    ['plain', 'evil.example:8000', 421],
    ['plain', '192.168.1.4', 421],
    ['plain', '0.0.0.0', 421],
    ['plain', '[::2]', 421],
    ['plain', 'localhost, evil.example', 421],
    ['plain', 'user@localhost', 421],
    ['plain', 'no host', 421],
    ['plain', '', 421],
    ['named', 'gateway.example', 200],
    ['named', 'Gateway.Example:443', 200],
    ['named', 'a.inner.example', 200],
    ['named', 'inner.example', 421],
    ['named', 'evilgateway.example', 421],
    ['named', 'localhost', 200],
    ['open', '192.168.1.4:8000', 200],
    ['open', '[2001:db8::1]', 200],
    ['open', 'evil.example', 421],
  ])('of a %s gateway may be "%s": %i', async (of, host, status) => {
    expect(await statusOf({ of, line: 'GET /health', headers: [`host: ${host}`] })).toBe(status)
  })

  it.each(['GET /v1/models', 'POST /v1/chat/completions', 'GET /api/audit', 'DELETE /api/cache', 'GET /docs', 'GET /nothing'])(
    'is looked at before %s',
    async (line) => {
      const answer = await send({ line, headers: ['host: evil.example'] })
      expect(answer.slice(9, 12)).toBe('421')
      expect(answer).toContain('server.allowed_hosts')
    },
  )
})

const chat = JSON.stringify({ model: 'demo/echo', messages: [{ role: 'user', content: 'Hello' }] })
const revealing: readonly (readonly [line: string, body: string])[] = [
  ['POST /v1/chat/completions', chat],
  ['POST /v1/chat/completions', ''],
  ['GET /v1/models', ''],
  ['GET /v1/status', ''],
  ['GET /health/providers', ''],
  ['GET /health?detailed=true', ''],
  ['GET /metrics', ''],
  ['GET /metrics/prometheus', ''],
  ['GET /api/models', ''],
  ['DELETE /api/cache', ''],
  ['POST /api/cache/warm', ''],
  ['POST /debug/memory/gc', ''],
  ['GET /api/audit', ''],
  ['GET /api/privacy/users/u', ''],
  ['DELETE /api/privacy/users/u', ''],
  ['GET /api/requests', ''],
]
const foreign: readonly (readonly string[])[] = [
  ['origin: https://evil.example'],
  ['origin: null'],
  ['origin: http://127.0.0.1:3000'],
  ['origin: http://localhost:3000', 'sec-fetch-site: same-site'],
  ['sec-fetch-site: cross-site'],
  ['sec-fetch-site: same-site'],
  ['sec-fetch-site: nonsense'],
]

describe.each(foreign)('a page of another origin (%s)', (...headers) => {
  it.each(revealing)('is refused %s', async (line, body) => {
    expect(await statusOf({ line, headers: ['host: 127.0.0.1', ...headers], body })).toBe(403)
  })

  it.each(['GET /health', 'GET /health/live', 'GET /openapi.json', 'GET /docs'])('may read what is public: %s', async (line) => {
    expect(await statusOf({ line, headers: ['host: 127.0.0.1', ...headers] })).toBe(200)
  })
})

describe('a page of the gateway itself', () => {
  it.each([
    [['origin: http://127.0.0.1:8000', 'sec-fetch-site: same-origin'], 'plain', '127.0.0.1:8000'],
    [['sec-fetch-site: same-origin'], 'plain', '127.0.0.1:8000'],
    [['sec-fetch-site: none'], 'plain', '127.0.0.1:8000'],
    [['origin: http://localhost:8000'], 'plain', 'localhost:8000'],
    [['origin: https://gateway.example', 'sec-fetch-site: same-origin'], 'named', 'a.inner.example'],
  ] as const)('is answered: %j', async (headers, of, host) => {
    expect(await statusOf({ of, line: 'GET /v1/models', headers: [`host: ${host}`, ...headers] })).toBe(200)
  })
})

describe('a page of a listed origin', () => {
  const own = ['host: 127.0.0.1', 'origin: https://app.example', 'sec-fetch-site: cross-site']
  const key = 'authorization: Bearer client-key-0123456789'

  it('asks first what it may, and may then', async () => {
    const asked = ['access-control-request-method: POST', 'access-control-request-headers: authorization, content-type']
    const preflight = await send({ of: 'open', line: 'OPTIONS /v1/chat/completions', headers: [...own, ...asked] })
    expect(preflight).toMatch(/^HTTP\/1.1 204 /)
    expect(preflight.toLowerCase()).toContain('access-control-allow-origin: https://app.example\r\n')
    expect(preflight.toLowerCase()).toContain('access-control-allow-methods: post\r\n')
    expect(preflight.toLowerCase()).toContain('access-control-allow-headers: authorization, content-type\r\n')
    const answer = await send({ of: 'open', line: 'POST /v1/chat/completions', headers: [...own, key], body: chat })
    expect(answer).toMatch(/^HTTP\/1.1 200 /)
    expect(answer.toLowerCase()).toContain('access-control-allow-origin: https://app.example\r\n')
  })

  it('needs a key all the same', async () => {
    expect(await statusOf({ of: 'open', line: 'GET /v1/models', headers: own })).toBe(401)
  })

  it('is no other page', async () => {
    const headers = ['host: 127.0.0.1', 'origin: https://app.example.evil.example', 'access-control-request-method: POST', key]
    const answer = await send({ of: 'open', line: 'OPTIONS /v1/chat/completions', headers })
    expect(answer.slice(9, 12)).toBe('403')
    expect(answer.toLowerCase()).not.toContain('access-control-allow')
  })
})

describe('every answer', () => {
  it.each([
    ['GET /health', ''],
    ['GET /v1/models', ''],
    ['GET /v1/status', ''],
    ['GET /metrics/prometheus', ''],
    ['POST /v1/chat/completions', chat],
    ['POST /v1/chat/completions', chat.replace('{', '{"stream":true,')],
    ['GET /nothing', ''],
    ['PUT /v1/models', ''],
  ])('says that its type is not to be guessed, and that nobody keeps it: %s %s', async (line, body) => {
    const answer = (await send({ line, headers: ['host: 127.0.0.1'], body })).toLowerCase()
    expect(answer).toContain('x-content-type-options: nosniff\r\n')
    expect(answer).toMatch(/cache-control: no-(store|cache)\r\n/)
  })

  it.each([
    '/v1/models/%zz',
    '/api/models/%zz/x',
    '/api/privacy/users/%ff',
    '/openai/deployments/%e0%a4/chat/completions',
    '/%',
    '/v1/models/a%2',
  ])('to the path %s is a client error', async (path) => {
    for (const method of ['GET', 'POST', 'DELETE'])
      expect([400, 404, 405]).toContain(await statusOf({ line: `${method} ${path}`, headers: ['host: 127.0.0.1'] }))
  })
})
