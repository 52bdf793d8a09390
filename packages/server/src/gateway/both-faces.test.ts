import fc from 'fast-check'
import * as v from 'valibot'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Capability } from '../capability/capability.ts'
import { type Listening, listen } from '../node/listen.ts'
import { defineRoute } from '../route-table/route.ts'
import { createGateway, type Gateway } from './create-gateway.ts'

const keys = [
  { name: 'ops', key: 'admin-key-0123', role: 'admin' },
  { name: 'app', key: 'client-key-0123' },
]
const admin = { authorization: 'Bearer admin-key-0123' }
const client = { authorization: 'Bearer client-key-0123' }

/** A capability of a stranger: routes that the gateway knows nothing of. */
const greeting: Capability = {
  name: 'greeting',
  open: () => undefined,
  compile: () => ({
    routes: [
      defineRoute({
        method: 'GET',
        path: '/greeting/{name}',
        access: 'public',
        summary: 'Greets.',
        answer: v.object({ hello: v.string() }),
        handle: ({ params: { name = '' } }) => ({ hello: name }),
      }),
      defineRoute({
        method: 'POST',
        path: '/api/greeting',
        summary: 'For admins, for it does not say for whom.',
        answer: v.object({}),
        handle: () => ({}),
      }),
      defineRoute({
        method: 'GET',
        path: '/greeting',
        access: 'public',
        summary: 'Breaks its word.',
        answer: v.object({ hello: v.string() }),
        handle: () => ({ hello: 1 }) as never,
      }),
    ],
  }),
}

let gateway: Gateway
let listening: Listening
beforeAll(async () => {
  gateway = createGateway({ auth: { api_keys: keys }, caching: { enabled: false } }, { capabilities: [greeting] })
  listening = await listen(gateway, { host: '127.0.0.1', port: 0 })
})
afterAll(async () => listening.stop(0))

interface Asked {
  readonly method?: string
  readonly path: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: unknown
}

const faces = {
  fetch: (path: string, init: RequestInit) => gateway.fetch(`http://gateway${path}`, init),
  socket: (path: string, init: RequestInit) => fetch(`http://127.0.0.1:${listening.port}${path}`, init),
}

function ask(face: keyof typeof faces, { method = 'GET', path, headers = {}, body }: Asked): Promise<Response> {
  if (body === undefined) return faces[face](path, { method, headers })
  const text = typeof body === 'string' ? body : JSON.stringify(body)
  return faces[face](path, { method, headers: { 'content-type': 'application/json', ...headers }, body: text })
}

const chat = { model: 'demo/echo', messages: [{ role: 'user', content: 'Hello' }] }
const rows: readonly (readonly [string, Asked, number])[] = [
  ['health', { path: '/health' }, 200],
  ['a HEAD', { method: 'HEAD', path: '/health' }, 200],
  ['detailed health without a key', { path: '/health?detailed=true' }, 401],
  ['detailed health with one', { path: '/health?detailed=true', headers: client }, 200],
  ['status without a key', { path: '/v1/status' }, 401],
  ['chat', { method: 'POST', path: '/v1/chat/completions', headers: client, body: chat }, 200],
  ['chat on the Anthropic surface', { method: 'POST', path: '/v1/messages', headers: client, body: { ...chat, max_tokens: 9 } }, 200],
  ['Responses', { method: 'POST', path: '/v1/responses', headers: client, body: { model: 'demo/echo', input: 'Hi' } }, 200],
  ['text completion', { method: 'POST', path: '/v1/completions', headers: client, body: { model: 'demo/echo', prompt: 'Hi' } }, 200],
  ['token counting', { method: 'POST', path: '/v1/messages/count_tokens', headers: client, body: chat }, 200],
  ['an error in Anthropic’s form', { method: 'POST', path: '/v1/messages', headers: client, body: chat }, 400],
  ['a 405 in Anthropic’s form', { path: '/v1/messages', headers: client }, 405],
  ['no JSON', { method: 'POST', path: '/v1/chat/completions', headers: client, body: '{' }, 400],
  ['no key', { method: 'POST', path: '/v1/chat/completions', body: chat }, 401],
  ['one model by an encoded id', { path: '/v1/models/demo%2Fecho', headers: client }, 200],
  ['one model by its id', { path: '/v1/models/demo/echo', headers: client }, 200],
  ['a path with an encoded slash elsewhere', { path: '/v1%2Fmodels', headers: client }, 404],
  ['no path of ours', { path: '/nothing' }, 404],
  ['no path of ours where a key is needed', { path: '/v1/nothing' }, 401],
  ['a wrong method', { method: 'PUT', path: '/api/cache', headers: admin }, 405],
  ['a wrong method for a user', { method: 'PUT', path: '/api/cache', headers: client }, 403],
  ['an admin route for a user', { path: '/api/cache', headers: client }, 403],
  ['an admin route', { path: '/api/cache', headers: admin }, 200],
  ['a query', { path: '/api/models/search?q=echo&limit=1', headers: client }, 200],
  ['a wrong query', { path: '/api/models?limit=x', headers: client }, 400],
  ['the catalogue by provider and id', { path: '/api/models/demo/echo', headers: client }, 200],
  ['condensation', { method: 'POST', path: '/api/condense', headers: client, body: { messages: chat.messages, max_tokens: 50 } }, 200],
  ['a body that may be left out', { method: 'POST', path: '/api/alerts/test', headers: admin }, 409],
  ['a wrong admin body', { method: 'POST', path: '/api/alerts/test', headers: admin, body: { chanel: 'x' } }, 400],
  ['a route of a stranger', { path: '/greeting/you%20there' }, 200],
  ['a route of a stranger that names no access, for a user', { method: 'POST', path: '/api/greeting', headers: client }, 403],
  ['a route of a stranger that names no access', { method: 'POST', path: '/api/greeting', headers: admin }, 200],
  ['an answer that its row does not describe', { path: '/greeting' }, 500],
]

