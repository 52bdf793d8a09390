import { systemDeps } from '@proxyapi/core'
import { createMemoryKeyStore } from '@proxyapi/server'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Watched, watchedGateway } from '../observe/watched-gateway.ts'

const admin = 'admin-key-0123456789'
const answer = {
  ...{ id: 'a', object: 'chat.completion', created: 1, model: 'm' },
  choices: [{ index: 0, message: { role: 'assistant', content: 'A' }, finish_reason: 'stop' }],
  usage: { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 },
}

let asked = 0
let hold: Promise<void> = Promise.resolve()
let watched: Watched
let shop = ''
let lab = ''

const body = (content: string): object => ({ model: 'one/m', temperature: 0, messages: [{ role: 'user', content }] })
const ask = (path: string, key: string, init: RequestInit = {}): Promise<Response> =>
  watched.ask(path, { ...init, headers: { ...init.headers, 'x-api-key': key } })
const chat = (key: string, content: string): Promise<Response> =>
  ask('/v1/chat/completions', key, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body(content)) })

async function issue(team: string): Promise<string> {
  const response = await ask('/api/keys', admin, {
    ...{ method: 'POST', headers: { 'content-type': 'application/json' } },
    body: JSON.stringify({ name: team, team, models: team === 'shop' ? ['one/m'] : ['one/m', 'one/secret'] }),
  })
  return ((await response.json()) as { readonly key: string }).key
}

beforeAll(async () => {
  const fetch = async (): Promise<Response> => {
    asked++
    await hold
    return Response.json(answer)
  }
  watched = watchedGateway(
    {
      providers: [{ name: 'one', type: 'openai', api_key: 'sk-test', base_url: 'http://one.test/v1', models: ['m', 'secret'] }],
      auth: { api_keys: [{ name: 'ops', key: admin, role: 'admin' }], teams: [{ name: 'shop' }, { name: 'lab' }] },
    },
    { keyStore: createMemoryKeyStore(), deps: { ...systemDeps, fetch } },
  )
  shop = await issue('shop')
  lab = await issue('lab')
})
afterAll(() => watched.close())

describe('two keys of two teams', () => {
  it('share no cached answer', async () => {
    const before = asked
    const states: (string | null)[] = []
    for (const key of [shop, shop, lab, lab]) {
      const response = await chat(key, 'cached')
      await response.text()
      states.push(response.headers.get('x-proxyapi-cache'))
    }
    expect([states, asked - before]).toEqual([['miss', 'hit', 'miss', 'hit'], 2])
  })

  it('share no call under way', async () => {
    const before = asked
    let release = (): void => undefined
    hold = new Promise((resolve) => {
      release = resolve
    })
    const pending = [shop, shop, lab].map((key) => chat(key, 'at the same time'))
    await expect.poll(() => asked - before).toBe(2)
    release()
    const states = await Promise.all(pending.map(async (one) => (await one).headers.get('x-proxyapi-cache')))
    expect([states.sort(), asked - before]).toEqual([['coalesced', 'miss', 'miss'], 2])
  })

  it('see no receipt of each other', async () => {
    const response = await chat(shop, 'a receipt')
    await response.text()
    await watched.settled()
    const path = `/v1/receipts/${response.headers.get('x-request-id') ?? ''}`
    expect((await ask(path, shop)).status).toBe(200)
    expect([(await ask(path, lab)).status, (await ask(path, admin)).status]).toEqual([404, 200])
  })

  it('see no model, and no name of one, that the other alone may use', async () => {
    const texts = await Promise.all(
      ['/v1/models', '/v1/status', '/health/providers', '/metrics/prometheus', '/api/models?provider=one'].map(async (path) =>
        (await ask(path, shop)).text(),
      ),
    )
    expect(texts.filter((text) => text.includes('secret'))).toEqual([])
    const refused = await chat(shop, 'x').then(() => ask('/v1/models/one/secret', shop))
    expect(refused.status).toBe(404)
  })

  it.each([
    '/api/requests',
    '/api/requests/summary',
    '/api/requests/open',
    '/api/analytics?group_by=key',
    '/api/audit',
    '/api/keys',
    '/api/cache',
    '/api/alerts',
  ])('see nothing of each other at %s', async (path) => {
    const response = await ask(path, shop)
    const text = await response.text()
    expect([response.status, text.includes('lab')]).toEqual([403, false])
  })
})
