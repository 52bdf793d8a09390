import { createEngine, systemDeps } from '@proxyapi/core'
import { acme } from './provider.ts'

/** Stands in for Acme's server: answers what it was sent. */
const fetch: typeof globalThis.fetch = async (url, init) => {
  const body = JSON.parse(String(init?.body))
  console.log('sent to:', String(url instanceof Request ? url.url : url))
  console.log('renamed:', body.max_tokens, 'dropped:', !('logit_bias' in body))
  const message = { role: 'assistant', content: 'Hello from Acme' }
  return Response.json({
    id: '1',
    object: 'chat.completion',
    created: 1,
    model: body.model,
    choices: [{ index: 0, finish_reason: 'stop', message }],
  })
}

const engine = createEngine({
  definitions: [acme],
  providers: [{ name: 'acme', type: 'acme', apiKey: 'secret', models: ['small'] }],
  deps: { ...systemDeps, fetch },
})
const answer = await engine.chat({
  model: 'acme/small',
  maxTokens: 20,
  logitBias: { '50256': -100 },
  messages: [{ role: 'user', content: 'Hello' }],
})
console.log('answer:', answer.choices[0]?.text)
await engine.close()