describe('both faces of a gateway', () => {
  it.each(rows)('answer %s alike', async (_what, asked, status) => {
    const [web, socket] = await Promise.all([ask('fetch', asked), ask('socket', asked)])
    expect([web.status, socket.status]).toEqual([status, status])
    for (const name of ['content-type', 'allow', 'retry-after', 'x-proxyapi-provider', 'x-proxyapi-attempts', 'x-proxyapi-cache'])
      expect([name, socket.headers.get(name)]).toEqual([name, web.headers.get(name)])
    const [one, other] = await Promise.all([web.text(), socket.text()])
    const shape = (text: string): unknown => (text === '' ? '' : Object.keys(JSON.parse(text) as object).sort())
    expect(shape(other)).toEqual(shape(one))
  })

  it('name the methods that a path has', async () => {
    const response = await ask('socket', { method: 'PUT', path: '/api/cache', headers: admin })
    expect(response.headers.get('allow')).toBe('GET, DELETE')
  })

  it('stream alike', async () => {
    const asked = { method: 'POST', path: '/v1/chat/completions', headers: client, body: { ...chat, stream: true } }
    const texts = await Promise.all((['fetch', 'socket'] as const).map(async (face) => (await ask(face, asked)).text()))
    for (const text of texts) expect(text).toMatch(/^data: .*\[DONE\]\n\n$/s)
  })

  it('refuse two keys that differ, however they are spelled', async () => {
    const headers = { 'x-api-key': 'client-key-0123', 'api-key': 'admin-key-0123' }
    for (const face of ['fetch', 'socket'] as const) expect((await ask(face, { path: '/v1/models', headers })).status).toBe(401)
  })

  it('find the same route for any path', async () => {
    const part = fc.constantFrom(
      'v1',
      'models',
      'chat',
      'completions',
      'api',
      'chaos',
      'start',
      'stop',
      'a',
      'a%2Fb',
      'search',
      'demo',
      'echo',
      '',
      'x y',
      '%ff',
    )
    await fc.assert(
      fc.asyncProperty(fc.array(part, { minLength: 1, maxLength: 5 }), fc.constantFrom('GET', 'POST', 'DELETE'), async (parts, method) => {
        const asked = { method, path: `/${parts.map((one) => one.replace(' ', '%20')).join('/')}`, headers: admin }
        const [web, socket] = await Promise.all([ask('fetch', asked), ask('socket', asked)])
        expect(`${asked.path} ${socket.status}`).toBe(`${asked.path} ${web.status}`)
      }),
      { numRuns: 150 },
    )
  })
})
