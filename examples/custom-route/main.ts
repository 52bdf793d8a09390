import { createGateway } from '@proxyapi/server'
import { callCounts } from './route.ts'

const gateway = createGateway({ providers: [{ name: 'demo' }] }, { capabilities: [callCounts()] })

for (const content of ['one', 'two']) {
  const response = await gateway.fetch('http://gateway/v1/chat/completions', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ model: 'demo/echo', messages: [{ role: 'user', content }] }),
  })
  await response.text()
}
// Records are made after the answer.
await new Promise((resolve) => setTimeout(resolve, 100))

const counts = await gateway.fetch('http://gateway/api/call-counts')
console.log(counts.status, await counts.text())
const refused = await gateway.fetch('http://gateway/api/call-counts', { method: 'DELETE' })
console.log(refused.status, refused.headers.get('allow'))
await gateway.close()
