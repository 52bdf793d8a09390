import { systemDeps } from '@proxyapi/core'
import { expect, it } from 'vitest'
import { createGateway } from '../gateway/create-gateway.ts'

const answer = {
  ...{ id: 'a', type: 'message', role: 'assistant', model: 'm', content: [{ type: 'text', text: 'A' }], stop_reason: 'end_turn' },
  usage: { input_tokens: 1, output_tokens: 1 },
}

it('sends the betas of a Messages client to Anthropic, and keeps the answers to others apart', async () => {
  const sent: (string | null)[] = []
  const gateway = createGateway(
    {
      providers: [{ name: 'anthropic', api_key: 'sk-test', base_url: 'http://up.test', models: ['*'] }],
      caching: { enabled: true },
    },
    {
      deps: {
        ...systemDeps,
        fetch: (url, init) => {
          sent.push(new Request(String(url), init).headers.get('anthropic-beta'))
          return Promise.resolve(Response.json(answer))
        },
      },
    },
  )
  const body = JSON.stringify({
    ...{ model: 'anthropic/claude-3-7-sonnet', max_tokens: 9, temperature: 0 },
    messages: [{ role: 'user', content: 'Hi' }],
  })
  const ask = async (beta: string | undefined): Promise<string | null> => {
    const headers = { 'content-type': 'application/json', ...(beta !== undefined && { 'anthropic-beta': beta }) }
    const response = await gateway.fetch('http://gateway/v1/messages?beta=true', { method: 'POST', headers, body })
    expect(response.status).toBe(200)
    await response.text()
    return response.headers.get('x-proxyapi-cache')
  }
  const seen = [await ask(undefined), await ask('a-1'), await ask('a-1'), await ask('b-2'), await ask(undefined)]
  expect(sent).toEqual([null, 'a-1', 'b-2'])
  expect(seen).toEqual(['miss', 'miss', 'hit', 'miss', 'hit'])
  await gateway.close()
})
