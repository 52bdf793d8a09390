import { systemDeps } from '@proxyapi/core'
import type { KeptModelList } from '@proxyapi/core/serving'
import { expect, it } from 'vitest'
import { createGateway } from '../gateway/create-gateway.ts'

const admin = { 'x-api-key': 'admin-key-0123456789' }
const config = {
  providers: [{ name: 'openai', api_key: 'sk-test' }, { name: 'demo' }],
  auth: { api_keys: [{ name: 'root', key: admin['x-api-key'], role: 'admin' }, 'user-key-0123456789'] },
}

function open(kept: readonly KeptModelList[] = []) {
  let lists: readonly string[] | undefined = ['gpt-4o']
  const fetch = async (): Promise<Response> =>
    lists === undefined
      ? Response.json({ error: { message: 'down' } }, { status: 503 })
      : Response.json({ object: 'list', data: lists.map((id) => ({ id })) })
  const deps = { ...systemDeps, fetch, sleep: async () => undefined }
  const gateway = createGateway(config, { deps, modelLists: { load: () => kept, save: () => undefined } })
  const ask = async (path: string, init: RequestInit = {}) => {
    const response = await gateway.fetch(`http://gateway${path}`, { headers: admin, ...init })
    return { status: response.status, body: (await response.json()) as Record<string, unknown> }
  }
  const refresh = (query = '') => ask(`/api/models/refresh${query}`, { method: 'POST' })
  return { ask, refresh, list: (next: typeof lists) => (lists = next) }
}

it('fetches lists when asked to, tells new and vanished models as events, and says what fails', async () => {
  const { ask, refresh, list } = open()
  expect((await refresh()).body).toMatchObject({ lists: [{ provider: 'openai', models: 1, failing_since: null, error: null }] })
  list(['gpt-9'])
  await refresh('?provider=openai')
  const { events } = (await ask('/api/events?kind=model')).body as { events: readonly Record<string, unknown>[] }
  expect(events.map(({ target, to, cause }) => [target, to, cause])).toEqual([
    ['openai', 'removed', 'gpt-4o'],
    ['openai', 'added', 'gpt-9'],
  ])
  list(undefined)
  const failing = { provider: 'openai', models: 1, failing_since: expect.stringMatching(/Z$/), error: 'down' }
  expect((await refresh()).body).toMatchObject({ lists: [failing] })
  expect((await ask('/v1/status')).body).toMatchObject({ model_lists: [failing] })
  expect((await ask('/api/models?provider=openai')).body).toMatchObject({ models: [{ id: 'gpt-9' }] })
})

it('lists what a former process kept while the provider is down', async () => {
  const { ask, list } = open([{ provider: 'openai', type: 'openai', fetchedAtMs: 1, models: [{ id: 'gpt-kept' }] }])
  list(undefined)
  expect((await ask('/api/models?provider=openai')).body).toMatchObject({ models: [{ id: 'gpt-kept', available: true }] })
})

it('refuses a provider that there is not, and keys that may not change anything', async () => {
  const { ask, refresh } = open()
  expect(await refresh('?provider=nope')).toMatchObject({ status: 400, body: { error: { param: 'provider' } } })
  const init = { method: 'POST', headers: { 'x-api-key': 'user-key-0123456789' } }
  expect((await ask('/api/models/refresh', init)).status).toBe(403)
})
