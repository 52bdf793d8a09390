import { createGateway } from '@proxyapi/server'

// The same configuration that a YAML file has. `demo` answers in the process, without a key.
const gateway = createGateway({
  auth: { api_keys: ['secure-key-1'] },
  models: [{ name: 'assistant', targets: ['demo/echo'] }],
  providers: [{ name: 'demo' }],
})

// An SDK takes it as its `fetch`: new OpenAI({ apiKey: 'secure-key-1', baseURL: 'http://gateway/v1', fetch: gateway.fetch })
const post = (path: string, body: unknown, key = 'secure-key-1'): Promise<Response> =>
  gateway.fetch(`http://gateway${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${key}` },
    body: JSON.stringify(body),
  })

const messages = [{ role: 'user', content: 'Hello, gateway' }]

const openai = await post('/v1/chat/completions', { model: 'assistant', messages })
console.log('OpenAI client:', openai.status, JSON.stringify((await openai.json()).choices[0].message.content))

const anthropic = await post('/v1/messages', { model: 'assistant', max_tokens: 50, messages })
console.log('Anthropic client:', anthropic.status, JSON.stringify((await anthropic.json()).content[0].text))

const stream = await post('/v1/chat/completions', { model: 'assistant', messages, stream: true })
console.log('stream ends with:', (await stream.text()).trim().split('\n').at(-1))

const refused = await post('/v1/chat/completions', { model: 'assistant', messages }, 'wrong')
console.log('wrong key:', refused.status, (await refused.json()).error.code)

await gateway.close()
