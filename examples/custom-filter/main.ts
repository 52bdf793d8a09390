import { createGateway } from '@proxyapi/server'
import { approvedModels } from './filter.ts'

const capabilities = [approvedModels(new Set(['demo/echo']))]
const gateway = createGateway({ providers: [{ name: 'demo' }] }, { capabilities })

for (const model of ['demo/echo', 'demo/lorem']) {
  const response = await gateway.fetch('http://gateway/v1/chat/completions', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ model, messages: [{ role: 'user', content: 'Hello' }] }),
  })
  const body = await response.json()
  console.log(model, response.status, body.error?.message ?? body.choices[0].message.content)
}
await gateway.close()
