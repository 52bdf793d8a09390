import { type CachedWhole, createGateway } from '@proxyapi/server'
import { createNewestStore } from './store.ts'

const store = createNewestStore<CachedWhole>(1_000_000, Date.now)
const config = { providers: [{ name: 'demo' }], caching: { response_cache: { max_size_mb: 0 } } }
const gateway = createGateway(config, { cache: { stores: [store] } })

async function ask(): Promise<void> {
  const response = await gateway.fetch('http://gateway/v1/chat/completions', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ model: 'demo/echo', messages: [{ role: 'user', content: 'Hello, store' }] }),
  })
  await response.text()
  console.log('cache:', response.headers.get('x-proxyapi-cache'), 'entries:', (await store.figures()).entries)
}

await ask()
await ask()
await gateway.close()
