// A package outside this repository, put together from examples/custom-*: see tooling/scripts/check-stranger.mjs.
import { createEngine, systemDeps } from '@proxyapi/core'
import { type CachedWhole, createGateway } from '@proxyapi/server'
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

async function useProvider(): Promise<string> {
  const engine = createEngine({
    definitions: [acme],
    providers: [{ name: 'acme', type: 'acme', apiKey: 'secret', models: ['small'] }],
    deps: { ...systemDeps, fetch: async () => Response.json(completion) },
  })
  const { choices } = await engine.chat({ model: 'acme/small', messages: [{ role: 'user', content: 'Hello' }] })
  await engine.close()
  return `provider: ${choices[0]?.text}`
}

async function useGateway(): Promise<readonly string[]> {
  const store = createNewestStore<CachedWhole>(100, () => systemDeps.now())
  const capabilities = [approvedModels(new Set(['demo/echo'])), callCounts()]
  const gateway = createGateway({ providers: [{ name: 'demo' }] }, { cache: { stores: [store] }, capabilities })
  const ask = async (model: string): Promise<Response> =>
    await gateway.fetch('http://gateway/v1/chat/completions', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ model, messages: [{ role: 'user', content: 'Hello' }] }),
    })
  const [approved, refused] = [await ask('demo/echo'), await ask('demo/lorem')]
  await approved.text()
  await new Promise<void>((resolve) => void systemDeps.setTimer(resolve, 200))
  const { entries } = await store.figures()
  const counts = await gateway.fetch('http://gateway/api/call-counts')
  await gateway.close()
  return [`filter: ${approved.status} ${refused.status}`, `store: ${entries}`, `route: ${counts.status} ${await counts.text()}`]
}

/** What each of the four came to. */
export async function use(): Promise<readonly string[]> {
  return [await useProvider(), ...(await useGateway())]
}
