// A package outside this repository, put together from examples/custom-*: see tooling/scripts/check-stranger.mjs.
import { createEngine, systemDeps } from '@proxyapi/core'
import { type CachedWhole, createGateway, providersFromEnv } from '@proxyapi/server'
import { approvedModels } from './filter.ts'
import { acme } from './provider.ts'
import { callCounts } from './route.ts'
import { createNewestStore } from './store.ts'

const completion = {
  id: '1',
  object: 'chat.completion',
  created: 1,
  model: 'small',
  choices: [{ index: 0, finish_reason: 'stop', message: { role: 'assistant', content: 'Hello from Acme' } }],
}

const deps = { ...systemDeps, fetch: async () => Response.json(completion) }

async function useProvider(): Promise<string> {
  const providers = [{ name: 'acme', type: 'acme', apiKey: 'secret', models: ['small'] }]
  const engine = createEngine({ definitions: [acme], providers, deps })
  const { choices } = await engine.chat({ model: 'acme/small', messages: [{ role: 'user', content: 'Hello' }] })
  await engine.close()
  return `provider: ${choices[0]?.text}`
}

async function useGateway(): Promise<readonly string[]> {
  const store = createNewestStore<CachedWhole>(1_000_000, () => systemDeps.now())
  const capabilities = [approvedModels(new Set(['acme/small'])), callCounts()]
  const config = {
    providers: providersFromEnv({ ACME_API_KEY: 'secret' }, [acme]),
    auth: { api_keys: ['user-key', { name: 'boss', key: 'admin-key', role: 'admin' }] },
  }
  const gateway = createGateway(config, { definitions: [acme], cache: { stores: [store] }, capabilities, deps })
  const ask = async (model: string): Promise<Response> =>
    await gateway.fetch('http://gateway/v1/chat/completions', {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: 'Bearer user-key' },
      body: JSON.stringify({ model, messages: [{ role: 'user', content: 'Hello' }] }),
    })
  const countsFor = async (key: string): Promise<Response> =>
    await gateway.fetch('http://gateway/api/call-counts', { headers: { authorization: `Bearer ${key}` } })
  const [approved, refused] = [await ask('acme/small'), await ask('demo/lorem')]
  await approved.text()
  // Records are made after the answer.
  await new Promise((resolve) => setTimeout(resolve, 200))
  const { entries } = await store.figures()
  const [counts, forbidden, unknown] = [await countsFor('admin-key'), await countsFor('user-key'), await countsFor('other')]
  await gateway.close()
  return [
    `filter: ${approved.status} ${refused.status}`,
    `store: ${entries}`,
    `route: ${counts.status} ${forbidden.status} ${unknown.status} ${await counts.text()}`,
  ]
}

/** What each of the four came to. */
export async function use(): Promise<readonly string[]> {
  return [await useProvider(), ...(await useGateway())]
}
